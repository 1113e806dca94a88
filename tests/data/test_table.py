"""Tables as people have them: each oddity, what becomes of it, and that the report says so."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engineroom.data import ColumnReport, PreparedTable, TableReport, from_table
from engineroom.errors import DataError, EngineroomError, OptionError, UnknownNameError

N = 60
RNG = np.random.default_rng(11)
AGE = RNG.integers(18, 80, N)
CITY = RNG.choice(["Ulm", "Bonn", "Kiel"], N).tolist()
PAY = [f"${a * 500 + i:,.2f}" for i, a in enumerate(AGE)]
BASE: dict[str, Any] = {"age": AGE, "city": CITY, "pay": PAY}


def _made(table: dict[str, Any], target: str = "pay", **options: Any) -> PreparedTable:
    return from_table(table, target=target, **options)


def _line(made: PreparedTable, name: str) -> ColumnReport:
    return next(line for line in made.report.columns if line.name == name)


def _feature(made: PreparedTable, name: str) -> np.ndarray:
    names = [feature.name for feature in made.dataset.features]
    return made.dataset.x[:, names.index(name)]


def test_numbers_and_categories() -> None:
    made = _made(BASE, dtype="float64")
    data = made.dataset
    assert [f.name for f in data.features] == ["age", "city=Bonn", "city=Kiel", "city=Ulm"]
    train = data.training
    age = AGE.astype(float)
    assert np.allclose(_feature(made, "age"), (age - age[train].mean()) / age[train].std(), atol=1e-12)
    assert _feature(made, "city=Kiel").tolist() == [float(c == "Kiel") for c in CITY]
    pay = np.array([a * 500.0 + i for i, a in enumerate(AGE)])
    assert data.target.unit == "$"
    assert np.allclose(data.target.restored(data.y)[:, 0], pay)
    assert _line(made, "pay").role == "target"
    assert _line(made, "pay").read_as == "number ($)"


def test_numbers_may_stay_in_their_own_unit() -> None:
    made = _made(BASE, standardize=False, dtype="float64")
    assert _feature(made, "age").tolist() == AGE.tolist()
    assert made.dataset.y[1, 0] == AGE[1] * 500 + 1
    assert _line(made, "age").done == "taken as it is"


def test_statistics_are_of_the_training_rows() -> None:
    age = AGE.astype(float)
    validation = _made(BASE).dataset.validation
    age[np.setdiff1d(np.arange(N), validation)[:2]] = np.nan
    changed = age.copy()
    changed[validation] = 1000
    first, second = (_made({**BASE, "age": cells}).dataset.preparation for cells in (age, changed))
    assert first is not None
    assert second is not None
    assert first.columns[0] == second.columns[0]  # its mean, its deviation and what fills an empty cell


@pytest.mark.parametrize("kind", ["number", "category"])
@pytest.mark.parametrize(
    ("rows", "missing", "flagged"), [(60, 1, True), (600, 1, False), (600, 6, True), (600, 5, False)]
)
def test_a_flag_needs_enough_rows_to_learn_from(kind: str, rows: int, missing: int, flagged: bool) -> None:
    cells: list[Any] = [float(i % 50) if kind == "number" else f"town {i % 3}" for i in range(rows)]
    cells[:missing] = [None] * missing
    made = _made({"cell": cells, "pay": [1.5 * i for i in range(rows)]}, validation=None)
    assert any(feature.kind == "missing" for feature in made.dataset.features) == flagged
    assert _line(made, "cell").done.endswith("and flagged" if flagged else "too few to flag")


def test_empty_cells_are_filled_and_flagged() -> None:
    age: list[Any] = [str(a) for a in AGE]
    age[3], age[7], age[20] = "n/a", "", "?"
    city: list[Any] = [*CITY]
    city[5] = None
    made = _made({**BASE, "age": age, "city": city})
    train = [i for i in made.dataset.training if i not in (3, 7, 20)]
    median = np.median(AGE[train])
    line = _line(made, "age")
    assert line.missing == 3
    assert f"3 filled with the median {median:g} and flagged" in line.done
    assert np.flatnonzero(_feature(made, "age is missing")).tolist() == [3, 7, 20]
    feature = made.dataset.features[0]
    assert made.dataset.x[3, 0] == np.float32((median - feature.mean) / feature.scale)
    assert np.flatnonzero(_feature(made, "city is missing")).tolist() == [5]
    assert made.dataset.raw(3)["age"] == "n/a"


def test_dates_become_days() -> None:
    days = [f"{1 + i % 28:02d}/03/2024" for i in range(N)]
    made = _made({**BASE, "start": days}, standardize=False, dtype="float64")
    assert _line(made, "start").read_as == "date (day-month-year)"
    assert _feature(made, "start")[0] == 19783  # 2024-03-01: 54 years of 365 days, 13 leap days, 31 + 29
    assert _feature(made, "start")[27] == 19783 + 27
    unclear = _made({**BASE, "start": [f"{1 + i % 12:02d}/03/2024" for i in range(N)]})
    assert any("day and month cannot be told apart" in note and "start:dmy" in note for note in unclear.report.notes)


@pytest.mark.parametrize(("kind", "first"), [("dmy", 19783), ("mdy", 19725), ("date", 19725)])
def test_the_order_of_a_date_can_be_said(kind: str, first: int) -> None:
    # 01/03/2024: the first of March, 19,783 days after 1970, or the third of January, 58 days before.
    table = {**BASE, "start": [f"{1 + i % 12:02d}/03/2024" for i in range(N)]}
    made = _made(table, columns={"start": kind}, standardize=False, dtype="float64")
    assert _feature(made, "start")[0] == first
    assert any("told apart" in note for note in made.report.notes) == (kind == "date")
    assert made.dataset.preparation.prepare(table)[0].tolist() == made.dataset.x[0].tolist()


def test_beside_decimal_commas_the_day_comes_first() -> None:
    start = [f"{1 + i % 12:02d}/03/2024" for i in range(N)]
    commas = _made({**BASE, "start": start, "pay": [f"3.4{i % 10}0,5{i % 7}" for i in range(N)]})
    assert _line(commas, "start").read_as == "date (day-month-year)"
    points = _made({**BASE, "start": start, "pay": [f"3,4{i % 10}0.5{i % 7}" for i in range(N)]})
    assert _line(points, "start").read_as == "date (month-day-year)"
    shown = _made({**BASE, "start": [*start[1:], "03/25/2024"], "pay": [f"3.4{i % 10}0,5{i % 7}" for i in range(N)]})
    assert _line(shown, "start").read_as == "date (month-day-year)"


def test_an_order_that_no_cell_has_is_refused() -> None:
    with pytest.raises(DataError, match="asked to be dates"):
        _made({**BASE, "start": ["2024-31-12"] * N}, columns={"start": "ymd"})


def test_yes_and_no_become_one_column() -> None:
    answers = ["Yes" if i % 3 else "no" for i in range(N)]
    answers[4] = "YES"
    made = _made({**BASE, "smoker": answers})
    assert _feature(made, "smoker=YES").tolist() == [float(i % 3 > 0) for i in range(N)]
    assert _line(made, "smoker").read_as == "yes or no"


def test_identifiers_constants_and_free_text_are_left_out() -> None:
    made = _made(
        {
            "PassengerId": range(1, N + 1),
            "": range(N),
            "name": [f"person {i}" for i in range(N)],
            "remark": [f"text {i % 40}" for i in range(N)],
            "country": ["DE"] * N,
            "nothing": [None] * N,
            "number": RNG.permutation(N),
            **BASE,
        }
    )
    dropped = {line.name: line.read_as for line in made.report.columns if line.role == "dropped"}
    assert dropped == {
        "PassengerId": "identifier",
        "column2": "identifier",
        "name": "identifier",
        "remark": "free text",
        "country": "constant",
        "nothing": "empty",
    }
    assert "--column PassengerId:number keeps it" in _line(made, "PassengerId").done
    assert made.dataset.raw(9)["name"] == "person 9"
    kept = _made({"PassengerId": range(1, N + 1), **BASE}, columns={"PassengerId": "number", "city": "drop"})
    assert [f.name for f in kept.dataset.features] == ["PassengerId", "age"]


def test_empty_rows_and_totals_are_left_out() -> None:
    table = {
        "city": [*CITY, None, "Total"],
        "age": [*map(str, AGE), "", str(AGE.sum())],
        "pay": [*PAY, "", "$1,000,000"],
    }
    made = _made(table)
    assert made.dataset.size == N
    assert made.dataset.row_numbers.tolist() == list(range(N))
    assert "1 empty row left out" in made.report.notes
    assert "1 total row at the end left out" in made.report.notes
    inside = _made({**table, "city": ["total", *CITY[1:], None, "Total"]})
    assert inside.dataset.size == N + 1


def test_rows_without_a_target_are_left_out_and_keep_their_numbers() -> None:
    pay: list[Any] = [*PAY]
    pay[0] = "unknown"
    pay[9] = None
    made = _made({**BASE, "pay": pay})
    assert made.dataset.size == N - 2
    assert made.dataset.row_numbers[:3].tolist() == [1, 2, 3]
    assert made.dataset.raw(0)["age"] == AGE[1]
    assert "2 rows without 'pay' left out" in made.report.notes
    assert made.report.columns[-1].missing == 2  # as the note says


def test_rare_categories_share_one_column() -> None:
    towns = [f"town{i % 30}" for i in range(150)] + [f"rare{i}" for i in range(10)]
    made = from_table({"town": towns, "y": np.arange(160) % 7 + 0.5}, target="y")
    names = [f.name for f in made.dataset.features]
    assert len(names) == 32
    assert names[-1] == "town=other"
    assert int(_feature(made, "town=other").sum()) == 9  # one rare town is kept: 31 of 40, by count and alphabet
    assert "9 rare ones share 'other'" in _line(made, "town").done


def test_strays_count_as_empty_and_are_named() -> None:
    age: list[Any] = [str(a) for a in AGE]
    age[2] = "about 40"
    made = _made({**BASE, "age": age})
    assert _line(made, "age").missing == 1
    assert any("'about 40' is not a number and counts as empty" in note for note in made.report.notes)


def test_codes_with_leading_zeros_are_categories() -> None:
    made = _made({**BASE, "zip": [f"0{1000 + i % 4}" for i in range(N)]})
    assert _line(made, "zip").read_as == "category (4)"


def test_a_copy_of_the_target_is_pointed_out() -> None:
    made = _made({**BASE, "salary": PAY})
    assert any("'salary' repeats the target 'pay'" in note for note in made.report.notes)


@pytest.mark.parametrize(
    ("values", "kind", "classes"),
    [
        ([i % 3 for i in range(N)], "classes", (0, 1, 2)),
        ([str(i % 3 + 1) for i in range(N)], "classes", (1, 2, 3)),
        ([i % 20 for i in range(N)], "classes", tuple(range(20))),
        ([i % 21 for i in range(N)], "number", ()),
        ([str(i % 21) for i in range(N)], "number", ()),
        ([f"{i % 21:03d}" for i in range(N)], "number", ()),
        ([f"{i % 3}.5" for i in range(N)], "number", ()),
        ([f"${i % 3}" for i in range(N)], "number", ()),
        (["yes" if i % 3 else "no" for i in range(N)], "classes", ("no", "yes")),
        ([i % 3 == 0 for i in range(N)], "classes", ("false", "true")),
        ([f"2024-01-{1 + i % 5:02d}" for i in range(N)], "number", ()),
    ],
    ids=lambda value: str(value)[:24],
)
def test_the_kind_of_a_target(values: list[Any], kind: str, classes: tuple[Any, ...]) -> None:
    made = _made({**BASE, "y": values}, target="y")
    assert made.dataset.target.kind == kind
    assert made.dataset.target.classes == classes
    if kind == "classes":
        assert made.dataset.preparation is not None
        assert np.array_equal(made.dataset.preparation.prepare_target({"y": values}), made.dataset.y)


def test_the_kind_of_a_target_may_be_asked_for() -> None:
    grades = [i % 3 for i in range(N)]
    assert _made({**BASE, "y": grades}, target="y", columns={"y": "number"}).dataset.target.kind == "number"
    years = [2000 + i % 25 for i in range(N)]
    asked = _made({**BASE, "y": years}, target="y", columns={"y": "category"})
    assert asked.dataset.target.classes == tuple(range(2000, 2025))


def test_classes_are_held_out_in_proportion() -> None:
    made = from_table("penguins", target="species")
    assert np.bincount(made.dataset.validation_y).tolist() == [30, 14, 25]


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    first, again, other = (from_table("penguins", target="species", seed=s).dataset for s in (5, 5, 6))
    assert first.digest == again.digest
    assert first.x.tobytes() == again.x.tobytes()
    assert first.digest != other.digest


def test_a_decimal_comma_in_one_column_speaks_for_the_others() -> None:
    made = _made({"size": [f"{i % 9},5" for i in range(N)], "pay": [f"1.{500 + 7 * i}" for i in range(N)]})
    assert made.dataset.target.restored(made.dataset.y)[0] == pytest.approx(1500)


def test_the_report_as_text_and_as_data() -> None:
    line = ColumnReport("age", "number", "41", 2, "standardized", "input", "")
    target = ColumnReport("pay", "number ($)", "$" + "9" * 40, 0, "taken as it is", "target", "")
    report = TableReport((line, target), 1234, 1, ("a note",), "none held out")
    assert str(report) == (
        "column  read as     example                   missing  what was done\n"
        "------  ----------  ------------------------  -------  -------------\n"
        "age     number      41                        2        standardized\n"
        "pay     number ($)  $99999999999999999999...  0        target: taken as it is\n"
        "\n"
        "1,234 rows, 1 prepared input\n"
        "none held out\n"
        "a note"
    )
    data = json.loads(json.dumps(report.to_dict()))
    assert data["columns"][0]["missing"] == 2
    assert data["notes"] == ["a note"]


def test_what_was_done_is_told_in_a_few_words_too() -> None:
    prepared = from_table(
        {
            "size": [None if i % 10 == 3 else f"{i * 1.5} m²" for i in range(200)],
            "few": [None if i == 7 else i * 1.5 for i in range(200)],
            "day": [f"2024-01-{i % 28 + 1:02d}" for i in range(200)],
            "town": [f"town {i % 40}" for i in range(200)],
            "same": ["x"] * 200,
            "pay": [f"{i} $" for i in range(200)],
        },
        target="pay",
    )
    lines = {column.name: column for column in prepared.report.columns}
    assert {name: line.brief for name, line in lines.items()} == {
        "size": "standardized, filled and flagged",
        "few": "standardized, filled",
        "day": "turned into days, standardized",
        "town": "one-hot, 32 columns, 9 rare ones share 'other'",
        "same": "dropped",
        "pay": "standardized",
    }
    assert lines["same"].done == "dropped; --column same:category keeps it" and "(mean " in lines["day"].done


MISTAKES: list[tuple[dict[str, Any], dict[str, Any], type[EngineroomError], str]] = [
    (BASE, {"target": "pya"}, UnknownNameError, "no column 'pya' in the table; did you mean 'pay'"),
    (BASE, {"columns": {"agee": "number"}}, UnknownNameError, "no column 'agee'.*did you mean 'age'"),
    (BASE, {"columns": {"age": "numbr"}}, UnknownNameError, "cannot be read as 'numbr'; did you mean 'number'"),
    (BASE, {"columns": {"pay": "drop"}}, OptionError, "cannot be dropped"),
    (BASE, {"columns": {"city": "number"}}, DataError, "'city' is asked to be numbers, but none"),
    (BASE, {"columns": {"city": "date"}}, DataError, "'city' is asked to be dates, but none"),
    (BASE, {"columns": {"city": "boolean"}}, DataError, "'city' has 3 different values, yes or no has two"),
    (BASE, {"validation": 1.5}, OptionError, "validation"),
    ({**BASE, "pay": [None] * N}, {}, DataError, "'pay' is empty in every row"),
    ({**BASE, "pay": ["x"] * N}, {}, DataError, "'pay' has one class only, 'x'"),
    ({**BASE, "pay": ["7"] * N}, {}, DataError, "'pay' has one class only, 7"),
    ({**BASE, "pay": [f"n{i}" for i in range(N)]}, {}, DataError, "'pay' has 60 different values in 60 rows"),
    ({"id": range(N), "pay": PAY}, {}, DataError, "no column is left to learn from .'id' is identifier"),
    ({"pay": PAY}, {}, DataError, "there is only the target"),
    ({**BASE, "age": AGE[:-1]}, {}, DataError, "columns of different lengths"),
    ({}, {}, DataError, "empty"),
    ({"age": [], "pay": []}, {}, DataError, "empty"),
]


@pytest.mark.parametrize(("table", "options", "error", "sentence"), MISTAKES, ids=[case[3][:40] for case in MISTAKES])
def test_a_mistake_gets_one_sentence(
    table: dict[str, Any], options: dict[str, Any], error: type[EngineroomError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        _made(table, **options)
    assert "\n" not in str(caught.value)


def test_means_deviations_and_medians_have_the_unit_of_the_column() -> None:
    areas, prices = [f"{40 + 3 * i} m²" for i in range(60)], [f"-€{1_000 * i:,}" for i in range(60)]
    table = {
        "area": [None if i % 10 == 3 else area for i, area in enumerate(areas)],
        "share": [f"{i} %" for i in range(60)],
        "rooms": [i % 7 for i in range(60)],
        "price": prices,
    }
    prepared = from_table(table, target="price", validation=None)
    done = {column.name: column.done for column in prepared.report.columns}
    feature = prepared.dataset.features[0]
    # Three digits of the deviation, and as many decimals for the mean.
    assert done["area"].startswith(f"standardized (mean {feature.mean:.1f} m², deviation {feature.scale:.1f} m²), 6 ")
    assert "the median 128.5 m²" in done["area"]
    # The deviation of 0 to 59 is sqrt((60^2 - 1) / 12) = 17.318.
    assert done["share"] == "standardized (mean 29.5%, deviation 17.3%)"
    assert done["rooms"] == f"standardized (mean {np.mean(table['rooms']):.2f}, deviation {np.std(table['rooms']):.2f})"
    assert done["price"] == "standardized (mean -€29,500, deviation €17,318)"


def test_numbers_that_are_taken_for_classes_are_said_with_the_way_to_amounts() -> None:
    rooms = [1 + row % 4 for row in range(N)]
    said = "the target 'rooms' is read as 4 classes, whose order is not learned; --column rooms:number trains on"
    assert any(note.startswith(said) for note in from_table({**BASE, "rooms": rooms}, target="rooms").report.notes)
    for column, asked in (
        ([row % 2 for row in range(N)], None),  # two are yes and no
        ([f"kind {row % 4}" for row in range(N)], None),
        (rooms, "number"),
        (rooms, "category"),
    ):
        columns = {"rooms": asked} if asked else None
        made = from_table({**BASE, "rooms": column}, target="rooms", columns=columns)  # type: ignore[arg-type]
        assert not any("read as" in note for note in made.report.notes)


@pytest.mark.parametrize(
    ("words", "fill"), [(["Yes", "yes", "YES", "no", "no"], 1.0), (["No", "NO", "no", "yes", "yes"], 0.0)]
)
def test_a_missing_yes_or_no_is_the_more_frequent_one_however_it_is_spelled(words: list[str], fill: float) -> None:
    table = {"open": [*words, None] * 4, "y": [float(i) for i in range(24)]}
    dataset = from_table(table, target="y", columns={"open": "boolean"}, validation=None).dataset
    assert dataset.features[0].name.lower() == "open=yes"
    assert dataset.x[5::6, 0].tolist() == [fill] * 4
    assert dataset.x[:5, 0].tolist() == [float(word.lower() == "yes") for word in words]
