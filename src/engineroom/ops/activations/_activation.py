"""What every activation is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import numpy as np

from engineroom.errors import OptionError
from engineroom.ops._spec import Array, Spec

__all__ = ["Activation", "from_zero"]


class Activation(Spec):
    """A function from a neuron's sum z to its output a, with the derivative that the backward pass uses.

    Attributes
    ----------
    keeps : which array the backward pass reads beside da: "z" (the sum) or "a" (the output).
    elementwise : whether each output depends on its own z alone; softmax does not.
    rectifies : whether it behaves like relu, so that `init="auto"` starts weights by he instead of glorot.
    """

    keeps: ClassVar[Literal["z", "a"]] = "z"
    elementwise: ClassVar[bool] = True
    rectifies: ClassVar[bool] = False

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

    def forward_tangent(self, z: Array) -> Callable[[Array], Array]:
        """Return the linear map from a small change tz of z to the change ta of a."""
        slope = self.slope(z)
        return lambda tz: slope * tz

    def backward_tangent(self, kept: Array, da: Array) -> Callable[[Array, Array], Array]:
        """Return the linear map from small changes (tkept, tda) of what backward reads to the change tdz of dz.

        With `dz = da * slope(kept)` it is `tdz = slope*tda + da*bend*tkept`.
        """
        with np.errstate(all="ignore"):
            slope = self.backward(kept, np.ones_like(kept))
            bent = da * self.bend(kept)
        return lambda tkept, tda: slope * tda + bent * tkept

    def bend(self, kept: Array) -> Array:
        """Return how fast what backward multiplies da by changes with `kept`, element by element."""
        raise OptionError(f"the activation {self.law} has no tangents, so its curvature is not known")

    def kink_distance(self, z: Array) -> Array | None:
        """Return how far each z is from where the slope jumps, as a part of the usual size of z; None if nowhere."""
        return None


def from_zero(values: Array) -> Array:
    """Return the size of each element as a part of their root mean square; zeros where all are 0."""
    size: Array = np.abs(values)
    usual = float(np.sqrt(np.mean(np.square(values))))
    return size / usual if usual > 0 else size
