"""What is chosen when it is left open: network, loss, optimizer, how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engineroom.data import Dataset, Target
from engineroom.errors import OptionError
from engineroom.network import Network
from engineroom.ops import MSE, Adam, AdamW, BinaryCrossEntropy, Cosine, CrossEntropy, Dense, Loss, Optimizer, Schedule
from engineroom.ops import optimizer as optimizer_law
from engineroom.ops import schedule as schedule_law
from engineroom.run._order import steps_per_epoch
from engineroom.run._targets import target_shape

__all__ = ["default_batch_size", "default_loss", "default_network", "default_optimizer", "steps_to_make", "with_rate"]

# Chosen by trial on held-out digits, where the worst seeds gained; on penguins the two differ by nothing that 69 rows
# could show. Numbers keep the second layer.
_CLASSES_HIDDEN, _NUMBER_HIDDEN = (256,), (64, 64)
_BATCH = 32
_LEARNING_RATE = 0.01
# Weights that AdamW decays forget what they learned within 1 / (lr * decay) steps. Held at a number of epochs, this
# time suits small tables and large ones (Wang and Aitchison, 2024); the most that a small table may get is by trial.
_MEMORY_EPOCHS, _CLASSES_DECAY, _NUMBER_DECAY = 3, 2.0, 1.0
# With few inputs, weights below 1/decay cannot bend as the data do; the same holds for narrow layers and for tanh,
# so networks of one's own are decayed less, all but relu no more than is usual. Found by trial on rings, chequers,
# moons and digits: the most for each input, and the most of all.
_OPEN_DECAY, _RELU_DECAY, _GENTLE_DECAY = 0.2, (0.1, 0.5), 0.05
_LEAST_STEPS, _LEAST_EPOCHS = 4000, 20


def default_network(target: Target, hidden: Sequence[int] | None = None, loss: Loss | None = None) -> Network:
    """Return relu layers of these widths, or of usual ones, and an output layer that fits the target and the loss.

    Examples
    --------
    >>> from engineroom.data import Target
    >>> default_network(Target("number", ("price",)), hidden=(8,))
    Network(Dense(8, 'relu'), Dense(1))
    """
    if hidden is None:
        hidden = _CLASSES_HIDDEN if target.kind == "classes" else _NUMBER_HIDDEN
    width = target.outputs if loss is None else target_shape(loss, target)[1]
    return Network(*(Dense(units, "relu") for units in hidden), Dense(width))


def default_loss(target: Target, network: Network) -> Loss:
    """Return cross-entropy for classes (binary where a single output tells two apart) and mse for numbers."""
    if target.kind == "number":
        return MSE()
    return BinaryCrossEntropy() if network.outputs == 1 and target.outputs <= 2 else CrossEntropy()


def default_optimizer(network: Network | None, dataset: Dataset, batch_size: int) -> Optimizer:
    """Return AdamW with a learning rate that glides to 0 over the run; Adam where large weights may be needed.

    Weight decay `d` keeps weights below about 1/d. Classes, and numbers that are standardized, can be told with such
    weights, and are then told better on rows not seen; numbers in their own unit may need any weight. The more steps
    the training rows make in an epoch of batches of `batch_size`, and the fewer inputs they have, the weaker the decay;
    it is strong only with the usual network, which None stands for.

    Examples
    --------
    >>> from engineroom.data import from_arrays
    >>> line = from_arrays([[1.0], [2.0]], [2.0, 4.0], dtype="float64", target_kind="number", validation=None)
    >>> default_optimizer(None, line, batch_size=2).law
    'adam'
    """
    schedule, target = Cosine(_LEARNING_RATE), dataset.target
    if target.kind == "classes":
        most = _CLASSES_DECAY
    elif all(mean == 0 and scale == 1 for mean, scale in zip(target.mean, target.scale, strict=True)):
        return Adam(lr=schedule)
    else:
        most = _NUMBER_DECAY
    inputs = dataset.x.shape[1]
    if network is None:
        most = min(most, _OPEN_DECAY * inputs)
    elif all(it.activation.law == "relu" for it in network.layers[:-1]):
        most = min(most, _RELU_DECAY[0] * inputs, _RELU_DECAY[1])
    else:
        most = _GENTLE_DECAY
    an_epoch = max(1, steps_per_epoch(len(dataset.training), max(1, batch_size)))
    decay = min(most, 1 / (_LEARNING_RATE * _MEMORY_EPOCHS * an_epoch))
    return AdamW(lr=schedule, weight_decay=float(f"{decay:.2g}"))


def with_rate(
    usual: Optimizer,
    name: str | None = None,
    lr: float | Schedule | Mapping[str, Any] | None = None,
    schedule: str | None = None,
    warmup: int | None = None,
) -> Optimizer:
    """Return the usual optimizer, or another one by name, whose learning rate goes on as the usual one does.

    This is the one rule for schedules: what is not said of the learning rate (how high, by which law, with what
    warm-up) is as the usual optimizer has it, which glides to 0, whatever the optimizer and whatever else is said.

    Parameters
    ----------
    name : the law that moves the weights; None is the usual one.
    lr : the highest learning rate, or a whole schedule.
    schedule, warmup : the law of the rate and the steps over which it rises, unless `lr` is a whole schedule.

    Examples
    --------
    >>> law = with_rate(Adam(lr=Cosine(0.01)), "sgd", 0.1)
    >>> law.law, law.schedule
    ('sgd', Cosine(lr=0.1, steps=None, warmup=0, final=0.0))
    """
    law = usual if name is None else optimizer_law(name)
    if lr is None or isinstance(lr, (int, float, np.number)):
        highest = usual.schedule.lr if lr is None else lr
        lr = {"law": schedule or usual.schedule.law, "lr": highest, "warmup": warmup or 0}
    return optimizer_law({**law.to_dict(), "lr": schedule_law(lr).to_dict()})


def default_batch_size(rows: int) -> int:
    """Return 32, or all rows where there are fewer."""
    return min(_BATCH, rows)


def steps_to_make(epochs: int | None, steps: int | None, rows: int, batch_size: int) -> int:
    """Return how many steps a run makes; left open, at least 20 epochs and at least 4,000 steps.

    Examples
    --------
    >>> steps_to_make(epochs=3, steps=None, rows=10, batch_size=4)
    9
    """
    for name, value in (("epochs", epochs), ("steps", steps)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1):
            raise OptionError(f"{name} must be a whole number of at least 1, got {value!r}")
    if epochs is not None and steps is not None:
        raise OptionError(f"give epochs or steps, not both: got epochs={epochs} and steps={steps}")
    if steps is not None:
        return _possible("steps", int(steps), int(steps))
    an_epoch = steps_per_epoch(rows, batch_size)
    if epochs is not None:
        return _possible("epochs", int(epochs), an_epoch * int(epochs))
    return an_epoch * max(_LEAST_EPOCHS, -(-_LEAST_STEPS // an_epoch))


def _possible(name: str, said: int, steps: int) -> int:
    if steps >= 2**53:
        raise OptionError(f"{name}={said} asks for more steps than can be counted exactly; give fewer than 2**53")
    return steps
