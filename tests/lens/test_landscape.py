"""The loss around the weights is what the formulas say it is, and what the run itself measured."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError, UnknownNameError
from engineroom.lens import landscape, why
from engineroom.lens._directions import random_plane
from engineroom.lens._valley import window
from engineroom.network import Network
from engineroom.ops import MSE, SGD, Adam, ConstantStart, CrossEntropy, Dense
from engineroom.plan import State
from engineroom.run import Changes, Ground, Record, fork_run


@pytest.fixture(scope="module")
def record(train: Any) -> Record:
    random = np.random.default_rng(3)
    x = random.normal(size=(50, 4))
    y = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.5)
    network = Network(Dense(6, "tanh"), Dense(3))
    return train(network, x, y, CrossEntropy(), Adam(lr=0.05), steps=23, batch_size=16, target_kind="classes")


def test_the_lessons_parabola(lesson: Record) -> None:
    """On x = 1, 2, 3 the loss is 14/3 (w - 2)^2, its slope at 0 is -56/3."""
    answer = landscape(lesson, "dense1.weight[0, 0]", step=1)
    (axis,) = answer.axes
    np.testing.assert_allclose(answer.losses, 14 / 3 * (axis.values - 2) ** 2, rtol=1e-12, atol=1e-15)
    assert axis.slope == pytest.approx(-56 / 3, rel=1e-15) and len(axis.values) == 101
    np.testing.assert_allclose(answer.tangent(), 56 / 3 - 56 / 3 * axis.values, rtol=1e-13, atol=1e-13)
    before, after = answer.marks
    assert (before.at, after.at) == ((0.0,), (0.18666666666666665,))
    assert (before.loss, after.loss) == (lesson.loss[0], lesson.loss[1])
    assert answer.lowest.at[0] == pytest.approx(2, abs=1e-6) and answer.lowest.loss < 1e-12
    assert axis.values[[0, -1]] == pytest.approx([-0.4, 4.4]), "the whole valley, with as much of its far side"
    assert "went 9.3 % of the way to the bottom of this curve, at 2." in str(answer)


@pytest.mark.parametrize("step", [1, 4, 23])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_step_stands_where_the_run_was(classes: Any, step: int, dtype: str) -> None:
    """The loss at the old value is what the step measured, to the bit; the slope is its own gradient."""
    record = classes(Adam(lr=0.05), steps=23, dtype=dtype)
    answer, told = landscape(record, "dense1.weight[2, 3]", step=step), why(record, "dense1.weight[2, 3]", step)
    before, after = answer.marks
    assert before.loss == record.loss[step - 1]
    assert (before.at[0], after.at[0]) == (told.old, told.new)
    assert answer.axes[0].slope == told.gradient.value
    assert answer.count == 8 and answer.step == step
    low, high = answer.axes[0].values[[0, -1]]
    assert low < min(told.old, told.new) and low <= answer.lowest.at[0] <= high and max(told.old, told.new) < high


def changed(state: State, *changes: tuple[str, tuple[int, ...], float]) -> State:
    """Return a state with some numbers set."""
    values = state.values.copy()
    for name, index, value in changes:
        piece = next(p for p in state.plan.layout if p.name == name)
        values[piece.offset + int(np.ravel_multi_index(index, piece.shape))] = value
    return State(state.plan, state.step, values)


def test_every_loss_is_that_of_the_changed_state(record: Record) -> None:
    """By the run's own evaluation; and each slope by central differences."""
    answer = landscape(record, "dense1.weight[3, 5]", "dense2.bias[1]", step=10, rows="training", points=7)
    assert answer.losses.shape == (7, 7) and answer.count == 50
    data, before = record.dataset, record.at(9)

    def loss(first: float, second: float) -> float:
        state = changed(before, ("dense1.weight", (3, 5), first), ("dense2.bias", (1,), second))
        return record.evaluate(state, data.training_x, data.training_y).loss

    for i, j in ((0, 0), (3, 5), (6, 2)):
        assert answer.losses[i, j] == loss(float(answer.axes[0].values[i]), float(answer.axes[1].values[j]))
    old, h = answer.marks[0].at, 1e-5
    assert answer.axes[0].slope == pytest.approx((loss(old[0] + h, old[1]) - loss(old[0] - h, old[1])) / (2 * h))
    assert answer.axes[1].slope == pytest.approx((loss(old[0], old[1] + h) - loss(old[0], old[1] - h)) / (2 * h))
    whole = record.evaluate(record.at(10), data.training_x, data.training_y).loss - answer.marks[0].loss
    assert f"with all weights moved it changes by {whole:+.4g}" in " ".join(answer.sentences)


def test_the_engine_of_a_replay_is_left_alone(record: Record) -> None:
    """A walk through the run goes on undisturbed while losses and gradients are measured elsewhere."""
    alone = [step.read("dense1.a") for step in record.walk(range(3, 9))]
    ground = Ground(record, record.dataset.training)
    values = ground.values_of(record.at(20))
    for walked, wanted in zip(record.walk(range(3, 9)), alone, strict=True):
        assert ground.loss(values) == ground.loss(values) and ground.gradient(values).any()
        np.testing.assert_array_equal(walked.read("dense1.a"), wanted)


def test_between_states(record: Record) -> None:
    answer = landscape(record, between=(2, 23), points=5)
    assert answer.axes[0].values.tolist() == [-0.5, 0.0, 0.5, 1.0, 1.5]
    data = record.dataset
    ends = [record.evaluate(record.at(t), data.training_x, data.training_y).loss for t in (2, 23)]
    assert answer.losses[[1, 3]] == pytest.approx(ends, rel=1e-14)
    assert [mark.label for mark in answer.marks] == ["state 2", "state 23"]
    plane = landscape(record, between=(2, 11, 23), points=5)
    assert plane.losses[1, 3] == pytest.approx(ends[1], rel=1e-14)
    assert plane.losses[:, 1] == pytest.approx(landscape(record, between=(2, 11), points=5).losses, rel=1e-14)


def test_random_directions_change_each_neuron_by_its_own_size(record: Record) -> None:
    answer = landscape(record, "random", points=3, seed=5, rows="training")
    state = record.at(23)
    data = record.dataset
    assert answer.losses[1, 1] == record.evaluate(state, data.training_x, data.training_y).loss
    assert answer.marks[0].at == (0.0, 0.0) and answer.axes[0].values.tolist() == [-1.0, 0.0, 1.0]
    again, other = (landscape(record, "random", points=3, seed=seed).losses for seed in (5, 6))
    assert np.array_equal(again, answer.losses) and not np.array_equal(other, answer.losses)
    plane = random_plane(record.plan, state.values, 23, seed=5)
    for direction in plane.directions:
        made = State(record.plan, 0, direction)
        for name, weights in state.weights.items():
            if name.endswith("weight"):
                np.testing.assert_allclose(np.linalg.norm(made[name], axis=0), np.linalg.norm(weights, axis=0))
            else:
                assert not made[name].any()
        assert not any(slot.any() for slot in made.slots.values())
    assert abs(np.corrcoef(plane.directions)[0, 1]) < 0.5


def test_the_plane_of_the_path(train: Any) -> None:
    """A linear network of two weights moves in a plane, which then holds the whole path: losses are exact there."""
    x = np.random.default_rng(2).normal(size=(20, 2))
    network = Network(Dense(1, bias=False))
    record = train(network, x, x @ [1.0, -2.0], MSE(), SGD(lr=0.05, momentum=0.8), 40, 20, target_kind="number")
    answer = landscape(record, "path", points=4)
    assert len(answer.marks) == 41 and answer.marks[0].label == "state 0"
    for t, mark in enumerate(answer.marks[:-1]):
        assert mark.loss == pytest.approx(record.loss[t], rel=1e-10)
    weights = record.trace(["dense1.weight[0, 0]", "dense1.weight[1, 0]"])
    marks = np.array([mark.at for mark in answer.marks])
    np.testing.assert_allclose(
        np.linalg.norm(np.diff(marks, axis=0), axis=1), np.linalg.norm(np.diff(weights, axis=0), axis=1), rtol=1e-9
    )
    assert marks[-1] == pytest.approx([0, 0], abs=1e-12) and marks[0, 0] < 0
    spread = np.square(marks).sum(axis=0)
    assert spread[0] > spread[1] and f"{100 * spread[0] / spread.sum():.1f} %" in answer.axes[0].name


def test_a_path_needs_two_steps(record: Record) -> None:
    with pytest.raises(OptionError, match="two steps at least"):
        landscape(fork_run(record, 0, Changes(lr=0.01), steps=1), "path")


def test_a_fork_and_its_parent(record: Record) -> None:
    fork = fork_run(record, 10, Changes(batch_size=20, freeze=["dense2"]), steps=5)
    early, late = (landscape(fork, "dense1.weight[3, 5]", step=t, points=3) for t in (10, 11))
    assert early.marks[0].loss == record.loss[9] and early.count == len(record.rows(10))
    assert late.marks[0].loss == fork.loss[10] and late.count == 20
    assert landscape(fork, "dense2.bias[1]", step=10, points=3).marks[0].loss == record.loss[9], "frozen only later"


def test_window_shows_the_move_and_the_valley() -> None:
    low, high = window(lambda w: (w - 5) ** 2, 1.0, 1.1, 0.5)
    assert low < 1.0 and high > 9.0
    low, high = window(lambda w: -w, 1.0, 1.1, 0.5)
    assert low < 1.0 and 4.0 < high < 15, "a slope without end is shown as far as was looked"
    low, high = window(lambda w: 3.0, 1.0, 1.0, 0.0)
    assert low < 1.0 < high
    low, high = window(lambda w: float("nan") if w > 1.2 else (w - 1) ** 2, 1.0, 1.1, 0.5)
    assert low < 1.0 and 1.1 < high < 2


def test_span_points_and_largest_move(record: Record) -> None:
    random = landscape(record, "random", span=0.5, points=3)
    assert [axis.values.tolist() for axis in random.axes] == [[-0.5, 0.0, 0.5]] * 2
    answer = landscape(record, "dense1.weight[3, 5]", step=5, span=0.25, points=11)
    old = answer.marks[0].at[0]
    assert answer.axes[0].values == pytest.approx(np.linspace(old - 0.25, old + 0.25, 11))
    largest = landscape(record)
    told = why(record)
    assert (largest.axes[0].name, largest.step) == (told.name, told.step)
    assert landscape(record, "dense2.bias[1]").step == why(record, "dense2.bias[1]").step


def test_facts_and_text(record: Record) -> None:
    seen: list[tuple[int, int]] = []
    answer = landscape(
        record, "dense1.weight.3.5", "dense2.bias.1", step=4, points=8, progress=lambda *a: seen.append(a)
    )
    assert seen[-1] == (64, 64)
    facts = json.loads(json.dumps(answer.to_dict()))
    assert np.array_equal(np.array(facts["losses"]), answer.losses)
    assert facts["axes"][0]["name"] == "dense1.weight[3, 5]" and facts["rows"] == "batch"
    assert facts["marks"][0]["label"] == "before" and facts["marks"][0]["loss"]["value"] == record.loss[3]
    for shown in (answer, landscape(record, "path", points=3), landscape(record, "dense2.bias.1", step=4)):
        assert max(map(len, str(shown).splitlines())) <= 100
    assert "Along 1: dense1.weight[3, 5], from `x3` to neuron 5 of dense1; slope" in str(answer)


@pytest.mark.parametrize(
    ("along", "more", "said"),
    [
        (("dense1.weight[3, 5]",), {"step": 0}, "step 0"),
        (("dense1.weight[3, 5]",), {"step": 24}, "no step 24"),
        (("dense1.weight[3, 5]", "dense1.weight.3.5"), {"step": 2}, "twice"),
        (("a", "b", "c"), {"step": 2}, "one or two"),
        (("dense1.weight[3, 5]",), {"step": 2, "rows": "validation"}, "no validation rows"),
        (("dense1.weight[3, 5]",), {"step": 2, "rows": "all"}, "rows must be"),
        (("dense1.weight[3, 5]",), {"step": 2, "points": 1}, "points"),
        (("dense1.weight[3, 5]",), {"step": 2, "span": -1.0}, "span"),
        (("random",), {"rows": "batch"}, "only a step has a batch"),
        (("path",), {"step": 3}, "leave the step out"),
        ((), {"between": (3, 3)}, "different states"),
        ((), {"between": (3, 30)}, "no step 30"),
        (("dense1.weight[3, 5]",), {"between": (3, 5)}, "neither weights nor a step"),
    ],
)
def test_what_cannot_be_asked(record: Record, along: tuple[str, ...], more: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        landscape(record, *along, **more)
    with pytest.raises(UnknownNameError):
        landscape(record, "dense1.wieght[3, 5]", step=1)


def test_a_run_that_reached_infinity(train: Any) -> None:
    network = Network(Dense(1, bias=False))
    run = train(network, [[1.0], [2.0]], [2.0, 4.0], MSE(), SGD(lr=1e200), 9, 2)
    assert not np.isfinite(run.at(run.steps).values).all()
    for along, more in ((("path",), {}), (("random",), {}), ((), {"between": (0, run.steps)})):
        with pytest.raises(
            OptionError, match=f"reached NaN or infinity in state {run.steps}: look around or between earlier"
        ):
            landscape(run, *along, **more)
    assert landscape(run, "random", step=0, points=2).marks[0].label == "state 0"


def test_one_row_is_said_to_be_one(train: Any) -> None:
    run = train(Network(Dense(1)), [[1.0]], [2.0], MSE(), SGD(lr=0.1), 3, 1)
    assert str(landscape(run, "random", points=2)).splitlines()[1].strip() == "The mean loss of the one training row."


def test_a_lowest_point_at_the_edge_is_told_as_that(lesson: Record, record: Record) -> None:
    # Of 14/3 (w - 2)^2 between -0.5 and 0.5 the lowest point is at the edge that is nearer to 2.
    cut = landscape(lesson, "dense1.weight[0, 0]", step=1, span=0.5)
    assert cut.lowest.at == (0.5,)
    assert cut.sentences[-1].startswith("The lowest point shown lies at the edge: the loss still falls there")
    two = landscape(record, "dense1.weight[0, 0]", "dense1.weight[1, 0]", step=9, points=9, span=1e-3)
    on = [a.name for a, at in zip(two.axes, two.lowest.at, strict=True) if at in (a.values[0], a.values[-1])]
    assert on and f"lies at the edge along {' and '.join(on)}: the loss" in " ".join(two.sentences)
    plane = landscape(lesson, between=(0, 2))
    assert "lies at the edge: the loss still falls" in " ".join(plane.sentences)
    assert "at the edge" not in str(landscape(lesson, "dense1.weight[0, 0]", step=1))


def test_of_a_level_floor_the_point_nearest_to_the_step_is_the_lowest(train: Any) -> None:
    # relu(w*x) is 0 for every w up to 0, so from there on the loss is (0^2 + 1^2)/2.
    network = Network(
        Dense(1, "relu", bias=False, init=ConstantStart(1.0)), Dense(1, bias=False, init=ConstantStart(1.0))
    )
    run = train(network, [[1.0], [2.0]], [0.0, -1.0], MSE(), SGD(lr=0.02), 1, 2, target_kind="number")
    ramp = landscape(run, "dense1.weight[0, 0]", step=1, span=2.0, points=41)
    assert ramp.lowest.loss == 0.5 and ramp.lowest.at[0] == pytest.approx(0, abs=0.11)
    told = " ".join(ramp.sentences)
    assert "at the edge" not in told and "% of the way to the bottom of this curve" in told
    surface = landscape(run, "dense1.weight[0, 0]", "dense2.weight[0, 0]", step=1, span=2.0, points=5)
    assert surface.lowest.loss == min(surface.losses.ravel()) and "at the edge" not in " ".join(surface.sentences)
    dead = train(Network(network.layers[0], Dense(1)), [[-1.0], [-2.0]], [0.0, 1.0], MSE(), SGD(lr=0.1), 1, 2)
    level = landscape(dead, "dense1.weight[0, 0]", step=1, span=0.5)
    assert level.lowest.at == level.marks[0].at and "at the edge" not in " ".join(level.sentences)


def test_a_curve_that_is_almost_flat_is_told_as_that(lesson: Record) -> None:
    flat = landscape(lesson, "dense1.weight[0, 0]", step=1, span=1e-5)
    low, high = min(flat.losses), max(flat.losses)
    assert flat.sentences[-1] == f"The loss hardly changes over all that is shown: from {low:.6g} to {high:.6g}."
    assert "hardly changes" not in str(landscape(lesson, "dense1.weight[0, 0]", step=1))
