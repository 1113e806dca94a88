"""Optimizers become known by name."""

from __future__ import annotations

from engineroom.ops._spec import Family
from engineroom.ops.optimizers._adam import Adam
from engineroom.ops.optimizers._adamw import AdamW
from engineroom.ops.optimizers._optimizer import Optimizer
from engineroom.ops.optimizers._rmsprop import RMSProp
from engineroom.ops.optimizers._sgd import SGD

__all__ = ["optimizer"]

optimizer: Family[Optimizer] = Family("optimizer", Optimizer, (SGD, RMSProp, Adam, AdamW))
