"""What the page is told of examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import DataError, OptionError
from engineroom.show.page._asks import BeliefsAsk, ExampleAsk, ExamplesAsk, NeuronAsk, PushesAsk
from engineroom.show.page._library import Library
from engineroom.show.page._looks import beliefs_of, example_of, examples_of, neuron_of, pushes_of
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


@pytest.mark.parametrize("images", [True, False])
def test_many_rows_are_told_as_each_of_them_alone(images: bool) -> None:
    x = np.linspace(0, 1, 40)
    # Each row's amounts have decimals of their own: the prediction after no step is 0.
    numbers = er.Network(er.Dense(1, init="zeros"))
    run = (
        er.train(None, "digits", target="digit", steps=30)
        if images
        else er.train(numbers, x, 10 ** (9 * x), lr=1e-30, steps=30)
    )
    held = int(run.dataset.row_numbers[run.dataset.validation[0]]) if len(run.dataset.validation) else 31
    rows = [held, 2, 7, 2]
    told = examples_of(run.record, ExamplesAsk(run=1, rows=rows, step=20))
    assert told.rows == rows and told.step == 20
    assert all(len(column) == 4 for column in told.columns.values())
    for i, row in enumerate(rows):
        one = example_of(run.record, ExampleAsk(run=1, row=row, step=20))
        assert (one.part, one.cells) == (told.parts[i], told.cells[i])
        assert (one.target, one.prediction, one.loss) == (told.targets[i], told.predictions[i], told.losses[i])
        assert one.columns.keys() == told.columns.keys()
        assert all(np.array_equal(column, told.columns[name][i]) for name, column in one.columns.items())
        alone = run.record.evaluate(run.at(20), run.dataset.x[row : row + 1], run.dataset.y[row : row + 1])
        assert one.loss == alone.examples[0]
    parts = {"validation": run.dataset.validation, "training": run.dataset.training}
    assert all(row in run.dataset.row_numbers[parts[part]] for row, part in zip(rows, told.parts, strict=True))
    assert told.parts[0] == ("validation" if images else "training")
    assert images == ("image" in told.columns) == ({} in told.cells)


def test_an_image_shows_each_pixel_where_it_was() -> None:
    run = er.train(None, "digits", target="digit", steps=3)
    told = example_of(run.record, ExampleAsk(run=1, row=2))
    pixels = [int(run.dataset.raw(2)[f"pixel{i}"]) for i in range(64)]
    most = max(int(run.dataset.raw(row)[f"pixel{i}"]) for row in range(50) for i in range(64))
    assert told.columns["image"].shape == (8, 8)
    assert told.columns["image"].ravel() == pytest.approx([255 * pixel / most for pixel in pixels], abs=0.51)


@pytest.mark.parametrize(("rows", "told"), [([], "between 1 and 1,024 rows, got 0"), ([3, 5000], "no row 5,000")])
def test_rows_that_are_not_there_are_named(rows: list[int], told: str) -> None:
    run = er.train(None, "digits", target="digit", steps=3)
    with pytest.raises(OptionError, match=told):
        examples_of(run.record, ExamplesAsk(run=1, rows=rows))


def test_an_example_of_rows_that_were_not_kept_says_what_to_give(tmp_path: Path) -> None:
    path = tmp_path / "lean.logbook"
    er.train(er.Network(er.Dense(1)), [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], steps=3, logbook=path, include_rows=False)
    record = Library(path).record(1)
    for ask in (ExamplesAsk(run=1, rows=[0, 2]), ExampleAsk(run=1, row=0, step=1)):
        with pytest.raises(DataError, match="were not kept with it"):
            example_of(record, ask) if isinstance(ask, ExampleAsk) else examples_of(record, ask)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_that_flew_off_is_looked_at_without_a_warning(tmp_path: Path, dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    path = tmp_path / "off.logbook"
    network, optimizer = er.Network(er.Dense(4, "tanh"), er.Dense(2)), er.SGD(lr=1e38)
    er.train(network, x, (x[:, 0] > 0).astype(int), optimizer=optimizer, steps=9, dtype=dtype, logbook=path)
    for step in range(1, er.open(path).runs[0].steps + 1):
        record = Library(path).record(1)
        assert len(beliefs_of(record, BeliefsAsk(1, step)).rows) == 12
        for layer in ("dense1", "dense2"):
            assert len(neuron_of(record, NeuronAsk(1, step, layer, 0)).rows) == 48
    er.train(
        er.Network(er.Dense(1)), x[:, :1], x[:, 1], optimizer=er.SGD(lr=1e60), steps=4, dtype="float64", logbook=path
    )
    beliefs_of(Library(path).record(2), BeliefsAsk(2, 3))
