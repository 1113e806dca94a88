"""Files of every kind hold the same table, whatever their encoding and separators."""

from __future__ import annotations

import builtins
import gzip
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pytest

from engineroom.data import as_table, from_table, look, new_rows, prepare_inputs, read_sheet
from engineroom.errors import DataError, FileError, NotFoundError

ROWS = {"name": ["Zoë", "Müller", None], "size": ["1.5", "2", "3"], "pay": ["€5", "€6", "€7"]}
CSV = "name,size,pay\nZoë,1.5,€5\nMüller,2,€6\n,3,€7\n"


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _columns(path: Path) -> dict[str, Any]:
    table = as_table(path)
    return {
        name: column.tolist() if isinstance(column, np.ndarray) else [cell or None for cell in column]
        for name, column in zip(table.names, table.columns, strict=True)
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str, newline: str) -> None:
    text = CSV.replace(",", separator).replace("\n", newline)
    path = _file(tmp_path, "a.csv", text.encode(encoding))
    assert _columns(path) == ROWS
    assert any("cp1252" in note for note in as_table(path).notes) == (encoding == "cp1252")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be"])
def test_no_byte_order_mark_becomes_part_of_a_name(tmp_path: Path, encoding: str) -> None:
    assert _columns(_file(tmp_path, "a.csv", ("\ufeff\ufeff" + CSV).encode(encoding))) == ROWS


def test_a_comma_inside_quotes_and_in_numbers(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", 'name;size\n"Ulm; ""the"" city\nnew";1,5\nBonn;2,5\n')
    assert _columns(path) == {"name": ['Ulm; "the" city\nnew', "Bonn"], "size": ["1,5", "2,5"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n"1,2\n3,4\n5,6\n', 2),
        ('a,b\n1,2\n3,"4', 3),
        ('a,b\r\n"1\r\n2",3\r\n4,"5\r\n', 4),
        ('"a,b\n1,2\n', 1),
    ],
)
def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(
        DataError, match=rf"a quote that the row in line {line} opens is never closed; check its quotes$"
    ):
        as_table(_file(tmp_path, "a.csv", text))
    closed = as_table(_file(tmp_path, "b.csv", 'a,b\r\n"1\r\n2",3\r\n4,"5\r\n"'))
    assert _columns(tmp_path / "b.csv") == {"a": ["1\r\n2", "4"], "b": ["3", "5\r\n"]} and closed.rows == 2


def test_title_lines_blank_lines_and_a_missing_header(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", "Report of 2024,,\n\na,b,c\n1,2,3\n\n4,5\n")
    table = as_table(path)
    assert table.names == ("a", "b", "c")
    assert table.rows == 2
    assert "1 title line above the header skipped" in table.notes
    assert "1 line is shorter than the header; the rest is empty" in table.notes
    bare = as_table(_file(tmp_path, "b.csv", "1,2\n3,4\n"))
    assert bare.names == ("column1", "column2")
    assert bare.rows == 2
    assert any("first line holds only numbers" in note for note in bare.notes)


def test_repeated_and_empty_names(tmp_path: Path) -> None:
    table = as_table(_file(tmp_path, "a.csv", "a,,a\nx,y,z\n"))
    assert table.names == ("a", "column2", "a_2")
    assert any("'a' comes more than once" in note for note in table.notes)


def test_json_in_its_forms(tmp_path: Path) -> None:
    records = [{"a": 1, "b": "x"}, {"a": 2.5, "b": None}, {"a": None, "b": "y", "c": True}]
    expected_texts = {"b": ["x", None, "y"], "c": [None, None, "true"]}
    forms = {
        "records.json": json.dumps(records),
        "wrapped.json": json.dumps({"data": records}),
        "columns.json": json.dumps({k: [r.get(k) for r in records] for k in "abc"}),
        "lines.jsonl": "\n".join(map(json.dumps, records)),
        "lines.json": "\n".join(map(json.dumps, records)),
    }
    for name, text in forms.items():
        found = _columns(_file(tmp_path, name, text))
        assert np.array_equal(found.pop("a"), [1, 2.5, np.nan], equal_nan=True)
        assert found == expected_texts


def test_excel(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Umsatz 2024"])
    sheet.append([])
    sheet.append(["city", "pay", "start", "ok"])
    sheet.append(["Ulm", 5, datetime(2024, 1, 31), True])
    sheet.append([None, 6.5, datetime(2024, 2, 1, 12, 30), False])
    book.create_sheet("more")
    book.save(tmp_path / "a.xlsx")
    assert _columns(tmp_path / "a.xlsx") == {
        "city": ["Ulm", None],
        "pay": [5, 6.5],
        "start": ["2024-01-31", "2024-02-01 12:30:00"],
        "ok": ["true", "false"],
    }
    assert as_table(tmp_path / "a.xlsx").notes[0] == "sheet 'Sheet' is read, 1 more in the file are not"


def test_a_cell_in_the_last_corner_of_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in [["a", "b"], [1, 2], [3, None], [5, 6]]:
        book.active.append(line)
    corner = book.active.cell(2**20, 2**14)
    corner.number_format = "0.00"  # formatted, and empty
    book.save(tmp_path / "a.xlsx")
    table = as_table(tmp_path / "a.xlsx")
    assert (table.names, table.rows, table.notes) == (("a", "b"), 3, ())
    corner.value = "total"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match=r"a\.xlsx: sheet 'Sheet' spans more than 134,217,728 cells"):
        as_table(tmp_path / "a.xlsx")


def _renumbered(path: Path, old: bytes, new: bytes) -> Path:
    """Write a sheet of one cell, its XML changed."""
    book = openpyxl.Workbook()
    book.active["A7"] = 1
    book.save(path)
    with zipfile.ZipFile(path) as whole:
        parts = {part: whole.read(part) for part in whole.namelist()}
    with zipfile.ZipFile(path, "w") as changed:
        for part, content in parts.items():
            changed.writestr(part, content.replace(old, new))
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<row r="7"', b'<row r="9999999999"'), (b'r="A7"', b'r="XFE7"'), (b'<row r="7"', b'<row r="1048577"')],
)
def test_a_sheet_is_no_larger_than_excel_makes_one(tmp_path: Path, old: bytes, new: bytes) -> None:
    said = r"a\.xlsx: sheet 'Sheet' has a cell beyond the 1,048,576 rows and 16,384 columns of Excel; delete what"
    with pytest.raises(DataError, match=said):
        as_table(_renumbered(tmp_path / "a.xlsx", old, new))


def test_only_cells_with_something_in_them_are_kept_of_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in (5, 10, 15):
        book.active.cell(number, 1, number)
    book.active.cell(5, 2**14, "far")
    book.active.cell(15, 2**14).number_format = "0.00"  # formatted, and empty
    book.active.cell(20, 3).number_format = "0.00"
    book.save(tmp_path / "a.xlsx")
    sheet = read_sheet((tmp_path / "a.xlsx").read_bytes(), "a.xlsx")
    assert sheet.filled == {5: {0: 5, 2**14 - 1: "far"}, 10: {0: 10}, 15: {0: 15}}
    assert (sheet.rows, sheet.columns) == (15, 2**14)
    table = sheet.table()
    assert table.lines is not None and table.lines.tolist() == [10, 15]
    assert (len(table.names), table.columns[0].tolist()) == (2**14, [10.0, 15.0])


def _formulas(path: Path, columns: dict[str, list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append(row)
    book.save(path)  # a formula that openpyxl writes has no value
    return path


def test_formulas_without_a_value_are_told_and_count_as_missing(tmp_path: Path) -> None:
    columns = {"size": [1.5, None, 3.5, 4.5], "double": ["=A2*2", 2, 5, "=A5*2"], "pay": [1.5, 2.5, 4, 5.5]}
    path = _formulas(tmp_path / "a.xlsx", {**columns, "one": [1, "=A3+1", 3, 4]})
    table = as_table(path)
    assert set(table.remarks) == {"double", "one"}
    assert table.remarks["double"].startswith("2 cells are formulas whose value the file does not hold, so they count")
    assert table.remarks["one"].startswith("1 cell is a formula whose value the file does not hold, so it counts as")
    made = from_table(path, target="pay")
    assert {c.name: c.missing for c in made.report.columns} == {"size": 1, "double": 2, "pay": 0, "one": 1}
    assert f"column 'double': {table.remarks['double']}" in made.report.notes
    assert look(path).columns[1].notes[0] == f"{table.remarks['double']}."
    told = new_rows(made.dataset, path, prepare_inputs(made.dataset, path))
    assert told.remarks[0] == f"Column 'double': {table.remarks['double']}."
    with pytest.raises(DataError, match=r"'sum' is empty in every row \(2 cells are formulas"):
        from_table(_formulas(tmp_path / "b.xlsx", {"a": [1, 2], "b": [1.5, 3], "sum": ["=A2", "=A3"]}), target="sum")
    with pytest.raises(DataError, match=r"has a header but no rows; .*; 2 cells are formulas"):
        as_table(_formulas(tmp_path / "c.xlsx", {"a": ["=1", "=2"]}))


def test_formulas_with_a_value_are_read_as_that(tmp_path: Path) -> None:
    path = _formulas(tmp_path / "bare.xlsx", {"a": ["=1+1", None]})
    saved = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(saved, "w") as new:
        for part in old.namelist():
            # What a spreadsheet program writes beside the formula when it saves.
            new.writestr(part, old.read(part).replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"))
    table = as_table(saved)
    column: Any = table["a"]
    assert column.tolist() == [2.0] and not table.remarks


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.execute(
        f"""COPY (SELECT * FROM (VALUES ('Ulm', 5, 1.5::FLOAT, 2.25::DECIMAL(9, 2), DATE '2024-01-31', true),
        (NULL, NULL, NULL, NULL, NULL, NULL)) AS t(city, n, f, d, day, ok)) TO '{path}' (FORMAT parquet)"""
    )
    table = as_table(path)
    assert table.row(0) == {"city": "Ulm", "n": 5, "f": 1.5, "d": 2.25, "day": "2024-01-31", "ok": "true"}
    assert set(table.row(1).values()) == {None}


def test_numpy(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(6).reshape(3, 2), label=np.array(["a", "b", "a"]))
    assert _columns(tmp_path / "a.npz") == {"x0": [0, 2, 4], "x1": [1, 3, 5], "label": ["a", "b", "a"]}
    np.save(tmp_path / "b.npy", np.eye(2))
    assert _columns(tmp_path / "b.npy") == {"x0": [1, 0], "x1": [0, 1]}
    np.save(tmp_path / "c.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="holds Python objects, which are never unpacked; save arrays"):
        as_table(tmp_path / "c.npy")


def test_damaged_numpy(tmp_path: Path) -> None:
    array, several = io.BytesIO(), io.BytesIO()
    np.save(array, np.eye(3))
    np.savez_compressed(several, x=np.arange(60.0).reshape(30, 2))
    one, two = array.getvalue(), several.getvalue()
    for name, content in [
        ("cut.npy", one[:-8]), ("head.npy", one[:20]), ("shape.npy", one.replace(b"(3, 3)", b"(3, '")),
        ("cut.npz", two[:-30]), ("bits.npz", two[:70] + bytes(20) + two[90:]),
    ]:  # fmt: skip
        with pytest.raises(DataError, match=rf"{name} is damaged or cut off; save it again with np.save"):
            as_table(_file(tmp_path, name, content))


def test_packed(tmp_path: Path) -> None:
    assert _columns(_file(tmp_path, "a.csv.gz", gzip.compress(CSV.encode()))) == ROWS


MISTAKES: list[tuple[str, str | bytes, str]] = [
    ("a.csv", "", "a.csv is empty"),
    ("a.csv", "\n \n", "a.csv is empty"),
    ("a.csv", "a,b\n", "a header but no rows"),
    ("a.csv", "a,b\n1,2\n1,2,3\n", "3 cells in line 3 where the header has 2"),
    ("a.csv", bytes(range(256)) * 20, "is not a text file"),
    ("a.csv.gz", "no gzip", "not a whole gzip file"),
    ("a.json", "{", "is not JSON"),
    ("a.json", "3", "holds no table"),
    ("a.json", "[]", "empty"),
    ("a.jsonl", '{"a": 1}\nx', "not JSON in line 2"),
    ("a.parquet", "no parquet", "cannot be read as Parquet"),
    ("a.xlsx", "no excel", "cannot be read as Excel"),
    ("a.xls", "old", "save it as .xlsx"),
    ("a.npz", "no numpy", "is no file of NumPy's; write it with np.save"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), MISTAKES, ids=[case[2] for case in MISTAKES])
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: str | bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        as_table(_file(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    _file(tmp_path, "houses.csv", CSV)
    with pytest.raises(NotFoundError, match=r"no file .*did you mean '.*houses.csv'"):
        as_table(tmp_path / "house.csv")
    with pytest.raises(FileError, match="cannot be read") as caught:
        as_table(tmp_path)
    assert not isinstance(caught.value, NotFoundError)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name in ("duckdb", "openpyxl", "narwhals"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    sources: list[Any] = [_file(tmp_path, "a.parquet", "x"), _file(tmp_path, "a.xlsx", "x"), date(2024, 1, 1)]
    for source in sources:
        with pytest.raises(DataError, match=r'pip install "engineroom\[standard\]"'):
            as_table(source)
    assert _columns(_file(tmp_path, "a.csv", CSV)) == ROWS


@pytest.mark.parametrize("cut", [r'[{"a": "x\udfff", "b": 1}]', r'[{"x\udfff": 1}, {"x\udfff": 2}]'])
def test_json_with_half_of_a_character_is_one_sentence_and_a_whole_pair_is_text(tmp_path: Path, cut: str) -> None:
    for name in ("a.json", "a.jsonl"):
        text = cut if name == "a.json" else cut.strip("[]").replace("}, {", "}\n{")
        with pytest.raises(DataError, match=rf"^{name} holds \\udfff, which is half of a character and no text"):
            as_table(_file(tmp_path, name, text))
    assert as_table(_file(tmp_path, "b.json", r'[{"a": "\ud83d\ude00"}]')).row(0) == {"a": "\U0001f600"}


def test_a_line_without_end_and_json_beyond_measure_are_one_sentence(tmp_path: Path) -> None:
    cases = {
        "long.csv": ("a" * 200_000, "long.csv has a header but no rows"),
        "deep.json": ("[" * 200_000, "nested too deep"),
        "big.json": ('[{"a": 1' + 5000 * "0" + "}]", "thousands of digits"),
        "big.jsonl": ('{"a": 1' + 5000 * "0" + "}", "thousands of digits"),
    }
    for name, (text, sentence) in cases.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(DataError, match=sentence):
            as_table(tmp_path / name)
    (tmp_path / "wide.csv").write_text("a,b\n1," + "z" * 200_000 + "\n")
    assert len(as_table(tmp_path / "wide.csv").columns[1][0] or "") == 200_000  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["a\0b.csv", "a" * 5000])
def test_what_cannot_be_a_file_name_is_one_sentence(name: str) -> None:
    with pytest.raises(FileError, match="file"):
        as_table(name)


def test_a_numpy_file_without_rows_or_with_other_things_is_told_in_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros((0, 3)))
    with pytest.raises(DataError, match=r"^empty.npy is empty; give a table"):
        as_table(tmp_path / "empty.npy")
    with zipfile.ZipFile(tmp_path / "other.npz", "w") as file:
        file.writestr("notes.txt", "no array")
    with pytest.raises(DataError, match=r"^other.npz holds 'notes.txt', which is no array of NumPy's; write it with"):
        as_table(tmp_path / "other.npz")


@pytest.mark.parametrize(
    "inside", [b"<worksheet", b"<worksheet><sheetData><row><c r='?'><v>1</v></c></row></sheetData>"]
)
def test_a_damaged_sheet_is_no_excel(tmp_path: Path, inside: bytes) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "y"])
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as damaged:
        for part in whole.namelist():
            damaged.writestr(part, inside if part.endswith("sheet1.xml") else whole.read(part))
    with pytest.raises(DataError, match=r"a\.xlsx cannot be read as Excel"):
        as_table(tmp_path / "a.xlsx")


def test_a_last_column_without_a_name_gets_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,,\n1,2,3,\n4,5,,\n", encoding="utf-8")
    table = as_table(tmp_path / "a.csv")
    assert table.names == ("a", "b", "column3") and table["column3"] == ["3", None]
    (tmp_path / "a.csv").write_text("a,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="3 cells in line 2 where the header has 2"):
        as_table(tmp_path / "a.csv")
