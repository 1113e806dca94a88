"""An argument of the wrong type gets one sentence that says what is expected and what came."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import engineroom as er
from engineroom.errors import OptionError

Asked = Callable[[er.Run], Any]


@pytest.fixture(scope="module")
def run() -> er.Run:
    return er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10)


def trained(**wrong: Any) -> Asked:
    return lambda run: er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=2, **wrong)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda run: run.trace(3), "named by text such as 'dense1.weight[3, 5]', got 3"),
        (lambda run: run.trace([3]), "named by text such as 'dense1.weight[3, 5]', got 3"),
        (lambda run: run.trace(None), "got None"),
        (lambda run: run.why(3), "named by text such as 'dense1.weight[3, 5]', got 3"),
        (lambda run: run.why(step="x"), "a step is a whole number, got 'x'"),
        (lambda run: run.query(3), "named by text such as 'dense1.weight.grad.norm', got 3"),
        (lambda run: run.query("loss", "x"), "steps must be a range such as range(1, 101), one step, or None for all"),
        (lambda run: run.query("loss", as_frame=3), "frames of pandas, polars, pyarrow, got 3"),
        (lambda run: run.stream("loss", block="x"), "block must be a whole number of at least 1"),
        (lambda run: run.map(3), "a function of a state is expected, such as lambda state: ..., got 3"),
        (lambda run: run.first("x"), "a function of a state is expected, such as lambda state: ..., got 'x'"),
        (lambda run: run.compare(3), "compare takes another run, such as er.open(path).runs[0], got 3"),
        (lambda run: run.at(), "at takes a step or an epoch, such as at(120) or at(epoch=3), got neither"),
        (
            lambda run: run.at(1, epoch=2),
            "at takes a step or an epoch, such as at(120) or at(epoch=3), got step=1 and epoch=2",
        ),
        (lambda run: run.export(3), "export takes the path of a file, such as 'lesson.html' or 'run.gif', got 3"),
        (lambda run: run.plot.race(3), "race takes a list of other runs, such as [run.fork(at=20, lr=0.1)], got 3"),
        (lambda run: run.plot.race([3]), "race takes a list of other runs, such as [run.fork(at=20, lr=0.1)], got 3"),
        (
            lambda run: run.plot.race({"a": 3}),
            "race takes a list of other runs, such as [run.fork(at=20, lr=0.1)], got 3",
        ),
        (lambda run: run.plot.race(run), "got <Run"),
        (lambda run: run.at("x"), "a step is a whole number, got 'x'"),
        (lambda run: run.at(True), "a step is a whole number, got True"),
        (lambda run: run.predict([4], at="x"), "a step is a whole number, got 'x'"),
        (lambda run: er.open(5), "open takes the path of a logbook file, such as 'digits.logbook', got 5"),
        (trained(standardize="no"), "standardize must be True, False, or None for tables only, got 'no'"),
        (trained(include_rows="no"), "include_rows must be True or False, got 'no'"),
        (trained(name=5), "name must be printable text, or None, got 5"),
        (lambda run: er.train(None, "penguins", target=5), "target must be the name of the table's column to predict"),
        (lambda run: er.train(None, "penguins", columns=5), "columns must say what columns hold"),
        (lambda run: run.fork(1, freeze=3), "freeze takes names of parameters or layers such as ['dense1'], got 3"),
        (lambda run: run.fork(1, drop_examples=3), "drop_examples takes numbers of rows such as [812], got 3"),
        (lambda run: run.fork(1, set=3), "set takes weights with numbers, such as"),
        (lambda run: run.fork(1, name=3), "name must be printable text, or None, got 3"),
        (lambda run: run.fork("x"), "a step is a whole number, got 'x'"),
    ],
)
def test_one_sentence(run: er.Run, ask: Asked, said: str) -> None:
    with pytest.raises(OptionError) as raised:
        ask(run)
    assert said in str(raised.value) and "\n" not in str(raised.value)


def test_nothing_is_written_meanwhile(run: er.Run) -> None:
    assert len(run.record.logbook.runs()) == 1 and run.verify().ok


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (trained(epocs=1), "train has no option 'epocs'; did you mean 'epochs'?"),
        (lambda run: er.estimate("digits", epocs=1), "estimate has no option 'epocs'; did you mean 'epochs'?"),
        (lambda run: run.fork(3, droped_examples=[1]), "fork has no option 'droped_examples'; did you mean 'drop_ex"),
        (lambda run: run.resume(step=3), "resume has no option 'step'; did you mean 'steps'?"),
        (lambda run: er.open("none.logbook", thread=1), "open has no option 'thread'; did you mean 'threads'?"),
        (
            lambda run: er.from_table("digits", target="x", seeds=1),
            "from_table has no option 'seeds'; did you mean 'se",
        ),
        (
            lambda run: er.from_arrays([[1]], [1], standardise=True),
            "from_arrays has no option 'standardise'; did you m",
        ),
    ],
)
def test_an_option_that_is_misspelled_is_answered_with_the_nearest(run: er.Run, ask: Asked, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        ask(run)
    assert str(caught.value).startswith(said)
    assert type(caught.value) is TypeError


def test_what_names_its_options_keeps_its_signature() -> None:
    parameters = inspect.signature(er.train).parameters
    assert parameters["epochs"].annotation == "int | None" and parameters["seed"].default == 0
    assert list(inspect.signature(er.Run.fork).parameters)[:3] == ["self", "at", "lr"]
