"""What an order or a question about data is answered, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engineroom.show.page._frames import Columns
from engineroom.show.page._replies import Answer

__all__ = ["Begun", "Cost", "Digits", "Done", "Raced", "Upload", "UploadColumn"]


@dataclass(frozen=True)
class Begun(Answer):
    """The run that has begun."""

    run: int


@dataclass(frozen=True)
class Raced(Answer):
    """The runs, in the order of the optimizers, once the first has begun and the last is due."""

    runs: list[int]


@dataclass(frozen=True)
class Cost(Answer):
    """How long a training would take, and what its recording, in a sentence."""

    text: str


@dataclass(frozen=True)
class UploadColumn:
    """One column of an upload; `notes` are sentences on how it is read, or why it is left out."""

    name: str
    kind: Literal["number", "category", "boolean", "date", "drop"]
    example: str
    missing: int
    notes: list[str]


@dataclass(frozen=True)
class Digits(Answer):
    """Images of the bundled digits, column `images` of uint8, and which digit each is; `of` are there in all."""

    labels: list[int]
    of: int
    columns: Columns


@dataclass(frozen=True)
class Upload(Answer):
    """What an upload is; also what POST /upload answers."""

    upload: str
    name: str
    rows: int
    fields: list[UploadColumn]
    targets_proposed: list[str]
    notes: list[str]


@dataclass(frozen=True)
class Done(Answer):
    """It is done."""
