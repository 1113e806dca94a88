"""The contract's primitives in NumPy: exact, ordered, the same on every machine. See docs/numerics.md."""

from engineroom.numerics._bits import same_bits
from engineroom.numerics._contract import NUMERICS
from engineroom.numerics._digest import canonical_bytes, digest
from engineroom.numerics._elementary import cos, erf, exp, expm1, log, log1p, pow, powi, sigmoid, sin, tanh
from engineroom.numerics._fma import fma
from engineroom.numerics._random import Stream, integers, normal, permutation, philox, random_words, uniform
from engineroom.numerics._sums import ordered_dot, ordered_sum, product, reduce, reduce_dot

__all__ = [
    "NUMERICS",
    "Stream",
    "canonical_bytes",
    "cos",
    "digest",
    "erf",
    "exp",
    "expm1",
    "fma",
    "integers",
    "log",
    "log1p",
    "normal",
    "ordered_dot",
    "ordered_sum",
    "permutation",
    "philox",
    "pow",
    "powi",
    "product",
    "random_words",
    "reduce",
    "reduce_dot",
    "same_bits",
    "sigmoid",
    "sin",
    "tanh",
    "uniform",
]
