"""Answers rendered for the terminal; nothing here computes with weights."""

from engineroom.show._console import make_console, say
from engineroom.show._facts import facts, facts_text
from engineroom.show._numbers import count, duration, number, rate
from engineroom.show._plot import curve, spark
from engineroom.show._progress import training_progress
from engineroom.show._trace import show_trace

__all__ = [
    "count",
    "curve",
    "duration",
    "facts",
    "facts_text",
    "make_console",
    "number",
    "rate",
    "say",
    "show_trace",
    "spark",
    "training_progress",
]
