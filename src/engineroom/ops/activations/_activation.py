"""What every activation is."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from engineroom.ops._spec import Array, Spec

__all__ = ["Activation"]


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
