"""fork and resume from the command line, and the tree that runs draws."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

import engineroom as er


@pytest.fixture
def book(logbook: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(logbook, tmp_path / "family.logbook"))


def test_fork_and_resume(ask, book: Path) -> None:
    made = ask(
        "fork", book, "--run", 1, "--at", 30, "--lr", 0.5, "--set", "dense1.weight.0.0=0.25", "--steps", 4, "--json"
    )
    assert made.code == 0
    assert [made.facts["run"][key] for key in ("run", "parent", "parent_step", "steps")] == [3, 1, 30, 34]
    fork = er.open(book).run(3)
    assert fork.at(30).weights["dense1.weight"][0, 0] == 0.25
    grown = ask("resume", book, "--steps", 6)
    assert grown.code == 0
    assert (
        "Run 3 of" in grown.out
        and "40 steps" in grown.out
        and "It went on from state 34" in " ".join(grown.out.split())
    )
    again = er.open(book).run(1).fork(30, lr=0.5, set={"dense1.weight[0, 0]": 0.25}, steps=10)
    assert again.at(40).same_bits(er.open(book).run(3).at(40))
    assert ask("verify", book, "--run", 3).code == 0


def test_a_fork_says_where_it_goes_on_and_with_what(ask, book: Path) -> None:
    def told(*words: str | int) -> str:
        answer = ask("fork", book, "--run", 1, "--at", 58, *words)
        assert answer.code == 0
        return " ".join(answer.out.split()).partition(". It ")[2]

    assert told("--steps", 2).startswith(
        "goes on from state 58 of run 1 with nothing changed, so it trains an exact copy."
    )
    assert told("--lr", 0.5, "--steps", 2).startswith("goes on from state 58 of run 1 with lr 0.5 constant")
    longer = told("--lr", 0.002, "--schedule", "constant", "--batch-size", 1, "--name", "one by one", "--steps", 3)
    assert "lr 0.002 constant instead of cosine from 0.01, batches of 1 instead of 32." in longer
    made = er.open(book).run("one by one")
    assert made.plan.batch_size == 1 and len(made.record.rows(61)) == 1 and made.steps == 61


def test_a_copy_that_goes_on_past_its_parent_says_up_to_where_it_is_one(ask, tmp_path: Path) -> None:
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=20, logbook="a.logbook")
    said = " ".join(ask("fork", "a.logbook", "--at", 15, "--steps", 9).out.split())
    assert "Run 2 of a.logbook: completed after 24 steps. It goes on from state 15 of run 1 with nothing" in said
    assert "with nothing changed, so it copies it up to step 20." in said


@pytest.mark.parametrize(
    ("words", "lr"),
    [
        (["--schedule", "cosine"], 0.25),
        (["--schedule", "cosine", "--lr", 0.5], 0.5),
        (["--schedule", "cosine", "--optimizer", "adam"], 0.001),
    ],
    ids=str,
)
def test_a_schedule_begins_at_the_rate_that_was_said_or_the_highest_there_was(
    ask, tmp_path: Path, words: list[str | float], lr: float
) -> None:
    law = er.SGD(lr=er.Cosine(0.25, steps=20))
    er.train(er.Network(er.Dense(1)), [1.0, 0.5], [2.0, 1.0], optimizer=law, steps=20, logbook="a.logbook")
    assert ask("fork", "a.logbook", "--at", 10, "--steps", 5, *words).code == 0
    schedule = er.open("a.logbook").run(2).record.optimizer.schedule
    assert schedule.law == "cosine" and schedule.lr == lr


@pytest.mark.parametrize(
    ("given", "more"), [("3.5", ""), ("w=", ""), ("w=x", ""), ("w=0,5", "; the decimal sign is a point: 0.5")]
)
def test_a_weight_that_cannot_be_set_is_quoted(ask, book: Path, given: str, more: str) -> None:
    answer = ask("fork", book, "--at", 3, "--set", given)
    said = f"--set must be a weight and a number such as dense1.weight.3.5=0, got {given!r}{more}\n"
    assert answer.code == 2 and " ".join(answer.err.split()) + "\n" == f"engineroom: {said}"


def test_a_fork_with_another_loss_is_not_set_beside_its_parent_by_the_loss(ask, book: Path) -> None:
    def names(*words: str | int) -> list[set[str]]:
        facts = ask("fork", book, "--run", 1, "--at", 50, "--steps", 5, "--lr", 0.001, *words, "--json").facts
        assert [score["name"] for score in facts["scores"]][1:] == ["run 1, its parent"]
        return [set(score["metrics"]) for score in facts["scores"]]

    alike, other = names(), names("--loss", "mae")
    assert alike[0] == alike[1] and "loss" in alike[0]
    assert other[0] == other[1] == alike[0] - {"loss"}


def test_runs_draws_the_family(ask, book: Path) -> None:
    run = er.open(book).run(1)
    child = run.fork(20, lr=0.1, steps=5)
    run.fork(40, drop_examples=[int(run.dataset.row_numbers[run.dataset.training[0]])], epochs=1)
    child.fork(22, freeze=["dense1"], steps=3)
    shown = ask("runs", book).out
    drawn = ["1 ", "├ 3 @ 20 ", "│ └ 5 @ 22 ", "└ 4 @ 40 ", "2 "]
    lines = [line.strip() for line in shown.splitlines()]
    places = [next(i for i, line in enumerate(lines) if line.startswith(branch)) for branch in drawn]
    assert places == sorted(places)


def test_what_cannot_be_forked_is_one_sentence(ask, book: Path) -> None:
    assert "such as dense1.weight.3.5=0" in ask("fork", book, "--at", 3, "--set", "dense1.weight.3.5").err
    for wrong in ("ten", 0):
        answer = ask("fork", book, "--at", 3, "--batch-size", wrong)
        assert f"--batch-size must be a whole number of at least 1 or all, got '{wrong}'" in answer.err
    assert "ends with state 60" in ask("fork", book, "--at", 60).err
    assert "made all the steps" in ask("resume", book).err


def test_query(ask, book: Path) -> None:
    facts = ask("query", book, "dense1.weight.grad.norm", "loss", "--run", 1, "--steps", "2:10:4", "--json").facts
    run = er.open(book).run(1)
    assert facts["steps"] == [2, 6, 10]
    assert facts["values"]["loss"] == [run.loss[1], run.loss[5], run.loss[9]]
    assert ask("query", book, "dense1.weight", "--run", 1, "--steps", 5, "--output", "out.npz").code == 0
    with np.load("out.npz") as arrays:
        np.testing.assert_array_equal(arrays["dense1.weight"][0], run.at(5).weights["dense1.weight"])
    assert "is there already" in ask("query", book, "loss", "--output", "out.npz").err
    assert "1:100" in ask("query", book, "loss", "--steps", "x").err


def _cells(out: str, name: str) -> list[str]:
    return next(line for line in out.splitlines() if line.startswith(name)).removeprefix(name).split()


def test_a_fork_is_set_beside_its_parent_in_the_targets_unit(ask, book: Path) -> None:
    answer = ask("fork", book, "--run", 1, "--at", 30, "--lr", 0.001, "--steps", 10)
    runs = er.open(book).runs
    head = next(line for line in answer.out.splitlines() if line.startswith("on 16 held-out rows"))
    assert head.split()[4:] == ["after", "step", "RMSE", "MAE", "R²", "loss"]
    above = answer.out.splitlines()[answer.out.splitlines().index(head) - 1]
    assert above.split() == ["usual", "miss", "mean", "miss", "explained"]
    fork, parent = _cells(answer.out, "run 3 "), _cells(answer.out, "run 1, its parent ")
    assert (fork[0], parent[0]) == ("40", "60")
    for cells, run in ((fork, runs[-1]), (parent, runs[0])):
        assert float(cells[1].replace("$", "").replace(",", "")) == pytest.approx(run.metrics["rmse"], abs=0.5)
        assert cells[1].startswith("$")
    facts = ask("fork", book, "--run", 1, "--at", 30, "--lr", 0.001, "--steps", 10, "--json").facts
    assert facts["measured_on"] == "validation"
    assert [score["metrics"] for score in facts["scores"]] == [runs[-1].metrics, runs[0].metrics]
    assert max(map(len, answer.out.splitlines())) <= 80


def test_what_resume_won_stands_beside_what_was_before(ask, book: Path) -> None:
    before = er.open(book).run(1).fork(30, lr=0.01).metrics
    facts = ask("resume", book, "--steps", 40, "--json").facts
    assert [(s["name"], s["step"]) for s in facts["scores"]] == [("run 3", 100), ("before", 60)]
    assert facts["scores"][1]["metrics"] == before and facts["scores"][0]["metrics"] == er.open(book).run(3).metrics


def test_losses_of_two_laws_are_not_set_beside_each_other(ask, book: Path) -> None:
    out = ask("fork", book, "--run", 1, "--at", 30, "--loss", "mae", "--steps", 10).out
    assert "usual miss" in out and " loss" not in out.split("on 16 held-out rows")[1]


def test_a_fork_without_some_rows_and_its_parent_are_measured_on_the_same(ask, houses: Path, tmp_path: Path) -> None:
    words = ["--target", "price", "--steps", "20", "--hidden", "4", "--validation", "none", "--logbook"]
    assert ask("train", houses, *words, tmp_path / "a.logbook").code == 0
    fork = ["fork", tmp_path / "a.logbook", "--run", 1, "--at", 10, "--drop", 3, "--drop", 7]
    made = ask(*fork, "--json").facts
    assert made["measured_on"] == "training" and "on 78 training rows" in ask(*fork).out
    runs = er.open(tmp_path / "a.logbook").runs
    rows = runs[1].dataset
    for run, score in zip((runs[1], runs[0]), made["scores"], strict=True):
        miss = run.record.outputs(run.at(20), rows.training_x) - rows.training_y.reshape(-1, 1)
        wanted = float(np.sqrt(np.mean((miss * rows.target.scale[0]) ** 2)))
        assert score["metrics"]["rmse"] == pytest.approx(wanted, rel=1e-5)


def test_a_fork_that_reached_infinity_says_so(ask, book: Path) -> None:
    answer = ask("fork", book, "--run", 1, "--at", 0, "--lr", 1e30)
    assert answer.code == 1 and "try a smaller learning rate" in " ".join(answer.out.split())
    assert "held-out" not in answer.out
    # Its own fork has nothing to stand beside.
    after = ask("fork", book, "--run", 3, "--at", 0, "--lr", 0.001)
    assert after.out.count("run 4") == 1 and "its parent" not in after.out


def test_a_fork_that_killed_the_network_says_so_and_so_does_what_it_predicts(ask, book: Path, houses: Path) -> None:
    dead = [word for unit in range(8) for word in ("--set", f"dense1.bias.{unit}=-1e6")]
    fork = ["fork", book, "--run", 1, "--at", 60, *dead, "--lr", 1e-9, "--steps", 5]
    said = " ".join(ask(*fork).out.split())
    assert "All 8 units of dense1 are dead" in said and "Run 1, its parent, is better: --run 1" in said
    short = ask(*fork, "--json").facts["shortfall"]
    assert (short["kind"], short["layer"]) == ("dead layer", "dense1")
    assert ask("fork", book, "--run", 1, "--at", 30, "--json").facts["shortfall"] is None
    answer = ask("predict", book, houses, "--run", 3)
    assert "All 8 units of dense1 are dead" in answer.err and "dead" not in answer.out
    assert ask("predict", book, houses, "--run", 1).err == ""


def test_predicting_with_a_run_that_reached_infinity_says_so(ask, book: Path, houses: Path) -> None:
    assert ask("fork", book, "--run", 1, "--at", 0, "--lr", 1e30).code == 1
    answer = ask("predict", book, houses, "--json")
    assert "reached NaN or infinity in step" in " ".join(answer.err.split()) and answer.facts["run"] == 3


def test_training_that_learned_nothing_says_so(ask, houses: Path) -> None:
    words = ["train", houses, "--target", "price", "--validation", "none", "--lr", 1e-12, "--steps", 2]
    assert "does no better than the mean" in " ".join(ask(*words).out.split())
    assert ask(*words, "--json").facts["shortfall"]["kind"] == "no better"


def _pasted(said: str) -> list[str]:
    """Return the words of the command that ends an error."""
    return shlex.split(" ".join(said.split()).rpartition("go on with engineroom ")[2])


@pytest.mark.parametrize(
    "words",
    [
        ["resume", "BOOK", "--epochs", 5],
        ["resume", "BOOK", "--run", 1, "--steps", 7],
        ["resume", "BOOK"],
        ["fork", "BOOK", "--at", 60],
        ["fork", "BOOK", "--at", 60, "--lr", 0.01, "--set", "dense1.weight.0.0=0.5"],
        ["fork", "BOOK", "--at", 30, "--epochs", 50, "--freeze", "dense2", "--run", 1],
    ],
)
def test_where_training_has_ended_the_error_ends_in_a_command_that_works(ask, book: Path, words: list) -> None:
    refused = ask(*(book if word == "BOOK" else word for word in words))
    assert refused.code == 2 and str(book) in _pasted(refused.err)
    assert ask(*_pasted(refused.err)).code == 0
    asked, made = er.open(book).run(words[words.index("--run") + 1] if "--run" in words else 2), er.open(book).run(3)
    assert made.record.row.parent == asked.number
    if "--epochs" in words:
        assert _pasted(refused.err)[_pasted(refused.err).index("--epochs") + 1] == str(
            words[words.index("--epochs") + 1]
        )


def test_a_run_at_a_constant_rate_is_told_to_resume(ask, book: Path) -> None:
    assert ask("fork", book, "--run", 1, "--at", 30, "--lr", 0.01, "--steps", 4).code == 0
    words = _pasted(ask("resume", book).err)
    assert words == ["resume", str(book), "--epochs", "5"] and ask(*words).code == 0


def test_a_fork_says_first_what_was_changed(ask, book: Path) -> None:
    def first(*words: object) -> str:
        return " ".join(ask("fork", book, "--run", 1, *words).out.split("\n\n")[0].split())

    row = int(er.open(book).run(1).dataset.row_numbers[er.open(book).run(1).dataset.training[0]])
    assert first("--at", 30, "--lr", 0.5).endswith("of run 1 with lr 0.5 constant instead of cosine from 0.01.")
    said = first("--at", 30, "--drop", row, "--set", "dense1.weight.0.0=0.25")
    assert said.endswith(f"with dense1.weight[0, 0] set to 0.25, row {row} left out.")
    assert first("--at", 30).endswith("with nothing changed, so it trains an exact copy.")
    facts = ask("fork", book, "--run", 1, "--at", 30, "--freeze", "dense1.bias", "--json").facts
    assert facts["changes"] == ["dense1.bias frozen"]
    assert ask("fork", book, "--run", 4, "--at", 40, "--json").facts["changes"] == []


@pytest.mark.parametrize(
    ("words", "schedule", "changed"),
    [
        (["--lr", 0.001], er.Constant(0.001), "lr 0.001 constant instead of cosine from 0.01"),
        (["--lr", 0.001, "--schedule", "constant"], er.Constant(0.001), "lr 0.001 constant instead of"),
        (["--lr", 0.001, "--schedule", "cosine"], er.Cosine(0.001, 60, 20), "lr 0.001 cosine instead of 0.01 cosine"),
        (["--schedule", "cosine"], er.Cosine(0.01, 60, 20), "lr cosine from 0.01 begun anew"),
        (["--schedule", "constant"], er.Constant(0.01), "lr 0.01 constant instead of cosine from 0.01"),
        (["--optimizer", "sgd", "--schedule", "cosine"], er.Cosine(0.01, 40), "optimizer sgd instead of"),
    ],
)
def test_a_fork_says_how_its_rate_goes_on(
    ask, book: Path, words: list[str | float], schedule: er.Schedule, changed: str
) -> None:
    answer = ask("fork", book, "--run", 1, "--at", 20, *words)
    assert answer.code == 0 and changed in " ".join(answer.out.split())
    assert er.open(book).run().record.optimizer.schedule == schedule


def test_a_schedule_that_is_none_is_told(ask, logbook: Path) -> None:
    answer = ask("fork", logbook, "--at", 20, "--schedule", "cosin")
    assert answer.code == 2 and "did you mean 'cosine'?" in answer.err


def test_a_fork_that_breaks_before_its_first_update_is_told_to_begin_earlier(
    ask, houses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("wild.logbook")
    words = ["--target", "price", "--optimizer", "sgd", "--lr", "1", "--schedule", "constant", "--steps", 200]
    assert ask("train", houses, *words, "--logbook", path).code == 1
    finding = er.open(path).run(1).finding
    assert finding is not None and finding.phase == "forward"
    answer = ask("fork", path, "--run", 1, "--at", finding.step - 1, "--lr", 1e-6, "--steps", 5)
    said = " ".join(answer.out.split())
    assert answer.code == 1 and answer.err == ""
    assert f"Run 2 of {path}: NaN or infinity after {finding.step} steps" in said
    assert f"the weights of state {finding.step - 1} are this large already, so fork from an earlier state." in said
    assert "smaller learning rate" not in said
    earlier = " ".join(ask("fork", path, "--run", 1, "--at", finding.step - 2, "--steps", 5).out.split())
    assert "try a smaller learning rate." in earlier and "first update" not in earlier
