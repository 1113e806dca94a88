"""Every ask of the page, as a frozen dataclass; what has a default may be left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from engineroom.data import ColumnChoice

__all__ = [
    "Ask",
    "BeliefsAsk",
    "CancelAsk",
    "CompareAsk",
    "ContributionsAsk",
    "CycleAsk",
    "DescribeAsk",
    "DigitsAsk",
    "DrawnAsk",
    "EstimateAsk",
    "ExampleAsk",
    "ExamplesAsk",
    "ForkAsk",
    "HealthAsk",
    "HelloAsk",
    "LandscapeAsk",
    "NeuronAsk",
    "Pictures",
    "PushesAsk",
    "RaceAsk",
    "ResumeAsk",
    "RunsAsk",
    "SeriesAsk",
    "StabilityAsk",
    "StateAsk",
    "StopAsk",
    "TraceAsk",
    "TrainAsk",
    "TrainData",
    "TrainLayer",
    "TrainingAsk",
    "UploadAsk",
    "WatchAsk",
    "WhyAsk",
]

Json: TypeAlias = Any

Pictures: TypeAlias = Literal["exact", "shades", "none"]


class Ask:
    """What a page may ask."""


@dataclass(frozen=True)
class HelloAsk(Ask):
    """Who is there, and what it can do."""


@dataclass(frozen=True)
class DigitsAsk(Ask):
    """Some images of the bundled digits, from the first row on, before anything was trained on them."""

    count: int = 20


@dataclass(frozen=True)
class RunsAsk(Ask):
    """All runs, oldest first."""


@dataclass(frozen=True)
class DescribeAsk(Ask):
    """What a run is."""

    run: int


@dataclass(frozen=True)
class StateAsk(Ask):
    """The weights after `step` updates."""

    run: int
    step: int
    glance: bool = False


@dataclass(frozen=True)
class CycleAsk(Ask):
    """Step `step`, counted from 1, with its batch's numbers.

    At a glance it is the last step until then that needs no replay, and without the optimizer's slots: for whoever
    looks on while the run trains.
    """

    run: int
    step: int
    rows: int = 64
    glance: bool = False


@dataclass(frozen=True)
class SeriesAsk(Ask):
    """Recorded or replayed numbers over the steps: "loss", "lr", "validation.loss" and other metrics, or weights.

    At a glance weights are told at the steps whose states were kept, which needs no replay.
    """

    run: int
    names: list[str]
    first: int = 1
    last: int | None = None
    points: int = 1024
    glance: bool = False


@dataclass(frozen=True)
class TraceAsk(Ask):
    """The whole path of weights, from state 0 on."""

    run: int
    weights: list[str]
    points: int = 20000


@dataclass(frozen=True)
class WhyAsk(Ask):
    """Why a weight moved as it did in one step."""

    run: int
    weight: str | None = None
    step: int | None = None
    epoch: int | None = None
    prove: bool = False
    top: int = 5
    glance: bool = False


@dataclass(frozen=True)
class LandscapeAsk(Ask):
    """The loss around a state, along one weight or two."""

    run: int
    step: int
    weights: list[str]
    points: int | None = None
    span: float | None = None


@dataclass(frozen=True)
class StabilityAsk(Ask):
    """How sharp the loss is at a state, and which learning rate it bears."""

    run: int
    step: int | None = None
    sample: int | None = None
    prove: bool = False


@dataclass(frozen=True)
class CompareAsk(Ask):
    """Two runs side by side."""

    run: int
    other: int
    points: int | None = None


@dataclass(frozen=True)
class ContributionsAsk(Ask):
    """Which examples moved a weight over a stretch of steps."""

    run: int
    weight: str
    first: int | None = None
    last: int | None = None
    top: int = 12


@dataclass(frozen=True)
class NeuronAsk(Ask):
    """One neuron at a state, with rows of the data passing through it."""

    run: int
    step: int
    layer: str
    index: int
    rows: int = 256
    glance: bool = False


@dataclass(frozen=True)
class BeliefsAsk(Ask):
    """What the network believes of the data at a state."""

    run: int
    step: int
    rows: Literal["validation", "training"] = "validation"
    limit: int = 2000
    glance: bool = False


@dataclass(frozen=True)
class ExampleAsk(Ask):
    """One row of the data, by its number as the data came; without a step, at the last state that was kept."""

    run: int
    row: int
    step: int | None = None


@dataclass(frozen=True)
class ExamplesAsk(Ask):
    """Rows of the data, as each of them alone."""

    run: int
    rows: list[int]
    step: int | None = None


@dataclass(frozen=True)
class PushesAsk(Ask):
    """Which examples push hardest now: on one weight, or on all of them."""

    run: int
    step: int
    weight: str | None = None
    top: int = 16


@dataclass(frozen=True)
class HealthAsk(Ask):
    """How each layer fares over the steps, with histograms at one of them; at a glance of steps that need no replay."""

    run: int
    points: int = 64
    step: int | None = None
    glance: bool = False


@dataclass(frozen=True)
class TrainLayer:
    """A layer of a network to train; `units` null, in the last one only: as many as the target needs."""

    units: int | None
    activation: str = "identity"
    bias: bool = True
    init: str | dict[str, Json] = "auto"


@dataclass(frozen=True)
class TrainData:
    """What to train on: a bundled data set, an upload, or arrays x and y."""

    bundled: str | None = None
    upload: str | None = None
    columns: dict[str, ColumnChoice] = field(default_factory=dict)
    x: list[Json] | None = None
    y: list[Json] | None = None


@dataclass(frozen=True)
class TrainingAsk(Ask):
    """A training; what is left out is chosen as `train` chooses. `batch_size` null is all rows."""

    data: TrainData
    target: str | None = None
    network: list[TrainLayer] | None = None
    loss: str | dict[str, Json] | None = None
    optimizer: str | dict[str, Json] | None = None
    epochs: int | None = None
    steps: int | None = None
    batch_size: int | Literal["auto"] | None = "auto"
    seed: int = 0
    noise: float | None = None
    validation: float | int | Literal["auto"] | None = "auto"
    standardize: bool | None = None
    dtype: Literal["float32", "float64"] = "float32"
    name: str | None = None


@dataclass(frozen=True)
class TrainAsk(TrainingAsk):
    """Train a run."""


@dataclass(frozen=True)
class EstimateAsk(TrainingAsk):
    """What a training would take; some of its steps are tried, and nothing is kept."""


@dataclass(frozen=True)
class ForkAsk(Ask):
    """Go on from state `at` with something changed, as a run of its own."""

    run: int
    at: int
    lr: float | dict[str, Json] | None = None
    optimizer: str | dict[str, Json] | None = None
    batch_size: int | Literal["all"] | None = None
    loss: str | dict[str, Json] | None = None
    seed: int | None = None
    set: dict[str, float] | None = None
    freeze: list[str] | None = None
    drop_examples: list[int] | None = None
    epochs: int | None = None
    steps: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class ResumeAsk(Ask):
    """Go on with a run that ended."""

    run: int
    epochs: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class StopAsk(Ask):
    """End a run that is training here, between two steps; it is kept."""

    run: int


@dataclass(frozen=True)
class RaceAsk(Ask):
    """Forks from one state, one an optimizer, each `steps` long."""

    run: int
    at: int
    optimizers: list[str | dict[str, Json]]
    steps: int


@dataclass(frozen=True)
class UploadAsk(Ask):
    """What an upload is, where some of its columns are read as other kinds.

    `kinds` are what `TrainData` has as `columns`; at the head of a message these are its arrays.
    """

    upload: str
    kinds: dict[str, ColumnChoice] = field(default_factory=dict)


@dataclass(frozen=True)
class WatchAsk(Ask):
    """Which run this page looks at, whether anybody sees it, and in what form it draws its weights while it trains.

    With "shades" an array of many weights comes as bytes, one of 256 colours each; with "none" no state is pushed.
    `ahead` is how many states may be on their way before the page says that they are drawn; null sets no bound.
    """

    run: int | None = None
    visible: bool = True
    pictures: Pictures = "exact"
    ahead: int | None = None


@dataclass(frozen=True)
class DrawnAsk(Ask):
    """So many more of the states that were pushed are on the screen; this is not answered."""

    states: int


@dataclass(frozen=True)
class CancelAsk(Ask):
    """Give up an ask of this page."""

    target: int
