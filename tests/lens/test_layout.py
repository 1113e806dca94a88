"""Plain text in columns: it fits 79 columns, and no number in it loses digits."""

from __future__ import annotations

import re

import numpy as np
import pytest

import engineroom as er
from engineroom.lens._layout import cut, table

ROWS = [
    ["row", "input", "target", "predicted"],
    ["7", "a" * 30, "b" * 20, "c" * 30],
    ["rounding", "-1e-9", "", ""],
]


def test_columns_that_do_not_fit_beside_each_other_stand_beneath() -> None:
    assert table(ROWS, "rrll", beneath=2) == [
        f"       row  {'input':>30}",
        f"         7  {'a' * 30}",
        f"  rounding  {'-1e-9':>30}",
        f"       row  {'target':<20}  predicted",
        f"         7  {'b' * 20}  {'c' * 30}",
    ]


def test_columns_that_fit_stand_beside_each_other() -> None:
    rows = [["a", "b" * 37, "c" * 35], ["d", "", ""]]
    assert table(rows, "lll", beneath=2) == [f"  a  {'b' * 37}  {'c' * 35}", "  d"]
    assert len(table([["a" * 40, "b" * 60]], "ll")) == 1
    assert table([], "ll") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Iris setosa, from a garden", "Iris setosa, from..."),
        ("0.1234567, 0.7654321, 4.5", "0.1234567, ..."),
        ("-$0.1234567, -$0.7654321, $4.5", "-$0.1234567, ..."),
        ("0.123, 0.456, 0.789, ...", "0.123, 0.456, ..."),
        ("-404,546,754,448,269.12", "-404,546,754,448,269.12"),
        ("-€1.4360291854241e+16", "-€1.4360291854241e+16"),
        ("1.71983712612345e+18 ns", "1.71983712612345e+18 ns"),
        ("12.3456789012345 kg of it", "12.3456789012345 ..."),
        ("a name of 1,234,567 things", "a name of ..."),
        # These digits are part of a name.
        ("pixel0123456789012345678", "pixel012345678901..."),
        ("short 1.5", "short 1.5"),
    ],
)
def test_a_number_stays_whole_or_is_left_out(text: str, shown: str) -> None:
    assert cut(text) == shown


def test_what_a_run_that_flies_off_predicts_is_told_with_four_digits() -> None:
    built = np.random.default_rng(0).integers(1900, 2024, 60)
    table = {"built": built.tolist(), "price": [f"€{200_000 + 1000 * (year - 1900):,}" for year in built]}
    network = er.Network(er.Dense(1))
    run = er.train(network, table, target="price", optimizer=er.SGD(lr=20), steps=14, validation=0)
    lines = str(run.why("dense1.weight[0, 0]", 13)).splitlines()
    assert max(map(len, lines)) <= 79
    shown = [line.split() for line in lines]
    first, second = (i for i, words in enumerate(shown) if words[:2] in (["row", "input"], ["row", "target"]))
    assert shown[first] == ["row", "input", "error", "gradient", "push"]
    assert shown[second] == ["row", "target", "predicted"]
    row, target, predicted = shown[second + 1]
    assert run.why("dense1.weight[0, 0]", 13).gradient.up[0].row == int(row)
    assert target == f"€{200_000 + 1000 * (built[int(row)] - 1900):,}"
    exact = run.predict({"built": [int(built[int(row)])]}, at=12)[0]
    assert re.fullmatch(r"-?€\d\.\d{3}e\+\d\d", predicted)
    assert float(predicted.replace("€", "")) == pytest.approx(float(exact), rel=6e-4)
