"""What the engine trains on, and what is needed to say it in the user's own words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.data._preparation import Preparation
from engineroom.data._raw import Table, pack_array, unpack_array
from engineroom.data._schema import Cell, Feature, Target
from engineroom.errors import DataError
from engineroom.numerics import digest

__all__ = ["DType", "Dataset"]

DType: TypeAlias = Literal["float32", "float64"]
Array: TypeAlias = "NDArray[Any]"
Rows: TypeAlias = "NDArray[np.int64]"

_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows ready for the engine. The arrays are read-only.

    Attributes
    ----------
    x : (n, I) float32 or float64, C-contiguous; every row, to train and to validate.
    y : (n, O) of x's dtype, or (n,) int32 classes.
    training, validation : int64 rows of x, ascending.
    features : what each column of x means.
    target : what y means.
    preparation : how raw rows become rows of x; None for bare arrays.
    row_numbers : (n,) int64, which row of the source each row of x was, from 0, a header not counted.
    raw_table : the source's cells for each row of x; None when x and y themselves are the source.
    split_text : one line on which rows were held out.
    size : n; also known when the rows are not (`has_rows`).
    digest : hash of what the engine sees: dtype, shapes, x, y, training and validation rows.

    Examples
    --------
    >>> from engineroom.data import from_table
    >>> data = from_table("penguins", target="species").dataset
    >>> data.raw(0)["island"], data.target.classes[data.y[0]], len(data.training), len(data.validation)
    ('Torgersen', 'Adelie', 275, 69)
    """

    x: Array
    y: Array
    training: Rows
    validation: Rows
    features: tuple[Feature, ...]
    target: Target
    preparation: Preparation | None
    row_numbers: Rows
    raw_table: Table | None = None
    split_text: str = ""
    size: int = -1
    digest: str = ""

    def __repr__(self) -> str:
        return f"<Dataset: {self.short_text}>"

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.training, self.validation, self.row_numbers):
            array.flags.writeable = False
        if self.size < 0:
            object.__setattr__(self, "size", len(self.x))
        if not self.digest:
            object.__setattr__(self, "digest", _digest(self.x, self.y, self.training, self.validation))

    @property
    def has_rows(self) -> bool:
        """False when a logbook kept only the digest of the rows; `relink` brings them back."""
        return len(self.x) == self.size

    @property
    def dtype(self) -> DType:
        """The element type of x."""
        return "float64" if self.x.dtype == np.float64 else "float32"

    @property
    def short_text(self) -> str:
        """Rows, columns and target in one line, such as `6 rows (5 to train, 1 held out), 2 inputs, target 'price'`."""
        held = f" ({len(self.training):,} to train, {len(self.validation):,} held out)" if len(self.validation) else ""
        rows = f"{self.size:,} {'row' if self.size == 1 else 'rows'}{held}"
        inputs = f"{len(self.features):,} {'input' if len(self.features) == 1 else 'inputs'}"
        wanted = ", ".join(repr(name) for name in self.target.names[:3]) + ", ..." * (len(self.target.names) > 3)
        classes = f" of {len(self.target.classes):,} classes" if self.target.kind == "classes" else ""
        return f"{rows}, {inputs}, target {wanted}{classes}"

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns of x are called."""
        return tuple(feature.name for feature in self.features)

    @property
    def no_inputs(self) -> dict[str, str]:
        """Why a column of the source is no input, by its name: it was left out, or is the target."""
        left_out = () if self.preparation is None else self.preparation.dropped
        reasons = dict.fromkeys(left_out, "was left out of the table")
        return reasons | dict.fromkeys(self.target.names, "is the target")

    @property
    def training_x(self) -> Array:
        """The rows of x to train on, in order."""
        return self._rows_of(self.x, self.training)

    @property
    def training_y(self) -> Array:
        """The rows of y to train on, in order."""
        return self._rows_of(self.y, self.training)

    @property
    def validation_x(self) -> Array:
        """The rows of x held out, in order."""
        return self._rows_of(self.x, self.validation)

    @property
    def validation_y(self) -> Array:
        """The rows of y held out, in order."""
        return self._rows_of(self.y, self.validation)

    @property
    def measured_on(self) -> Literal["validation", "training"]:
        """On which rows a network is measured: those held out, or those trained on where none are."""
        return "validation" if len(self.validation) else "training"

    @property
    def measured(self) -> Rows:
        """These rows of x, ascending."""
        return self.validation if len(self.validation) else self.training

    def raw(self, row: int) -> dict[str, Cell]:
        """Return a row of x as it stood in the source: column -> text, number, or None for an empty cell."""
        self.need_rows()
        if self.raw_table is not None:
            return self.raw_table.row(row)
        cells: dict[str, Cell] = {f.name: _plain(v) for f, v in zip(self.features, self.x[row], strict=True)}
        if self.target.kind == "classes":
            label = self.target.classes[int(self.y[row])]
            cells[self.target.names[0]] = label if isinstance(label, (str, int, float)) else str(label)
        else:
            cells |= {name: _plain(v) for name, v in zip(self.target.names, self.y[row], strict=True)}
        return cells

    def to_payload(self, include_rows: bool = True) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Return what a logbook must keep, as data only.

        Parameters
        ----------
        include_rows : False keeps the digest but no row.

        Returns
        -------
        description : a JSON-able dict.
        blobs : named bytes.
        """
        blobs = {
            "training": pack_array(self.training),
            "validation": pack_array(self.validation),
            "row_numbers": pack_array(self.row_numbers),
        }
        raw: dict[str, Any] | None = None
        if include_rows:
            self.need_rows()
            blobs |= {"x": pack_array(self.x), "y": pack_array(self.y)}
            if self.raw_table is not None:
                raw, raw_blobs = self.raw_table.to_payload()
                blobs |= raw_blobs
        description = {
            "format": _FORMAT,
            "rows_included": include_rows,
            "size": self.size,
            "validation_size": len(self.validation),
            "dtype": self.dtype,
            "features": [f.to_dict() for f in self.features],
            "target": self.target.to_dict(),
            "preparation": None if self.preparation is None else self.preparation.to_dict(),
            "raw": raw,
            "split_text": self.split_text,
            "digest": self.digest,
        }
        return description, blobs

    @classmethod
    def from_payload(cls, description: Mapping[str, Any], blobs: Mapping[str, bytes]) -> Dataset:
        """Return the data set that `to_payload` wrote; DataError when its rows no longer have their digest."""
        size, held_out = int(description["size"]), int(description["validation_size"])
        target = Target.from_dict(description["target"])
        features = tuple(Feature.from_dict(f) for f in description["features"])
        dtype = description["dtype"]
        kept = size if description["rows_included"] else 0
        y_dtype, y_shape = ("int32", (kept,)) if target.kind == "classes" else (dtype, (kept, len(target.names)))
        empty = pack_array(np.empty(0))
        prepared = description["preparation"]
        dataset = cls(
            x=unpack_array(blobs.get("x", empty), dtype, (kept, len(features))),
            y=unpack_array(blobs.get("y", empty), y_dtype, y_shape),
            training=unpack_array(blobs["training"], "int64", (size - held_out,)),
            validation=unpack_array(blobs["validation"], "int64", (held_out,)),
            features=features,
            target=target,
            preparation=None if prepared is None else Preparation.from_dict(prepared),
            row_numbers=unpack_array(blobs["row_numbers"], "int64", (size,)),
            raw_table=None if description["raw"] is None else Table.from_payload(description["raw"], blobs),
            split_text=description["split_text"],
            size=size,
            digest=description["digest"],
        )
        if kept:
            dataset._check_digest()
        return dataset

    def with_rows(self, x: Array, y: Array, raw_table: Table | None = None) -> Dataset:
        """Return the data set with its rows attached again; DataError when they are not the rows it was made from."""
        full = replace(self, x=x.copy(), y=y.copy(), raw_table=raw_table)
        full._check_digest()
        return full

    def without(self, rows: Rows) -> Dataset:
        """Return the data set with some rows of x no longer trained on; its preparation stays what it was."""
        kept = self.training[~np.isin(self.training, rows)]
        return replace(self, training=kept, digest="")

    def _check_digest(self) -> None:
        if not self.has_rows:
            raise DataError(f"these are not the rows of the run: it has {self.size:,} rows, these are {len(self.x):,}")
        found = _digest(self.x, self.y, self.training, self.validation)
        if found != self.digest:
            raise DataError(
                f"these are not the rows of the run: their digest is {found[:12]}, the run's is {self.digest[:12]}; "
                "give the same file or arrays that the run was trained on"
            )

    def need_rows(self) -> None:
        """Raise a DataError that says what to give where only the digest of the rows was kept."""
        if not self.has_rows:
            raise DataError(
                f"the {self.size:,} rows of this run were not kept with it, only their digest; "
                "give the file or arrays that it was trained on, as data= or --data"
            )

    def _rows_of(self, array: Array, rows: Rows) -> Array:
        self.need_rows()
        chosen: Array = array[rows]
        chosen.flags.writeable = False
        return chosen


def _digest(x: Array, y: Array, training: Rows, validation: Rows) -> str:
    """Hash dtype, shape and digest of each part."""
    parts = (("x", x), ("y", y), ("training", training), ("validation", validation))
    lines = [f"{name} {array.dtype.name} {array.shape} {digest(array)}\n" for name, array in parts]
    return hashlib.blake2b("".join(["engineroom-data 1\n", *lines]).encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> float:
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
