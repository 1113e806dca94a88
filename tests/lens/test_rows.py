"""Rows in the words of the table they came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engineroom.data import from_table
from engineroom.lens import contributions, trace, why
from engineroom.network import Network
from engineroom.ops import MSE, SGD, BinaryCrossEntropy, ConstantStart, CrossEntropy, Dense
from engineroom.run import Record, Settings, train_run

AGES = ["41 years", "23 years", "35 years", "52 years", "60 years", "19 years", "28 years", "47 years"]
CITIES = ["Bonn", "Ulm", "Ulm", "Bonn", "Jena", "Jena", "Bonn", "Ulm"]
RENTS = ["$1,200", "$900", "$1,000", "$1,500", "$1,700", "$800", "$950", "$1,400"]


@pytest.fixture(scope="module")
def rents() -> Record:
    """Age and city to rent, one layer, plain descent, the full batch."""
    table = {"age": AGES * 3, "city": CITIES * 3, "rent": RENTS * 3}
    dataset = from_table(table, target="rent", validation=None, dtype="float64").dataset
    settings = Settings(Network(Dense(1, init="zeros")), MSE(), SGD(lr=0.1), len(dataset.training), 2)
    return train_run(dataset, settings)


def test_inputs_targets_and_predictions_in_their_own_units(rents: Record) -> None:
    answer = why(rents, "dense1.weight[0, 0]", step=1, top=24)
    assert answer.place == "from `age` to the output for `rent`"
    for example in (*answer.gradient.up, *answer.gradient.down):
        assert example.raw == (AGES * 3)[example.row]
        assert example.target == "$" + (RENTS * 3)[example.row].strip("$")
        # All weights are 0, so every prediction is the mean rent, 1181.25, where rents deviate by hundreds.
        assert example.prediction == "$1,181"
        feature = rents.dataset.features[0]
        assert example.input == (float((AGES * 3)[example.row].split()[0]) - feature.mean) / feature.scale
    assert "60 years (" in str(answer)


def test_a_category_is_named(rents: Record) -> None:
    names = [f.name for f in rents.dataset.features]
    answer = why(rents, f"dense1.weight[{names.index('city=Jena')}, 0]", step=1)
    assert answer.place == "from `city=Jena` to the output for `rent`"
    listed = (*answer.gradient.up, *answer.gradient.down)
    assert listed and {e.raw for e in listed} == {"Jena"}


def test_a_bias_and_a_hidden_neuron_have_no_raw_value(rents: Record, classes: Callable[..., Record]) -> None:
    answer = why(rents, "dense1.bias[0]")
    assert answer.place == "the bias of the output for `rent`"
    assert all(e.raw is None and e.input == 1 for e in answer.gradient.up)
    hidden = why(classes(SGD()), "dense2.weight[4, 1]")
    assert hidden.place == "from neuron 4 of dense1 to the output for class birch"
    assert all(e.raw is None for e in hidden.gradient.up)


def test_classes_are_named_with_their_probability(train: Callable[..., Record]) -> None:
    x, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    record = train(Network(Dense(2, init="zeros")), x, y, CrossEntropy(), SGD(lr=0.1), 1, 4)
    answer = why(record, "dense1.weight[0, 1]")
    assert answer.place == "from `x` to the output for class yes"
    by_row = {e.row: e for e in (*answer.gradient.up, *answer.gradient.down)}
    assert {row: (e.target, e.prediction) for row, e in by_row.items()} == {
        1: ("no", "no (50 %)"),
        2: ("yes", "no (50 %)"),
        3: ("yes", "no (50 %)"),
    }


def test_a_yes_or_no_is_named_with_its_probability(train: Callable[..., Record]) -> None:
    x, y = [[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"]
    network = Network(Dense(1, init="zeros", bias_init=ConstantStart(-1.0)))
    record = train(network, x, y, BinaryCrossEntropy(), SGD(lr=0.1), 1, 4)
    answer = why(record, "dense1.weight[0, 0]")
    assert answer.place == "from `x` to the output for class yes"
    # The logit is -1 for every row, so yes has 1 / (1 + e) = 27 %.
    assert {e.prediction for e in (*answer.gradient.up, *answer.gradient.down)} == {"no (73 %)"}
    words = {e.row: e.words for e in answer.chain.examples}
    assert words[3] == "prediction 0.2689, target 1: off by -0.7311"
    assert words[1] == "prediction 0.2689, target 0: off by +0.2689"


def test_rows_have_the_numbers_of_the_source() -> None:
    table = {"age": ["", *AGES * 8], "rent": ["", *RENTS * 8]}
    dataset = from_table(table, target="rent", validation=0.25).dataset
    record = train_run(dataset, Settings(Network(Dense(1)), MSE(), SGD(lr=0.1), 8, 3))
    answer = why(record, "dense1.weight[0, 0]", top=8)
    listed = (*answer.gradient.up, *answer.gradient.down)
    # The empty first line of the source is no row of the data, but it keeps its number.
    assert [e.row for e in listed] == [e.index + 1 for e in listed]
    assert [e.raw for e in listed] == [table["age"][e.row] for e in listed]


@pytest.mark.parametrize("missing", ["", "NA", None])
def test_a_cell_that_is_missing_is_called_so(missing: str | None) -> None:
    ages = [missing if i in (3, 11, 19, 27) else age for i, age in enumerate(AGES * 8)]
    prepared = from_table({"age": ages, "rent": RENTS * 8}, target="rent", validation=None)
    record = train_run(prepared.dataset, Settings(Network(Dense(1)), MSE(), SGD(lr=0.1), 32, 1))
    for column in range(len(prepared.dataset.features)):
        answer = why(record, f"dense1.weight[{column}, 0]", step=1, top=32)
        cells = {e.row: e.raw for e in (*answer.gradient.up, *answer.gradient.down)}
        assert {row for row, cell in cells.items() if cell == "missing"} == {3, 11, 19, 27} & set(cells)
    assert "missing (" in str(why(record, "dense1.weight[0, 0]", step=1, top=32))


def test_headings_of_long_names_are_wrapped_and_columns_of_amounts_in_line() -> None:
    name = "everything that the tenants of the flat may use, the cellar and the garden not counted"
    rents = [f"€ {8.5 * i + 60:,.2f}" for i in range(120)]
    who = ["a family of four with two dogs and a piano", "one"] * 60
    paid = "what is paid for it in a month, heat included"
    table = {name: [float(i % 50) for i in range(120)], "who": who, paid: rents}
    dataset = from_table(table, target=paid, validation=None).dataset
    record = train_run(dataset, Settings(Network(Dense(3, "tanh"), Dense(1)), MSE(), SGD(lr=0.1, momentum=0.9), 32, 4))
    for weight in ("dense1.weight[0, 1]", "dense2.weight[0, 0]"):
        for text in (
            str(why(record, weight, step=3)),
            str(contributions(record, [weight])[0]),
            str(trace(record, weight)),
        ):
            assert max(map(len, text.splitlines())) <= 79
    assert "  a family of four ... (" in str(why(record, "dense1.weight[1, 1]", step=3))
    lines = str(why(record, "dense1.weight[0, 1]", step=3)).splitlines()
    assert lines[0] == "dense1.weight[0, 1], from `everything that the tenants of the flat may use, the"
    assert lines[1] == "  cellar and the garden not counted` to neuron 1 of dense1, in step 3 (epoch 0)"
    assert lines[2].startswith("  ") and " -> " in lines[2]
    heads = lines.index(next(line for line in lines if line.split()[:2] == ["row", "input"]))
    listed = [line for line in lines[heads + 1 :] if "€" in line]
    # The rents deviate by hundreds, so no cents; they end below each other, and so do the predictions.
    assert len(listed) >= 5 and {len(line) for line in listed} == {len(lines[heads])}
    assert not any("." in cell for line in listed for cell in line.split()[-2:])
