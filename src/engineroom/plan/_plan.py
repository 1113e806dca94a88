"""What one step does: a frozen, printable graph of operations on named buffers.

The text of a plan is its serialization: `str(plan)` is what the native engine reads, what a logbook
stores and what a person prints. Numbers in it are hex floats, so the text holds every bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from engineroom.ops import Loss, loss_of

__all__ = ["BATCH", "PHASES", "Buffer", "Init", "Operation", "Phase", "Plan", "Role", "ScheduleLine", "Slice"]

Phase: TypeAlias = Literal["forward", "loss", "backward", "update"]
Role: TypeAlias = Literal["input", "target", "classes", "parameter", "slot", "activation", "gradient", "loss"]

PHASES: tuple[Phase, ...] = get_args(Phase)
"""The phases of a step, in order."""

BATCH = -1
"""Stands in a shape for the number of rows of the batch; printed as B."""


@dataclass(frozen=True)
class Init:
    """How a parameter begins: `constant c`, `uniform lo hi` or `normal mean std` (docs/numerics.md, 10)."""

    kind: Literal["constant", "uniform", "normal"]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Buffer:
    """A named array. `shape` may begin with BATCH. Only parameters have an `init`; slots begin at +0."""

    name: str
    role: Role
    shape: tuple[int, ...]
    init: Init | None = None


@dataclass(frozen=True)
class Operation:
    """One operation: `law` is the kernel's name; `-` among `reads` or `writes` stands for an absent optional buffer."""

    phase: Phase
    law: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    attributes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class ScheduleLine:
    """The learning rate as a function of the step: its law (`constant`, `cosine`) and its numbers."""

    law: str
    attributes: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Slice:
    """Where one parameter or slot lies in the flat state."""

    name: str
    offset: int
    shape: tuple[int, ...]
    size: int


@dataclass(frozen=True)
class Plan:
    """What one step does.

    Attributes
    ----------
    numerics : version of the numerics contract.
    dtype : "float32" or "float64".
    batch_size : rows of a full batch; the last batch of an epoch may be smaller.
    shuffle : whether each epoch has its own order (never when one batch holds all rows).
    output : the buffer that is the network's output.
    buffers : in a fixed order; parameters and slots make the state in this order.
    operations : in the order they run, phase after phase.
    schedule : the learning rate.

    Example
    -------
    >>> from engineroom.network import Network
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> from engineroom.plan import build_plan
    >>> plan = build_plan(Network(Dense(1)), MSE(), SGD(), inputs=2, target=("number", 1), batch_size=3, steps=1)
    >>> [f"{piece.name} at {piece.offset}" for piece in plan.layout]
    ['dense1.weight at 0', 'dense1.bias at 2']
    >>> print(plan.operations[0].law, plan.operations[0].reads)
    affine_forward ('x', 'dense1.weight', 'dense1.bias')
    """

    numerics: int
    dtype: Literal["float32", "float64"]
    batch_size: int
    shuffle: bool
    output: str
    buffers: tuple[Buffer, ...]
    operations: tuple[Operation, ...]
    schedule: ScheduleLine

    @cached_property
    def layout(self) -> tuple[Slice, ...]:
        """Parameters in plan order, then slots in plan order, each row-major without padding."""
        slices: list[Slice] = []
        offset = 0
        for role in ("parameter", "slot"):
            for buffer in self.buffers:
                if buffer.role == role:
                    size = 1
                    for n in buffer.shape:
                        size *= n
                    slices.append(Slice(buffer.name, offset, buffer.shape, size))
                    offset += size
        return tuple(slices)

    @cached_property
    def state_size(self) -> int:
        """Elements in the flat state."""
        return sum(s.size for s in self.layout)

    @cached_property
    def parameters(self) -> tuple[Buffer, ...]:
        """The parameters, in plan order."""
        return tuple(b for b in self.buffers if b.role == "parameter")

    @cached_property
    def lowered_loss(self) -> Loss:
        """The loss that it measures, as it reads this network's output: of logits or of probabilities."""
        operation = next(o for o in self.operations if o.phase == "loss")
        return loss_of(operation.law, dict(operation.attributes))

    def buffer(self, name: str) -> Buffer:
        """Return the buffer called `name`; KeyError when there is none."""
        return self._by_name[name]

    def activation_of(self, layer: str) -> str:
        """Return the name of the buffer that holds what a layer gives: of one without an activation the sums."""
        return f"{layer}.a" if f"{layer}.a" in self._by_name else f"{layer}.z"

    @cached_property
    def _by_name(self) -> dict[str, Buffer]:
        return {b.name: b for b in self.buffers}

    def __str__(self) -> str:
        return self.text

    @cached_property
    def text(self) -> str:
        """The plan as text, one line a fact; see docs/plan.md."""
        lines = [
            "engineroom-plan 1",
            f"numerics {self.numerics}",
            f"dtype {self.dtype}",
            f"batch {self.batch_size}",
            f"order {'shuffled' if self.shuffle else 'sequential'}",
        ]
        for b in self.buffers:
            line = f"buffer {b.name} {b.role} {_shape_text(b.shape)}"
            if b.init is not None:
                line += " ; " + " ".join([b.init.kind, *map(_number, b.init.values)])
            lines.append(line)
        lines.append(f"output {self.output}")
        lines.append(f"schedule {self.schedule.law}{_attributes_text(self.schedule.attributes)}")
        for op in self.operations:
            line = f"op {op.phase} {op.law} {' '.join(op.reads)} -> {' '.join(op.writes)}"
            lines.append(line + _attributes_text(op.attributes))
        return "\n".join(lines) + "\n"


def _shape_text(shape: tuple[int, ...]) -> str:
    return "x".join("B" if n == BATCH else str(n) for n in shape)


def _number(value: float) -> str:
    return float(value).hex()


def _attributes_text(attributes: tuple[tuple[str, float], ...]) -> str:
    return " ; " + " ".join(f"{k}={_number(v)}" for k, v in attributes) if attributes else ""
