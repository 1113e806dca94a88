"""No command loses a file that is there already, unless --force says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_WRITING = [
    ("predict", ["houses.csv", "--output"], "out.csv"),
    ("predict", ["houses.csv", "-o"], "out.tsv"),
    ("query", ["loss", "--output"], "out.csv"),
    ("query", ["loss", "--output"], "out.npz"),
    ("export", [], "out.html"),
]


@pytest.mark.parametrize(("command", "words", "name"), _WRITING)
def test_a_file_stays_as_it_is_unless_it_is_to_be_replaced(
    ask, logbook: Path, houses: Path, tmp_path: Path, command: str, words: list[str], name: str
) -> None:
    shutil.copy(houses, tmp_path / "houses.csv")
    (tmp_path / name).write_text("dear to me", encoding="utf-8")
    answer = ask(command, logbook, *words, name)
    assert answer.code == 2 and answer.out == ""
    assert answer.err == f"engineroom: '{name}' is there already: name a new file, or add --force to replace it\n"
    assert (tmp_path / name).read_text(encoding="utf-8") == "dear to me"
    assert ask(command, logbook, *words, name, "--force").code == 0
    assert not (tmp_path / name).read_bytes().startswith(b"dear to me")


def test_a_name_that_export_chose_is_no_exception(ask, logbook: Path, tmp_path: Path) -> None:
    (tmp_path / "houses.html").write_text("dear to me", encoding="utf-8")
    assert "'houses.html' is there already" in ask("export", logbook).err
    assert "works offline and without engineroom" in " ".join(ask("export", logbook, "--force").out.split())


def test_what_is_read_is_never_replaced(ask, logbook: Path, houses: Path, tmp_path: Path) -> None:
    for name, words in (("book.csv", ["query", "loss", "--output"]), ("book.html", ["export"])):
        book = Path(shutil.copy(logbook, tmp_path / name))
        answer = ask(words[0], book, *words[1:], book, "--force")
        assert answer.code == 2 and "would lose it: name another file" in answer.err
        assert book.read_bytes() == logbook.read_bytes()
    table = Path(shutil.copy(houses, tmp_path / "table.csv"))
    assert ask("predict", logbook, table, "--output", table, "--force").code == 2
    assert table.read_bytes() == houses.read_bytes()
