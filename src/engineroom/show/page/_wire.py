"""Answers and pushes on their way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engineroom.show.page._frames import Columns, pack
from engineroom.show.page._messages import PUSHES
from engineroom.show.page._news import Push
from engineroom.show.page._replies import Answer, Told

__all__ = ["answer_frame", "push_frame", "told"]

_NAMES: Mapping[type[Push], str] = {kind: name for name, kind in PUSHES.items()}


def told(message: Answer | Push) -> tuple[dict[str, Any], Columns | None]:
    """Return the JSON of a message, and the columns that stand beside it."""
    plain = {f.name: getattr(message, f.name) for f in fields(message)}  # type: ignore[arg-type]  # a dataclass
    columns = plain.pop("columns", None)
    if isinstance(message, Told):
        plain = {**plain.pop("facts"), **plain}
    return plain, columns


def answer_frame(given: int, answer: Answer) -> bytes:
    """Return the answer to the ask with this id as a frame."""
    plain, columns = told(answer)
    return pack({"id": given, "answer": plain}, columns)


def push_frame(push: Push, book: str | None = None) -> bytes:
    """Return a push as a frame; `book` names the book it speaks of, unless that is the one that was opened."""
    plain, columns = told(push)
    named = {} if book is None else {"book": book}
    return pack({"push": _NAMES[type(push)], **named, **plain}, columns)
