"""What all laws share: a name, a formula, a sentence, and a round trip through plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError, UnknownNameError, nearest

__all__ = ["Array", "Family", "Spec", "scalar"]

Array: TypeAlias = NDArray[Any]
"""float32 or float64 in every kernel; int32 where classes are read."""

S = TypeVar("S", bound="Spec")


class Spec:
    """A law: a frozen dataclass whose fields are everything that was chosen.

    Attributes
    ----------
    law : the name by which strings, JSON and plans call it.
    formula : its maths as plain text.
    words : one sentence for someone who meets it for the first time.
    """

    law: ClassVar[str]
    formula: ClassVar[str]
    words: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the law as plain data, ready for JSON: its name under `law`, then its fields."""
        data: dict[str, Any] = {"law": self.law}
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            data[field.name] = value.to_dict() if isinstance(value, Spec) else value
        return data


class Family(Generic[S]):
    """The laws of one kind, called with a name, a law or plain data, and giving the law.

    Parameters
    ----------
    kind : what one of them is called in errors, such as "activation".
    base : the class they derive from.
    laws : the classes, each under its `law`.
    aliases : further names for a law with given fields, such as "he_normal".
    """

    def __init__(self, kind: str, base: type[S], laws: Iterable[type[S]], aliases: Mapping[str, S] | None = None):
        self.kind = kind
        self.base = base
        self.laws = {law.law: law for law in laws}
        self.aliases = dict(aliases or {})

    @property
    def names(self) -> tuple[str, ...]:
        """All names that are understood."""
        return (*self.laws, *self.aliases)

    def __call__(self, given: str | S | Mapping[str, Any]) -> S:
        """Return the law that is meant by `given`."""
        if isinstance(given, self.base):
            return given
        if isinstance(given, str):
            return self._named(given)
        if isinstance(given, Mapping):
            return self._from_dict(given)
        raise OptionError(f"{self.kind} must be a name such as {next(iter(self.laws))!r} or a law, got {given!r}")

    def kind_of(self, name: str) -> type[S]:
        """Return the class of the law called `name`."""
        if name not in self.laws:
            raise UnknownNameError(f"there is no {self.kind} called {name!r}{nearest(name, self.names)}")
        return self.laws[name]

    def _named(self, name: str) -> S:
        plain = name.strip().lower().replace("-", "_").replace(" ", "_")
        if plain in self.aliases:
            return self.aliases[plain]
        law = self.kind_of(plain if plain in self.laws else name)
        try:
            return law()
        except TypeError:
            needed = ", ".join(f.name for f in fields(law))  # type: ignore[arg-type]
            raise OptionError(
                f"{self.kind} {plain!r} needs values; give engineroom.ops.{law.__name__}({needed})"
            ) from None

    def _from_dict(self, data: Mapping[str, Any]) -> S:
        rest = dict(data)
        name = rest.pop("law", None)
        if not isinstance(name, str):
            raise OptionError(f"{self.kind} as data needs its name under 'law', got {dict(data)!r}")
        law = self.kind_of(name)
        known = {f.name for f in fields(law)}  # type: ignore[arg-type]
        for key in rest:
            if key not in known:
                raise UnknownNameError(f"{self.kind} {name!r} has no {key!r}{nearest(key, sorted(known))}")
        try:
            return law(**rest)
        except TypeError as fault:
            raise OptionError(f"{self.kind} {name!r} cannot be made from {dict(data)!r}: {fault}") from None


def scalar(dtype: np.dtype[Any], value: float) -> np.floating[Any]:
    """Return T(value): a constant computed in float64, rounded to the element type once."""
    rounded: np.floating[Any] = dtype.type(value)
    return rounded
