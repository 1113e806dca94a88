"""Initial weights: one file a law."""

from engineroom.ops.initializers._constant import ConstantStart
from engineroom.ops.initializers._glorot import Glorot, GlorotNormal
from engineroom.ops.initializers._he import He, HeNormal
from engineroom.ops.initializers._initializer import Initializer, Start
from engineroom.ops.initializers._lookup import initializer
from engineroom.ops.initializers._normal import Normal
from engineroom.ops.initializers._uniform import Uniform
from engineroom.ops.initializers._zeros import Zeros

__all__ = [
    "ConstantStart",
    "Glorot",
    "GlorotNormal",
    "He",
    "HeNormal",
    "Initializer",
    "Normal",
    "Start",
    "Uniform",
    "Zeros",
    "initializer",
]
