"""What every loss is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, TypeVar

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import ordered_sum
from engineroom.ops._spec import Array, Spec, scalar

__all__ = ["Loss", "clipped", "mean_of_row"]

Self = TypeVar("Self", bound="Loss")


class Loss(Spec):
    """How wrong the network's output is, for each example, and how that changes with the output.

    Attributes
    ----------
    target : what it compares with: "number" (floats, B x O) or "classes" (int32, B).
    squashed_by : the activation after which the output is read as probabilities, when that is not said.
    yes_or_no : whether each output by itself says yes or no.
    """

    target: ClassVar[Literal["number", "classes"]] = "number"
    squashed_by: ClassVar[str | None] = None
    yes_or_no: ClassVar[bool] = False

    @property
    def kernel(self) -> str:
        """The stem of its kernels' names in a plan."""
        return self.law

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        """The numbers its kernels need, in the order a plan prints them."""
        return ()

    @property
    def keeps_probabilities(self) -> bool:
        """Whether forward also gives `loss.p` (B, K), which backward then reads in place of the output."""
        return False

    @property
    def takes_logits(self) -> bool:
        """Whether the output is logits, which the loss itself makes probabilities."""
        return False

    def chances(self, out: Array) -> Array:
        """Return the probabilities (B, O) that it reads from the output; the output itself where it reads none."""
        return out

    def after(self: Self, activation: str) -> Self:
        """Return the loss as it is behind a network whose last activation is called `activation`."""
        return self

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        """Return each example's loss (B,), and loss.p where it is kept."""
        raise NotImplementedError

    def backward(self, kept: Array, y: Array) -> Array:
        """Return the gradient of the mean loss with respect to the output; `kept` is the output, or loss.p."""
        raise NotImplementedError

    def forward_tangent(self, out: Array, y: Array) -> Callable[[Array], tuple[Array, ...]]:
        """Return the linear map from a small change tout of the output to the changes of what forward gives."""
        with np.errstate(all="ignore"):
            slopes = self.backward(out, y) * len(out)
        return lambda tout: (np.sum(slopes * tout, axis=1),)

    def backward_tangent(self, kept: Array, y: Array) -> Callable[[Array], Array]:
        """Return the linear map from a small change tkept of what backward reads to the change of the gradient."""
        with np.errstate(all="ignore"):
            bent = self.bend(kept, y)
        return lambda tkept: bent * tkept

    def bend(self, kept: Array, y: Array) -> Array:
        """Return how fast each element of backward's gradient changes with its own element of `kept`."""
        raise OptionError(f"the loss {self.law} has no tangents, so its curvature is not known")

    def kink_distance(self, kept: Array, y: Array) -> Array | None:
        """Return how far each output is from where the curvature jumps, as a part of a usual size; None if nowhere."""
        return None


def mean_of_row(terms: Array) -> Array:
    """Return the sum of each row, left to right, divided by its length; terms is (B, O)."""
    mean: Array = ordered_sum(terms, axis=1) / scalar(terms.dtype, terms.shape[1])
    return mean


def clipped(p: Array, clip: float) -> tuple[Array, Array]:
    """Return p held within [clip, 1 - clip], and where it had to be held."""
    low, high = scalar(p.dtype, clip), scalar(p.dtype, 1 - clip)
    below, above = p < low, p > high
    return np.where(below, low, np.where(above, high, p)), below | above
