"""binary_cross_entropy: the surprise at a yes or no."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engineroom.errors import OptionError
from engineroom.numerics import exp, fma, log, log1p, sigmoid
from engineroom.ops._arguments import flag, fraction
from engineroom.ops._spec import Array, scalar
from engineroom.ops.losses._loss import Loss, clipped, mean_of_row

__all__ = ["BinaryCrossEntropy"]


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """The mean over examples and outputs of `-(y*log(p) + (1 - y)*log(1 - p))`, y between 0 and 1.

    Parameters
    ----------
    probabilities : whether the output already holds probabilities. None: it does where the network ends in sigmoid,
        else the output is logits and sigmoid is part of the loss, which is exact where probabilities round to 0 or 1.
    clip : probabilities are held within [clip, 1 - clip] before the logarithm; logits are never clipped.

    Source: Bishop, Pattern recognition and machine learning, 2006, equation 4.90, which is the sum; this is the mean.

    Example
    -------
    >>> import numpy as np
    >>> BinaryCrossEntropy().after("identity").forward(np.array([[0.0]]), np.array([[1.0]]))
    (array([0.69314718]),)
    """

    probabilities: bool | None = None
    clip: float = 1e-7

    law = "binary_cross_entropy"
    formula = "mean of -(y*log(p) + (1 - y)*log(1 - p))"
    words = "How surprised the network is by each yes or no: not at all when it was sure, a lot when it ruled it out."
    squashed_by = "sigmoid"
    yes_or_no = True

    def __post_init__(self) -> None:
        if self.probabilities is not None:
            object.__setattr__(self, "probabilities", flag("probabilities of binary_cross_entropy", self.probabilities))
        object.__setattr__(self, "clip", fraction("clip of binary_cross_entropy", self.clip))
        if self.clip >= 0.5:
            raise OptionError(f"clip of binary_cross_entropy must be below 0.5, got {self.clip!r}")

    @property
    def kernel(self) -> str:
        return "binary_cross_entropy_probabilities" if self.probabilities else "binary_cross_entropy"

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        return (("clip", self.clip),) if self.probabilities else ()

    @property
    def takes_logits(self) -> bool:
        return not self.probabilities

    def chances(self, out: Array) -> Array:
        return sigmoid(out) if self.takes_logits else out

    def after(self, activation: str) -> BinaryCrossEntropy:
        return self if self.probabilities is not None else replace(self, probabilities=activation == self.squashed_by)

    def forward(self, out: Array, y: Array) -> tuple[Array, ...]:
        t = out.dtype
        if self.probabilities:
            q, _ = clipped(out, self.clip)
            return (mean_of_row(-fma(y, log(q), (scalar(t, 1.0) - y) * log1p(-q))),)
        z = out
        above = np.where(z <= 0, scalar(t, 0.0), z)
        return (mean_of_row(fma(-z, y, above) + log1p(exp(-np.abs(z)))),)

    def backward(self, kept: Array, y: Array) -> Array:
        t = kept.dtype
        share = scalar(t, 1 / kept.size)
        if self.probabilities:
            p = kept
            slope = ((p - y) / (p * (scalar(t, 1.0) - p))) * share
            return np.where(clipped(p, self.clip)[1], scalar(t, 0.0), slope)
        grad: Array = (sigmoid(kept) - y) * share
        return grad

    def bend(self, kept: Array, y: Array) -> Array:
        if self.probabilities:
            p = kept
            bent = y / (p * p) + (1 - y) / ((1 - p) * (1 - p))
            return np.where(clipped(p, self.clip)[1], 0.0, bent / kept.size)
        s = sigmoid(kept)
        curved: Array = s * (1 - s) / kept.size
        return curved
