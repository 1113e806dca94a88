"""Answers asked beforehand, for a page that has no engine behind it.

The bytes are frames (`_frames.py`), each behind its length as uint32 (little-endian) and four zero bytes, and followed
by zero bytes up to a multiple of 8, packed with gzip. A frame's header is `{"ask": ..., "args": ..., "answer": ...}`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeAlias

from engineroom._version import __version__
from engineroom.errors import EngineroomError
from engineroom.numerics import NUMERICS
from engineroom.run import Record, StepProgress
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._frames import pack, plain_json
from engineroom.show.page._parcel import Parcel
from engineroom.show.page._reading import read_ask
from engineroom.show.page._replies import Answer, Hello, Limits, RunList
from engineroom.show.page._told import described, run_row
from engineroom.show.page._wire import told

__all__ = ["Baker", "Held", "Tally"]

Tally: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Held:
    """What a file answers of a run: how many of how many.

    Attributes
    ----------
    steps : steps that are there in full.
    weights : weights of which at least one move is explained.
    neurons : neurons that are shown at one state or more.
    rows : rows of the data that can be looked at.
    """

    steps: Tally
    weights: Tally
    neurons: Tally
    rows: Tally

    def __str__(self) -> str:
        parts = [
            f"{held:,} of {whole:,} {name}"
            for name, (held, whole) in (
                ("steps", self.steps),
                ("weights explained", self.weights),
                ("neurons", self.neurons),
                ("rows", self.rows),
            )
        ]
        return f"It holds {', '.join(parts[:-1])} and {parts[-1]}"


@dataclass
class Baker:
    """Asks about one run, and packs the answers as long as they have room.

    Parameters
    ----------
    record : the run.
    parcel : where the answers go.
    """

    record: Record
    parcel: Parcel
    refused: int = 0
    """How many answers had no room."""
    _known: set[str] = field(default_factory=set)
    _held: dict[str, set[Any]] = field(default_factory=lambda: {"cycle": set(), "why": set(), "neuron": set(), "example": set()})

    def greet(self) -> None:
        """Put in what any page asks first."""
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
        self._put("hello", {}, hello)
        # Only this run is in the file; what it was forked from is told as text in its row.
        self._put("runs", {}, RunList([run_row(record)]))
        self._put("describe", {"run": record.number}, described(record))

    def ask(self, ask: str, **args: Any) -> Answer | None:
        """Put in the answer to an ask and return it; None where this run has none, or it was in already."""
        whole = {"run": self.record.number, **args}
        key = json.dumps([ask, plain_json(whole)], sort_keys=True)
        if key in self._known:
            return None
        self._known.add(key)
        try:
            found: Answer = ANSWERS[ask].answer(self.record, read_ask({"ask": ask, **whole}), _unheard)
        except EngineroomError:
            return None
        self._put(ask, whole, found)
        return found

    def put(self, ask: str, answer: Answer, **args: Any) -> None:
        """Put in an answer that was found otherwise."""
        self._put(ask, {"run": self.record.number, **args}, answer)

    def _put(self, ask: str, args: Mapping[str, Any], answer: Answer) -> None:
        plain, columns = told(answer)
        frame = pack({"ask": ask, "args": plain_json(args), "answer": plain}, columns)
        if not self.parcel.add(struct.pack("<II", len(frame), 0) + frame + bytes(-len(frame) % 8)):
            self.refused += 1
            return
