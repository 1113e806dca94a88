"""runs, why, trace, at, verify, predict: the same facts as the Python API gives, in text and in JSON."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.cli import main


@pytest.fixture(scope="module")
def penguin_logbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("penguins") / "penguins.logbook"
    assert main(["train", "penguins", "--steps", "3", "--hidden", "4", "--logbook", str(path), "--json"]) == 0
    return path


def test_runs(ask, logbook: Path) -> None:
    answer = ask("runs", logbook)
    assert answer.code == 0 and "2 runs. It contains rows of training data." in answer.out
    assert [line.split()[0] for line in answer.out.splitlines() if line.split()[:1] in (["1"], ["2"])] == ["1", "2"]
    facts = ask("runs", logbook, "--json").facts
    assert [(run["run"], run["seed"], run["steps"]) for run in facts["runs"]] == [(1, 0, 60), (2, 1, 60)]


@pytest.mark.parametrize(
    "name",
    [
        "dense1.weight[2, 5]",
        "dense1.weight.2.5",
        "'dense1.weight[2,5]'",
        "dense1.weight[town=Kiel, 5]",
        "dense1.weight.town=Kiel.5",
    ],
)
def test_why_names_a_weight_in_each_way(ask, logbook: Path, name: str) -> None:
    wanted = er.open(logbook).run(1).why("dense1.weight[2, 5]", step=7)
    assert ask("why", logbook, name, "--step", 7, "--run", 1).out == str(wanted) + "\n"
    facts = ask("why", logbook, name, "--step", 7, "--run", 1, "--json").facts
    assert facts["name"] == "dense1.weight[2, 5]" and facts["step"] == 7
    assert float.fromhex(facts["new"]["hex"]) == wanted.new and facts["residual"]["value"] == 0


def test_why_alone_explains_the_newest_runs_largest_move(ask, logbook: Path) -> None:
    run = er.open(logbook).runs[-1]
    states = [run.at(t).weights for t in range(run.steps + 1)]
    largest = max(
        float(np.max(np.abs(b[name].astype(np.float64) - a[name]))) for a, b in pairwise(states) for name in a
    )
    facts = ask("why", logbook, "--json").facts
    assert abs(facts["change"]["value"]) == pytest.approx(largest, rel=1e-12)
    assert ask("why", logbook).out.splitlines()[0].startswith(facts["name"])


def test_why_of_a_weight_explains_its_largest_move_and_epoch_its_last(ask, logbook: Path) -> None:
    run = er.open(logbook).run(1)
    path = run.trace("dense1.bias[3]").astype(np.float64)
    step = int(np.argmax(np.abs(np.diff(path)))) + 1
    assert ask("why", logbook, "dense1.bias.3", "--run", 1, "--json").facts["step"] == step
    assert ask("why", logbook, "dense1.bias.3", "--run", 1, "--epoch", 1, "--json").facts["step"] == 4
    proved = ask("why", logbook, "--prove", "--json").facts
    assert proved["proof"] is not None


def test_trace(ask, logbook: Path) -> None:
    path = er.open(logbook).runs[-1].trace("dense1.weight[0, 0]")
    facts = ask("trace", logbook, "dense1.weight.0.0", "--json").facts
    assert np.array_equal(np.array(facts["values"], np.float32), path)
    out = ask("trace", logbook, "dense1.weight.0.0").out
    assert out.startswith("dense1.weight[0, 0] over 60 steps\n") and max(map(len, out.splitlines())) <= 80
    assert "largest move" in out


def test_trace_shows_how_far_its_replay_is(ask, logbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []

    @contextmanager
    def watched(console: Any, words: str) -> Iterator[Callable[[int, int], None]]:
        assert console.stderr and words == "computing the run again"
        yield lambda done, planned: seen.append((done, planned))

    monkeypatch.setattr("engineroom.cli._ask.step_progress", watched)
    assert ask("trace", logbook, "dense1.weight.0.0").code == 0
    assert seen[-1] == (60, 60)


def test_at(ask, logbook: Path) -> None:
    state = er.open(logbook).run(2).at(13)
    facts = ask("at", logbook, 13, "--json").facts
    assert [p["name"] for p in facts["parameters"]] == list(state.weights)
    matrix = ask("at", logbook, 13, "dense1.weight", "--json").facts
    assert np.array_equal(np.array(matrix["values"], np.float32), state.weights["dense1.weight"])
    one = ask("at", logbook, 13, "dense1.weight.1.2", "--json").facts
    assert float.fromhex(one["hex"]) == float(state.weights["dense1.weight"][1, 2])
    assert str(state.weights["dense1.weight"][1, 2]) in ask("at", logbook, 13, "dense1.weight.1.2").out
    assert ask("at", logbook, 13, "dense1.weight.town=Bonn.2", "--json").facts == one
    assert "town=Bonn" in ask("at", logbook, 13, "dense1.weight").out
    assert max(map(len, ask("at", logbook, 13, "dense1.weight").out.splitlines())) <= 80
    assert ask("at", logbook, 0).out.startswith("run 2 before its first step")


def test_at_names_a_bias_by_its_outputs_and_refuses_what_no_state_holds(ask, penguin_logbook: Path) -> None:
    title, _, head, _, values = ask("at", penguin_logbook, 3, "dense2.bias").out.splitlines()
    assert title == "dense2.bias, run 1 after 3 steps" and head.split() == ["Adelie", "Chinstrap", "Gentoo"]
    state = er.open(penguin_logbook).run().at(3)
    assert [float(value) for value in values.split()] == pytest.approx(state.weights["dense2.bias"].tolist(), rel=1e-3)
    refused = ask("at", penguin_logbook, 3, "dense1.a.0.0")
    assert refused.code == 2 and refused.out == ""
    assert "dense1.a is not part of a state; name one of dense1.weight, dense1.bias, " in refused.err


def test_verify_finds_a_changed_loss(ask, logbook: Path, tmp_path: Path) -> None:
    assert ask("verify", logbook).code == 0
    assert ask("verify", logbook, "--json").facts["equal"] is True
    damaged = tmp_path / "damaged.logbook"
    shutil.copy(logbook, damaged)
    with closing(sqlite3.connect(damaged)) as database, database:
        # A slow machine commits the first steps alone.
        chunk = "run = 2 AND first_step <= 31 AND first_step + count > 31"
        first, content = database.execute(f"SELECT first_step, content FROM scalars WHERE {chunk}").fetchone()
        losses = np.frombuffer(content, "<f8").copy()
        losses[31 - first] = np.nextafter(losses[31 - first], 2 * losses[31 - first])
        database.execute(f"UPDATE scalars SET content = ? WHERE {chunk}", (losses.tobytes(),))
    answer = ask("verify", damaged)
    assert answer.code == 1 and "step 31" in answer.out
    assert ask("verify", damaged, "--json").facts["verification"]["loss_step"] == 31
    assert ask("verify", damaged, "--run", 1).code == 0


def test_predict(ask, logbook: Path, houses: Path, tmp_path: Path) -> None:
    wanted = er.open(logbook).runs[-1].predict(houses)
    facts = ask("predict", logbook, houses, "--json").facts
    assert facts["target"] == ["price"] and facts["unit"] == "$" and facts["predictions"] == wanted.tolist()
    out = ask("predict", logbook, houses).out
    assert "60 more rows" in out and "$" in out.splitlines()[2]
    ask("predict", logbook, houses, "--output", "said.csv")
    with (tmp_path / "said.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["predicted price"]) for row in rows] == wanted.tolist()
    before = houses.read_bytes()
    refused = ask("predict", logbook, houses, "--output", houses)
    assert refused.code == 2 and "is the table itself" in refused.err
    assert houses.read_bytes() == before


def test_the_rows_that_a_network_does_worst_on(ask, logbook: Path, houses: Path) -> None:
    wanted = er.open(logbook).runs[-1].worst(3)
    assert ask("predict", logbook, "--worst", 3).out.endswith(f"{wanted}\n")
    facts = ask("predict", logbook, "--worst", 3, "--json").facts
    assert {name: facts[name] for name in ("step", "known", "rows")} == wanted.to_dict()
    assert ask("predict", logbook, "--worst", 1, "--json").facts["rows"] == wanted.to_dict()["rows"][:1]
    assert "neither a TABLE nor --output" in ask("predict", logbook, houses, "--worst", 3).err
    assert "predict needs a TABLE of new rows, or --worst N" in ask("predict", logbook).err
    assert "--worst must be a whole number of at least 1, got 0" in ask("predict", logbook, "--worst", 0).err


def test_true_values_stand_beside_predictions_and_how_good_the_network_is(ask, logbook: Path, tmp_path: Path) -> None:
    run = er.open(logbook).runs[-1]
    rows = [list(run.dataset.raw(row).values()) for row in run.dataset.validation]
    text = "\n".join(",".join(map(str, row)) for row in [["size", "town", "price"], *rows, [50, "Ulm", ""]])
    (tmp_path / "new.csv").write_text(text, "utf-8")
    facts = ask("predict", logbook, "new.csv", "--json").facts
    assert facts["evaluation"]["metrics"] == run.metrics == run.evaluate("new.csv")  # on the rows held out, to the bit
    assert (facts["evaluation"]["rows"], facts["evaluation"]["rows_without_target"]) == (16, 1)
    assert facts["true"][0] == float(rows[0][2].strip("$")) and facts["true"][-1] is None
    out = ask("predict", logbook, "new.csv").out
    assert out.split()[:5] == ["row", "predicted", "price", "true", "price"]
    assert out.splitlines()[2].split()[2].replace(",", "") == rows[0][2]
    assert "on 16 rows" in out and f"{100 * run.metrics['r2']:.1f} %" in out and "trained on" not in out
    assert "Left out: 1 row without a value of 'price' that can be read." in out
    # Rows without true values are predicted as ever, and rows of training are called so.
    (tmp_path / "new.csv").write_text("size,town\n50,Ulm\n", "utf-8")
    assert "true" not in ask("predict", logbook, "new.csv").out
    assert "evaluation" not in ask("predict", logbook, "new.csv", "--json").facts
    known = run.dataset.raw(int(run.dataset.training[0]))
    (tmp_path / "new.csv").write_text(f"size,town,price\n{','.join(map(str, known.values()))}\n", "utf-8")
    assert "1 of the 1 row is the same as rows that the network was trained on" in " ".join(
        ask("predict", logbook, "new.csv").out.split()
    )


def test_predict_classes_with_their_probability(ask) -> None:
    ask("train", "penguins", "--steps", 50, "--json")
    facts = ask("predict", "penguins.logbook", "penguins", "--json").facts
    assert set(facts["predictions"]) <= {"Adelie", "Chinstrap", "Gentoo"}
    assert all(1 / 3 <= p <= 1 for p in facts["probability"]) and len(facts["probability"]) == 344


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["runs", "none.logbook"], "none.logbook"),
        (["runs", "TABLE"], "houses.csv"),
        (["why", "BOOK", "dense1.weigth.0.0"], "'dense1.weight'"),
        (["why", "BOOK", "dense1.weight.99.0", "--step", "1"], "99"),
        (["why", "BOOK", "dense1.weight.0.0", "--step", "0"], "step 0"),
        (["why", "BOOK", "dense1.weight.0.0", "--step", "61"], "61"),
        (["why", "BOOK", "dense1.weight.0.0", "--epoch", "99"], "99"),
        (["why", "BOOK", "dense1.weight.0.0", "--epoch", "1", "--step", "2"], "not both"),
        (["why", "BOOK", "--run", "3"], "run 3"),
        (["trace", "BOOK", "dense1.weight"], "dense1.weight"),
        (["trace", "BOOK"], "WEIGHT"),
        (["at", "BOOK", "61"], "61"),
        (["at", "BOOK", "1", "dense1.wight"], "'dense1.weight'"),
        (["at", "BOOK", "1", "dense1.weight.grad"], "dense1.weight.grad"),
        (["verify", "BOOK", "--run", "0"], "run 0"),
        (["predict", "BOOK", "none.csv"], "none.csv"),
        (["predict", "BOOK", "penguins"], "'size'"),
        (["whi", "BOOK"], "whi"),
    ],
)
def test_bad_questions_get_one_sentence(ask, logbook: Path, houses: Path, words: list[str], said: str) -> None:
    words = [{"BOOK": str(logbook), "TABLE": str(houses)}.get(word, word) for word in words]
    answer = ask(*words)
    assert answer.code == 2 and answer.out == ""
    assert said in answer.err and answer.err.startswith("engineroom: ") and answer.err.count("\n") == 1
    as_json = ask(*words, "--json")
    assert as_json.code == 2 and said in as_json.facts["error"]["message"]


def test_predict_from_a_file_for_a_run_on_arrays(ask, tmp_path: Path) -> None:
    book = tmp_path / "arrays.logbook"
    run = er.train(er.Network(er.Dense(1)), [[1, 2], [3, 5], [4, 4]], [1.0, 2.0, 3.0], steps=5, logbook=book)
    (tmp_path / "new.csv").write_text("a,b\n7,8.5\n9,-1\n", encoding="utf-8")
    assert ask("predict", book, "new.csv", "--json").facts["predictions"] == run.predict([[7, 8.5], [9, -1]]).tolist()
    (tmp_path / "new.csv").write_text("a,b,c\n7,8.5,1\n", encoding="utf-8")
    answer = ask("predict", book, "new.csv")
    assert answer.code == 2 and "an array of 2 columns and 'new.csv' has 3 (a, b, c)" in " ".join(answer.err.split())
    assert ask("predict", book, "new.cvs").code == 2


_QUESTIONS = [
    ("why", "dense1.bias.0", "--step", "1"),
    ("trace", "dense1.bias.0"),
    ("at", "3"),
    ("verify",),
    ("query", "loss", "--steps", "1"),
    ("landscape", "dense1.bias.0", "--step", "1", "--points", "3"),
    ("contributions", "dense1.bias.0", "--steps", "1:2"),
    ("stability", "--sample", "10"),
]


@pytest.mark.parametrize("words", _QUESTIONS, ids=lambda words: words[0])
def test_where_no_run_was_chosen_the_newest_says_that_it_answers(ask, logbook: Path, words: tuple[str, ...]) -> None:
    command, *rest = words
    unchosen, chosen = ask(command, logbook, *rest), ask(command, logbook, *rest, "--run", 2)
    said = "Run 2, the newest of 2: 4-8-1 relu, adamw 0.01. --run N asks another."
    assert said in " ".join(unchosen.err.split()) and "newest" not in chosen.err
    assert unchosen.out == chosen.out
    for number, asked in ((2, []), (1, ["--run", 1])):
        answer = ask(command, logbook, *rest, *asked, "--json")
        assert answer.facts["run"] == number and "newest" not in answer.err


def test_predictions_alone_are_on_standard_output(ask, logbook: Path, houses: Path) -> None:
    answer = ask("predict", logbook, houses)
    assert answer.out == ask("predict", logbook, houses, "--run", 2).out and "newest" not in answer.out
    assert answer.err.startswith("Run 2, the newest of 2: ")


def test_a_logbook_of_one_run_says_nothing_of_it_and_a_name_and_a_parent_are_told(ask, tmp_path: Path) -> None:
    path = tmp_path / "one.logbook"
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5, logbook=path, name="twice")
    assert ask("at", path, 0).err == ""
    run.fork(at=2, name="less")
    assert ask("at", path, 0).err.startswith("Run 2, the newest of 2: less, a fork of run 1 at state 2. --run N")


def test_numbers_in_another_writing_are_told_where_rows_are_predicted(ask, tmp_path: Path) -> None:
    rows = [f"{20 + i},5;{(20 + i) * 10}" for i in range(60)]
    (tmp_path / "flats.csv").write_text("\n".join(["size;rent", *rows]), "utf-8")
    assert ask("train", "flats.csv", "--target", "rent", "--steps", 50, "--logbook", "flats.logbook").code == 0
    (tmp_path / "new.csv").write_text('size\n"40,25"\n80.125\n70.250\n', "utf-8")
    told = " ".join(ask("predict", "flats.logbook", "new.csv").err.split())
    assert "2 rows lie far outside of what training saw in 'size', 20.5 to 79.5: row 1 (line 3) has '80.125'" in told
    assert "read as 80,125, for training had a decimal comma." in told
    assert ask("predict", "flats.logbook", "new.csv", "--json").facts["far_outside"][0]["rows"] == 2
    (tmp_path / "new.csv").write_text("size\n80.5\n\n70.2\n", "utf-8")
    refused = ask("predict", "flats.logbook", "new.csv")
    assert refused.code == 2 and (
        "column 'size' has '80.5' in row 0 (line 2) and '70.2' in row 1 (line 4), "
        "where a number with a decimal comma is expected; correct or empty these cells" in refused.err
    )


def test_predictions_name_their_rows_and_tell_of_empty_cells(ask, tmp_path: Path) -> None:
    rows = [f"F{i:03},{20 + i},{(20 + i) * 10}.5" for i in range(60)]
    (tmp_path / "flats.csv").write_text("\n".join(["flat,size,rent", *rows]), "utf-8")
    (tmp_path / "new.csv").write_text("flat,size\nN1,40\nN2,\nN3,n/a\n", "utf-8")
    assert ask("train", "flats.csv", "--target", "rent", "--steps", 50, "--logbook", "flats.logbook").code == 0
    answer = ask("predict", "flats.logbook", "new.csv")
    told = " ".join(answer.err.split())
    assert "2 rows had empty cells. 'size' was filled with 50.5, its median in training, in 2 rows;" in told
    assert "training had no empty cell there" in told and "empty" not in answer.out
    assert answer.out.split()[:3] == ["row", "flat", "rent"] and "N2" in answer.out
    facts = ask("predict", "flats.logbook", "new.csv", "--json").facts
    assert facts["rows_with_empty_cells"] == 2 and facts["filled"][0]["seen"] is False
    assert facts["far_outside"] == [] and facts["identifier"]["cells"] == ["N1", "N2", "N3"]
    assert ask("predict", "flats.logbook", "new.csv", "--output", "p.csv").code == 0
    lines = (tmp_path / "p.csv").read_text("utf-8").splitlines()
    assert lines[0] == "row,flat,predicted rent" and lines[2].startswith("1,N2,")
    refused = ask("predict", "flats.logbook", "new.csv", "--output", "p.xlsx")
    assert refused.code == 2 and "CSV" in refused.err and not (tmp_path / "p.xlsx").exists()
