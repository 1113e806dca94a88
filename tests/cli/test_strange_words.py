"""Numbers, names and paths that nobody should give: one sentence about each, in no time, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

import engineroom as er

HUGE = 10**23
W = "dense1.weight.2.5"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["why", "--run", HUGE], "has no run 100000000000000000000000: it holds 2 runs"),
        (["verify", "--run", -HUGE], "has no run -100000000000000000000000: it holds 2 runs"),
        (["landscape", W, "--span", "1e308", "--step", 2], "float32 has no numbers to draw that lie 1e+308 from"),
        (["landscape", W, "--span", "1e300", "--step", 2], "float32 has no numbers to draw that lie 1e+300 from"),
        (["landscape", W, "--span", "1e-30", "--step", 2], "float32 has no numbers to draw that lie 1e-30 from"),
        (["landscape", W, "--rows", "", "--step", 2], 'rows must be "batch", "training" or "validation", got \'\''),
        (["landscape", "path", "--rows", ""], 'rows must be "batch", "training" or "validation", got \'\''),
        (["landscape", "random", "--seed", -1], "seed must be a whole number from 0 to 2**64 - 1, got -1"),
        (["landscape", "random", "--seed", HUGE], "seed must be a whole number from 0 to 2**64 - 1, got 1000"),
        (["landscape", "dense1.weight.m.0.0"], "steps move weights and biases"),
        (["contributions", W, "--steps", "10:5"], "--steps go upwards by 1 or more, got '10:5'"),
        (["contributions", W, "--prove", -1], "row -1 is none that run 2 trains on: name one as `why` prints it"),
        (["contributions", W, "--prove", HUGE], "row 100000000000000000000000 is none that run 2 trains on"),
        (["query", "loss", "--steps", "5:1"], "--steps go upwards by 1 or more, got '5:1'"),
        (["fork", "--at", 1, "--batch-size", 0], "--batch-size must be a whole number of at least 1 or all, got '0'"),
        (["fork", "--at", 1, "--optimizer", "-1"], "there is no optimizer called '-1'"),
    ],
)
def test_a_question_is_refused_in_one_sentence(ask, logbook: Path, words: list[str | int], said: str) -> None:
    command, *rest = words
    answer = ask(command, logbook, *rest)
    assert answer.code == 2 and answer.out == "" and said in " ".join(answer.err.split())
    assert answer.err.count("engineroom: ") == 1
    assert len(er.open(logbook).runs) == 2


@pytest.mark.parametrize("path", ["", ".", "/"])
@pytest.mark.parametrize(
    "words", [["runs"], ["why"], ["verify"], ["at", "{}", "1"], ["compare", "{}", "1", "2"], ["repair"]]
)
def test_a_folder_is_no_logbook(ask, path: str, words: list[str]) -> None:
    answer = ask(words[0], path, *words[2:])
    assert answer.code == 2 and answer.err.startswith("engineroom: ")
    assert ("is a folder" in answer.err) or (words == ["repair"] and "there is no file" in answer.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--batch-size", 0], "--batch-size must be a whole number of at least 1 or all, got '0'"),
        (["--batch-size", -3], "--batch-size must be a whole number of at least 1 or all, got '-3'"),
        (["--seed", -1], "seed must be a whole number from 0 to 2**64 - 1, got -1"),
        (["--validation", -3], "validation must be a fraction between 0 and 1 or a whole number of rows, got -3"),
    ],
)
def test_training_is_refused_in_one_sentence(
    ask, houses: Path, tmp_path: Path, words: list[str | int], said: str
) -> None:
    answer = ask("train", houses, "--target", "price", *words)
    assert answer.code == 2 and said in " ".join(answer.err.split())
    assert not list(tmp_path.iterdir())


def test_more_points_than_states_are_all_states(logbook: Path) -> None:
    first, second = er.open(logbook).runs
    answer = first.compare(second, points=HUGE, rows=5)
    assert answer.points == tuple(range(61))
    assert first.compare(second, points=7, rows=5).points == (0, 10, 20, 30, 40, 50, 60)


def test_an_array_is_split_by_a_seed_that_can_be_one() -> None:
    with pytest.raises(er.EngineroomError, match="seed must be a whole number from 0"):
        er.train(er.Network(er.Dense(1)), [1, 2, 3, 4], [1, 2, 3, 4], validation=2, seed=-1, steps=2)
    with pytest.raises(er.EngineroomError, match="hold out one at least, or none with validation=None"):
        er.train(er.Network(er.Dense(1)), [1, 2, 3, 4], [1, 2, 3, 4], validation=-1, steps=2)


def test_types_that_are_none(logbook: Path) -> None:
    run = er.open(logbook).run(1)
    with pytest.raises(er.EngineroomError, match=r"between takes two or three different states, .* got 5"):
        run.landscape(between=5)  # type: ignore[arg-type]
    with pytest.raises(er.EngineroomError, match="a weight is named by text such as"):
        run.contributions(None)  # type: ignore[call-overload]


def test_predictions_never_overwrite_the_logbook(ask, houses: Path, logbook: Path) -> None:
    before = logbook.read_bytes()
    answer = ask("predict", logbook, houses, "--output", logbook)
    assert answer.code == 2 and "is the logbook itself: name another file" in answer.err
    assert logbook.read_bytes() == before


def test_a_logbook_without_rows_is_asked_for_with_them(ask, houses: Path, tmp_path: Path) -> None:
    path = tmp_path / "bare.logbook"
    assert ask("train", houses, "--target", "price", "--steps", 4, "--no-data", "--logbook", path).code == 0
    for words in (["stability", path, "--step", 0], ["landscape", path, "path"], ["landscape", path, "random"]):
        answer = ask(*words)
        assert answer.code == 2 and "rows of this run were not kept with it" in answer.err
        assert ask(*words, "--data", houses).code == 0
    # A page shows what can be known without them.
    assert ask("export", path, "page.html").code == 0


def test_what_stands_too_much_is_told_what_it_may_be(ask, houses: Path, logbook: Path) -> None:
    assert "did you mean --target price?" in " ".join(ask("train", houses, "price").err.split())
    assert "did you mean --target 'living area'?" in " ".join(ask("train", houses, "living", "area").err.split())
    stopping = ask("train", houses, "--target", "price", "--early-stopping", 3).err
    assert stopping == "engineroom: --early-stopping takes no value, got '3'; did you mean --patience 3?\n"
    assert "; --patience says after how many epochs" in ask("train", houses, "--early-stopping=3").err
    assert "--prove takes no value, got '7'; see engineroom why --help" in ask("why", logbook, "x", "--prove", 7).err
    assert "; see engineroom why --help" in ask("why", logbook, "--step").err
    assert "needs quotes around it" in " ".join(ask("why", logbook, "dense1.weight.living", "area.5").err.split())
    several = " ".join(ask("why", logbook, "dense1.weight[town,5]").err.split())
    assert "its categories are 'town=Bonn', 'town=Kiel', 'town=Ulm'" in several


def test_a_layer_that_is_not_there_is_answered_by_the_parameters_that_are(ask, logbook: Path) -> None:
    said = " ".join(ask("contributions", logbook, "dense7.bias.0").err.split())
    assert "did you mean" not in said
    assert said.endswith("its parameters are 'dense1.weight', 'dense1.bias', 'dense2.weight', 'dense2.bias'")
    assert "did you mean 'dense1.weight'?" in " ".join(ask("why", logbook, "dens1.weight.0.0").err.split())
    assert "did you mean 'dense1.weight'?" in " ".join(ask("why", logbook, "dense1.weigth.0.0").err.split())
    # That it begins with a layer that there is makes a name no more like the layer's parameters.
    for name in ("dense1.quatsch", "dense1.quatsch.0.0"):
        said = " ".join(ask("why", logbook, name).err.split())
        assert "did you mean" not in said and "its parameters are 'dense1.weight', 'dense1.bias'" in said
