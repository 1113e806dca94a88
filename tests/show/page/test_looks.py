"""What the page is told of one example."""

from __future__ import annotations

import numpy as np

import engineroom as er
from engineroom.show.page._asks import ExampleAsk, PushesAsk
from engineroom.show.page._looks import example_of, pushes_of
from engineroom.show.page._told import described


def test_numbers_are_told_as_the_terminal_tells_them() -> None:
    sizes = [40.0 + i for i in range(40)]
    years = [1980.0 + i for i in range(40)]
    table = {"size": sizes, "built": years, "price": [f"${1_000_003 + 15_000 * i:,}" for i in range(40)]}
    run = er.train(er.Network(er.Dense(1)), table, target="price", steps=20, lr=0.1)
    told = example_of(run.record, ExampleAsk(run=1, row=2, step=None))
    assert told.target == "$1,030,003"
    assert told.prediction == f"${float(run.predict({'size': [42.0], 'built': [1982.0]})[0]):,.0f}"
    assert told.cells == {"size": "42", "built": "1982", "price": "$1,030,003"}


def test_dates_are_told_as_dates() -> None:
    due = [str(np.datetime64("2024-01-01") + 3 * i) for i in range(40)]
    run = er.train(er.Network(er.Dense(1)), {"x": [float(i) for i in range(40)], "due": due}, target="due", steps=20)
    told = example_of(run.record, ExampleAsk(run=1, row=2, step=None))
    assert (told.target, told.cells["due"]) == ("2024-01-07", "2024-01-07")
    days = float(run.predict({"x": [2.0]})[0])
    assert told.prediction == str(np.datetime64("1970-01-01") + round(days))
    measure = described(run.record).target.measures[0]
    assert (measure.dates, measure.currency) == (True, False)


def test_what_is_true_and_what_is_said_have_as_many_decimals() -> None:
    table = {"x": [float(i) for i in range(40)], "y": [200.0 + 3 * i for i in range(40)]}
    run = er.train(er.Network(er.Dense(1)), table, target="y", steps=20)
    told = example_of(run.record, ExampleAsk(run=1, row=2, step=None))
    pushes = pushes_of(run.record, PushesAsk(run=1, step=20, top=12))
    assert told.target == "206.0" and len(pushes.targets) == len(pushes.predictions) == 12
    texts = [told.target, told.prediction, *pushes.targets, *pushes.predictions]
    assert {len(text.partition(".")[2]) for text in texts} == {1}
