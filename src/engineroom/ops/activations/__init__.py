"""Activations: one file each."""

from engineroom.ops.activations._activation import Activation
from engineroom.ops.activations._gelu import GELU
from engineroom.ops.activations._identity import Identity
from engineroom.ops.activations._leaky_relu import LeakyReLU
from engineroom.ops.activations._lookup import activation
from engineroom.ops.activations._relu import ReLU
from engineroom.ops.activations._sigmoid import Sigmoid
from engineroom.ops.activations._silu import SiLU
from engineroom.ops.activations._softmax import Softmax
from engineroom.ops.activations._softplus import Softplus
from engineroom.ops.activations._tanh import Tanh

__all__ = [
    "GELU",
    "Activation",
    "Identity",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "activation",
]
