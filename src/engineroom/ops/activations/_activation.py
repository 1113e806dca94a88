"""What every activation is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from engineroom.errors import OptionError
from engineroom.ops._spec import Array, Spec

__all__ = ["Activation", "Change", "from_zero", "in_blocks"]

Change: TypeAlias = Callable[[Array], Array]

_BLOCK = 8192
"""Elements that fit into a core's cache together with what an elementary function makes of them on the way."""


class Activation(Spec):
    """A function from a neuron's sum z to its output a, with the derivative that the backward pass uses.

    Attributes
    ----------
    keeps : which array the backward pass reads beside da: "z" (the sum) or "a" (the output).
    elementwise : whether each output depends on its own z alone; softmax does not.
    rectifies : whether it behaves like relu, so that `init="auto"` starts weights by he instead of glorot.
    off : what a unit gives that passes nothing on and nothing back; None where there is no such value.
    ends : the two values between which all outputs lie, and near which a unit hardly moves; None without them.
    """

    keeps: ClassVar[Literal["z", "a"]] = "z"
    elementwise: ClassVar[bool] = True
    rectifies: ClassVar[bool] = False
    off: ClassVar[float | None] = None
    ends: ClassVar[tuple[float, float] | None] = None

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        """The numbers its kernels need, in the order a plan prints them."""
        return ()

    def forward(self, z: Array) -> Array:
        """Return a, of the shape and dtype of z."""
        raise NotImplementedError

    def backward(self, kept: Array, da: Array) -> Array:
        """Return dz from da; `kept` is z or a, as `keeps` says."""
        raise NotImplementedError

    def slope(self, z: Array) -> Array:
        """Return the derivative at z, with the bits that the backward pass multiplies da by.

        Parameters
        ----------
        z : array of the run's dtype, any shape.
        """
        # Far out, steps on the way overflow and the result is right all the same.
        with np.errstate(all="ignore"):
            kept = z if self.keeps == "z" else self.forward(z)
            return self.backward(kept, np.ones_like(z))

    def forward_tangent(self, kept: Array) -> Change:
        """Return the linear map from a small change tz of z to the change ta of a; `kept` as in `backward`.

        Every activation has a symmetric Jacobian, so the same map takes da to dz.
        """
        slope = in_blocks(lambda part: self.backward(part, np.ones_like(part)), kept)
        return lambda tz: slope * tz

    def backward_tangent(
        self, kept: Array, da: Array, through: Change | None = None
    ) -> Callable[[Array, Array], Array]:
        """Return the linear map from small changes (tkept, tda) of what backward reads to the change tdz of dz.

        With `dz = da * slope(kept)` it is `tdz = slope*tda + da*bend*tkept`.

        Parameters
        ----------
        through : what `forward_tangent` gave for `kept`, where it is known already.
        """
        onwards = self.forward_tangent(kept) if through is None else through
        bent = da * in_blocks(self.bend, kept)
        return lambda tkept, tda: onwards(tda) + bent * tkept

    def bend(self, kept: Array) -> Array:
        """Return how fast what backward multiplies da by changes with `kept`, element by element."""
        raise OptionError(f"the activation {self.law} has no tangents, so its curvature is not known")

    def kink_distance(self, z: Array) -> Array | None:
        """Return how far each z is from where the slope jumps, as a part of the usual size of z; None if nowhere."""
        return None


def in_blocks(function: Change, values: Array) -> Array:
    """Return `function(values)`, some rows at a time, so that what it makes on the way stays in the cache."""
    rows = max(1, _BLOCK // max(1, values[0].size))
    return np.concatenate([function(values[at : at + rows]) for at in range(0, len(values), rows)])


def from_zero(values: Array) -> Array:
    """Return the size of each element as a part of their root mean square; zeros where all are 0."""
    size: Array = np.abs(values)
    usual = float(np.sqrt(np.mean(np.square(values))))
    return size / usual if usual > 0 else size
