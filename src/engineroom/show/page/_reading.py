"""What a page sends becomes an ask, field by field; nothing in it is trusted before it has its type."""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engineroom.errors import OptionError, UnknownNameError, nearest
from engineroom.show.page._asks import Ask
from engineroom.show.page._messages import ASKS

__all__ = ["read_ask"]

_WORDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false", type(None): "null"}


def read_ask(header: Mapping[str, Any]) -> Ask:
    """Return the ask that a header holds.

    Raises
    ------
    UnknownNameError, OptionError : when there is no such ask, or an argument is missing, unknown or of another type.

    Examples
    --------
    >>> read_ask({"id": 1, "ask": "state", "run": 1, "step": 20})
    StateAsk(run=1, step=20, glance=False)
    """
    name = header.get("ask")
    if not isinstance(name, str) or name not in ASKS:
        raise UnknownNameError(f"there is no ask called {name!r:.60}{nearest(str(name)[:60], ASKS)}")
    given = {key: value for key, value in header.items() if key not in ("id", "ask", "book", "columns", "keep")}
    made: Ask = _built(ASKS[name][0], given, name)
    return made


def _built(kind: type[Any], given: Mapping[str, Any], place: str) -> Any:
    types_of = _types(kind)  # type: ignore[arg-type]  # a class is hashable
    known = {f.name: f for f in dataclasses.fields(kind)}
    for key in given:
        if key not in known:
            raise UnknownNameError(f"{place} has no {key!r:.60}{nearest(key[:60], known)}")
    values = {}
    for name, spec in known.items():
        if name in given:
            values[name] = _value(types_of[name], given[name], f"{place}.{name}")
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise OptionError(f"{place} needs {name!r}, which is missing")
    return kind(**values)


@cache
def _types(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(wanted: Any, given: Any, place: str) -> Any:
    """Return `given` if it is of the wanted type; a whole number is a number too."""
    origin, inside = get_origin(wanted), get_args(wanted)
    if wanted is Any:
        return given
    if origin is Literal:
        if isinstance(given, str) and given in inside:
            return given
    elif origin in (Union, types.UnionType):
        whole = [part for part in inside if part is not type(None)]
        if len(whole) == 1 and given is not None:
            return _value(whole[0], given, place)
        if type(given) is int and int in inside:
            return _value(int, given, place)
        for part in inside:
            try:
                return _value(part, given, place)
            except OptionError:
                continue
    elif origin is list:
        if isinstance(given, list):
            return [_value(inside[0], item, f"{place}[{i}]") for i, item in enumerate(given)]
    elif origin is dict:
        if isinstance(given, dict):
            return {str(key): _value(inside[1], item, f"{place}.{key:.40}") for key, item in given.items()}
    elif isinstance(wanted, type) and dataclasses.is_dataclass(wanted):
        if isinstance(given, dict):
            return _built(wanted, given, place)
    elif wanted is float:
        # Compared, a whole number of any size is a number; as a float it would not be.
        if isinstance(given, (int, float)) and not isinstance(given, bool) and abs(given) <= sys.float_info.max:
            return float(given)
    elif wanted is int:
        if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**63:
            return given
    elif isinstance(given, wanted):
        return given
    raise OptionError(f"{place} must be {_told(wanted)}, got {given!r:.60}")


def _told(wanted: Any) -> str:
    origin, inside = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return " or ".join(map(repr, inside))
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(map(_told, inside)))
    if origin is list:
        return f"a list, each item {_told(inside[0])}" if inside[0] is not Any else "a list"
    return _WORDS.get(wanted, "an object")
