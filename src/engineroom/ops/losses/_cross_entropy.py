"""cross_entropy: the surprise at the true class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import log
from engineroom.ops._arguments import flag, fraction
from engineroom.ops._spec import Array, scalar
from engineroom.ops.activations._softmax import Softmax, exponentials, mixed
from engineroom.ops.losses._loss import Loss, clipped

__all__ = ["CrossEntropy"]


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """The mean over examples of `-log(p[y])`: p the network's probabilities (K), y the true class.

    Parameters
    ----------
    probabilities : whether the output already holds probabilities. None: it does where the network ends in softmax,
        else the output is logits and softmax is part of the loss, which is exact where probabilities round to 0 or 1.
    clip : probabilities are held within [clip, 1 - clip] before the logarithm; logits are never clipped.

    Source: Bishop, Pattern recognition and machine learning, 2006, equation 4.108, which is the sum; this is the mean.

    Example
    -------
    >>> import numpy as np
    >>> examples, p = CrossEntropy().after("identity").forward(np.array([[0.0, 0.0]]), np.array([1], np.int32))
    >>> examples, p
    (array([0.69314718]), array([[0.5, 0.5]]))
    """

    probabilities: bool | None = None
    clip: float = 1e-7

    law = "cross_entropy"
    formula = "mean of -log(p[y])"
    words = "How surprised the network is by the right answer: not at all when it was sure, a lot when it ruled it out."
    target = "classes"
    squashed_by = "softmax"

    def __post_init__(self) -> None:
        if self.probabilities is not None:
            object.__setattr__(self, "probabilities", flag("probabilities of cross_entropy", self.probabilities))
        object.__setattr__(self, "clip", fraction("clip of cross_entropy", self.clip))
        if self.clip >= 0.5:
            raise OptionError(f"clip of cross_entropy must be below 0.5, got {self.clip!r}")

    @property
    def kernel(self) -> str:
        return "cross_entropy_probabilities" if self.probabilities else "cross_entropy"

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        return (("clip", self.clip),) if self.probabilities else ()

    @property
    def keeps_probabilities(self) -> bool:
        return self.takes_logits

    @property
    def takes_logits(self) -> bool:
        return not self.probabilities

    def chances(self, out: Array) -> Array:
        return Softmax().forward(out) if self.takes_logits else out

    def after(self, activation: str) -> CrossEntropy:
        return self if self.probabilities is not None else replace(self, probabilities=activation == self.squashed_by)

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        rows = np.arange(len(y))
        if self.probabilities:
            q, _ = clipped(out[rows, y], self.clip)
            return (-log(q),)
        m, e, s = exponentials(out)
        return log(s) - (out[rows, y] - m), e / s[:, None]

    def backward(self, kept: Array, y: Array) -> Array:
        t, rows = kept.dtype, np.arange(len(y))
        share = scalar(t, 1 / len(y))
        if self.probabilities:
            grad: Array = np.zeros_like(kept)
            p = kept[rows, y]
            grad[rows, y] = np.where(clipped(p, self.clip)[1], scalar(t, 0.0), -(share / p))
            return grad
        grad = kept.copy()
        grad[rows, y] = kept[rows, y] - scalar(t, 1.0)
        grad *= share
        return grad

    def forward_tangent(self, out: Array, y: Array) -> Callable[[Array], tuple[Array, ...]]:
        if self.probabilities:
            return super().forward_tangent(out, y)
        p = self.forward(out, y)[1]
        slopes = self.backward(p, y) * len(y)
        return lambda tout: (np.sum(slopes * tout, axis=1), mixed(p, tout))

    def bend(self, kept: Array, y: Array) -> Array:
        if not self.probabilities:
            return np.full_like(kept, 1 / len(y))
        bent, rows = np.zeros_like(kept), np.arange(len(y))
        p = kept[rows, y]
        bent[rows, y] = np.where(clipped(p, self.clip)[1], 0.0, 1 / (len(y) * p * p))
        return bent
