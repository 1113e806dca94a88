"""Initial weights become known by name."""

from __future__ import annotations

from engineroom.ops._spec import Family
from engineroom.ops.initializers._constant import ConstantStart
from engineroom.ops.initializers._glorot import Glorot, GlorotNormal
from engineroom.ops.initializers._he import He, HeNormal
from engineroom.ops.initializers._initializer import Initializer
from engineroom.ops.initializers._normal import Normal
from engineroom.ops.initializers._uniform import Uniform
from engineroom.ops.initializers._zeros import Zeros

__all__ = ["initializer"]

initializer: Family[Initializer] = Family(
    "initializer",
    Initializer,
    (Zeros, ConstantStart, Uniform, Normal, Glorot, GlorotNormal, He, HeNormal),
    aliases={"glorot_uniform": Glorot(), "he_uniform": He()},
)
