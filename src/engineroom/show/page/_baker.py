"""Asks about one run whose answers are kept as bytes, and an account of what they hold."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom._version import __version__
from engineroom.errors import EngineroomError
from engineroom.numerics import NUMERICS
from engineroom.run import Record
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._frames import pack, plain_json
from engineroom.show.page._parcel import Parcel
from engineroom.show.page._reading import read_ask
from engineroom.show.page._replies import Answer, Hello, Limits, RunList
from engineroom.show.page._told import described, run_row
from engineroom.show.page._wire import told

__all__ = ["Baker", "Held", "Tally"]

Tally: TypeAlias = tuple[int, int]

_DRAWN, _LEVELS = 4096, 256
"""More numbers than these are drawn as pixels and not as a curve, in about so many colours."""


@dataclass(frozen=True)
class Held:
    """What a file answers of a run: how many of how many.

    Attributes
    ----------
    steps : steps that are there with all their numbers.
    weights : weights of which one move or more is explained.
    neurons : neurons that can be looked at, after one step or more.
    rows : rows of the data that can be looked at.
    """

    steps: Tally
    weights: Tally
    neurons: Tally
    rows: Tally

    @property
    def whole(self) -> bool:
        """Whether it answers about every step, weight, neuron and row."""
        return all(held == most for held, most in (self.steps, self.weights, self.neurons, self.rows))

    def __str__(self) -> str:
        steps, weights, neurons, rows = (
            f"{held:,} of {most:,}" for held, most in (self.steps, self.weights, self.neurons, self.rows)
        )
        return f"It holds {steps} steps, explanations of {weights} weights, {neurons} neurons and {rows} rows"


class Baker:
    """Asks about one run, and packs each answer that has room, once.

    Parameters
    ----------
    record : the run.
    parcel : where the answers go.

    Attributes
    ----------
    steps : the steps that are in with all their numbers, in the order in which they came.
    refused : how many answers had no room.
    """

    def __init__(self, record: Record, parcel: Parcel) -> None:
        self.record = record
        self.parcel = parcel
        self.steps: list[int] = []
        self.refused = 0
        self._asked: set[str] = set()
        self._weights: set[str] = set()
        self._neurons: set[tuple[str, int]] = set()
        self._rows: set[int] = set()

    def greet(self) -> None:
        """Put in what every page asks first."""
        record = self.record
        hello = Hello(
            version=__version__,
            numerics=NUMERICS,
            logbook=None,
            newest=record.number,
            bundled=[],
            limits=Limits(0, 0),
            can={"train": False, "fork": False, "upload": False, "replay": False},
        )
        self._pack("hello", {}, hello)
        # Only this run is in the file; what it was forked from is told as text in its row.
        self._pack("runs", {}, RunList([run_row(record)]))
        self._pack("describe", {"run": record.number}, described(record))

    def ask(self, ask: str, **args: Any) -> Answer | None:
        """Put in the answer to an ask and return it; None where this run has none, or where it was asked before."""
        whole = {"run": self.record.number, **args}
        key = json.dumps([ask, plain_json(whole)], sort_keys=True)
        if key in self._asked:
            return None
        self._asked.add(key)
        try:
            found: Answer = ANSWERS[ask].answer(self.record, read_ask({"ask": ask, **whole}), _unheard)
        except EngineroomError:
            return None
        self.put(ask, found, **args)
        return found

    def put(self, ask: str, answer: Answer, **args: Any) -> None:
        """Put in an answer that was found otherwise."""
        if not self._pack(ask, {"run": self.record.number, **args}, answer):
            self.refused += 1
        elif ask == "cycle":
            self.steps.append(args["step"])
        elif ask == "why" and "weight" in args:
            self._weights.add(args["weight"])
        elif ask == "neuron":
            self._neurons.add((args["layer"], args["index"]))
        elif ask == "example":
            self._rows.add(args["row"])

    def held(self) -> Held:
        """Return how much of the run is in."""
        record = self.record
        return Held(
            steps=(len(self.steps), record.steps),
            weights=(len(self._weights), sum(math.prod(p.shape) for p in record.plan.parameters)),
            neurons=(len(self._neurons), sum(layer.outputs for layer in described(record).layers)),
            rows=(len(self._rows), record.dataset.size),
        )

    def _pack(self, ask: str, args: Mapping[str, Any], answer: Answer) -> bool:
        plain, columns = told(answer)
        if ask == "beliefs" and columns and "grid" in columns:
            columns = {**columns, "grid": _coarse(columns["grid"])}
        frame = pack({"ask": ask, "args": plain_json(args), "answer": plain}, columns)
        return self.parcel.add(struct.pack("<II", len(frame), 0) + frame + bytes(-len(frame) % 8))


def _coarse(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers that are drawn as colours in steps too small to be seen: packed they have a tenth of the bytes."""
    with np.errstate(invalid="ignore", over="ignore"):
        span = float(np.ptp(values)) if values.size > _DRAWN else 0.0
    if not 0.0 < span < math.inf:
        return values
    unit = values.dtype.type(2.0 ** math.ceil(math.log2(span / _LEVELS)))
    # A span at the end of the range has no such step.
    return np.rint(values / unit) * unit if unit > 0 else values


def _unheard(done: int, total: int) -> None:
    """Take progress that nobody waits for."""
