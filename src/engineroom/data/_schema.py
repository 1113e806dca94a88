"""What the columns of x and y mean: one `Feature` a column of x, one `Target` for y."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.data._dates import DAYS, date_text
from engineroom.data._numbers import amount_texts
from engineroom.data._statistics import standardized

__all__ = ["Cell", "Feature", "FeatureKind", "Label", "Target", "TargetKind"]

FeatureKind: TypeAlias = Literal["number", "date", "boolean", "category", "missing"]
TargetKind: TypeAlias = Literal["number", "classes"]
Cell: TypeAlias = str | float | None
Label: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Feature:
    """One column of x.

    Attributes
    ----------
    name : unique, such as `age`, `island=Dream` or `age is missing`.
    source : the column of the table it was made from; a column may make several features.
    kind : what it was made as.
    mean, scale : the prepared value is `(raw - mean) / scale`, in float64 and then rounded to the run's type.
    category : for a category the value that is 1, for a boolean the word that is 1; else None.
    unit : the unit that stood beside the numbers, such as `$` or `%`; empty when there was none.
    """

    name: str
    source: str
    kind: FeatureKind = "number"
    mean: float = 0.0
    scale: float = 1.0
    category: str | None = None
    unit: str = ""

    @property
    def deviation(self) -> float | None:
        """The deviation of the raw values; None where it is not known, as they were taken as they are."""
        return None if self.scale == 1 else self.scale

    def to_dict(self) -> dict[str, Any]:
        """Return the feature as a JSON-able dict; floats keep every bit."""
        return {
            "name": self.name,
            "source": self.source,
            "kind": self.kind,
            "mean": self.mean,
            "scale": self.scale,
            "category": self.category,
            "unit": self.unit,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Feature:
        """Return the feature that `to_dict` wrote."""
        return cls(**data)


@dataclass(frozen=True)
class Target:
    """What y means.

    Attributes
    ----------
    kind : "number" when y is (n, O) floats, "classes" when y is (n,) int32 indices into `classes`.
    names : one name an output for numbers; the one column's name for classes.
    classes : the labels in the order of the outputs; empty for numbers.
    mean, scale : one an output for numbers: the prepared value is `(raw - mean) / scale`; empty for classes.
    unit : the unit that stood beside the numbers; empty when there was none.
    """

    kind: TargetKind
    names: tuple[str, ...]
    classes: tuple[Label, ...] = ()
    mean: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    unit: str = ""

    @property
    def outputs(self) -> int:
        """How many numbers the target has, or how many classes."""
        return len(self.classes) if self.kind == "classes" else len(self.names)

    @property
    def dates(self) -> bool:
        """Whether the numbers are dates, as days since 1970-01-01."""
        return self.unit == DAYS

    @property
    def miss_unit(self) -> str:
        """The unit of a difference of two values: days, where these are dates."""
        return "days" if self.dates else self.unit

    def texts(self, values: NDArray[Any]) -> list[list[str]]:
        """Return (n, O) numbers in the target's own unit as people read them, each of the O columns as `amount_texts`.

        Dates are written as dates, to the day.

        Examples
        --------
        >>> Target("number", ("price",), mean=(200.0,), scale=(50.0,), unit="$").texts(np.array([[212.346], [9.0]]))
        [['$212.35'], ['$9.00']]
        """
        if self.dates:
            return [[date_text(float(np.round(value)))] for value in np.reshape(values, -1)]
        columns = zip(np.reshape(values, (len(values), len(self.names))).T.tolist(), self.scale, strict=True)
        texts = (amount_texts(column, self.unit, None if scale == 1 else scale) for column, scale in columns)
        return [list(row) for row in zip(*texts, strict=True)]

    def prepared(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, O) numbers in the target's own unit as the network is to give them."""
        return standardized(raw, np.array(self.mean), np.array(self.scale))

    def restored(self, prepared: NDArray[Any]) -> NDArray[np.float64]:
        """Return (..., O) numbers as the network gives them in the target's own unit.

        Examples
        --------
        >>> Target("number", ("price",), mean=(200.0,), scale=(50.0,)).restored(np.array([[0.0], [-2.0]])).tolist()
        [[200.0], [100.0]]
        """
        numbers: NDArray[np.float64] = prepared.astype(np.float64) * np.array(self.scale) + np.array(self.mean)
        return numbers

    def to_dict(self) -> dict[str, Any]:
        """Return the target as a JSON-able dict; floats keep every bit."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            "classes": list(self.classes),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "unit": self.unit,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Target:
        """Return the target that `to_dict` wrote."""
        return cls(
            kind=data["kind"],
            names=tuple(data["names"]),
            classes=tuple(data["classes"]),
            mean=tuple(data["mean"]),
            scale=tuple(data["scale"]),
            unit=data["unit"],
        )
