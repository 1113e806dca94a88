"""The reference kernels by the names that plans call them: law, reads -> writes.

Each takes the arrays an operation reads (None for `-`) and gives those it writes, without touching its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from engineroom.errors import UnknownNameError, nearest
from engineroom.ops._spec import Array
from engineroom.ops.activations import Activation, activation
from engineroom.ops.layers import affine_backward, affine_forward
from engineroom.ops.losses import Loss, loss
from engineroom.ops.optimizers import Optimizer, optimizer

__all__ = ["KERNELS", "Kernel", "Moment", "Reads", "Writes", "kernel", "loss_forms", "loss_of"]


@dataclass(frozen=True)
class Moment:
    """When an operation runs: its step, counted from 1, and that step's learning rate."""

    step: int
    lr: float


Reads: TypeAlias = Sequence[Any]
Writes: TypeAlias = tuple[Array | None, ...]
Kernel: TypeAlias = Callable[[Reads, Sequence[str], Moment], Writes]
"""Called with the arrays read, the names written ("-" where one is not wanted), and the moment."""


def _affine_forward(reads: Reads, writes: Sequence[str], moment: Moment) -> Writes:
    x, weight, bias = reads
    return (affine_forward(x, weight, bias),)


def _affine_backward(reads: Reads, writes: Sequence[str], moment: Moment) -> Writes:
    x, weight, dz = reads
    _, dbias, dx = writes
    return affine_backward(x, weight, dz, bias=dbias != "-", inputs=dx != "-")


def _activation(law: type[Activation], backward: bool) -> Callable[[Mapping[str, float]], Kernel]:
    def bound(attributes: Mapping[str, float]) -> Kernel:
        it = law(**attributes)
        if backward:
            return lambda reads, writes, moment: (it.backward(reads[0], reads[1]),)
        return lambda reads, writes, moment: (it.forward(reads[0]),)

    return bound


def _loss(law: type[Loss], chosen: Mapping[str, Any], backward: bool) -> Callable[[Mapping[str, float]], Kernel]:
    def bound(attributes: Mapping[str, float]) -> Kernel:
        it = law(**chosen, **attributes)
        if backward:
            return lambda reads, writes, moment: (it.backward(reads[0], reads[1]),)
        return lambda reads, writes, moment: it.forward(reads[0], reads[1])

    return bound


def _optimizer(law: type[Optimizer]) -> Callable[[Mapping[str, float]], Kernel]:
    switches = {f.name for f in fields(law) if isinstance(f.default, bool)}  # type: ignore[arg-type]

    def bound(attributes: Mapping[str, float]) -> Kernel:
        it = law(**{name: bool(v) if name in switches else v for name, v in attributes.items()})

        def step(reads: Reads, writes: Sequence[str], moment: Moment) -> Writes:
            w, g, *slots = reads
            new, after = it.update(w, g, tuple(slots), moment.lr, moment.step)
            return (new, *after)

        return step

    return bound


def loss_forms() -> dict[str, tuple[type[Loss], dict[str, Any]]]:
    """Return the stem of each loss's kernels, with the law behind it and what that stem decides."""
    found: dict[str, tuple[type[Loss], dict[str, Any]]] = {}
    for name, kind in loss.laws.items():
        if kind.squashed_by is None:
            found[name] = kind, {}
        else:
            found[name] = kind, {"probabilities": False}
            found[f"{name}_probabilities"] = kind, {"probabilities": True}
    return found


def loss_of(law: str, attributes: Mapping[str, float]) -> Loss:
    """Return the loss whose forward kernel is called `law`, with an operation's attributes.

    Example
    -------
    >>> loss_of("cross_entropy_probabilities_forward", {"clip": 0.001})
    CrossEntropy(probabilities=True, clip=0.001)
    """
    kind, chosen = loss_forms()[law.removesuffix("_forward")]
    return kind(**chosen, **attributes)


def _all() -> dict[str, Callable[[Mapping[str, float]], Kernel]]:
    found: dict[str, Callable[[Mapping[str, float]], Kernel]] = {
        "affine_forward": lambda attributes: _affine_forward,
        "affine_backward": lambda attributes: _affine_backward,
    }
    for name, law in activation.laws.items():
        if name != "identity":
            found[f"{name}_forward"] = _activation(law, backward=False)
            found[f"{name}_backward"] = _activation(law, backward=True)
    for stem, (kind, chosen) in loss_forms().items():
        found[f"{stem}_forward"] = _loss(kind, chosen, backward=False)
        found[f"{stem}_backward"] = _loss(kind, chosen, backward=True)
    for name, rule in optimizer.laws.items():
        found[name] = _optimizer(rule)
    return found


KERNELS = _all()
"""Every kernel that a plan may name; each is called with an operation's attributes and gives the kernel."""


def kernel(law: str, attributes: Mapping[str, float]) -> Kernel:
    """Return the reference kernel called `law`, bound to an operation's attributes.

    Example
    -------
    >>> import numpy as np
    >>> relu = kernel("relu_forward", {})
    >>> relu([np.array([[-1.0, 2.0]])], ["dense1.a"], Moment(step=1, lr=0.1))
    (array([[0., 2.]]),)
    """
    if law not in KERNELS:
        raise UnknownNameError(f"there is no kernel called {law!r}{nearest(law, KERNELS)}")
    return KERNELS[law](attributes)
