"""The public face: `train`, `estimate`, `open`, and the `Run` they give."""

from engineroom.api._estimate import estimate
from engineroom.api._open import LogbookView, open
from engineroom.api._run import Run
from engineroom.api._train import Validation, train

__all__ = ["LogbookView", "Run", "Validation", "estimate", "open", "train"]
