"""Losses become known by name."""

from __future__ import annotations

from engineroom.ops._spec import Family
from engineroom.ops.losses._binary_cross_entropy import BinaryCrossEntropy
from engineroom.ops.losses._cross_entropy import CrossEntropy
from engineroom.ops.losses._huber import Huber
from engineroom.ops.losses._loss import Loss
from engineroom.ops.losses._mae import MAE
from engineroom.ops.losses._mse import MSE

__all__ = ["loss"]

loss: Family[Loss] = Family("loss", Loss, (MSE, MAE, Huber, CrossEntropy, BinaryCrossEntropy))
