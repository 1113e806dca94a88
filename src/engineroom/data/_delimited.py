"""Text files of separated values: the encoding and the separator are found out from the content."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import replace
from itertools import islice

from engineroom.data._grid import table_from_grid
from engineroom.data._raw import Table
from engineroom.errors import DataError

__all__ = ["decoded", "read_delimited"]

_SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_LINES = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_delimited(data: bytes, source: str, *, tabs: bool = False) -> Table:
    """Return the table in a text file.

    Parameters
    ----------
    data : the file's bytes.
    source : its name, for messages.
    tabs : True when the name says that tabs separate (`.tsv`).
    """
    text, encoding = decoded(data, source)
    if not text.strip():
        raise DataError(f"{source} is empty; give a table with a header line and at least one row")
    limit = csv.field_size_limit(len(text) + 8)
    try:
        separator = "\t" if tabs and "\t" in text else _separator(text)
        lines, numbers = _lines(text, separator)
    except csv.Error as error:
        raise DataError(f"{source} cannot be read as separated values: {error}; check its quotes") from error
    finally:
        csv.field_size_limit(limit)
    table = table_from_grid(lines, source, numbers)
    told = () if encoding == "utf-8" else (f"the file is not UTF-8 and was read as {encoding}",)
    return replace(table, notes=(*told, *table.notes), separator=separator)


def decoded(data: bytes, source: str) -> tuple[str, str]:
    """Return a file's text and its encoding: by its byte order mark, else UTF-8, UTF-16 or, at last, cp1252."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            # A program that adds a mark to a file that has one leaves two.
            return data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding
    head = data[:4096]
    if b"\0" in head:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
            if zeros.count(0) > 0.6 * len(zeros):
                return data.decode(encoding, errors="replace"), encoding
        raise DataError(f"{source} is not a text file; give CSV, TSV, Parquet, JSON, Excel (.xlsx) or NumPy (.npz)")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _lines(text: str, separator: str) -> tuple[list[list[str]], list[int] | None]:
    """Return the cells, and the number of the line in which each list of them begins where cells hold line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    lines = list(reader)
    begins = None
    if reader.line_num != len(lines):
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        begins = [1, *(reader.line_num + 1 for _ in reader)][:-1]
    last = begins[-1] if begins else len(lines)
    # A line below the last one becomes part of a cell whose quote is still open.
    end = [*islice(io.StringIO(text, newline=""), last - 1, None), "\n", "."]
    if len(list(csv.reader(end, delimiter=separator, skipinitialspace=True))) == 1:
        raise csv.Error(f"a quote that the row in line {last:,} opens is never closed")
    return lines, begins


def _separator(text: str) -> str:
    """Return the separator that cuts most of the first lines into the same number of cells."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
    best, best_score = ",", (0.0, 0)
    for separator in _SEPARATORS:
        widths = [len(line) for line in csv.reader(io.StringIO(sample), delimiter=separator) if line]
        width, count = Counter(widths).most_common(1)[0]
        score = (count / len(widths) if width > 1 else 0.0, width)
        if score > best_score:
            best, best_score = separator, score
    return best
