"""Optimizers: one file each."""

from engineroom.ops.optimizers._account import Fact, Flow, ImpulseWeights, Remembered, Term, UpdateTerms
from engineroom.ops.optimizers._adam import Adam
from engineroom.ops.optimizers._adamw import AdamW
from engineroom.ops.optimizers._lookup import optimizer
from engineroom.ops.optimizers._optimizer import Optimizer, Slots
from engineroom.ops.optimizers._rmsprop import RMSProp
from engineroom.ops.optimizers._sgd import SGD

__all__ = [
    "SGD",
    "Adam",
    "AdamW",
    "Fact",
    "Flow",
    "ImpulseWeights",
    "Optimizer",
    "RMSProp",
    "Remembered",
    "Slots",
    "Term",
    "UpdateTerms",
    "optimizer",
]
