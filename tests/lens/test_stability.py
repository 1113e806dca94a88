"""The largest stable learning rate of a run, by hand, by dense Hessians, and by what then really happens."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engineroom.data import from_arrays
from engineroom.errors import OptionError
from engineroom.lens import Curvature, stability, stance_of
from engineroom.network import Network
from engineroom.ops import (
    MAE,
    MSE,
    SGD,
    Adam,
    AdamW,
    BinaryCrossEntropy,
    Cosine,
    CrossEntropy,
    Dense,
    Optimizer,
    RMSProp,
)
from engineroom.plan import build_plan
from engineroom.run import Changes, Record, Settings, fork_run, records_of, train_run

X, Y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])


@pytest.mark.parametrize("step", [0, 1, 50])
def test_the_first_lesson_to_six_digits(lesson: Record, step: int) -> None:
    answer = stability(lesson, step)
    assert answer.sharpness.largest == pytest.approx(28 / 3, rel=1e-12)
    assert f"{answer.limit:.7f}" == "0.2142857"
    assert "0.2142857  2 / sharpness, by sgd" in str(answer) and "all 3 training rows" in str(answer)
    assert (answer.lr, answer.lr_step) == (0.01, min(step + 1, 50))
    assert not answer.preconditioned and answer.kinks == () and answer.trials == ()


@pytest.mark.parametrize(
    ("lr", "stance", "arrives"),
    [
        (0.004, "creeps", True),
        (0.01, "good pace", True),
        (0.05, "good pace", True),
        (0.107, "good pace", True),
        (0.15, "jumps over but arrives", True),
        (0.2142, "jumps over but arrives", True),
        (0.2144, "diverges", False),
    ],
)
def test_what_is_said_is_what_happens(one_weight: Any, lr: float, stance: str, arrives: bool) -> None:
    record = one_weight(SGD(lr=lr), steps=4000)
    answer = stability(record, 0)
    assert answer.stance == stance and stance.replace("diverges", "past the limit").split()[0] in str(answer)
    path = record.trace("dense1.weight[0, 0]")[:, 0]
    assert (abs(path[-1] - 2) < 0.1) == arrives
    assert bool(np.any(path[:50] > 2 + 1e-9)) == (stance in ("jumps over but arrives", "diverges"))


def test_the_rule_of_the_words() -> None:
    assert [stance_of(share, 1.0, 0.02) for share in (0.02, 0.021, 0.5, 0.51, 1.0, 1.01)] == [
        "creeps", "good pace", "good pace", "jumps over but arrives", "jumps over but arrives", "diverges",
    ]  # fmt: skip
    assert stance_of(1e9, math.inf, math.inf) == "no limit"


@pytest.mark.parametrize(
    "law",
    [
        SGD(momentum=0.9),
        SGD(momentum=0.9, nesterov=True),
        SGD(momentum=0.5, weight_decay=0.6),
    ],
)
def test_a_run_just_below_the_limit_arrives_and_just_above_it_flies_off(one_weight: Any, law: Optimizer) -> None:
    limit = stability(one_weight(law, steps=1), 0).limit
    ends = []
    for share in (0.97, 1.03):
        record = one_weight(type(law)(**{**_fields(law), "lr": share * limit}), steps=600)
        ends.append(abs(float(record.at(record.steps)["dense1.weight"].item()) - 2))
    target = 2 - (2 * 28 / 3) / (28 / 3 + law.weight_decay) if law.weight_decay else 0
    assert abs(ends[0] - abs(target)) < 1e-2 and ends[1] > 1e3


def _fields(law: Any) -> dict[str, Any]:
    return {name: value for name, value in law.to_dict().items() if name not in ("law", "lr")}


def hessian_of(record: Record, t: int) -> tuple[np.ndarray, list[str], Any]:
    """Return the dense Hessian over all training rows: `test_curvature.py` holds its columns against differences."""
    state, data = record.at(t), record.dataset
    y = data.training_y if data.training_y.dtype == np.int32 else data.training_y.reshape(len(data.training), -1)
    names = list(state.weights)
    near = Curvature(record.plan, state.weights, data.training_x, y, names)
    return np.array([near.times(column) for column in np.eye(near.size)]).T, names, state


SCALED: dict[str, Optimizer] = {
    "adam": Adam(lr=0.01),
    "adam, decay": Adam(lr=0.01, beta1=0.8, beta2=0.99, weight_decay=0.3, eps=1e-3),
    "adamw": AdamW(lr=0.01, weight_decay=0.2),
    "rmsprop": RMSProp(lr=0.01, rho=0.9),
    "rmsprop, all of it": RMSProp(lr=0.01, rho=0.9, momentum=0.7, centered=True, weight_decay=0.1, eps=1e-2),
}


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("t", [1, 12])
def test_scaled_sharpness_is_that_of_the_dense_matrix(classes: Any, name: str, t: int) -> None:
    law = SCALED[name]
    record = classes(law, dtype="float64")
    dense, names, state = hessian_of(record, t)
    slot = {n: np.concatenate([state[f"{p}.{n}"].ravel() for p in names]) for n in law.slots if n is not None}
    if isinstance(law, RMSProp):
        scale = 1 / (np.sqrt(slot["square"] - slot.get("mean", 0.0) ** 2) + law.eps)
        reach = 2 * (1 + law.momentum)
    else:
        assert isinstance(law, Adam)
        scale = 1 / (np.sqrt(slot["v"] / (1 - law.beta2**t)) + law.eps)
        reach = 2 * (1 + law.beta1) / (1 - law.beta1)
    coupled = 0.0 if isinstance(law, AdamW) else law.weight_decay
    root = np.sqrt(scale)
    wanted = np.linalg.eigvalsh(root[:, None] * (dense + coupled * np.eye(len(root))) * root)[-1]
    answer = stability(record, t)
    assert answer.preconditioned and not answer.first_scale
    assert answer.felt.largest == pytest.approx(wanted, rel=1e-5)
    assert answer.sharpness.largest == pytest.approx(np.linalg.eigvalsh(dense)[-1], rel=1e-5)
    beside = law.weight_decay * (1 + 0.9) / (1 - 0.9) if isinstance(law, AdamW) else 0.0
    assert answer.limit == pytest.approx(reach / (wanted + beside), rel=1e-5)
    assert "sqrt(P) * H * sqrt(P)" in " ".join(str(answer).split())


def test_before_the_first_step_the_scale_is_what_it_will_make(classes: Any) -> None:
    record = classes(Adam(lr=0.01, eps=1e-4), dtype="float64")
    answer = stability(record, 0)
    dense, names, state = hessian_of(record, 0)
    y = record.dataset.training_y
    g = np.abs(Curvature(record.plan, state.weights, record.dataset.training_x, y, names).gradient)
    root = np.sqrt(1 / (g + 1e-4))  # v / (1 - beta2) is g*g after one step
    assert answer.first_scale and "what the first step will make" in " ".join(str(answer).split())
    assert answer.felt.largest == pytest.approx(np.linalg.eigvalsh(root[:, None] * dense * root)[-1], rel=1e-5)


def test_coupled_decay_adds_to_the_curvature(one_weight: Any) -> None:
    answer = stability(one_weight(SGD(lr=0.01, momentum=0.5, weight_decay=0.7)), 3)
    assert answer.felt.largest == pytest.approx(28 / 3 + 0.7) and answer.sharpness.largest == pytest.approx(28 / 3)
    assert answer.limit == pytest.approx(3 / (28 / 3 + 0.7))
    assert "(2 + 2*momentum) / with decay" in str(answer)


def test_minibatches_are_called_a_reference_and_a_sample_is_stated(classes: Any) -> None:
    record = classes(SGD(lr=0.1))
    answer = stability(record)
    assert "less than that of the 24 rows together" in " ".join(str(answer).split()) and (
        answer.batch,
        answer.rows,
    ) == (8, 24)
    part = stability(record, sample=10)
    assert (part.rows, part.rows_in_all) == (10, 24) and "on 10 of 24 training rows" in str(part)
    assert part.sharpness.largest != answer.sharpness.largest
    again = stability(record, sample=10)
    assert (again.sharpness.largest, again.loss) == (part.sharpness.largest, part.loss)
    assert stability(record, sample=24).sharpness.largest == pytest.approx(answer.sharpness.largest, rel=1e-9)
    assert stability(record, sample=1).rows == 1
    for wrong in (0, 25, 2.5, True):
        with pytest.raises(OptionError, match="sample must be a number of training rows from 1 to 24"):
            stability(record, sample=wrong)  # type: ignore[arg-type]


def test_the_full_batch_is_no_reference(lesson: Record) -> None:
    assert "reference" not in str(stability(lesson))


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_proof_tells_what_happened(one_weight: Any, engine: str) -> None:
    record = one_weight(SGD(lr=0.08), steps=5, engine=engine)
    answer = stability(record, 2, prove=True, steps=60)
    assert [t.factor for t in answer.trials] == [0.5, 1, 2, 4]
    assert [t.outcome for t in answer.trials] == ["fell", "fell", "fell", "rose"]
    assert [round(t.share, 6) for t in answer.trials] == [round(0.08 * f * 14 / 3, 6) for f in (0.5, 1, 2, 4)]
    w = record.at(2)["dense1.weight"].item()
    for t in answer.trials:
        off = (w - 2) * (1 - t.lr * 28 / 3) ** 60
        assert t.before == pytest.approx(14 / 3 * (w - 2) ** 2)
        assert t.after == pytest.approx(14 / 3 * off**2, rel=1e-6, abs=1e-25) and t.steps == 60
    assert "Tried from here, in memory, 60 steps" in str(answer)
    if engine == "reference":
        return
    told: list[tuple[int, int]] = []
    stability(record, 2, prove=True, steps=5000, progress=lambda *at: told.append(at))
    assert told[-1] == (20000, 20000) and {(5000, 20000), (10000, 20000), (15000, 20000)} <= set(told)
    assert told == sorted(told)
    wild = stability(record, 2, prove=True, steps=5000).trials[-1]
    assert wild.outcome == "diverged" and wild.steps < 5000 and math.isnan(wild.after)


def test_proof_leaves_the_logbook_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "kept.logbook"
    dataset = from_arrays(X, Y, dtype="float64", validation=None, seed=0, target_kind="number")
    settings = Settings(Network(Dense(1)), MSE(), SGD(lr=0.1), 2, 9)
    record = train_run(dataset, settings, seed=0, logbook=path)
    before = path.read_bytes()
    assert len(stability(record, 4, prove=True, steps=7).trials) == 4
    assert path.read_bytes() == before and len(records_of(record.logbook)) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]


def test_the_rate_is_that_of_the_next_step(classes: Any) -> None:
    record = classes(SGD(lr=Cosine(0.5, steps=12)))
    for t in (0, 5, 11):
        assert stability(record, t).lr == record.rate(t + 1)
    assert (stability(record, 12).lr, stability(record, 12).lr_step) == (record.rate(12), 12)


def test_a_fork_is_asked_with_its_own_optimizer_and_what_it_froze(classes: Any) -> None:
    record = classes(SGD(lr=0.1), dtype="float64")
    fork = fork_run(record, 6, Changes(optimizer="adam", freeze=["dense1"]), steps=4)
    begins = stability(fork, 6)
    assert begins.optimizer == "adam" and begins.first_scale and begins.sharpness.direction.size == 6 * 3 + 3
    assert stability(fork, 10).felt.products and not stability(fork, 7).first_scale
    assert stability(fork, 5).optimizer == "sgd"
    dense, _, _ = hessian_of(fork, 8)
    assert stability(fork, 8).sharpness.largest == pytest.approx(np.linalg.eigvalsh(dense[-21:, -21:])[-1], rel=1e-5)


def test_where_nothing_curves_there_is_no_limit(one_weight: Any) -> None:
    answer = stability(one_weight(SGD(lr=0.01), loss=MAE()), 3, prove=True, steps=3)
    assert answer.limit == math.inf and answer.stance == "no limit" and answer.share == 0
    assert "no direction of the loss curves upwards" in " ".join(str(answer).split())
    assert answer.kinks[0].operation == "mae" and "values of mae" in str(answer)


def test_directions_that_curve_downwards_are_told(train: Any) -> None:
    # With both layers at 0 the slope is 0 and w1*w2 bends both ways: a saddle.
    network = Network(Dense(1, bias=False, init="zeros"), Dense(1, bias=False, init="zeros"))
    record = train(network, X, Y, MSE(), SGD(lr=0.01), 3, 3, target_kind="number")
    answer = stability(record, 0)
    bend = 2 * float(np.mean(X * Y))
    assert answer.slope == 0
    assert (answer.sharpness.largest, answer.sharpness.smallest) == pytest.approx((bend, -bend))
    assert "curves downwards (curvature -18.67)" in " ".join(str(answer).split())


def test_where_all_curves_downwards_there_is_no_limit(train: Any) -> None:
    # (tanh(w) + 1)**2 at w = 1: its second derivative there is 2*(a'*a' + (a + 1)*a'') with a'' = -2*a*a'.
    network = Network(Dense(1, "tanh", bias=False, init={"law": "constant", "value": 1.0}))
    record = train(network, np.array([1.0]), np.array([-1.0]), MSE(), SGD(lr=0.01), 2, 1, target_kind="number")
    answer = stability(record, 0)
    a = math.tanh(1)
    slope = 1 - a * a
    assert answer.sharpness.largest == pytest.approx(2 * (slope**2 - (a + 1) * 2 * a * slope), rel=1e-12)
    assert answer.sharpness.largest < 0 and answer.limit == math.inf and answer.stance == "no limit"
    assert "Learning rates" not in str(answer) and "curves downwards" in " ".join(str(answer).split())


def test_rounding_is_no_curvature(train: Any) -> None:
    # As above on one row of four inputs: the Hessian is c * x x^T with c below 0, its other eigenvalues are 0.
    for seed in range(6):
        x = np.random.default_rng(seed).random((1, 4)) + 0.1
        network = Network(Dense(1, "tanh", bias=False, init={"law": "constant", "value": 0.5}))
        record = train(network, x, np.array([-1.0]), MSE(), SGD(lr=0.01), 1, 1, target_kind="number")
        answer = stability(record, 0)
        assert abs(answer.sharpness.largest) < 1e-12 < -answer.sharpness.smallest and answer.stance == "no limit"


def test_a_run_that_reached_infinity_is_refused_where_it_did(one_weight: Any) -> None:
    record = one_weight(SGD(lr=1e30), steps=20)
    with pytest.raises(OptionError, match=r"reached NaN or infinity in state \d+: ask for an earlier step"):
        stability(record)
    assert stability(record, 0).stance == "diverges"


def test_float32_and_kinks(train: Any) -> None:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(40, 3)), random.integers(0, 3, 40)
    network = Network(Dense(8, "relu"), Dense(3))
    record = train(network, x, y, CrossEntropy(), SGD(lr=0.5), 30, 40, "float32", target_kind="classes")
    answer = stability(record, 30)
    assert answer.kinks[0].of == 320 and "within a thousandth" in " ".join(str(answer).split())
    assert answer.loss == pytest.approx(
        record.evaluate(record.at(30), record.dataset.x, record.dataset.y).loss, rel=1e-6
    )
    dense, _, _ = hessian_of(record, 30)
    assert answer.sharpness.largest == pytest.approx(np.linalg.eigvalsh(dense)[-1], rel=1e-5)


def test_dead_units_are_told_and_curve_nothing(train: Any) -> None:
    random = np.random.default_rng(3)
    x, y = random.normal(size=(30, 3)), random.normal(size=30)
    record = train(Network(Dense(6, "relu"), Dense(1)), x, y, MSE(), SGD(lr=0.01), 3, 30, target_kind="number")
    assert stability(record).dead == () and "dead" not in str(stability(record))
    off = {f"dense1.bias[{unit}]": -100.0 for unit in (1, 4)}
    answer = stability(fork_run(record, 3, Changes(values=off), steps=1), 3)
    assert answer.to_dict()["dead"] == [{"layer": "dense1", "units": 2, "of": 6}]
    assert "dead: 2 of 6 units of dense1 give 0 for every row looked at" in " ".join(str(answer).split())
    # The network without them is as sharp.
    state, rest = record.at(3), [0, 2, 3, 5]
    less = build_plan(
        Network(Dense(4, "relu"), Dense(1)), MSE(), SGD(), inputs=3, target=("number", 1), batch_size=30,
        dtype="float64", steps=1,
    )  # fmt: skip
    kept = {
        "dense1.weight": state["dense1.weight"][:, rest], "dense1.bias": state["dense1.bias"][rest],
        "dense2.weight": state["dense2.weight"][rest], "dense2.bias": state["dense2.bias"],
    }  # fmt: skip
    near = Curvature(less, kept, x, y[:, None], list(kept))
    found = np.linalg.eigvalsh(np.array([near.times(column) for column in np.eye(near.size)]))[-1]
    assert answer.sharpness.largest == pytest.approx(found, rel=1e-5) and near.dead == ()


def test_every_line_fits_and_bad_arguments_are_told(classes: Any) -> None:
    for law in SCALED.values():
        text = str(stability(classes(law, "relu"), 7, prove=True, steps=5))
        assert max(map(len, text.splitlines())) <= 79 and "nan" not in text
    record = classes(SGD(lr=0.1))
    with pytest.raises(OptionError, match="no step 13"):
        stability(record, 13)
    with pytest.raises(OptionError, match="tolerance must be above 0 and below 1, got 0"):
        stability(record, tolerance=0)
    with pytest.raises(OptionError, match="steps must be a whole number of at least 1, got 0"):
        stability(record, prove=True, steps=0)


def test_left_open_it_is_a_state_in_which_the_rate_still_says_something(one_weight: Any) -> None:
    record = one_weight(SGD(lr=Cosine(0.1, warmup=10)))
    answer = stability(record)
    # After the warm-up the rate of step t is 0.1 * (1 + cos(pi * (t - 11) / 40)) / 2: half of 0.1 in step 31.
    assert (answer.step, answer.lr_step) == (30, 31) and answer.lr == pytest.approx(0.05, rel=1e-12)
    last = 0.1 * (1 + math.cos(math.pi * 39 / 40)) / 2
    said = " ".join(str(answer).split())
    assert "State 30 is the last that a step left with at least half of the highest rate. It was looked at" in said
    assert f"in place of the last state, 50, where the rate is down to {last:.4g} and says little." in said
    assert "its highest rate was 0.1 in step 10, 46.7 % of this limit" in said
    assert answer.to_dict()["reason"] == answer.reason and answer.stance == "good pace"
    # Where the rate is at least half of its highest to the end, it is the last state.
    for rate in (0.1, Cosine(0.1, final=0.05), Cosine(0.1, steps=200), Cosine(0.1, warmup=50)):
        usual = stability(one_weight(SGD(lr=rate)))
        assert (usual.step, usual.reason) == (50, "")
    # The rates of a fork are those of its own steps, wherever the highest of its schedule was.
    late = fork_run(record, 40, Changes(values={"dense1.weight[0, 0]": 1.0}), steps=10)
    half = record.rate(41) / 2
    told = stability(late)
    assert told.step >= 40 and record.rate(told.step + 1) >= half > record.rate(told.step + 2)


def test_a_yes_or_no_of_classes_by_hand(train: Any) -> None:
    # From weight 0 every probability is 1/2, and the second derivative of a row's loss is x * x / 4.
    network, classes = Network(Dense(1, bias=False, init="zeros")), ["no", "yes", "yes"]
    record = train(network, X, classes, BinaryCrossEntropy(), SGD(lr=0.01), 1, 3)
    answer = stability(record, 0)
    assert answer.sharpness.largest == pytest.approx(14 / 12, rel=1e-12)
    # The gradient is the mean of (1/2 - y) * x.
    assert answer.loss == pytest.approx(math.log(2)) and answer.slope == pytest.approx(abs(0.5 - 1.0 - 1.5) / 3)


def test_what_still_learns_is_not_stuck_though_every_layer_has_weights_without_a_gradient(train: Any) -> None:
    # The second input is always 0, and so is the second unit, which its bias holds down.
    x = np.array([[1.0, 0.0], [2.0, 0.0]])
    record = train(Network(Dense(2, "relu"), Dense(1)), x, x[:, 0], MSE(), SGD(lr=0.01), 1, 2, target_kind="number")
    values = {"dense1.weight[0, 0]": 0.5, "dense1.bias[1]": -100.0, "dense2.weight[0, 0]": 0.5}
    fork = fork_run(record, 0, Changes(values=values), steps=1)
    answer = stability(fork, 0)
    assert answer.slope > 0 and answer.stance != "learns nothing" and answer.limit < math.inf
