"""Operations as they are near given values: what they write, and how that changes with what they read.

The tangent of an operation is the linear map from small changes of its reads to the changes of its writes. Tangents of
a plan's forward pass, followed by those of its backward pass, carry a direction in the space of weights to the Hessian
times that direction (Pearlmutter, Fast exact multiplication by the Hessian, 1994).

Elementary functions are the contract's; products of matrices are NumPy's. So the numbers are those of float64
arithmetic, but not bits that the numerics contract promises: they are measured, not trained with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from engineroom.errors import UnknownNameError, nearest
from engineroom.ops._kernels import Reads, Writes, loss_forms
from engineroom.ops._spec import Array
from engineroom.ops.activations import Activation, activation
from engineroom.ops.activations._activation import in_blocks
from engineroom.ops.layers import affine_backward_tangent, affine_forward_tangent
from engineroom.ops.losses import Loss

__all__ = ["Linearized", "linearize"]

Tangent: TypeAlias = Callable[[Sequence[Any]], Writes]
"""Called with the changes of the reads, None where there is none; gives the changes of the writes."""


@dataclass(frozen=True)
class Linearized:
    """An operation near given values.

    Attributes
    ----------
    writes : what it writes there.
    tangent : changes of the reads -> changes of the writes, to first order.
    kink_distance : how far each element is from where the slope jumps, as a part of the usual size; None if nowhere.
    """

    writes: Writes
    tangent: Tangent
    kink_distance: Array | None = None


class Linearize(Protocol):
    """Gives an operation near the values of its reads."""

    def __call__(self, reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
        """Return it near `reads`; `forward` is the operation it goes back through, where that was linearized before."""
        ...


def _affine_forward(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
    x, weight, bias = reads
    tangent = affine_forward_tangent(x, weight)
    z = x @ weight
    return Linearized((z if bias is None else z + bias,), lambda changes: (tangent(*changes),))


def _affine_backward(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
    x, weight, dz = reads
    bias, inputs = writes[1] != "-", writes[2] != "-"
    tangent = affine_backward_tangent(x, weight, dz, bias=bias, inputs=inputs)
    values = x.T @ dz, dz.sum(axis=0) if bias else None, dz @ weight.T if inputs else None
    return Linearized(values, lambda changes: tangent(*changes))


def _activation(law: type[Activation], backward: bool, attributes: Mapping[str, float]) -> Linearize:
    it = law(**attributes)

    def forward_at(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
        (z,) = reads
        a = in_blocks(it.forward, z)
        tangent = it.forward_tangent(z if it.keeps == "z" else a)
        return Linearized((a,), lambda changes: (tangent(changes[0]),), it.kink_distance(z))

    def backward_at(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
        kept, da = reads
        through = it.forward_tangent(kept) if forward is None else _only(forward.tangent)
        tangent = it.backward_tangent(kept, da, through)
        return Linearized((through(da),), lambda changes: (tangent(changes[0], changes[1]),))

    return backward_at if backward else forward_at


def _loss(law: type[Loss], chosen: Mapping[str, Any], backward: bool, attributes: Mapping[str, float]) -> Linearize:
    it = law(**chosen, **attributes)

    def forward_at(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
        out, y = reads
        tangent = it.forward_tangent(out, y)
        return Linearized(it.forward(out, y), lambda changes: tangent(changes[0]))

    def backward_at(reads: Reads, writes: Sequence[str], forward: Linearized | None = None) -> Linearized:
        kept, y = reads
        tangent = it.backward_tangent(kept, y)
        return Linearized((it.backward(kept, y),), lambda changes: (tangent(changes[0]),), it.kink_distance(kept, y))

    return backward_at if backward else forward_at


def _only(tangent: Tangent) -> Callable[[Array], Array]:
    def change(of: Array) -> Array:
        written: Any = tangent([of])[0]
        return np.asarray(written)

    return change


def linearize(law: str, attributes: Mapping[str, float]) -> Linearize:
    """Return what gives an operation near the values of its reads.

    Parameters
    ----------
    law, attributes : as of `kernel`. What is returned is called with float64 arrays (classes are int32) and the names
        written, "-" where one is not wanted; for an activation's backward also with its forward operation, linearized,
        whose slopes it then shares.

    Raises
    ------
    OptionError : when what is returned is called, and the law has no tangents.

    Example
    -------
    >>> import numpy as np
    >>> near = linearize("tanh_forward", {})([np.array([[0.0, 100.0]])], ["dense1.a"])
    >>> near.writes, near.tangent([np.array([[0.5, 0.5]])])
    ((array([[0., 1.]]),), (array([[0.5, 0. ]]),))
    """
    forms = loss_forms()
    if law == "affine_forward":
        return _affine_forward
    if law == "affine_backward":
        return _affine_backward
    stem, _, way = law.rpartition("_")
    if way in ("forward", "backward") and stem in activation.laws:
        return _activation(activation.laws[stem], way == "backward", attributes)
    if way in ("forward", "backward") and stem in forms:
        return _loss(*forms[stem], way == "backward", attributes)
    known = [f"{name}_{way}" for name in ("affine", *activation.laws, *forms) for way in ("forward", "backward")]
    raise UnknownNameError(f"there is no operation with tangents called {law!r}{nearest(law, known)}")
