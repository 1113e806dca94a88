"""Network, loss, optimizer and shapes become a plan."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engineroom.errors import OptionError, ShapeError
from engineroom.network import Network
from engineroom.numerics import NUMERICS
from engineroom.ops import CrossEntropy, Loss, Optimizer, Start
from engineroom.plan._plan import BATCH, Buffer, Init, Operation, Plan, Role, ScheduleLine

__all__ = ["TargetShape", "build_plan"]

TargetShape: TypeAlias = tuple[Literal["number", "classes"], int]
"""What the target is: ("number", columns) or ("classes", how many)."""

ABSENT = "-"


def build_plan(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    *,
    inputs: int,
    target: TargetShape,
    batch_size: int,
    dtype: Literal["float32", "float64"] = "float32",
    shuffle: bool = True,
    steps: int,
) -> Plan:
    """Return what one step does.

    Parameters
    ----------
    network, loss, optimizer : the laws.
    inputs : width of x.
    target : ("number", columns of y), or ("classes", how many there are).
    batch_size : rows of a full batch.
    dtype : element type of everything but classes.
    shuffle : whether each epoch has its own order.
    steps : of the whole run; the horizon of a schedule that has none of its own.

    Raises
    ------
    ShapeError : where the network does not fit the target; the layer is named.
    OptionError : where the loss does not fit the kind of the target.

    Example
    -------
    >>> from engineroom.ops import MSE, SGD, Dense
    >>> plan = build_plan(Network(Dense(1, bias=False)), MSE(), SGD(lr=0.5), inputs=1, target=("number", 1),
    ...                   batch_size=3, dtype="float64", shuffle=False, steps=10)
    >>> [operation.law for operation in plan.operations]
    ['affine_forward', 'mse_forward', 'mse_backward', 'affine_backward', 'sgd']
    """
    if dtype not in ("float32", "float64"):
        raise OptionError(f"dtype must be 'float32' or 'float64', got {dtype!r}")
    for where, value in (("inputs", inputs), ("batch_size", batch_size), ("steps", steps)):
        if value < 1:
            raise OptionError(f"{where} must be at least 1, got {value}")
    loss = loss.after(network.layers[-1].activation.law)
    _check_target(network, loss, target)
    builder = _Builder(network, loss, optimizer, inputs, target)
    return Plan(
        numerics=NUMERICS,
        dtype=dtype,
        batch_size=batch_size,
        shuffle=shuffle,
        output=builder.output,
        buffers=tuple(builder.buffers),
        operations=tuple(builder.operations),
        schedule=_schedule_line(optimizer, steps),
    )


def _schedule_line(optimizer: Optimizer, steps: int) -> ScheduleLine:
    schedule = optimizer.schedule.over(steps)
    return ScheduleLine(schedule.law, schedule.attributes)


def _check_target(network: Network, loss: Loss, target: TargetShape) -> None:
    kind, width = target
    last, units = network.names[-1], network.outputs
    if kind not in ("number", "classes") or width < 1:
        raise OptionError(f"target must be ('number', columns) or ('classes', how many), got {target!r}")
    if loss.target == "classes" and kind == "number":
        raise OptionError(f"{loss.law} needs classes, but the target is a number; use mse, mae or huber")
    if loss.target == "number" and kind == "classes":
        cure = ("give 0 and 1 as numbers, or " if loss.yes_or_no else "") + "use cross_entropy"
        raise OptionError(f"{loss.law} needs numbers, but the target has {width} classes; {cure}")
    if units != width:
        have = f"{last} has {units} unit{'s' * (units != 1)}"
        if kind == "classes":
            need = f"the target has {width} class{'es' * (width != 1)}"
        else:
            need = f"the target has {width} column{'s' * (width != 1)}"
        raise ShapeError(f"{have} but {need}; set Dense({width}) there")
    if isinstance(loss, CrossEntropy) and width < 2:
        raise ShapeError(f"{last} has 1 unit, and one class alone leaves nothing to learn; give at least two classes")


class _Builder:
    """Collects buffers and operations, layer after layer."""

    def __init__(self, network: Network, loss: Loss, optimizer: Optimizer, inputs: int, target: TargetShape) -> None:
        self.network, self.loss, self.optimizer, self.inputs = network, loss, optimizer, inputs
        self.buffers: list[Buffer] = []
        self.operations: list[Operation] = []
        kind, width = target
        self._buffer("x", "input", BATCH, inputs)
        if kind == "classes":
            self._buffer("y", "classes", BATCH)
        else:
            self._buffer("y", "target", BATCH, width)
        self.output = self._forward()
        kept = self._loss(width)
        self._slots()
        self._backward(kept)
        self._update()

    def _buffer(self, name: str, role: Role, *shape: int, start: Start | None = None) -> str:
        self.buffers.append(Buffer(name, role, shape, None if start is None else Init(*start)))
        return name

    def _forward(self) -> str:
        signal, width = "x", self.inputs
        for name, layer in zip(self.network.names, self.network.layers, strict=True):
            fans = (width, layer.units)
            weight = self._buffer(f"{name}.weight", "parameter", *fans, start=layer.weight_start.start(*fans))
            bias = ABSENT
            if layer.bias:
                bias = self._buffer(f"{name}.bias", "parameter", layer.units, start=layer.bias_init.start(*fans))
            z = self._buffer(f"{name}.z", "activation", BATCH, layer.units)
            self.operations.append(Operation("forward", "affine_forward", (signal, weight, bias), (z,)))
            signal, width = z, layer.units
            law = layer.activation
            if law.law != "identity":
                signal = self._buffer(f"{name}.a", "activation", BATCH, layer.units)
                self.operations.append(Operation("forward", f"{law.law}_forward", (z,), (signal,), law.attributes))
        return signal

    def _loss(self, width: int) -> str:
        writes = [self._buffer("loss.examples", "loss", BATCH)]
        if self.loss.keeps_probabilities:
            writes.append(self._buffer("loss.p", "loss", BATCH, width))
        law = f"{self.loss.kernel}_forward"
        self.operations.append(Operation("loss", law, (self.output, "y"), tuple(writes), self.loss.attributes))
        return writes[-1] if self.loss.keeps_probabilities else self.output

    def _slots(self) -> None:
        for buffer in [b for b in self.buffers if b.role == "parameter"]:
            for slot in self.optimizer.slots:
                if slot is not None:
                    self._buffer(f"{buffer.name}.{slot}", "slot", *buffer.shape)

    def _backward(self, kept: str) -> None:
        widths = (self.inputs, *(layer.units for layer in self.network.layers))
        grad = self._buffer(f"{self.output}.grad", "gradient", BATCH, widths[-1])
        self.operations.append(
            Operation("backward", f"{self.loss.kernel}_backward", (kept, "y"), (grad,), self.loss.attributes)
        )
        signals = self._signals()
        for position in reversed(range(len(self.network.layers))):
            name, layer = self.network.names[position], self.network.layers[position]
            law = layer.activation
            if law.law != "identity":
                dz = self._buffer(f"{name}.z.grad", "gradient", BATCH, layer.units)
                reads = (f"{name}.{law.keeps}", grad)
                self.operations.append(Operation("backward", f"{law.law}_backward", reads, (dz,), law.attributes))
                grad = dz
            weight = f"{name}.weight"
            dweight = self._buffer(f"{weight}.grad", "gradient", widths[position], layer.units)
            dbias = self._buffer(f"{name}.bias.grad", "gradient", layer.units) if layer.bias else ABSENT
            before = signals[position]
            # Nothing comes before x, so its gradient is not worked out.
            dx = self._buffer(f"{before}.grad", "gradient", BATCH, widths[position]) if position else ABSENT
            self.operations.append(
                Operation("backward", "affine_backward", (before, weight, grad), (dweight, dbias, dx))
            )
            grad = dx

    def _signals(self) -> list[str]:
        """Return what each layer reads: x, then the output of the layer before."""
        after = [
            f"{name}.z" if layer.activation.law == "identity" else f"{name}.a"
            for name, layer in zip(self.network.names, self.network.layers, strict=True)
        ]
        return ["x", *after]

    def _update(self) -> None:
        for buffer in [b for b in self.buffers if b.role == "parameter"]:
            slots = tuple(ABSENT if slot is None else f"{buffer.name}.{slot}" for slot in self.optimizer.slots)
            self.operations.append(
                Operation(
                    "update",
                    self.optimizer.law,
                    (buffer.name, f"{buffer.name}.grad", *slots),
                    (buffer.name, *slots),
                    self.optimizer.attributes,
                )
            )
