"""Losses: one file each."""

from engineroom.ops.losses._binary_cross_entropy import BinaryCrossEntropy
from engineroom.ops.losses._cross_entropy import CrossEntropy
from engineroom.ops.losses._huber import Huber
from engineroom.ops.losses._lookup import loss
from engineroom.ops.losses._loss import Loss
from engineroom.ops.losses._mae import MAE
from engineroom.ops.losses._mse import MSE

__all__ = ["MAE", "MSE", "BinaryCrossEntropy", "CrossEntropy", "Huber", "Loss", "loss"]
