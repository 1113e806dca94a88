"""Errors as one sentence for whoever looks at the page."""

from __future__ import annotations

import logging

from engineroom.errors import EngineroomError

__all__ = ["LOG", "sentence"]

_MOST = 1000

LOG = logging.getLogger("engineroom.page")
"""Where faults are logged with their tracebacks."""


def sentence(error: BaseException) -> str:
    """Return what went wrong; of an error of another library its kind and words; its traceback is logged."""
    told = " ".join(str(error).split())
    if isinstance(error, EngineroomError):
        # What was asked for stands in the sentence, and may be as long as a message.
        return told if len(told) <= _MOST else f"{told[: _MOST // 2]} ... {told[-_MOST // 2 :]}"
    LOG.warning("a question of the page failed", exc_info=error)
    told = told[:300]
    return f"this could not be answered ({type(error).__name__}{': ' + told if told else ''}): a fault to report"
