"""A table in, a `Dataset` out: columns judged, rows split, values prepared, and all of it reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from engineroom.data._arrays import MAX_CLASSES, looks_like_classes, rounded_to
from engineroom.data._dataset import Dataset, DType
from engineroom.data._dates import DAYS
from engineroom.data._encoders import BooleanEncoder, CategoryEncoder, DateEncoder, Encoder, NumberEncoder, cell_text
from engineroom.data._judge import (
    MAX_CATEGORIES,
    SAME_AS_FLOAT,
    ColumnChoice,
    ColumnKind,
    Reading,
    drop_reason,
    read_columns,
    rows_without_totals,
)
from engineroom.data._lines import (
    class_notes,
    count,
    dropped_line,
    input_line,
    reading_notes,
    repeat_notes,
    rounded_text,
    target_line,
)
from engineroom.data._numbers import EXACT, NumberFormat, guess_numbers
from engineroom.data._preparation import Preparation, TargetEncoder
from engineroom.data._raw import Table
from engineroom.data._report import ColumnReport, TableReport
from engineroom.data._schema import Label, Target
from engineroom.data._source import Source, as_table
from engineroom.data._split import ValidationSize, split_rows
from engineroom.data._statistics import mean_and_scale
from engineroom.errors import DataError, OptionError, UnknownNameError, names_options, nearest

__all__ = ["PreparedTable", "from_table"]

_FLAG_ROWS, _FLAG_SHARE = 10, 0.01


@dataclass(frozen=True, eq=False)
class PreparedTable:
    """A data set, and what to print before training on it."""

    dataset: Dataset
    report: TableReport

    def __repr__(self) -> str:
        return f"<PreparedTable: {self.dataset.short_text}>"


@names_options
def from_table(
    source: Source,
    *,
    target: str,
    columns: Mapping[str, ColumnChoice] | None = None,
    standardize: bool = True,
    dtype: DType = "float32",
    validation: ValidationSize = "auto",
    stratify: bool = True,
    seed: int = 0,
) -> PreparedTable:
    """Return a data set of a table, and the report on it.

    Numbers and dates are standardized, categories one-hot encoded, empty cells filled (median, commonest) and flagged.
    Identifiers, constants, free text and total rows are left out unless `columns` keeps them. Every number that
    is learned from the rows is learned from those to train on.

    Parameters
    ----------
    source : a file, the name of a bundled data set, a frame of pandas, Polars or Arrow, or a dict of columns.
    target : the column to predict.
    columns : "number", "date", "boolean", "category" or "drop" by column name, where the judgement is to be overruled;
        "decimal-comma" or "decimal-point" are numbers with this decimal sign, "dmy", "mdy" or "ymd" dates in this order
        of day, month and year.
    standardize : False leaves numbers, the target's too, in their own unit.
    dtype : the type the engine computes in.
    validation : "auto" (a fifth from 50 rows on), a fraction, a number of rows, or None.
    stratify : whether each class is held out in proportion.
    seed : the run's seed; it decides which rows are held out.

    Raises
    ------
    UnknownNameError : when there is no such column.
    DataError : when the table cannot be learned from.

    Examples
    --------
    >>> made = from_table({"age": ["41", "n/a", "25"], "pay": ["$1,200", "$900", "$1,000"]}, target="pay")
    >>> [feature.name for feature in made.dataset.features]
    ['age', 'age is missing']
    """
    if dtype not in ("float32", "float64"):
        raise OptionError(f"dtype must be 'float32' or 'float64', got {dtype!r}")
    table = as_table(source)
    asked = dict(columns or {})
    _check_names(table, target, asked)
    rows, readings, wanted, missing, notes = _read(table, target, asked)
    if wanted.kind == "category":
        classes, labels = _classes(wanted)
        split = split_rows(len(rows), validation, seed=seed, classes=classes if stratify else None)
        encoder = TargetEncoder(Target("classes", (target,), classes=labels))
        y: NDArray[Any] = classes
    else:
        _need_different(wanted)
        split = split_rows(len(rows), validation, seed=seed)
        encoder = _number_target(wanted, split.training, standardize)
        y = rounded_to(encoder.target.prepared(wanted.values[:, None]), dtype, target)
    inputs = _fitted([r for r in readings if r.name != target], wanted, split.training, standardize)
    preparation = Preparation(inputs.encoders, encoder, inputs.dropped, dtype)
    dataset = Dataset(
        x=rounded_to(inputs.x, dtype, "the table"),
        y=y,
        training=split.training,
        validation=split.validation,
        features=preparation.features,
        target=encoder.target,
        preparation=preparation,
        row_numbers=rows,
        raw_table=table.take(rows),
        split_text=split.text,
    )
    lines = (*inputs.lines, replace(target_line(wanted, encoder, y), missing=missing))
    notes = (*notes, *class_notes(wanted, encoder), *inputs.notes)
    return PreparedTable(dataset, TableReport(lines, len(rows), dataset.x.shape[1], notes, split.text))


def _read(
    table: Table, target: str, asked: Mapping[str, ColumnChoice]
) -> tuple[NDArray[np.int64], list[Reading], Reading, int, tuple[str, ...]]:
    """Return the rows with a target, their columns as read, the target's, how many rows have none, and what to tell."""
    clean = table.cleaned()
    rows, empty, totals = rows_without_totals(clean)
    notes = [*table.notes, *(f"column {name!r}: {remark}" for name, remark in table.remarks.items())]
    notes += [f"{count(empty, 'empty row')} left out"] * bool(empty)
    notes += [f"{count(totals, 'total row')} at the end left out"] * bool(totals)
    readings = read_columns(clean.take(rows), asked)
    wanted = _target_reading(next(r for r in readings if r.name == target))
    given = wanted.given
    if not given.any():
        why = f" ({table.remarks[target]})" if target in table.remarks else ""
        raise DataError(f"the target {target!r} is empty in every row{why}; choose another column")
    notes += reading_notes(wanted)
    missing = wanted.missing
    if missing:
        notes.append(f"{count(missing, 'row')} without {target!r} left out")
        rows = rows[given]
        readings = [r.take(np.flatnonzero(given)) for r in readings]
        wanted = wanted.take(np.flatnonzero(given))
    return rows, readings, wanted, missing, tuple(notes)


def _check_names(table: Table, target: str, asked: Mapping[str, ColumnChoice]) -> None:
    for name in (target, *asked):
        if name not in table:
            raise UnknownNameError(f"there is no column {name!r} in the table{nearest(str(name), table.names)}")
    for name, kind in asked.items():
        if kind not in get_args(ColumnChoice):
            raise UnknownNameError(
                f"column {name!r} cannot be read as {kind!r}{nearest(str(kind), get_args(ColumnChoice))}"
            )
    if asked.get(target) == "drop":
        raise OptionError(f"the target {target!r} cannot be dropped; choose another target or keep it")


def _target_reading(reading: Reading) -> Reading:
    """Decide between a number and classes; classes are read as category."""
    if reading.asked:
        kind: ColumnKind = "category" if reading.kind == "boolean" else reading.kind
        return Reading(reading.name, reading.column, kind, True, reading.number, reading.date)
    if reading.kind == "date":
        return reading
    if reading.kind == "number":
        values = reading.numbers[~np.isnan(reading.numbers)]
        unit = reading.number.format.unit if reading.number else ""
        whole = bool((values % 1 == 0).all())
        if reading.rounded:  # their digits tell them apart, of which the floats have lost some
            few = len(reading.counts) <= MAX_CLASSES and len(values) >= 3 * len(reading.counts)
        else:
            few = bool((np.abs(values) < EXACT).all()) and looks_like_classes(values.astype(np.int64))
        if unit or not whole or not few:
            return reading
    elif len(reading.counts) > MAX_CLASSES and all(text.isdigit() for text in reading.counts):
        codes = guess_numbers(reading.texts, insist=True)
        return Reading(reading.name, reading.column, "number", number=codes)
    return Reading(reading.name, reading.column, "category", number=reading.number)


def _need_different(wanted: Reading) -> None:
    """Refuse a number that is the same in every row, as one class is."""
    if (wanted.values == wanted.values[0]).all():
        if len(wanted.counts) > 1 and wanted.rounded:
            raise DataError(f"the target {wanted.name!r} is the same float64 in every row: {rounded_text(wanted)}")
        raise DataError(
            f"the target {wanted.name!r} is {wanted.example} in every row, so that there is nothing to learn; "
            "choose another column"
        )


def _classes(wanted: Reading) -> tuple[NDArray[np.int32], tuple[Label, ...]]:
    """Return each row's class and the labels; numbers are sorted as numbers and stay numbers."""
    texts = wanted.texts
    numbers = NumberFormat().parse_all(texts)
    labels: tuple[Label, ...]
    codes = any(len(t) > 1 and t[0] == "0" and t.isdigit() for t in wanted.counts)
    if not (codes or np.isnan(numbers).any() or wanted.rounded):
        found: list[float] = np.unique(numbers).tolist()
        labels = tuple(int(v) if v.is_integer() and abs(v) < 2**53 else v for v in found)
        texts = [cell_text(v) for v in numbers.tolist()]
    else:
        labels = tuple(sorted(wanted.counts))
    if len(labels) == 1:
        raise DataError(
            f"the target {wanted.name!r} has one class only, {labels[0]!r}; a network needs at least two to tell apart"
        )
    if len(labels) > MAX_CLASSES and len(labels) > len(texts) / 2:
        raise DataError(
            f"the target {wanted.name!r} has {len(labels):,} different values in {len(texts):,} rows, too many for "
            "classes, and they are not numbers; choose another column"
        )
    place = {str(label): k for k, label in enumerate(labels)}
    return np.array([place[str(text)] for text in texts], dtype=np.int32), labels


def _number_target(wanted: Reading, training: NDArray[np.int64], standardize: bool) -> TargetEncoder:
    reader = _number_or_date(wanted, training, standardize)
    unit = reader.unit if isinstance(reader, NumberEncoder) else DAYS
    return TargetEncoder(Target("number", (wanted.name,), (), (reader.mean,), (reader.scale,), unit), reader)


def _fit(reading: Reading, training: NDArray[np.int64], standardize: bool) -> Encoder:
    """Learn from the rows to train on; only which categories there are is taken from all rows."""
    if reading.kind in ("number", "date"):
        return _number_or_date(reading, training, standardize)
    texts = reading.texts
    seen = Counter(t for t in (texts[i] for i in training.tolist()) if t is not None) or reading.counts
    flagged = _worth_a_flag(np.array([text is None for text in texts])[training])
    if reading.kind == "boolean":
        lower: Counter[str] = Counter()
        for text, times in seen.items():
            lower[text.lower()] += times
        words = {text.lower(): text for text in reading.counts}
        yes, no = _yes_no(reading.name, words)
        fill = float(lower[yes.lower()] > lower[no.lower()])
        return BooleanEncoder(reading.name, yes, no, fill, flagged)
    ordered = sorted(reading.counts, key=lambda text: (-reading.counts[text], text))
    other = len(ordered) > MAX_CATEGORIES
    kept = tuple(sorted(ordered[: MAX_CATEGORIES - 1] if other else ordered))
    commonest = min(kept, key=lambda text: (-seen[text], text))
    return CategoryEncoder(reading.name, kept, other, commonest, flagged)


def _worth_a_flag(empty: NDArray[np.bool_]) -> bool:
    """Whether enough training rows lack a value for a network to learn what its absence means.

    A flag that only one row of hundreds carries would stand for that row, and be taken for its target.
    """
    missing = np.count_nonzero(empty)
    return bool(missing >= min(_FLAG_ROWS, max(1.0, _FLAG_SHARE * len(empty))))


class _Inputs(NamedTuple):
    """What the columns beside the target become: x in float64, how, and what to tell of them."""

    encoders: tuple[Encoder, ...]
    x: NDArray[np.float64]
    dropped: tuple[str, ...]
    lines: tuple[ColumnReport, ...]
    notes: tuple[str, ...]


def _fitted(readings: Sequence[Reading], wanted: Reading, training: NDArray[np.int64], standardize: bool) -> _Inputs:
    """Return the inputs that columns become; `wanted` is the target's, which some of them may repeat."""
    lines: list[ColumnReport] = []
    encoders: list[Encoder] = []
    blocks: list[NDArray[np.float64]] = []
    dropped: list[str] = []
    notes: list[str] = []
    for reading in readings:
        reason = drop_reason(reading)
        if reason:
            dropped.append(reading.name)
            lines.append(dropped_line(reading, reason))
            notes += reading_notes(reading) if reason == SAME_AS_FLOAT else []
            continue
        fitted = _fit(reading, training, standardize)
        encoders.append(fitted)
        blocks.append(_encoded(reading, fitted))
        lines.append(input_line(reading, fitted, standardize))
        notes += [*reading_notes(reading), *repeat_notes(reading, wanted)]
    if not encoders:
        why = ", ".join(f"{line.name!r} is {line.read_as}" for line in lines) or "there is only the target"
        raise DataError(f"no column is left to learn from ({why}); keep one by naming what it is, such as 'number'")
    return _Inputs(tuple(encoders), np.concatenate(blocks, axis=1), tuple(dropped), tuple(lines), tuple(notes))


def _encoded(reading: Reading, encoder: Encoder) -> NDArray[np.float64]:
    """Encode what was read already; the same bits as the encoder's own reading of the raw column."""
    if isinstance(encoder, (NumberEncoder, DateEncoder)):
        return encoder.encode_values(reading.values)
    return encoder.encode_texts(reading.texts, strict=False)


def _yes_no(name: str, words: Mapping[str, str]) -> tuple[str, str]:
    """Which of a column's two words is 1: yes, true, on, ...; else the second in the alphabet."""
    if len(words) != 2:
        raise DataError(f"column {name!r} has {len(words)} different values, yes or no has two; read it as category")
    no_first = sorted(words, key=lambda word: (word not in ("no", "false", "n", "f", "off", "nein", "non", "0"), word))
    return words[no_first[1]], words[no_first[0]]


def _number_or_date(reading: Reading, training: NDArray[np.int64], standardize: bool) -> NumberEncoder | DateEncoder:
    values = reading.values
    empty = np.isnan(values)
    learned = values[training][~empty[training]]
    fill = float(np.median(learned if len(learned) else values[~empty]))
    flagged = _worth_a_flag(empty[training])
    mean, scale = 0.0, 1.0
    if standardize:
        means, scales = mean_and_scale(np.where(empty, fill, values)[training][:, None], [reading.name])
        mean, scale = float(means[0]), float(scales[0])
    if reading.kind == "date" and reading.date is not None:
        return DateEncoder(reading.name, reading.date.format.order, fill, flagged, mean, scale)
    form = reading.number.format if reading.number is not None else NumberFormat()
    return NumberEncoder(reading.name, form.decimal, form.unit, fill, flagged, mean, scale)
