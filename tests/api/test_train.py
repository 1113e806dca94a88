"""Left alone, the defaults simply work; what cannot work is one sentence and leaves no file."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import DataError, LogbookError, OptionError, ShapeError, UnknownNameError


@pytest.fixture(scope="module")
def table() -> dict[str, list[Any]]:
    generator = np.random.default_rng(2)
    size = generator.uniform(30, 200, 90).round(1)
    town = generator.choice(["Ulm", "Bonn", "Kiel"], 90)
    price = 1000 * size + 20000 * (town == "Bonn") + generator.normal(0, 3000, 90)
    sold = np.where(price > 120000, "slow", "fast")
    return {"size": size.tolist(), "town": town.tolist(), "price": price.round(0).tolist(), "sold": sold.tolist()}


def test_bare_defaults_find_y_equals_2x() -> None:
    for seed in range(3):
        run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], seed=seed)
        assert run.predict([4])[0] == pytest.approx(8, abs=0.1)
        assert run.predict([4]).shape == (1,)
        assert (run.steps, run.epochs, run.dataset.target.kind) == (4000, 4000, "number")


def test_the_first_lesson_to_the_digit() -> None:
    run = er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")),
        [1, 2, 3],
        [2, 4, 6],
        loss="mse",
        optimizer=er.SGD(lr=0.01),
        batch_size=None,
        epochs=50,
        dtype="float64",
    )
    lines = [
        f"Epoch {e}: Loss={run.loss[e]:.4f}, Weight={run.at(e + 1).weights['dense1.weight'].item():.4f}"
        for e in range(0, 50, 10)
    ]
    assert lines == [
        "Epoch 0: Loss=18.6667, Weight=0.1867",
        "Epoch 10: Loss=2.6304, Weight=1.3193",
        "Epoch 20: Loss=0.3707, Weight=1.7445",
        "Epoch 30: Loss=0.0522, Weight=1.9041",
        "Epoch 40: Loss=0.0074, Weight=1.9640",
    ]
    assert run.weights["dense1.weight"].item() == 1.985092237632895


def test_digits_are_learned_by_default() -> None:
    x, y = er.load_digits()
    run = er.train(er.Network(er.Dense(64, "relu"), er.Dense(10)), x, y)
    assert run.metrics["accuracy"] >= 0.97
    assert len(run.dataset.validation) == 359
    truth = y[run.dataset.validation]
    assert np.mean(run.predict(x[run.dataset.validation]) == truth) == run.metrics["accuracy"]


def test_penguins_are_learned_by_default_and_beat_both_baselines() -> None:
    run = er.train(None, "penguins")
    assert run.metrics["accuracy"] >= 0.98
    commonest, linear = run.baselines
    labels = [run.dataset.target.classes[k] for k in run.dataset.validation_y]
    assert (commonest.name, linear.name) == ("commonest class", "logistic regression")
    assert commonest.metrics["accuracy"] == max(labels.count(c) for c in set(labels)) / len(labels)
    assert linear.metrics["accuracy"] > 0.95
    assert run.metrics["accuracy"] >= linear.metrics["accuracy"] - 0.02
    assert commonest.on == "validation"


def test_a_table_in_numbers_out(table: dict[str, list[Any]]) -> None:
    rows = {k: v for k, v in table.items() if k != "sold"}
    run = er.train(None, rows, target="price")
    truth = np.array(table["price"])[run.dataset.row_numbers[run.dataset.validation]]
    says = run.predict({k: [v[i] for i in run.dataset.row_numbers[run.dataset.validation]] for k, v in rows.items()})
    assert run.metrics["rmse"] == pytest.approx(np.sqrt(np.mean((says - truth) ** 2)), rel=1e-6)
    assert run.metrics["r2"] > 0.95
    mean, ridge = run.baselines
    assert (mean.name, ridge.name) == ("mean", "ridge regression")
    training = np.array(table["price"])[run.dataset.row_numbers[run.dataset.training]]
    assert mean.metrics["rmse"] == pytest.approx(np.sqrt(np.mean((training.mean() - truth) ** 2)), rel=1e-4)
    assert ridge.metrics["rmse"] < 5000


def test_ridge_is_close_to_least_squares() -> None:
    generator = np.random.default_rng(4)
    x = generator.normal(size=(300, 5))
    y = x @ [3.0, -1.0, 0.5, 0.0, 2.0] + 7 + generator.normal(size=300)
    run = er.train(er.Network(er.Dense(1)), x, y, standardize=True, steps=10)
    inside, outside = run.dataset.training, run.dataset.validation
    design = np.c_[x, np.ones(300)]
    solved = np.linalg.lstsq(design[inside], y[inside], rcond=None)[0]
    expected = np.sqrt(np.mean((design[outside] @ solved - y[outside]) ** 2))
    assert run.baselines[1].metrics["rmse"] == pytest.approx(expected, rel=0.02)


def test_what_the_target_is_decides_loss_and_answer(table: dict[str, list[Any]]) -> None:
    x = np.arange(12.0)[:, None] / 6 - 1
    labels = ["no"] * 6 + ["yes"] * 6

    words = er.train(er.Network(er.Dense(2)), x, labels, steps=300)
    assert (words.record.loss_law.law, list(words.predict(x[[0, 11]]))) == ("cross_entropy", ["no", "yes"])
    chances = words.predict_proba(x)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-6)

    one = er.train(er.Network(er.Dense(1)), x, labels, steps=300)
    assert (one.record.loss_law.law, list(one.predict(x[[0, 11]]))) == ("binary_cross_entropy", ["no", "yes"])
    assert one.predict_proba(x[[0, 11]]).shape == (2, 2)
    assert one.predict_proba(x[[0]])[0, 0] > 0.5

    open_ = er.train(None, x, labels, loss="binary_cross_entropy", steps=10)
    assert (open_.network.outputs, open_.predict_proba(x).shape) == (1, (12, 2))
    columns = er.train(None, x, np.c_[x > 0, x < 0, x < 0.5].astype(float), loss="binary_cross_entropy", steps=10)
    assert (columns.network.outputs, columns.dataset.target.kind) == (3, "number")

    squashed = er.train(
        er.Network(er.Dense(1, "sigmoid")), x, [0] * 6 + [1] * 6, loss="binary_cross_entropy", steps=300
    )
    assert list(squashed.predict(x[[0, 11]])) == [0, 1]

    number = er.train(er.Network(er.Dense(1)), x, [0] * 6 + [1] * 6, steps=10)
    assert (number.record.loss_law.law, number.dataset.target.kind) == ("mse", "number")

    classes = er.train(None, x, [0] * 6 + [1] * 6, steps=10)
    assert (classes.record.loss_law.law, classes.network.outputs) == ("cross_entropy", 2)

    two = er.train(er.Network(er.Dense(2)), x, np.c_[x, 2 * x], steps=10)
    assert (two.record.loss_law.law, two.predict(x).shape) == ("mse", (12, 2))
    with pytest.raises(OptionError, match="probabilities need classes, but the target is a number"):
        two.predict_proba(x)


def test_steps_and_epochs() -> None:
    x, y = np.arange(10.0), np.arange(10.0)
    network = er.Network(er.Dense(1))
    assert er.train(network, x, y, batch_size=4, epochs=3).steps == 9
    assert er.train(network, x, y, batch_size=4, steps=4).epochs == 2
    assert er.train(network, x, y, batch_size=None, epochs=3).steps == 3


def test_early_stopping_predicts_with_the_best_weights() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal(size=(80, 6))
    y = (x[:, 0] + 2 * generator.normal(size=80) > 0).astype(int)
    run = er.train(er.Network(er.Dense(16, "relu"), er.Dense(2)), x, y, optimizer=er.Adam(lr=0.03), early_stopping=3)
    assert run.status == "stopped early"
    assert run.best is not None
    assert run.metrics["loss"] == run.best.value == min(run.validation["loss"])
    np.testing.assert_array_equal(run.weights["dense1.weight"], run.at(run.best.step).weights["dense1.weight"])
    assert "validation loss" in str(run.best)


def test_the_data_alone_train_the_usual_network(table: dict[str, list[Any]], tmp_path: Path) -> None:
    usual = er.train(None, table, target="price", steps=3)
    path = tmp_path / "flats.csv"
    path.write_text(
        "\n".join(",".join(str(cell) for cell in row) for row in [table, *zip(*table.values(), strict=True)])
    )
    made = er.from_table(table, target="price")
    for given, said in ((table, {"target": "price"}), (str(path), {"target": "price"}), (made, {}), (made.dataset, {})):
        run = er.train(given, steps=3, **said)
        assert run.network == usual.network and run.loss.tolist() == usual.loss.tolist()
        assert er.estimate(given, steps=3, **said).bytes > 0
    own = er.train(NETWORK, made, steps=3)
    assert own.network == NETWORK and own.dataset is made.dataset
    assert (
        er.train([1.0, 2.0, 3.0], y=[2.5, 4.5, 6.5], steps=2).network == er.train(None, [1, 2, 3], [2.5, 4, 6]).network
    )


def test_lr_is_the_rate_of_an_optimizer_that_is_left_open_or_named(table: dict[str, list[Any]]) -> None:
    usual = er.train(table, target="price", steps=3).record.optimizer
    own = er.train(table, target="price", steps=3, lr=0.1).record.optimizer
    assert own.schedule == er.Cosine(0.1) and own.weight_decay == usual.weight_decay and own.law == usual.law
    named = er.train(table, target="price", steps=3, optimizer="sgd", lr=0.1)
    assert named.record.optimizer == er.SGD(lr=er.Cosine(0.1))
    for name, law in (("sgd", er.SGD), ("adam", er.Adam), ("rmsprop", er.RMSProp), ("adamw", er.AdamW)):
        # A name alone says nothing of the rate, which goes on by the same law with lr= and without.
        assert er.train(table, target="price", steps=3, optimizer=name).record.optimizer == law(lr=er.Cosine(0.01))
    whole = er.train(table, target="price", steps=3, optimizer=er.SGD(lr=0.1)).record.optimizer
    assert whole == er.SGD(lr=0.1) and whole.schedule == er.Constant(0.1)
    assert er.train(table, target="price", steps=3, optimizer={"law": "sgd"}).record.optimizer == er.SGD()
    fixed = er.Constant(0.002)
    assert er.train(table, target="price", steps=3, lr=fixed).record.optimizer.schedule == fixed
    assert er.train(table, target="price", steps=3, lr=np.float32(0.5)).record.optimizer.schedule.lr == 0.5
    for optimizer in (er.SGD(lr=0.1), {"law": "sgd"}):
        with pytest.raises(OptionError, match=r"lr= belongs to an optimizer that is left open or named, got lr=0\.1 "):
            er.train(table, target="price", optimizer=optimizer, lr=0.1)
    for wrong in ("fast", 0, True, float("nan")):
        with pytest.raises(er.EngineroomError, match="lr"):
            er.train(table, target="price", lr=wrong)  # type: ignore[arg-type]


def test_all_rows_in_a_step_are_asked_for_in_one_word(table: dict[str, list[Any]]) -> None:
    whole = er.train(table, target="price", steps=3, batch_size="all")
    assert whole.record.plan.batch_size == len(whole.dataset.training) == 72
    assert whole.at(3).same_bits(er.train(table, target="price", steps=3, batch_size=None).at(3))
    assert whole.fork(at=1, batch_size=8, steps=2).fork(at=2, batch_size="all", steps=1).record.plan.batch_size == 72
    assert er.estimate(table, target="price", steps=3, batch_size="all").steps == 3


def test_estimate_takes_what_train_takes(table: dict[str, list[Any]]) -> None:
    taken = dict(signature(er.train).parameters)
    for kept in ("logbook", "name", "progress", "observer"):  # what only a run that is kept has
        del taken[kept]
    assert list(signature(er.estimate).parameters.values()) == list(taken.values())
    with pytest.raises(TypeError, match=r"^estimate has no option 'lrr'; did you mean 'lr'\?$"):
        er.estimate(table, target="price", lrr=1)  # type: ignore[call-arg]


def test_data_sets_are_printed_in_a_line(table: dict[str, list[Any]]) -> None:
    made = er.from_table(table, target="price")
    assert repr(made.dataset) == "<Dataset: 90 rows (72 to train, 18 held out), 6 inputs, target 'price'>"
    assert str(made) == "<PreparedTable: 90 rows (72 to train, 18 held out), 6 inputs, target 'price'>"
    classes = er.from_arrays([[1.0], [2.0]], ["a", "b"], validation=None)
    assert str(classes) == "<Dataset: 2 rows, 1 input, target 'y' of 2 classes>"


NETWORK = er.Network(er.Dense(1))


@pytest.mark.parametrize(
    ("arguments", "changed", "error", "message"),
    [
        (
            (NETWORK, [1, 2], [1, 2]),
            {"batch_size": 3},
            OptionError,
            "batch_size must be between 1 and the 2 training rows",
        ),
        ((NETWORK, [1, 2], [1, 2]), {"batch_size": 0}, OptionError, "between 1 and the 2 training rows, got 0"),
        ((NETWORK, [1, 2], [1, 2]), {"batch_size": "alle"}, OptionError, "'all' for all rows, or 'auto', got 'alle'"),
        ((NETWORK, [1, 2], [1, 2]), {"epochs": 0}, OptionError, "epochs must be a whole number of at least 1, got 0"),
        ((NETWORK, [1, 2], [1, 2]), {"epochs": 1, "steps": 1}, OptionError, "give epochs or steps, not both"),
        ((NETWORK, [1, 2], [1, 2]), {"loss": "msa"}, UnknownNameError, "did you mean 'mse'"),
        ((NETWORK, [1, 2], [1, 2]), {"optimizer": "adan"}, UnknownNameError, "did you mean 'adam'"),
        ((NETWORK, [1, 2], [1, 2]), {"engine": "nativ"}, UnknownNameError, "did you mean 'native'"),
        ((NETWORK, [1, 2], [1, 2]), {"dtype": "float16"}, OptionError, "dtype must be 'float32' or 'float64'"),
        ((NETWORK, [1, 2], [1, 2]), {"seed": -1}, OptionError, "seed must be"),
        ((NETWORK, [1, 2], [1, 2]), {"target": "y"}, OptionError, "with y given x is an array"),
        ((NETWORK, [1, 2], [1, 2]), {"early_stopping": 3}, OptionError, "needs validation rows"),
        ((NETWORK,), {}, OptionError, "there is nothing to learn from: give numbers x and y, or a table"),
        ((None,), {}, OptionError, "there is nothing to learn from"),
        ((NETWORK, [1, 2]), {}, OptionError, "there is no y: give y beside x, or name the table's column"),
        ((NETWORK, [1, np.nan], [1, 2]), {}, DataError, "NaN"),
        ((NETWORK, [1, 2], [1, 2, 3]), {}, ShapeError, "X has 2 rows but y has 3"),
        ((NETWORK, ["a", "b"], [1, 2]), {}, DataError, "where a number is expected"),
        ((er.Network(er.Dense(3)), [1, 2], ["a", "b"]), {}, ShapeError, r"dense1 has 3 units .* set Dense\(2\)"),
        ((er.Network(er.Dense(2)), [1, 2], ["a", "b"]), {"loss": "mse"}, DataError, "."),
        ((3, [1, 2], [1, 2]), {}, OptionError, "the network must be a Network such as"),
        ((None, {"a": [1, 2]}), {"target": "b"}, UnknownNameError, "no column 'b'"),
    ],
)
def test_what_cannot_work_is_one_sentence_and_leaves_no_file(
    tmp_path: Path, arguments: tuple[Any, ...], changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        er.train(*arguments, logbook=tmp_path / "r.logbook", **changed)
    assert list(tmp_path.iterdir()) == []


def test_a_learning_rate_of_zero_is_refused() -> None:
    with pytest.raises(OptionError, match="lr must be above 0"):
        er.SGD(lr=0)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread")
    with pytest.raises(LogbookError, match="is not a logbook"):
        er.train(NETWORK, [1, 2], [1, 2], logbook=path, steps=5)
    assert path.read_text() == "milk, bread"


@pytest.mark.parametrize(
    ("said", "error", "sentence"),
    [
        ({"name": object()}, OptionError, "name must be printable text"),
        ({"name": "a\udc80"}, OptionError, "name must be printable text"),
        ({"logbook": 5}, OptionError, "logbook must be the path of a file"),
        ({"logbook": "a\0b"}, LogbookError, "name another file"),
        ({"logbook": "a" * 5000}, LogbookError, "name another file"),
        ({"epochs": 2**60}, OptionError, "more steps than can be counted exactly"),
        ({"optimizer": {"law": "sgd", "lr": 10**400}}, OptionError, "lr must be a finite number"),
        (
            {"network": er.Dense(2**31 - 1), "y": [[1.5] * 2, [2.5] * 2]},
            ShapeError,
            "2147483647 units|2,147,483,647 units",
        ),
    ],
)
def test_values_of_strange_types_and_sizes_are_one_sentence(
    tmp_path: Path, said: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    usual: dict[str, Any] = {"network": er.Dense(1), "x": [1, 2], "y": [2.5, 4.5], "logbook": tmp_path / "a.logbook"}
    with pytest.raises(error, match=sentence):
        er.train(**{**usual, **said})
    assert not list(tmp_path.iterdir())


def test_units_beyond_all_counting_are_one_sentence() -> None:
    with pytest.raises(OptionError, match=r"units of Dense must be below 2\*\*31"):
        er.Dense(2**31)


def test_ragged_y_and_numpy_counts() -> None:
    with pytest.raises(ShapeError, match="y has rows of different lengths"):
        er.train(er.Dense(1), [[1, 2], [3, 4]], [[1], [1, 2]])  # type: ignore[list-item]
    assert er.train(er.Dense(1), [1, 2], [2.5, 4.5], steps=np.int64(3)).steps == 3  # type: ignore[arg-type]


def test_fractions_are_no_classes_although_the_network_has_many_outputs() -> None:
    with pytest.raises(ShapeError, match="3 units but the target has 1 column"):
        er.train(er.Dense(3), [1, 2, 3], [0.5, 1.25, 2.0])
