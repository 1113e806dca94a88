"""dense: every output is a weighted sum of every input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import ordered_sum, product
from engineroom.ops._arguments import flag, whole
from engineroom.ops._spec import Array
from engineroom.ops.activations import Activation
from engineroom.ops.activations import activation as activation_law
from engineroom.ops.initializers import Glorot, He, Initializer, Zeros, initializer
from engineroom.ops.layers._layer import Layer

__all__ = ["Dense", "affine_backward", "affine_backward_tangent", "affine_forward", "affine_forward_tangent"]


@dataclass(frozen=True, init=False, repr=False)
class Dense(Layer):
    """`a = activation(x @ weight + bias)`: x is (B, I), weight (I, O), bias (O,), a (B, O).

    Parameters
    ----------
    units : O, the number of neurons.
    activation : a name or a law.
    bias : whether each neuron has one.
    init : how the weights begin; "auto" is he for activations that behave like relu, glorot for the others.
    bias_init : how the biases begin.
    name : its name in the network; None numbers it, dense1, dense2, ...

    Example
    -------
    >>> Dense(64, "relu")
    Dense(64, 'relu')
    """

    units: int
    activation: Activation
    bias: bool
    init: Initializer | Literal["auto"]
    bias_init: Initializer
    name: str | None

    law = "dense"
    formula = "a = activation(x @ weight + bias)"
    words = "Each neuron weighs every input, adds its bias, and passes the sum through its activation."

    def __init__(
        self,
        units: int,
        activation: Activation | str | Mapping[str, Any] = "identity",
        bias: bool = True,
        init: Initializer | str | Mapping[str, Any] = "auto",
        bias_init: Initializer | str | Mapping[str, Any] = "zeros",
        name: str | None = None,
    ) -> None:
        if name is not None and not (isinstance(name, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)):
            raise OptionError(f"a layer's name must be a word such as 'hidden', got {name!r}")
        object.__setattr__(self, "units", whole("units of Dense", units, 1))
        if self.units >= 2**31:
            raise OptionError(f"units of Dense must be below 2**31, got {self.units}")
        object.__setattr__(self, "activation", activation_law(activation))
        object.__setattr__(self, "bias", flag("bias of Dense", bias))
        object.__setattr__(self, "init", "auto" if init == "auto" else initializer(init))
        object.__setattr__(self, "bias_init", initializer(bias_init))
        object.__setattr__(self, "name", name)

    def __repr__(self) -> str:
        parts = [str(self.units)]
        if self.activation.law != "identity":
            plain = self.activation == type(self.activation)()
            parts.append(repr(self.activation.law) if plain else f"activation={self.activation!r}")
        if not self.bias:
            parts.append("bias=False")
        if self.init != "auto":
            parts.append(f"init={self.init!r}")
        if self.bias_init != Zeros():
            parts.append(f"bias_init={self.bias_init!r}")
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        return f"Dense({', '.join(parts)})"

    @property
    def weight_start(self) -> Initializer:
        """How the weights begin, with "auto" decided."""
        if self.init == "auto":
            return He() if self.activation.rectifies else Glorot()
        return self.init

    def parameters(self, inputs: int) -> int:
        """Return the number of weights and biases for this input width."""
        return inputs * self.units + (self.units if self.bias else 0)


def affine_forward(x: Array, weight: Array, bias: Array | None) -> Array:
    """Return z = x @ weight + bias; x is (B, I), weight (I, O), bias (O,) or None, z (B, O)."""
    return product(x, weight, bias)


def affine_backward(
    x: Array, weight: Array, dz: Array, *, bias: bool = True, inputs: bool = True
) -> tuple[Array, Array | None, Array | None]:
    """Return (dweight, dbias, dx) from dz (B, O); dbias is None without `bias`, dx without `inputs`."""
    dweight = product(np.ascontiguousarray(x.T), dz)
    dbias = ordered_sum(dz, axis=0) if bias else None
    dx = product(dz, np.ascontiguousarray(weight.T)) if inputs else None
    return dweight, dbias, dx


def affine_forward_tangent(x: Array, weight: Array) -> Callable[[Array | None, Array, Array | None], Array]:
    """Return the linear map from changes (tx, tweight, tbias) to the change of z; None is no change."""

    def tangent(tx: Array | None, tweight: Array, tbias: Array | None) -> Array:
        tz: Array = x @ tweight
        if tx is not None:
            tz += tx @ weight
        return tz if tbias is None else tz + tbias

    return tangent


def affine_backward_tangent(
    x: Array, weight: Array, dz: Array, *, bias: bool = True, inputs: bool = True
) -> Callable[[Array | None, Array, Array], tuple[Array, Array | None, Array | None]]:
    """Return the linear map from changes (tx, tweight, tdz) to those of (dweight, dbias, dx); None is no change."""

    def tangent(tx: Array | None, tweight: Array, tdz: Array) -> tuple[Array, Array | None, Array | None]:
        tdweight: Array = x.T @ tdz
        if tx is not None:
            tdweight += tx.T @ dz
        return tdweight, tdz.sum(axis=0) if bias else None, tdz @ weight.T + dz @ tweight.T if inputs else None

    return tangent
