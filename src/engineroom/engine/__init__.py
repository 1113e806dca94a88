"""A plan is run: by the native engine, or by the reference engine that people read. Both give the same bits."""

from engineroom.engine._engine import Engine, Evaluation, Moves, Progress, Reason, Tap
from engineroom.engine._make import instruction_sets, make_engine
from engineroom.engine._reference import ReferenceEngine

__all__ = [
    "Engine",
    "Evaluation",
    "Moves",
    "Progress",
    "Reason",
    "ReferenceEngine",
    "Tap",
    "instruction_sets",
    "make_engine",
]
