"""Answers asked beforehand, for a page that has no engine behind it.

The bytes are frames (`_frames.py`), each behind its length as uint32 (little-endian) and four zero bytes, and followed
by zero bytes up to a multiple of 8; all of them packed with gzip. A frame's header is
`{"ask": ..., "args": ..., "answer": ...}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from engineroom.errors import EngineroomError
from engineroom.run import Record, StepProgress
from engineroom.show._images import images_of
from engineroom.show.page._asks import SeriesAsk, TraceAsk
from engineroom.show.page._baker import Baker, Held
from engineroom.show.page._parcel import Parcel
from engineroom.show.page._replies import (
    BeliefsReply,
    Cycle,
    Example,
    NeuronReply,
    PushesReply,
    Series,
    Told,
    TraceReply,
)
from engineroom.show.page._steps import series_of, trace_of

__all__ = ["bake", "coarse_to_fine"]

_SECONDS = 30.0
"""After these nothing more is asked than what the views open with, however much room is left."""

_TRACED, _PATH = 20_000, 1000
"""The page asks the path of a weight as a trace up to so many steps, and draws it in about so many points."""
_SHOWN, _NEIGHBOURS, _HARDEST, _PUSHING, _SAMPLED = 12, 6, 24, 16, 256
"""How many the page lists of the weights into a neuron, of the rows at either end of its answers, of the hardest rows
and of those that push most; and with how many rows it draws a neuron."""
_FEW, _TRAINED_ON, _SHARPNESS = 4, 9, 5
"""Of a step that is not the last, so many of the hardest rows and of those that push most can be looked at. So many
steps, the first from coarse to fine, have the predictions of the rows trained on if there is no map, and so many the
sharpness."""
_DOTS = 400
"""So many rows the page draws on the map beside the picture of a step."""
_MANY_ROWS, _SAMPLE = 500, 200
"""Where more rows than these are trained on, the page measures the sharpness on a sample of so many."""


def bake(
    record: Record, room: int, progress: StepProgress | None = None, *, seconds: float = _SECONDS
) -> tuple[bytes, Held]:
    """Return answers about one run packed with gzip, and what they hold: first what every view opens with, then more.

    More are steps from coarse to fine, explanations of the weights that their pictures lead to, neurons, and rows. They
    share what is left of the room, and what one has no use for is the others'.

    Parameters
    ----------
    record : the run.
    room : bytes that the packed answers may take.
    progress : told how much of the room, or of the time, is used.
    seconds : after which no more is asked than what every view opens with.
    """
    baker, began = Baker(record, Parcel(room)), perf_counter()
    baker.greet()
    order = _Order(baker)

    def used() -> float:
        return max(baker.parcel.size / room, (perf_counter() - began) / seconds)

    def tell() -> None:
        if progress is not None:
            progress(int(room * min(1.0, used())), room)

    for _ in order.opening():
        tell()
    queues = order.queues()
    while queues and used() < 1:
        queue = min(queues, key=lambda one: one.spent / one.share)
        before, refused = used(), baker.refused
        ended = next(queue.units, _END) is _END
        # What needs much time has its share of that, as it has of the room.
        queue.spent += used() - before
        if ended or baker.refused > refused:
            queues.remove(queue)
        tell()
    if progress is not None:
        progress(room, room)
    return baker.parcel.packed(), baker.held()


_END = object()


@dataclass
class _Queue:
    """Asks that follow one another, and what share of the room they may have beside the others."""

    units: Iterator[None]
    share: int
    spent: float = 0.0


class _Order:
    """What is asked, in which order. Each of its generators yields where another may take its turn."""

    def __init__(self, baker: Baker) -> None:
        self.baker, self.record = baker, baker.record
        record = self.record
        self.last = record.steps
        # The views of a single step open at the first that is the run's own, all others after the last.
        self.first = min(record.start + 1, self.last)
        self.held_out = len(record.dataset.validation) > 0
        self.image = images_of(record.dataset) is not None
        # Of so few inputs a map of what the network says stands beside the picture of a step.
        self.plane = not self.image and record.dataset.x.shape[1] <= 2
        shapes = {parameter.name: parameter.shape for parameter in record.plan.parameters}
        self.biases = {name for name in shapes if name.endswith(".bias")}
        sizes = {n: shapes[f"{n}.weight"][-1] for n in record.network.names if f"{n}.weight" in shapes}
        self.neurons = [(name, i) for name in sizes for i in range(sizes[name])]
        *hidden, self.output = sizes
        near = sorted(hidden, key=lambda name: sizes[name])
        self.near = [(name, i) for name in (self.output, *near) for i in range(sizes[name])]
        self.traced: set[str] = set()
        self.targets: dict[int, int] = {}

    def opening(self) -> Iterator[None]:
        """Ask what each view opens with."""
        ask, record = self.baker.ask, self.record
        metrics = list(record.validation[0].values) if record.validation else []
        names = ["loss", "lr", *(f"validation.{name}" for name in metrics)]
        if self.last:
            self._series(names)
        ask("state", step=0)
        self._sharpness(0)
        yield
        if not self.last:
            return
        self._step(self.first)
        ask("state", step=self.first)
        self._explain(self.first, *self._beside(self.first))
        yield
        self._step(self.last)
        ask("state", step=self.last)
        self._trained_on(self.last)
        self._examples(self.last, self._neuron(self.last, *self.neurons[0]))
        yield
        ask("health", points=48)
        self._sharpness(self.last)
        yield
        for found in (ask("why", prove=True, top=6), ask("why", step=self.first, prove=True, top=6)):
            if isinstance(found, Told):
                name, step = found.facts["name"], int(found.facts["step"])
                self._step(step)
                self._moves(step, [name])
                ask("why", weight=name, prove=True, top=6)
                ask("pushes", step=step, weight=name, top=_PUSHING)
                yield

    def queues(self) -> list[_Queue]:
        """Return what is asked as long as there is room."""
        if not self.last:
            return [_Queue(self._rows(), 1)]
        return [
            _Queue(self._steps(), 7),
            _Queue(self._explanations(), 3),
            _Queue(self._neurons(), 3),
            _Queue(self._rows(), 1),
            _Queue(self._states(), 1),
        ]

    def _steps(self) -> Iterator[None]:
        for i, step in enumerate(self._coarse()):
            self._step(step)
            if i < _TRAINED_ON:
                self._trained_on(step)
            if i < _SHARPNESS:
                self._sharpness(step)
            yield

    def _states(self) -> Iterator[None]:
        for step in self._coarse():
            self.baker.ask("state", step=step)
            yield

    def _explanations(self) -> Iterator[None]:
        """Explain the weights into more and more neurons, in more and more of the steps that are there."""
        neurons = [None, self.neurons[0], *(one for one in self.near if one != self.neurons[0])]
        done: set[tuple[int, str, int]] = set()
        for reach in range(1, len(neurons) + 256):
            for j, neuron in enumerate(neurons[:reach]):
                for step in self.baker.steps[: reach - j]:
                    one = (step, *(neuron or self._beside(step)))
                    if one not in done:
                        done.add(one)
                        self._explain(*one)
                        yield
            yield

    def _neurons(self) -> Iterator[None]:
        for step in dict.fromkeys((self.last, self.first, *self.baker.steps)):
            for layer, index in self.near:
                rows = self._neuron(step, layer, index)
                if layer == self.output:
                    self._examples(step, rows)
                yield

    def _rows(self) -> Iterator[None]:
        dataset = self.record.dataset
        numbers, training = dataset.row_numbers, dataset.training
        # Neurons are shown with some of the rows trained on, which are looked at before the others.
        spread = training[np.unique(np.linspace(0, len(training) - 1, _SAMPLED).astype(np.int64))]
        for part in (dataset.validation, spread, training):
            for row in numbers[part].tolist():
                self._examples(self.last, [row])
                yield

    def _coarse(self) -> Iterator[int]:
        yield self.first
        yield from (step for step in coarse_to_fine(self.last) if step != self.first)

    def _step(self, step: int) -> None:
        """Ask all that the views show of one step, or after it."""
        ask = self.baker.ask
        cycle = ask("cycle", step=step)
        if isinstance(cycle, Cycle) and self.record.dataset.target.kind == "classes":
            self.targets[step] = int(cycle.columns["y"].flat[0])
        ask("health", points=1, step=step)
        few = step != self.last
        self._beliefs(step, self.record.dataset.measured_on)
        if self.plane:
            # The picture shows the weights before the step until they are updated.
            for state in (step - 1, step):
                self._beliefs(state, "training", **({"limit": _DOTS} if self.held_out else {}))
        pushing = ask("pushes", step=step, top=_PUSHING)
        if isinstance(pushing, PushesReply):
            self._examples(step, pushing.rows[: _FEW if few else _PUSHING])
        largest = ask("why", step=step, prove=True, top=6)
        if isinstance(largest, Told):
            self._moves(step, [largest.facts["name"]])

    def _beside(self, step: int) -> tuple[str, int]:
        """Return the neuron with which the picture of a step opens: the output for the class of its first row."""
        outputs = sum(layer == self.output for layer, _ in self.neurons)
        return self.output, max(0, min(self.targets.get(step, 0), outputs - 1))

    def _beliefs(self, step: int, part: str, **args: Any) -> None:
        """Ask what the network says of the rows of a part, and the hardest of them."""
        found = self.baker.ask("beliefs", step=step, rows=part, **args)
        if isinstance(found, BeliefsReply):
            hardest = found.columns["hardest"][: _FEW if step != self.last else _HARDEST]
            self._examples(step, [found.rows[at] for at in hardest.tolist()])

    def _trained_on(self, step: int) -> None:
        if self.held_out and not self.plane:
            self._beliefs(step, "training")

    def _sharpness(self, step: int) -> None:
        many = len(self.record.dataset.training) > _MANY_ROWS
        self.baker.ask("stability", step=step, sample=_SAMPLE if many else None, prove=True)

    def _neuron(self, step: int, layer: str, index: int) -> list[int]:
        """Ask what a neuron does; return the rows that it answers most and least."""
        found = self.baker.ask("neuron", step=step, layer=layer, index=index, rows=_SAMPLED)
        if not isinstance(found, NeuronReply):
            return []
        ends = np.concatenate([found.columns[name][:_NEIGHBOURS] for name in ("best", "least")])
        return [found.rows[at] for at in ends.tolist()]

    def _explain(self, step: int, layer: str, index: int) -> None:
        """Explain the moves of the weights that the page lists beside a neuron."""
        into = self.record.at(step - 1).weights[f"{layer}.weight"][:, index]
        listed = np.argsort(-np.abs(into), kind="stable")[:_SHOWN].tolist() if len(into) > _SHOWN else range(len(into))
        names = [f"{layer}.weight[{i}, {index}]" for i in listed]
        if f"{layer}.bias" in self.biases:
            names.append(f"{layer}.bias[{index}]")
        self._moves(step, names)

    def _moves(self, step: int, names: Iterable[str]) -> None:
        names = list(names)
        for name in names:
            found = self.baker.ask("why", step=step, weight=name, prove=True, top=6)
            self.baker.ask("landscape", step=step, weights=[name], points=101)
            if isinstance(found, Told):
                gradient: dict[str, Any] = found.facts["gradient"]
                # The page shows what the network said of them before the step.
                self._examples(step - 1, [one["row"] for one in (*gradient["up"], *gradient["down"])])
        self._paths([name for name in names if name not in self.traced])

    def _series(self, names: list[str]) -> None:
        """Ask what was recorded over the steps: for all its names together, and for each alone."""
        found = self.baker.ask("series", names=names, points=2048)
        if isinstance(found, Series):
            for name in names:
                self.baker.put("series", _one(found, name), names=[name])

    def _paths(self, names: list[str]) -> None:
        """Ask the paths of weights in one go through the run."""
        self.traced.update(names)
        number, put = self.record.number, self.baker.put
        if not names:
            return
        try:
            if self.last <= _TRACED:
                trace = trace_of(self.record, TraceAsk(number, names, _PATH))
                for name in names:
                    columns = {key: trace.columns[key] for key in ("step", name)}
                    put("trace", TraceReply([name], columns), weights=[name])
            else:
                series = series_of(self.record, SeriesAsk(number, names, points=_PATH))
                for name in names:
                    put("series", _one(series, name), names=[name])
        except EngineroomError:
            # What the run cannot tell of them, the page does not ask a second time.
            return

    def _examples(self, step: int, rows: Iterable[int]) -> None:
        for row in rows:
            found = self.baker.ask("example", row=row, step=step)
            if isinstance(found, Example) and step == self.last and self.image:
                # A picture of it is asked for without a step.
                self.baker.put("example", found, row=row)


def _one(series: Series, name: str) -> Series:
    """Return one of several series."""
    columns = {key: values for key, values in series.columns.items() if key.rpartition(".")[0] == name}
    return Series([name], series.first, series.last, columns)


def coarse_to_fine(last: int) -> Iterator[int]:
    """Yield the steps 1 to `last`, each once: the ends first, then always the middles of what is left out.

    Examples
    --------
    >>> list(coarse_to_fine(9))
    [9, 1, 5, 3, 7, 2, 4, 6, 8]
    """
    seen: set[int] = set()
    for step in (last, 1):
        if step not in seen:
            seen.add(step)
            yield step
    parts = 2
    while len(seen) < last:
        for k in range(1, parts, 2):
            step = 1 + round((last - 1) * k / parts)
            if step not in seen:
                seen.add(step)
                yield step
        parts *= 2
