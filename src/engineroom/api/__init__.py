"""The public face: `train`, `open`, and the `Run` they give."""

from engineroom.api._open import LogbookView, open
from engineroom.api._run import Run
from engineroom.api._train import Validation, train

__all__ = ["LogbookView", "Run", "Validation", "open", "train"]
