"""Small files that hold huge tables are refused before any of it is read."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from engineroom.errors import DataError
from engineroom.show.page import _bounds
from engineroom.show.page._bounds import check_bounds
from engineroom.show.page._uploads import Uploads


def _check(tmp_path: Path, name: str, content: bytes) -> None:
    place = tmp_path / name
    place.write_bytes(content)
    check_bounds(content, place, name)


def _parquet(tmp_path: Path, query: str) -> bytes:
    duckdb = pytest.importorskip("duckdb")
    place = tmp_path / "made.parquet"
    duckdb.connect(":memory:").execute(f"COPY ({query}) TO '{place}' (FORMAT parquet)")
    return place.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("wide.csv", b",".join([b"1"] * 5000) + b"\n", "5,000 columns"),
        ("long.csv", b"a;b\n" + b"1;2\n" * 5_000_000, "10,000,004 cells"),
        ("wide.json", json.dumps([{f"k{i}": 1} for i in range(5000)]).encode(), "5,000 columns"),
        ("odd.json", json.dumps([{f"k{i % 4000}": 1} for i in range(3000)]).encode(), "9,000,000 cells"),
        ("wide.jsonl", b"\n".join(b'{"k%d": 1}' % i for i in range(5000)), "5,000 columns"),
        (
            "columns.json",
            json.dumps({"data": {"x": 1}, **{f"k{i}": [1, 2] for i in range(5000)}}).encode(),
            "5,001 col",
        ),
    ],
)
def test_texts_are_counted_before_they_are_read(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=f"{name} has {said}.*engineroom train"):
        _check(tmp_path, name, content)


def test_parquet_says_how_much_it_holds(tmp_path: Path) -> None:
    small = _parquet(tmp_path, "SELECT 0 AS a, 1 AS b FROM range(5000000)")
    assert len(small) < 100_000
    with pytest.raises(DataError, match="10,000,000 cells"):
        _check(tmp_path, "zeros.parquet", small)
    # A list in one cell is as long as it likes.
    with pytest.raises(DataError, match="cells"):
        _check(tmp_path, "list.parquet", _parquet(tmp_path, "SELECT list(0) AS a FROM range(9000000)"))
    # One long text, kept once for all rows.
    with pytest.raises(DataError, match="256 MB of text in column 'a'"):
        _check(tmp_path, "text.parquet", _parquet(tmp_path, "SELECT repeat('x', 500000) AS a FROM range(1000)"))
    _check(tmp_path, "good.parquet", _parquet(tmp_path, "SELECT range AS a, 'x' AS b FROM range(50)"))


def test_what_cannot_be_read_is_left_to_the_reader(tmp_path: Path) -> None:
    for name, content in {
        "a.json": b"[" * 100_000, "b.json": b"{", "c.json": b"3", "d.jsonl": b"{", "e.parquet": b"PAR1 not really",
        "f.csv": b"", "g.json": b'[{"a": ' + b"9" * 10_000 + b"}]",
    }.items():  # fmt: skip
        _check(tmp_path, name, content)


def test_a_small_workbook_does_not_unpack_to_a_large_one(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<row><c><v>1</v></c></row>" * 3_000_000)
    with pytest.raises(DataError, match="unpacks to more than 64 MB"):
        _check(tmp_path, "a.xlsx", whole.getvalue())


def _sheet(*cells: tuple[int, int]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book, whole = openpyxl.Workbook(), io.BytesIO()
    for row, column in [(1, 1), (2, 1), *cells]:
        book.active.cell(row, column, f"{row} and {column}")
    book.save(whole)
    return whole.getvalue()


def test_cells_of_a_sheet_lie_no_farther_apart_than_a_page_can_take_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"^far\.xlsx has 4,097 columns, and the page takes 4,096: train on it with"):
        Uploads().add("far.xlsx", _sheet((2, 4097)))
    with pytest.raises(DataError, match=r"^far\.xlsx has 8,388,624 cells, and the page takes 8,388,608: train on it"):
        Uploads().add("far.xlsx", _sheet((524_289, 16)))
    monkeypatch.setattr("engineroom.show.page._bounds._CELLS", 6)
    told = Uploads().add("near.xlsx", _sheet((3, 2)))
    assert (told.rows, len(told.fields)) == (2, 2)


def test_the_oldest_tables_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engineroom.show.page._uploads._CELLS", 50)
    uploads = Uploads()
    made = [uploads.add(f"{i}.csv", b"a,b\n" + b"1,2\n" * 10).upload for i in range(4)]
    assert [key in uploads._tables for key in made] == [False, False, True, True]
    large = uploads.add("large.csv", b"a,b\n" + b"1,2\n" * 40).upload
    assert list(uploads._tables) == [large], "the newest stays, however large"


def test_no_path_of_this_machine_is_told() -> None:
    with pytest.raises(DataError) as told:
        Uploads().add("a.parquet", b"PAR1" + bytes(2000) + b"\xff\xff\xff\x7fPAR1")
    assert "a.parquet" in str(told.value) and "/" not in str(told.value).replace("a.parquet", ""), str(told.value)
    assert _bounds._UNPACKED == 64 * 2**20


def test_a_table_in_utf_16_is_taken_and_lines_may_end_as_on_old_macs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a,b\n1,2\n3,4\n"
    for content in (text.encode("utf-16"), text.replace("\n", "\r").encode()):
        taken = Uploads().add("t.csv", content)
        assert (taken.rows, [field.name for field in taken.fields]) == (2, ["a", "b"])
    monkeypatch.setattr("engineroom.show.page._bounds._CELLS", 7)
    for end in ("\n", "\r", "\r\n"):
        with pytest.raises(DataError, match=r"t.csv has 8 cells, and the page takes 7"):
            Uploads().add("t.csv", text.replace("\n", end).encode())
