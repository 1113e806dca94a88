"""`engineroom predict`: what is written to a file, and rows that sum the others."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import engineroom as er
from engineroom.cli import main
from engineroom.data import as_table


@pytest.fixture(scope="module")
def penguins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("penguins") / "penguins.logbook"
    assert main(["train", "penguins", "--steps", "50", "--logbook", str(path), "--json"]) == 0
    return path


def _read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_the_columns_of_the_table_and_all_probabilities_where_asked(ask, penguins: Path, tmp_path: Path) -> None:
    words = ("predict", penguins, "penguins", "--output")
    assert ask(*words, "plain.csv").code == 0
    plain = _read(tmp_path / "plain.csv")
    assert list(plain[0]) == ["row", "predicted species", "probability", "true species"] and len(plain) == 344
    assert [row["true species"] for row in plain] == list(as_table("penguins")["species"])
    assert ask(*words, "full.tsv", "--with-inputs", "--probabilities").code == 0
    full = _read(tmp_path / "full.tsv", "\t")
    run = er.open(penguins).run()
    chances = run.predict_proba("penguins")
    assert list(full[0])[1:-5] == list(as_table("penguins").names)
    assert list(full[0])[-5:] == [
        "predicted species",
        "probability",
        *(f"probability of {label}" for label in ("Adelie", "Chinstrap", "Gentoo")),
    ]
    assert (
        [row["predicted species"] for row in full]
        == [row["predicted species"] for row in plain]
        == list(run.predict("penguins"))
    )
    # All cells are there as they stood in the table, those of the target too.
    assert full[0]["species"] == "Adelie" and full[0]["island"] == "Torgersen" and full[3]["bill_length_mm"] == "NA"
    written = [[float(row[f"probability of {label}"]) for label in run.dataset.target.classes] for row in full]
    assert np.allclose(written, chances, rtol=1e-5)
    facts = ask("predict", penguins, "penguins", "--probabilities", "--json").facts
    assert facts["probabilities"] == chances.tolist() and facts["classes"] == ["Adelie", "Chinstrap", "Gentoo"]


def test_rows_trained_on_are_told_or_that_they_are_not_known(ask, houses: Path) -> None:
    trained = ask("train", houses, "--target", "price", "--steps", 5, "--no-data", "--logbook", "nd.logbook")
    said = " ".join(ask("predict", "nd.logbook", houses).out.split())
    assert "Whether the network was trained on some of these rows is not known, because its logbook keeps no" in said
    assert "64 of the 80 rows are the same as rows" in " ".join(
        ask("predict", "nd.logbook", houses, "--data", houses).out.split()
    )
    # New rows are predicted without the old ones.
    assert "engineroom predict nd.logbook TABLE" in trained.out and f"TABLE --data {houses}" not in trained.out


def test_columns_that_are_called_as_ours_are_told_apart(ask, tmp_path: Path) -> None:
    rows = [f"{i},{i % 7},{i * 2.5}" for i in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["n,row,y", *rows]), "utf-8")
    assert ask("train", "a.csv", "--target", "y", "--steps", 5, "--json").code == 0
    assert ask("predict", "a.logbook", "a.csv", "--output", "p.csv", "--with-inputs").code == 0
    first = _read(tmp_path / "p.csv")[1]
    assert list(first) == ["row", "n", "row_2", "y", "predicted y"]
    assert (first["row"], first["n"], first["row_2"], first["y"]) == ("1", "1", "1", "2.5")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["TABLE", "--with-inputs"], "add --output FILE"),
        (["TABLE", "--probabilities"], "add --output FILE or --json"),
        (["TABLE", "--probabilities", "--json"], "'price' is a number"),
        (["--worst", "3", "--with-inputs"], "neither a TABLE nor --output"),
    ],
)
def test_options_that_cannot_be_get_one_sentence(ask, logbook: Path, houses: Path, words: list[str], said: str) -> None:
    answer = ask("predict", logbook, *[str(houses) if word == "TABLE" else word for word in words])
    assert answer.code == 2 and said in answer.err + answer.out


def test_a_total_row_is_left_out_as_in_training(ask, logbook: Path, tmp_path: Path) -> None:
    lines = ["size,town,price", "50,Ulm,$80000", "60,Bonn,$130000", "70,Kiel,$195000"]
    (tmp_path / "plain.csv").write_text("\n".join(lines), "utf-8")
    (tmp_path / "new.csv").write_text("\n".join([*lines, "180,Total,$405000"]), "utf-8")
    answer = ask("predict", logbook, "new.csv")
    assert answer.code == 0 and "1 total row at the end left out, as training leaves out such rows." in answer.err
    facts, plain = (ask("predict", logbook, name, "--json").facts for name in ("new.csv", "plain.csv"))
    assert facts["total_rows_left_out"] == [3] and plain["total_rows_left_out"] == []
    assert facts["predictions"] == plain["predictions"] and facts["evaluation"] == plain["evaluation"]
    # Such a word within the table is a town that training never saw.
    (tmp_path / "new.csv").write_text("\n".join([*lines[:2], "180,Total,$1", *lines[2:]]), "utf-8")
    assert ask("predict", logbook, "new.csv").code == 2


def test_a_class_or_category_of_that_word_is_no_total(ask, tmp_path: Path) -> None:
    rows = [f"{i},{('Sum', 'Part')[i % 2]},{i % 2}.5" for i in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["n,kind,y", *rows]), "utf-8")
    for target in ("y", "kind"):
        assert ask("train", "a.csv", "--target", target, "--steps", 5, "--json").code == 0
    for run in (1, 2):
        (tmp_path / "new.csv").write_text("n,kind,y\n1,Part,\n3,Part,1.5\n4,Sum,0.5\n", "utf-8")
        facts = ask("predict", "a.logbook", "new.csv", "--run", run, "--json").facts
        assert len(facts["predictions"]) == 3 and facts["total_rows_left_out"] == []


def test_formulas_without_a_value_are_told(ask, logbook: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["size", "town"], [50, "Ulm"], ["=A2*2", "Bonn"]):
        book.active.append(row)
    book.save(tmp_path / "new.xlsx")
    answer = ask("predict", logbook, "new.xlsx")
    assert "Column 'size': 1 cell is a formula whose value the file does not hold" in " ".join(answer.err.split())
    assert len(ask("predict", logbook, "new.xlsx", "--json").facts["remarks"]) == 1
