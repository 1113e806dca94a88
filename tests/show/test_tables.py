"""Tables on a page of 80 columns: nothing is lost, lines that are alike are joined, commands can be pasted."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from rich.console import Console
from rich.theme import Theme

import engineroom as er
from engineroom.data import ColumnReport, TableReport, Target, amount_text
from engineroom.run import Baseline, Verdict
from engineroom.show import (
    number,
    show_columns,
    show_commands,
    show_matrix,
    show_predictions,
    show_result,
    show_runs,
    show_scores,
)
from engineroom.show._console import PALETTE

MISSES = np.ones(1)


class Page:
    """A console of a given width and what was printed on it."""

    def __init__(self, width: int = 80) -> None:
        self.paper = io.StringIO()
        self.console = Console(file=self.paper, width=width, theme=Theme(PALETTE), highlight=False, markup=False)

    @property
    def lines(self) -> list[str]:
        return self.paper.getvalue().splitlines()


def column(name: str, done: str = "standardized (mean 1.5)", **other: object) -> ColumnReport:
    given = {"read_as": "number", "example": "7", "missing": 0, "role": "input", **other}
    given.setdefault("brief", done.partition(" (")[0])
    return ColumnReport(name=name, done=done, **given)  # type: ignore[arg-type]


def names_and_rest(page: Page) -> list[list[str]]:
    """Return the cells of each line of columns, what was folded put together again."""
    rows: list[list[str]] = []
    starts = [page.lines[0].index(head) for head in ("column", "read as", "example", "missing", "what was")]
    starts[3] -= 3  # the one column that is set to the right
    for line in page.lines[2 : page.lines.index("")]:
        cells = [line[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        if any(cells[1:4]):
            rows.append(cells)
        else:
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
    return rows


def test_columns_in_a_row_that_are_read_the_same_way_share_a_line_of_a_long_table() -> None:
    ages = [column(name, f"standardized (mean {len(name)})") for name in ("age", "height", "zip", "weight")]
    sensors = [column(f"s{i}", "standardized (mean 2)") for i in range(12)]
    gaps = [column(name, "standardized (mean 1), 3 filled", missing=n, brief="standardized, filled")
            for n, name in ((2, "a"), (30, "b"), (7, "c"), (2, "d"))]  # fmt: skip
    towns = [column(name, "one-hot", read_as="category (3)") for name in ("home", "work", "birth")]
    code = column("code", "dropped; --column code:category keeps it", brief="dropped", read_as="identifier",
                  role="dropped")  # fmt: skip
    goal = column("price", "standardized (mean 7)", role="target")
    report = TableReport((*ages, *sensors, *gaps, code, *towns, goal), 50, 10, (), "none held out")
    page = Page()
    show_columns(page.console, report)
    assert names_and_rest(page) == [
        # All names are there: one that was read wrongly, such as the zip code, is seen.
        ["age, height, zip, weight, s0 ... s11", "number", "7", "0", "each of 16: standardized"],
        ["a, b, c, d", "number", "7", "2 to 30", "each of 4: standardized, filled"],
        ["code", "identifier", "7", "0", "dropped"],
        ["home", "category (3)", "7", "0", "one-hot"],
        ["work", "category (3)", "7", "0", "one-hot"],
        ["birth", "category (3)", "7", "0", "one-hot"],
        ["price", "number", "7", "0", "target: standardized"],
    ]
    last = "--dry-run prints this table in full, and how to keep a dropped column."
    assert last in " ".join(page.lines)
    full = Page(120)
    show_columns(full.console, report, full=True)
    assert [row[0] for row in names_and_rest(full)] == [c.name for c in report.columns]
    assert [row[4].removeprefix("target: ") for row in names_and_rest(full)] == [c.done for c in report.columns]
    assert "--dry-run" not in " ".join(full.lines)
    # A short table has a line for each.
    page = Page()
    show_columns(page.console, TableReport((*ages, *gaps, *towns, goal), 50, 10, (), ""))
    assert [row[0] for row in names_and_rest(page)] == [c.name for c in (*ages, *gaps, *towns, goal)]


def test_columns_that_differ_in_a_number_only_are_one_line() -> None:
    pixels = tuple(column(f"pixel{i}", f"standardized (mean {i}.5)", missing=i % 2) for i in range(10))
    odd = column("ink", "dropped", role="dropped")
    goal = column("digit", "0 178", read_as="classes (10)", role="target")
    page = Page()
    show_columns(
        page.console, TableReport((*pixels[:8], odd, *pixels[8:], goal), 50, 10, ("one note",), "none held out")
    )
    first = [line.split()[0] for line in page.lines[2:] if line.strip()]
    assert first[:5] == ["pixel0", "ink", "pixel8", "pixel9", "digit"]
    assert names_and_rest(page)[0] == ["pixel0 ... pixel7", "number", "7", "0 to 1", "each of 8: standardized"]
    assert "target: 0 178" in "\n".join(page.lines)
    assert page.lines[-3:-1] == ["50 rows, 10 prepared inputs. None held out.", "Note: One note."]
    assert page.lines[-1] == "--dry-run prints this table in full."


def test_long_names_are_folded_and_not_cut() -> None:
    name = "a_column_with_a_name_that_is_far_too_long_for_any_page_that_people_have_on_their_desk"
    page = Page()
    show_columns(page.console, TableReport((column(name),), 1, 1, (), ""), full=True)
    assert max(map(len, page.lines)) <= 80
    assert name.startswith("".join(line.split()[0] for line in page.lines[2:-2] if not line.startswith(" "))[:60])


def test_a_result_stands_in_the_unit_of_its_target() -> None:
    page = Page()
    target = Target("number", ("price",), mean=(0.0,), scale=(1.0,), unit="$")
    others = (
        Baseline("mean", {"loss": 1.0, "rmse": 80_000.0, "mae": 60_000.0, "r2": -0.01}, "validation", MISSES),
        Baseline("ridge regression", {"loss": 0.2, "rmse": 30_000.0, "mae": 20_000.0, "r2": 0.8}, "validation", MISSES),
    )
    show_result(page.console, target, 12, {"loss": 0.1, "rmse": 21_500.4, "mae": 15_000.0, "r2": 0.931}, others)
    cells = [line.split("  ") for line in page.lines if line.strip()]
    assert page.lines[1].split() == ["usual", "miss", "mean", "miss", "explained"]
    assert page.lines[2].split() == ["on", "12", "held-out", "rows", "RMSE", "MAE", "R²", "loss"]
    assert [c[0].strip() for c in cells[3:6]] == ["this network", "ridge regression", "mean"]
    assert page.lines[4].split()[2:] == ["$21,500", "$15,000", "93.1", "%", "0.1"]


def test_nothing_is_explained_where_there_is_nothing_to_explain() -> None:
    target = Target("number", ("price",), mean=(0.0,), scale=(1.0,))
    metrics = {"loss": 0.1, "rmse": 2.0, "mae": 2.0, "r2": float("nan")}
    both = tuple(Baseline(name, metrics, "validation", MISSES) for name in ("mean", "ridge regression"))
    for others in ((), both):
        page = Page()
        show_result(page.console, target, 1, metrics, others)
        assert "nan" not in "".join(page.lines) and "explained" not in "".join(page.lines)


@pytest.mark.parametrize("stance", ["ahead", "open", None])
def test_the_verdict_stands_below_the_result(stance: Literal["ahead", "open"] | None) -> None:
    metrics = {"loss": 0.2, "accuracy": 0.95}
    found = stance and Verdict("logistic regression", stance, 100, 1, 1, "exact McNemar", 1.0, "So it stands.")
    page = Page()
    target = Target("classes", ("kind",), classes=("a", "b"))
    others = [Baseline("logistic regression", metrics, "validation", MISSES)]
    show_result(page.console, target, 100, metrics, others, found or None)
    assert page.lines[1].startswith("on 100 held-out rows")
    assert [line for line in page.lines if line][4:] == ([] if stance is None else ["So it stands."])


def test_commands_are_never_wrapped() -> None:
    long = "engineroom why a-logbook-with-a-long-name.logbook dense1.weight.23.43 --step 821 --prove"
    page = Page(60)
    show_commands(page.console, [(long, "why"), ("engineroom runs a", "list")])
    assert page.lines == ["  # why", f"  {long}", "  # list", "  engineroom runs a"]
    page = Page(80)
    show_commands(page.console, [("engineroom runs a", "list"), ("engineroom why a", "why")])
    assert page.lines == ["  engineroom runs a  # list", "  engineroom why a   # why"]


def test_predictions_beyond_twenty_are_counted() -> None:
    page = Page()
    target = Target("number", ("price",), mean=(0.0,), scale=(1.0,), unit="$")
    show_predictions(page.console, target, [[float(i)] for i in range(23)], None)
    assert page.lines[2].split() == ["0", "$0"] and page.lines[21].split() == ["19", "$19"]
    assert page.lines[-1].startswith("3 more rows")


def test_true_values_stand_in_the_row_of_their_prediction() -> None:
    page = Page()
    target = Target("number", ("price",), mean=(0.0,), scale=(1.0,), unit="$")
    show_predictions(page.console, target, [[1.5], [2.0], [3.0]], None, truths=[(4.0,), (None,), (5.0,)])
    assert [line.split() for line in page.lines[2:]] == [
        ["0", "$1.50", "$4.00"],
        ["1", "$2.00"],
        ["2", "$3.00", "$5.00"],
    ]
    page = Page()
    kinds = Target("classes", ("kind",), classes=("a", "b"))
    show_predictions(page.console, kinds, [["a"], ["b"]], [0.75, 0.5], truths=[(None,), ("c",)])
    assert [line.split() for line in page.lines[2:]] == [["0", "a", "75.0", "%"], ["1", "b", "50.0", "%", "c"]]


def test_the_points_of_amounts_are_in_line() -> None:
    page = Page()
    target = Target("number", ("rent", "size"), mean=(900.0, 80.0), scale=(30.0, 25.0), unit="")
    show_predictions(page.console, target, [[1210.126, 7.14], [98.3, 112.96]], None)
    assert [line.split() for line in page.lines[2:]] == [["0", "1210.1", "7.1"], ["1", "98.3", "113.0"]]
    assert len({line.rindex(".") for line in page.lines[2:]}) == 1
    page = Page()
    money = Target("number", ("rent",), mean=(900.0,), scale=(300.0,), unit="€")
    metrics = [{"loss": 0.1, "rmse": 37.568, "mae": 32.1}, {"loss": 0.3, "rmse": 262.639, "mae": 206.061}]
    show_scores(page.console, money, 40, True, [("run 2", 9, metrics[0]), ("run 1", 9, metrics[1])])
    assert [line.split()[3:5] for line in page.lines[-2:]] == [["€37.57", "€32.10"], ["€262.64", "€206.06"]]


def test_a_long_name_beside_a_matrix_leaves_its_numbers_whole() -> None:
    names = [f"quantity number {i} of the many that were measured in the laboratory on one day" for i in range(3)]
    values = np.array([[0.5, -1.25, 3.75]] * 3)
    for rows, columns in ((names, ["0", "1", "2"]), (["0", "1", "2"], names), (names, names)):
        page = Page()
        show_matrix(page.console, "dense1.weight", values, rows, columns)
        assert max(map(len, page.lines)) <= 80
        told = [line.split()[-3:] for line in page.lines if "3.75" in line]
        assert told == [["0.5", "-1.25", "3.75"]] * 3
        assert all(word in "".join(page.lines) for word in ("laboratory", "day"))


def test_an_interrupted_run_is_told_by_its_last_measurement_and_a_loss_is_called_the_training_loss() -> None:
    x = np.arange(60.0)
    run = er.train(er.Network(er.Dense(1)), x, 2 * x, validation=20, batch_size=20, steps=4, seed=1)
    page = Page(120)
    show_runs(page.console, [run.record])
    assert page.lines[-1].endswith(f"off by {amount_text(run.metrics['rmse'])}")
    # Two steps an epoch: in state 3 it was not measured.
    run.record.row = replace(run.record.row, steps=3, status="interrupted")
    for name in ("validation", "best"):
        run.record.__dict__.pop(name, None)
    page = Page(120)
    show_runs(page.console, [run.record])
    assert page.lines[-1].endswith(f"off by {amount_text(run.validation['rmse'][0])} in state 2")
    alone = er.train(er.Network(er.Dense(1)), x, 2 * x, validation=None, steps=4)
    page = Page(120)
    show_runs(page.console, [alone.record])
    assert page.lines[-1].endswith(f"last loss {number(alone.loss[-1])}")


def test_the_runs_have_their_year_and_are_broken_between_words() -> None:
    x = np.linspace(0, 1, 60 * 11).reshape(60, 11)
    network = er.Network(er.Dense(64, "relu"), er.Dense(64, "relu"), er.Dense(1))
    run = er.train(network, x, 2e7 * x.sum(axis=1), steps=100, optimizer=er.Adam(lr=0.0125), standardize=True)
    page = Page(72)
    show_runs(page.console, [run.record, run.fork(at=20, steps=2000).record])
    assert max(map(len, page.lines)) <= 72
    told = " ".join(" ".join(page.lines).split())
    assert told.count("11-64-64-1") == 2 and told.count(run.record.row.created[:8]) == 2 and "└ 2 @ 20" in told
