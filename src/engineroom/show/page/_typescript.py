"""The messages of the page, told in TypeScript."""

from __future__ import annotations

import dataclasses
import inspect
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engineroom.show.page._asks import Ask
from engineroom.show.page._frames import Columns
from engineroom.show.page._messages import ASKS, PUSHES
from engineroom.show.page._replies import Told

__all__ = ["typescript"]

_HEAD = """\
// The messages of the page. Written by scripts/write_page_messages.py from the dataclasses of src/engineroom/show/page,
// in _asks.py, _replies.py, _receipts.py, _measures.py and _news.py: change them there.
import type { Columns } from "./framing";

/** Plain data whose shape is not told here. */
export type Json = unknown;

export type Facts = Record<string, Json>;

export type Phase = "forward" | "loss" | "backward" | "update";

/** An answer that carries arrays. */
export interface WithColumns {
  columns: Columns;
}
"""

_PLAIN = {int: "number", float: "number", str: "string", bool: "boolean", type(None): "null", Any: "Json"}


def typescript() -> str:
    """Return the whole file: an interface a dataclass, then `Asks` and `Push`."""
    parts: dict[str, str] = {}
    for ask, answer in ASKS.values():
        _interface(ask, parts)
        _interface(answer, parts)
    for push in PUSHES.values():
        _interface(push, parts)
    asks = "\n".join(
        f"  {name}: {{ args: {_name(ask)}; answer: {_name(answer)} }};" for name, (ask, answer) in ASKS.items()
    )
    pushes = "\n".join(f'  | ({{ push: "{name}" }} & {_name(push)})' for name, push in PUSHES.items())
    return "\n".join(
        [
            _HEAD,
            *parts.values(),
            "/** Each ask by its name. */",
            f"export interface Asks {{\n{asks}\n}}\n",
            f"export type Push =\n{pushes};\n",
        ]
    )


def _interface(kind: type[Any], parts: dict[str, str]) -> None:
    """Write a dataclass, after those that its fields hold."""
    if _name(kind) in parts:
        return
    told = get_type_hints(kind)
    lines = []
    for spec in dataclasses.fields(kind):
        wanted = told[spec.name]
        for inner in _dataclasses_in(wanted):
            _interface(inner, parts)
        if kind is Told and spec.name == "facts":
            continue
        given = spec.default is not dataclasses.MISSING or spec.default_factory is not dataclasses.MISSING
        optional = "?" if given and _is_sent(kind) else ""
        lines.append(f"  {spec.name}{optional}: {_type(wanted)};")
    words = " ".join((inspect.getdoc(kind) or "").split())
    body = "\n".join(lines)
    if kind is Told:
        parts[_name(kind)] = f"/** {words} */\nexport type Told = Record<string, Json> & {{\n{body}\n}};\n"
        return
    parts[_name(kind)] = f"/** {words} */\n" + (
        f"export interface {_name(kind)} {{\n{body}\n}}\n"
        if lines
        else f"export type {_name(kind)} = Record<string, never>;\n"
    )


def _is_sent(kind: type[Any]) -> bool:
    """Whether the page sends it, so that what has a default may be left out."""
    return issubclass(kind, Ask) or kind.__name__.startswith("Train")


def _name(kind: type[Any]) -> str:
    # In Python a reply has another name than what a lens answers; the page knows replies alone.
    return kind.__name__.removesuffix("Reply")


def _dataclasses_in(wanted: Any) -> list[type[Any]]:
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return [wanted]
    return [inner for part in get_args(wanted) if part is not wanted for inner in _dataclasses_in(part)]


def _type(wanted: Any) -> str:
    if wanted == Columns:
        return "Columns"
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _name(wanted)
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in inside)
    if origin in (Union, types.UnionType):
        # Python may give the members of a union in any order.
        return " | ".join(sorted({_type(part) for part in inside}, key=lambda told: (told == "null", told)))
    if origin is tuple:
        return f"[{', '.join(map(_type, inside))}]"
    if origin is list:
        inner = _type(inside[0])
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<string, {_type(inside[1])}>"
    return _PLAIN[wanted]
