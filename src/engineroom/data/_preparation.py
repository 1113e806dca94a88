"""How raw rows become rows of x, kept with the network so that `predict` takes raw rows too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.data._encoders import DateEncoder, Encoder, NumberEncoder, as_number_text, encoder_from_dict, texts_of
from engineroom.data._raw import Column
from engineroom.data._schema import Feature, Target
from engineroom.data._source import Source, as_table
from engineroom.data._unread import place_of_row, unread_text
from engineroom.errors import DataError, nearest

__all__ = ["Preparation", "TargetEncoder"]

_FORMAT = 1


@dataclass(frozen=True)
class TargetEncoder:
    """How the target's column becomes y.

    Attributes
    ----------
    target : what y means.
    reader : reads the column of a number; its mean and scale are the target's. None for classes.
    """

    target: Target
    reader: NumberEncoder | DateEncoder | None = None

    @property
    def name(self) -> str:
        """The target's column."""
        return self.target.names[0]

    def given(self, column: Column) -> NDArray[np.bool_]:
        """Return which rows have a target."""
        if self.reader is not None:
            return ~np.isnan(self.reader.read(column, strict=False))
        return np.array([text is not None for text in texts_of(column)], dtype=bool)

    def encode(self, column: Column) -> NDArray[Any]:
        """Return (n, 1) float64 or (n,) int32; DataError for an empty cell or a class that training never saw."""
        missing = np.flatnonzero(~self.given(column))
        if len(missing):
            raise DataError(f"column {self.name!r} is empty in row {missing[0]}, where the target is expected")
        if self.reader is not None:
            return self.reader.encode(column)[:, :1]
        place = {str(label): k for k, label in enumerate(self.target.classes)}
        texts = texts_of(column)
        if not any(isinstance(label, str) for label in self.target.classes):
            texts = [as_number_text(text) for text in texts]
        for row, text in enumerate(texts):
            if text not in place:
                raise DataError(
                    f"column {self.name!r} has the class {text!r} in row {row}, which training never saw; "
                    f"known are {', '.join(map(repr, self.target.classes))}"
                )
        return np.array([place[str(text)] for text in texts], dtype=np.int32)


@dataclass(frozen=True)
class Preparation:
    """Everything that was learned from the table, and nothing of its rows.

    Attributes
    ----------
    columns : one encoder a column that is used, in the order of the table.
    target : how the target's column becomes y.
    dropped : the columns that are not used; a table to predict from need not have them.
    dtype : the type of x.
    """

    columns: tuple[Encoder, ...]
    target: TargetEncoder
    dropped: tuple[str, ...]
    dtype: str

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """What each column of x means."""
        return tuple(feature for column in self.columns for feature in column.features)

    def prepare(self, source: Source, *, strict: bool = True) -> NDArray[Any]:
        """Return rows of x for raw rows.

        Parameters
        ----------
        source : a table, file, frame or dict of columns; columns that are not used may be missing.
        strict : False reads what cannot be read as an empty cell, as was done with the rows of the training table.

        Returns
        -------
        (n, I) array of `dtype`.

        Raises
        ------
        DataError : for a missing column, an unseen category, or text where a number is expected.
        """
        table = as_table(source)
        for column in self.columns:
            if column.name not in table:
                raise DataError(
                    f"the table has no column {column.name!r}, which the network was trained on"
                    f"{nearest(column.name, table.names)}"
                )
        try:
            blocks = [column.encode(table[column.name], strict=strict) for column in self.columns]
        except DataError:
            # The others are looked through as well, so that all is corrected at once.
            unread = [column.unread(table[column.name]) for column in self.columns]
            raise DataError(unread_text([found for found in unread if found is not None], table.lines)) from None
        whole = np.concatenate(blocks, axis=1)
        with np.errstate(over="ignore", under="ignore"):
            prepared = np.ascontiguousarray(whole, dtype=self.dtype)
        if not np.isfinite(prepared).all():
            row, place = (int(i) for i in np.argwhere(~np.isfinite(prepared))[0])
            raise DataError(
                f"{self.features[place].name!r} is {whole[row, place]:g} in {place_of_row(row, table.lines)} once it "
                f"is prepared, too large for {self.dtype}; correct that cell"
            )
        return prepared

    def prepare_target(self, source: Source) -> NDArray[Any]:
        """Return y for raw rows: (n, 1) of `dtype`, or (n,) int32; DataError as for `prepare`."""
        y = self.target.encode(as_table(source)[self.target.name])
        return y if y.dtype == np.int32 else np.ascontiguousarray(y, dtype=self.dtype)

    def to_dict(self) -> dict[str, Any]:
        """Return the preparation as a JSON-able dict; floats keep every bit."""
        reader = self.target.reader
        return {
            "format": _FORMAT,
            "columns": [{"kind": column.kind, **asdict(column)} for column in self.columns],
            "target": self.target.target.to_dict(),
            "target_reader": None if reader is None else {"kind": reader.kind, **asdict(reader)},
            "dropped": list(self.dropped),
            "dtype": self.dtype,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Preparation:
        """Return the preparation that `to_dict` wrote."""
        if data["format"] != _FORMAT:
            raise DataError(f"the preparation has format {data['format']!r}, this version reads format {_FORMAT}")
        reader = None if data["target_reader"] is None else encoder_from_dict(data["target_reader"])
        if reader is not None and not isinstance(reader, (NumberEncoder, DateEncoder)):
            raise DataError(f"the preparation reads its target as {reader.kind!r}, expected a number or a date")
        return cls(
            columns=tuple(encoder_from_dict(c) for c in data["columns"]),
            target=TargetEncoder(Target.from_dict(data["target"]), reader),
            dropped=tuple(data["dropped"]),
            dtype=data["dtype"],
        )
