"""`engineroom train`: the table first, then the result beside its baselines, and a logbook that can be asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.logbook import Writer
from engineroom.show.page import Served


def test_table_result_and_commands_to_paste(ask, houses: Path) -> None:
    answer = ask("train", houses, "--target", "price", "--epochs", 60)
    assert answer.code == 0 and answer.err == ""
    lines = [line.split() for line in answer.out.splitlines()]
    assert lines[0] == ["column", "read", "as", "example", "missing", "what", "was", "done"]
    assert next(line for line in lines if line[:1] == ["town"])[:3] == ["town", "category", "(3)"]
    network = next(line for line in lines if line[:2] == ["this", "network"])
    mean = next(line for line in lines if line[:1] == ["mean"])
    assert network[2].startswith("$") and mean[1].startswith("$")
    assert float(network[2].strip("$").replace(",", "")) < float(mean[1].strip("$").replace(",", "")) / 4
    assert any(line[:2] == ["ridge", "regression"] for line in lines)
    commands = [line.strip().split("  #")[0] for line in answer.out.splitlines() if line.startswith("  engineroom ")]
    assert len(commands) == 3
    for command in commands:
        assert ask(*command.replace("TABLE", str(houses)).split()[1:]).code == 0, command
    assert max(len(line) for line in answer.out.splitlines()) <= 80


def test_few_rows_get_a_verdict_that_tells_how_sure_it_is(ask, houses: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("".join(houses.read_text(encoding="utf-8").splitlines(keepends=True)[:31]), encoding="utf-8")
    words = ("train", few, "--target", "price", "--steps", 60)
    said = " ".join(ask(*words).out.split())
    assert "usual miss mean miss explained on 30 training rows RMSE MAE R² loss" in said and "ridge regression" in said
    assert "No row was held out: on the 30 rows it learned from the network's usual miss (RMSE) is" in said
    assert "which does not say how either does on new rows; hold some out to see (--validation 0.2; in Python" in said
    facts = ask(*words, "--json").facts
    assert facts["verdict"]["stance"] == "learned" and facts["verdict"]["rival"] == "ridge regression"
    assert facts["verdict"]["test"] is facts["verdict"]["p_value"] is None
    words = (*words, "--validation", 5)
    said = " ".join(ask(*words).out.split())
    assert "On these 5 held-out rows the network and ridge regression cannot be told apart: the network's usual" in said
    assert "times that of ridge regression, but fewer than 6 rows cannot tell." in said
    facts = ask(*words, "--json").facts
    found = facts["verdict"]
    assert set(found) == {"rival", "stance", "rows", "better", "worse", "test", "p_value", "text"}
    assert (found["stance"], found["test"], found["rows"]) == ("open", "sign-flip", 5)
    assert found["better"] + found["worse"] == 5 and 0.05 < found["p_value"] <= 1
    assert found["text"] in said
    # Each row's own misses are for the tests, not for the reader of the answer.
    assert set(facts["baselines"][0]) == {"name", "metrics", "on"}


def test_dry_run_stops_after_the_table(ask, houses: Path, tmp_path: Path) -> None:
    answer = ask("train", houses, "--target", "price", "--dry-run", "--column", "size:category")
    assert answer.code == 0 and "Trained" not in answer.out
    assert any(line.split()[:2] == ["size", "category"] for line in answer.out.splitlines())
    assert list(tmp_path.iterdir()) == []
    # All that was done is told here, and in a few words before training.
    assert "standardized (mean $" in answer.out.replace("\n", "")
    words = ("train", houses, "--target", "price", "--steps", 3, "--column", "size:category")
    told = ask(*words).out
    assert "mean $" not in told and "--dry-run prints this table in full." in told
    (tmp_path / "houses.logbook").unlink()
    facts = ask("train", houses, "--target", "price", "--dry-run", "--json").facts
    assert facts["table"]["columns"][0]["done"].startswith("standardized (mean ")
    assert [c["name"] for c in facts["table"]["columns"]] == ["size", "town", "price"]


def test_dry_run_tells_what_would_be_trained(ask, houses: Path, tmp_path: Path) -> None:
    words = ("train", houses, "--target", "price", "--hidden", "16,4", "--steps", 30, "--batch-size", "all")
    told = " ".join(ask(*words, "--dry-run").out.split())
    # A size and three towns; 4 * 16 + 16, 16 * 4 + 4 and 4 + 1 parameters. A fifth of 80 rows is held out.
    assert "Without --dry-run this trains 4-16-4-1 relu, 153 parameters, with adamw on mse: 30 steps with" in told
    assert "with all 64 rows each, which takes " in told and "Recording it in houses.logbook takes about " in told
    told = " ".join(ask(*words, "--dry-run", "--batch-size", 10).out.split())
    assert "30 steps with 10 of 64 rows each" in told
    assert ask(*words, "--dry-run", "--json", "--batch-size", 1).facts["would_train"]["batch_size"] == 1
    facts = ask(*words, "--dry-run", "--json").facts
    planned = facts["would_train"]
    assert list(tmp_path.iterdir()) == [] and facts["estimate"]["steps"] == 30
    run = ask(*words, "--json").facts["run"]
    assert planned["parameters"] == 153 and planned["logbook"] == "houses.logbook"
    for name in ("network", "loss_law", "optimizer", "batch_size"):
        assert planned[name] == run[name], name


@pytest.mark.parametrize(
    "words",
    [
        ("--batch-size", 9999), ("--activation", "bent"), ("--loss", "hinge"), ("--loss", "cross_entropy"),
        ("--optimizer", "adm"), ("--steps", 30, "--warmup", 31), ("--threads", 0), ("--engine", "gpu"),
        ("--max-wait", "3x"), ("--max-size", "big"), ("--epochs", 0), ("--early-stopping", "--validation", "none"),
        ("--logbook", "no/such/folder.logbook"), ("--name", "a\tb"), ("--seed", -1), ("--dtype", "float16"),
    ],
    ids=str,
)  # fmt: skip
def test_dry_run_refuses_what_training_refuses(ask, houses: Path, tmp_path: Path, words: tuple[Any, ...]) -> None:
    trained, tried = (ask("train", houses, "--target", "price", *words, *dry) for dry in ([], ["--dry-run"]))
    assert tried.code == trained.code == 2 and tried.err == trained.err != ""
    assert tried.out == trained.out == "" and list(tmp_path.iterdir()) == []


def test_a_logbook_that_cannot_be_written_is_told_before_the_table(ask, houses: Path, tmp_path: Path) -> None:
    with Writer.open(tmp_path / "houses.logbook"):
        answer = ask("train", houses, "--target", "price", "--steps", 3)
    assert answer.code == 2 and "another process is writing 'houses.logbook'" in answer.err and answer.out == ""


def test_a_warm_up_longer_than_the_run_is_refused_before_the_table(ask, houses: Path, tmp_path: Path) -> None:
    answer = ask("train", houses, "--target", "price", "--steps", 30, "--warmup", 31)
    assert answer.code == 2 and answer.out == "" and list(tmp_path.iterdir()) == []
    assert "warm-up takes 31 steps and training makes 30, so the rate would never reach 0.01" in answer.err


def test_options_become_the_run_they_describe(ask, houses: Path, tmp_path: Path) -> None:
    answer = ask(
        "train", houses, "--target", "price", "--hidden", "16,4", "--activation", "tanh", "--loss", "huber",
        "--optimizer", "rmsprop", "--lr", "0.02", "--schedule", "cosine", "--warmup", 5, "--steps", 30, "--batch-size",
        "all", "--seed", 3, "--validation", "0.25", "--dtype", "float64", "--threads", 1, "--logbook", "own.logbook",
        "--max-wait", "20ms", "--max-size", "10MB", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer
    run = answer.facts["run"]
    assert [(layer["units"], layer["activation"]["law"]) for layer in run["network"]] == [
        (16, "tanh"), (4, "tanh"), (1, "identity"),
    ]  # fmt: skip
    assert run["loss_law"]["law"] == "huber" and run["optimizer"]["law"] == "rmsprop"
    assert run["optimizer"]["lr"]["law"] == "cosine"
    assert (run["optimizer"]["lr"]["lr"], run["optimizer"]["lr"]["warmup"]) == (0.02, 5)
    assert (run["steps"], run["batch_size"], run["seed"], run["dtype"]) == (30, 60, 3, "float64")
    assert (run["training_rows"], run["validation_rows"]) == (60, 20)
    assert len(answer.facts["baselines"]) == 2 and (tmp_path / "own.logbook").exists()


def test_what_recording_will_take_is_told_before_training(ask, houses: Path, tmp_path: Path) -> None:
    said = " ".join(ask("train", houses, "--target", "price", "--steps", 50, "--max-size", "3MB").out.split())
    assert "Recording it takes about " in said and said.index("Recording it takes") < said.index("Trained")
    facts = ask("train", houses, "--target", "price", "--steps", 50, "--json", "--logbook", "own.logbook").facts
    cost = facts["estimate"]
    assert cost["steps"] == 50 and cost["keyframes"] >= 2
    parts = [cost[f"{name}_bytes"] for name in ("keyframes", "losses", "data", "other")]
    assert sum(parts) / 2 < (tmp_path / "own.logbook").stat().st_size < 2 * sum(parts)


def test_a_second_training_is_another_run_of_the_same_file(ask, houses: Path) -> None:
    for number in (1, 2):
        assert ask("train", houses, "--target", "price", "--steps", 20, "--json").facts["run"]["run"] == number
    assert [run.number for run in er.open("houses.logbook").runs] == [1, 2]


def test_no_data_keeps_only_the_hash_and_data_brings_the_rows_back(ask, houses: Path) -> None:
    ask("train", houses, "--target", "price", "--steps", 20, "--no-data", "--json")
    assert ask("runs", "houses.logbook", "--json").facts["contains_rows"] is False
    refused = ask("why", "houses.logbook", "dense1.weight.0.0", "--step", 3)
    assert refused.code == 2 and refused.err.startswith("engineroom: ")
    assert ask("why", "houses.logbook", "dense1.weight.0.0", "--step", 3, "--data", houses).code == 0


def test_a_run_that_flies_off_says_where_and_is_kept(ask, houses: Path) -> None:
    answer = ask(
        "train", houses, "--target", "price", "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant",
        "--steps", 50,
    )  # fmt: skip
    assert answer.code == 1
    said = " ".join(answer.out.split())
    assert "Training stopped at step" in said and "the batch held rows" in said
    facts = ask("runs", "houses.logbook", "--json").facts["runs"][0]
    assert facts["status"] == "nonfinite" and facts["finding"]["step"] == facts["steps"]
    assert ask("why", "houses.logbook", "--step", facts["steps"]).code == 0


def test_early_stopping_is_taken_up(ask, houses: Path) -> None:
    run = ask("train", houses, "--target", "price", "--epochs", 400, "--early-stopping", "--json").facts["run"]
    # Ten epochs of two steps without a lower loss; without the option it makes all of its 800 steps.
    assert run["status"] == "stopped early" and run["best"]["metric"] == "loss"
    assert run["steps"] == run["best"]["step"] + 20 < 800 and run["predicts_with_step"] == run["best"]["step"]


def test_patience_says_when_to_stop(ask, houses: Path) -> None:
    words = ("train", houses, "--target", "price", "--epochs", 400, "--patience", 2)
    run = ask(*words, "--json").facts["run"]
    # 64 training rows in batches of 32: the best state is followed by two epochs of two steps without a better one.
    assert run["status"] == "stopped early" and run["steps"] == run["best"]["step"] + 4
    assert ask(*words, "--early-stopping", "--json").facts["run"]["steps"] == run["steps"]
    told = " ".join(ask(*words).out.split())
    step = run["best"]["step"]
    assert f"{run['steps']} steps ({run['steps'] // 2} epochs)" in told
    assert (
        f"stopped early. The loss on the held-out rows was lowest in state {step}, after {step // 2} epochs; "
        "these weights are the ones kept to predict, and measured here." in told
    )
    refused = ask("train", houses, "--target", "price", "--patience", 0)
    assert (refused.code, refused.out) == (2, "")
    assert "--patience must be a whole number of epochs of at least 1, got 0" in refused.err


@pytest.mark.parametrize(
    ("steps", "told"), [(4, "4 steps (2 epochs)"), (7, "7 steps (3.5 epochs)"), (1, "(0.5 epochs)")]
)
def test_an_epoch_under_way_is_not_counted_as_a_whole_one(ask, houses: Path, steps: int, told: str) -> None:
    # 64 training rows in batches of 32: two steps an epoch.
    assert told in ask("train", houses, "--target", "price", "--steps", steps).out


def test_the_last_state_is_not_called_the_best_one(ask, houses: Path) -> None:
    told = ask("train", houses, "--target", "price", "--steps", 5).out
    assert "lowest" not in told


@pytest.mark.parametrize("said", [{}, {"lr": 0.1}, {"optimizer": "sgd"}, {"optimizer": "sgd", "lr": 0.1}])
def test_the_rate_goes_on_as_in_python_whatever_is_said_of_it(ask, houses: Path, said: dict[str, Any]) -> None:
    words = [word for name, value in said.items() for word in (f"--{name}", value)]
    told = ask("train", houses, "--target", "price", "--steps", 3, *words, "--json").facts["run"]["optimizer"]
    law = er.train(houses, target="price", steps=3, **said).record.optimizer
    assert told == law.to_dict() and law.schedule == er.Cosine(said.get("lr", 0.01))


@pytest.mark.parametrize("name", ["digits", "penguins"])
def test_bundled_tables_need_no_target(ask, name: str) -> None:
    answer = ask("train", name, "--steps", 30)
    assert answer.code == 0
    assert "this network" in answer.out and max(map(len, answer.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.csv", "--target", "y"], "nothing.csv"),
        (["TABLE"], "--target"),
        (["TABLE", "--target", "prize"], "'price'"),
        (["TABLE", "--target", "price", "--column", "sise:number"], "'size'"),
        (["TABLE", "--target", "price", "--column", "size:nmber"], "'number'"),
        (["TABLE", "--target", "price", "--column", "size"], "size"),
        (["TABLE", "--target", "price", "--optimizer", "adm"], "'adam'"),
        (["TABLE", "--target", "price", "--loss", "mes"], "'mse'"),
        (["TABLE", "--target", "price", "--activation", "rellu"], "'relu'"),
        (["TABLE", "--target", "price", "--schedule", "cosin"], "'cosine'"),
        (["TABLE", "--target", "price", "--lr", "-1"], "-1"),
        (["TABLE", "--target", "price", "--lr", "fast"], "fast"),
        (["TABLE", "--target", "price", "--hidden", "8,x"], "8,x"),
        (["TABLE", "--target", "price", "--hidden", "8,0"], "8,0"),
        (["TABLE", "--target", "price", "--batch-size", "1000"], "1,000"),
        (["TABLE", "--target", "price", "--batch-size", "few"], "few"),
        (["TABLE", "--target", "price", "--validation", "some"], "some"),
        (["TABLE", "--target", "price", "--epochs", "2", "--steps", "3"], "not both"),
        (["TABLE", "--target", "price", "--dtype", "float16"], "float16"),
        (["TABLE", "--target", "price", "--engine", "steam"], "steam"),
        (["TABLE", "--target", "price", "--max-wait", "soon"], "soon"),
        (["TABLE", "--target", "price", "--bogus"], "--bogus"),
        ([], "TABLE"),
    ],
)
def test_bad_input_is_one_sentence_and_no_file(ask, houses: Path, tmp_path: Path, words: list[str], said: str) -> None:
    words = [str(houses) if word == "TABLE" else word for word in words]
    answer = ask("train", *words)
    assert answer.code == 2
    assert said in answer.err and answer.err.startswith("engineroom: ") and answer.err.count("\n") == 1
    as_json = ask("train", *words, "--json")
    assert as_json.code == 2 and as_json.err == ""
    assert set(as_json.facts["error"]) == {"kind", "message"} and said in as_json.facts["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_a_date_is_missed_by_days_and_predicted_as_a_date(ask, tmp_path: Path) -> None:
    rows = [f"{row},2024-{1 + row // 28:02d}-{1 + row % 28:02d}" for row in range(60)]
    (tmp_path / "jobs.csv").write_text("\n".join(["size,due", *rows]), "utf-8")
    told = ask("train", "jobs.csv", "--target", "due", "--steps", 20, "--logbook", "jobs.logbook").out
    assert " days " in told and "since" not in told
    (tmp_path / "new.csv").write_text("size\n28\n", "utf-8")
    shown = re.search(r" 0  (20\d\d-\d\d-\d\d)\n", ask("predict", "jobs.logbook", "new.csv").out)
    assert shown is not None
    (tmp_path / "new.csv").write_text("size,due\n28,2024-02-01\n29,\n", "utf-8")
    assert ask("predict", "jobs.logbook", "new.csv", "--output", "said.csv").code == 0
    lines = [line.split(",") for line in (tmp_path / "said.csv").read_text("utf-8").splitlines()]
    assert lines[0] == ["row", "predicted due", "true due"]
    assert lines[1] == ["0", shown[1], "2024-02-01"] and lines[2][2] == ""


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_after_training_the_terminal_says_that_the_page_stays(
    ask, houses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Served, "wait", Served.stop)
    book = tmp_path / "book.logbook"
    answer = ask("train", houses, "--target", "price", "--steps", 5, "--logbook", book, "--show", "--no-open", *more)
    assert answer.code == 0
    assert (answer.err if more else answer.out).splitlines()[-1] == "The page stays open until Ctrl-C ends it."
