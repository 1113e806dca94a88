"""Every answer about runs, as a frozen dataclass; those to orders and about data are in `_receipts.py`.

A number annotated `float | None` is null where it is not finite. `columns` are arrays beside the JSON (`_frames.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engineroom.show.page._frames import Columns
from engineroom.show.page._measures import Measure, TargetFacts

__all__ = [
    "Answer",
    "BeliefsReply",
    "Cycle",
    "Description",
    "Example",
    "Examples",
    "HealthReply",
    "Hello",
    "Law",
    "Layer",
    "Limits",
    "NeuronReply",
    "OperationReply",
    "ParameterShape",
    "PushesReply",
    "RowCounts",
    "RunFacts",
    "RunList",
    "RunRow",
    "Series",
    "StateReply",
    "Told",
    "TraceReply",
]

Json: TypeAlias = Any


class Answer:
    """What it is answered."""


@dataclass(frozen=True)
class RunFacts:
    """What the list of runs says of each."""

    number: int
    name: str | None
    status: str
    steps: int
    planned: int
    epochs: int
    parent: int | None
    start: int
    changes: list[str]
    network: str
    loss_last: float | None
    metric_name: str | None
    metric_text: str | None
    created: str
    training: bool


@dataclass(frozen=True)
class RunRow(RunFacts):
    """One run in the list of runs."""

    optimizer: str


@dataclass(frozen=True)
class Limits:
    """How much may be sent."""

    upload_bytes: int
    message_bytes: int


@dataclass(frozen=True)
class Hello(Answer):
    """The page's other side; `logbook` is a name, never a path."""

    version: str
    numerics: int
    logbook: str | None
    newest: int | None
    bundled: list[str]
    limits: Limits
    can: dict[str, bool]


@dataclass(frozen=True)
class RunList(Answer):
    """All runs."""

    runs: list[RunRow]


@dataclass(frozen=True)
class Layer:
    """A layer; its buffers are called `<name>.weight`, `<name>.z`, `<name>.a` and so on."""

    name: str
    kind: str
    inputs: int
    outputs: int
    activation: str
    activation_law: dict[str, Json]
    formula: str
    bias: bool


@dataclass(frozen=True)
class ParameterShape:
    """An array of weights or biases."""

    name: str
    shape: list[int]


@dataclass(frozen=True)
class RowCounts:
    """How many rows are trained on and held out."""

    training: int
    validation: int


@dataclass(frozen=True)
class Law:
    """An optimizer, loss or schedule: its name, its numbers, its formula and one sentence."""

    law: str
    attributes: dict[str, Json]
    formula: str
    words: str


@dataclass(frozen=True)
class Description(RunFacts, Answer):
    """What a run is.

    `outputs` are the classes' labels, or the target's names; `input_pixels` says which pixel of the image each input
    is, counted row by row; a prepared input is `(raw - input_mean) / input_scale`.
    """

    layers: list[Layer]
    parameters: list[ParameterShape]
    slots: list[ParameterShape]
    inputs: list[str]
    input_mean: list[float]
    input_scale: list[float]
    input_measures: list[Measure]
    input_image: tuple[int, int] | None
    input_pixels: list[int] | None
    outputs: list[str]
    target: TargetFacts
    loss: str
    loss_law: Law
    optimizer: Law
    batch_size: int
    steps_per_epoch: int
    rows: RowCounts
    dtype: str
    seed: int
    chosen_step: int
    keyframes: list[int]
    finding: str | None
    plan_text: str


@dataclass(frozen=True)
class StateReply(Answer):
    """Columns: each parameter under its name, of the run's own dtype."""

    step: int
    parameters: list[str]
    columns: Columns


@dataclass(frozen=True)
class OperationReply:
    """One operation of the plan."""

    phase: Literal["forward", "loss", "backward", "update"]
    law: str
    text: str
    reads: list[str]
    writes: list[str]


@dataclass(frozen=True)
class Cycle(Answer):
    """One step, taken apart; `rows` are row numbers of the data as they came.

    Columns: `x`, `y` and the plan's buffers of the rows shown; each parameter and slot before (`name`) and after
    (`name.after`), its gradient (`name.grad`).
    """

    step: int
    epoch: int
    lr: float
    loss: float | None
    batch: int
    rows: list[int]
    rows_shown: int
    operations: list[OperationReply]
    columns: Columns


@dataclass(frozen=True)
class Series(Answer):
    """Columns: for each name `<name>.x` (the bucket's last step), `<name>.min`, `<name>.max`, `<name>.last`."""

    names: list[str]
    first: int
    last: int
    columns: Columns


@dataclass(frozen=True)
class TraceReply(Answer):
    """Columns: `step`, and each weight under its resolved name."""

    weights: list[str]
    columns: Columns


@dataclass(frozen=True)
class Told(Answer):
    """What a lens answered.

    The fields of its `to_dict()` stand in the answer itself, beside `text`, which is what the terminal prints.
    """

    facts: dict[str, Json]
    text: str


@dataclass(frozen=True)
class NeuronReply(Answer):
    """A neuron, and rows of the data passing through it.

    Columns: `z`, `a`, `target` of the rows, `curve_z`, `curve_a`, `weight` into it, `outgoing` from it, `best` and
    `least`: positions of the rows that excite it most and least. With one or two inputs also `x`, `grid_x` (and
    `grid_y`) and `<layer>.responses`, (1, points...), as in what the network believes.
    """

    step: int
    layer: str
    index: int
    name: str
    activation: str
    formula: str
    bias: float | None
    inputs: list[str]
    rows: list[int]
    columns: Columns


@dataclass(frozen=True)
class BeliefsReply(Answer):
    """What the network believes of some rows.

    Columns: `prediction` (class index, or a number in its own unit), `y` alike, `loss`, `probabilities`, `confusion`
    (true by predicted), `hardest`: positions of the rows of greatest loss. With one or two inputs also `x` in raw
    units, `grid_x` (and `grid_y`) alike, and `grid`: what the network says there, probabilities or numbers;
    in a network of up to 256 neurons `<layer>.responses`, (units, points...) on a coarser grid between the same ends:
    what each neuron gives there, as shades (`_shades.py`); none where some of it is NaN or infinite.
    """

    step: int
    part: Literal["validation", "training"]
    rows: list[int]
    loss: float | None
    right: float | None
    classes: list[str]
    inputs: list[str]
    columns: Columns


@dataclass(frozen=True)
class Example(Answer):
    """Columns: `image` uint8 where the row is one; `probabilities` of classes.

    `cells` are the raw cells by column, none where an image shows them; `target` and `prediction` what is right and
    what the network says, in words.
    """

    row: int
    step: int
    part: str
    cells: dict[str, str]
    target: str
    prediction: str
    loss: float | None
    columns: Columns


@dataclass(frozen=True)
class Examples(Answer):
    """What `Example` tells of a row, of many: each list, and the first axis of each column, in the order of `rows`."""

    rows: list[int]
    step: int
    parts: list[str]
    cells: list[dict[str, str]]
    targets: list[str]
    predictions: list[str]
    losses: list[float | None]
    columns: Columns


@dataclass(frozen=True)
class PushesReply(Answer):
    """Columns, hardest first: `push` (what each row moves the weight by, or the norm of its gradient), `loss`."""

    step: int
    weight: str | None
    rows: list[int]
    targets: list[str]
    predictions: list[str]
    columns: Columns


@dataclass(frozen=True)
class HealthReply(Answer):
    """How each layer fares.

    Columns: `step`; per layer `<layer>.update_ratio`, `.gradient_norm`, `.activation_mean`, `.activation_std`,
    `.activation_q5`, `_q25`, `_q50`, `_q75`, `_q95` (so many per cent of the activations lie below it), `.dead`,
    `.saturated` (parts of the units, where its activation can be that); histograms at `step`: `<buffer>.counts` and
    `<buffer>.edges` of weights, gradients and activations.
    """

    step: int
    layers: list[str]
    histograms: list[str]
    columns: Columns
