"""Every digit of every answer adds up, for all optimizers, activations, losses and both types."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.errors import OptionError, UnknownNameError
from engineroom.lens import Why, largest_move, why
from engineroom.lens._sentences import _from_to
from engineroom.network import Network
from engineroom.ops import (
    MAE,
    MSE,
    SGD,
    Adam,
    AdamW,
    BinaryCrossEntropy,
    ConstantStart,
    Cosine,
    CrossEntropy,
    Dense,
    Huber,
    Loss,
    Optimizer,
    RMSProp,
)
from engineroom.plan import State
from engineroom.run import Examination, Record

OPTIMIZERS = {
    "sgd": SGD(lr=0.1),
    "sgd, decay": SGD(lr=0.1, weight_decay=0.01),
    "momentum": SGD(lr=0.05, momentum=0.9),
    "nesterov": SGD(lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.01),
    "cosine": SGD(lr=Cosine(0.1, steps=12, warmup=3), momentum=0.5),
    "rmsprop": RMSProp(lr=0.01, rho=0.9),
    "rmsprop, centered": RMSProp(lr=0.01, rho=0.9, centered=True, weight_decay=0.01),
    "rmsprop, momentum": RMSProp(lr=0.01, rho=0.9, momentum=0.7, centered=True),
    "adam": Adam(lr=0.01),
    "adam, decay": Adam(lr=0.01, weight_decay=0.1),
    "adamw": AdamW(lr=0.01, weight_decay=0.1),
}
ACTIVATIONS = ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "softplus", "gelu", "silu", "softmax")


def assert_closes(answer: Why) -> None:
    """Terms, pushes, earlier steps and chain sum to what they explain, in rational numbers."""
    account, gradient, chain = answer.account, answer.gradient, answer.chain
    assert answer.residual == 0 and account.residual == 0 and gradient.residual == 0
    assert account.recomputed == answer.new and gradient.recomputed == gradient.value
    assert answer.change == Fraction(answer.new) - Fraction(answer.old)
    assert sum(t.amount for t in account.terms) + account.rounding == answer.change
    assert all(t.amount == t.factor * t.number for t in account.terms)

    listed = (*gradient.up, *gradient.down)
    assert sum(e.contribution for e in listed) + gradient.rest.contribution + gradient.rounding == gradient.value
    assert all(e.contribution == Fraction(e.input) * Fraction(e.error) for e in listed)
    pushed = sum(e.push for e in listed) + gradient.rest.push + gradient.rounding_push
    assert pushed == account.terms[0].amount
    assert len(listed) + gradient.rest.count == gradient.batch

    if not chain.from_loss:
        through = sum(link.amount for link in chain.batch) + chain.rest.contribution
        assert through + chain.coupling + chain.rounding == gradient.value
    for example in chain.examples:
        if not chain.from_loss:
            sent = sum(link.amount for link in example.links) + example.rest.contribution
            assert sent + example.sum_rounding == example.arrived
            assert all(link.amount == Fraction(link.error) * Fraction(link.weight) for link in example.links)
        if example.slope is not None:
            passed = Fraction(example.slope) * Fraction(example.arrived)
            assert passed + example.coupling + example.rounding == example.error

    for memory in answer.memories:
        assert sum(s.amount for s in memory.steps) + memory.others + memory.older == memory.earlier
        if memory.moves:
            carried = account.term("momentum")
            assert carried is not None and memory.earlier == carried.amount


def small(value: Any, scale: float, dtype: str) -> bool:
    """Whether a rounding is a rounding: some units in the last place of what was added."""
    return abs(float(value)) <= 64 * float(np.finfo(dtype).eps) * scale + 1e-40


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_optimizer_closes(classes: Callable[..., Record], name: str, dtype: str) -> None:
    record = classes(OPTIMIZERS[name], dtype=dtype)
    for weight, step in (("dense1.weight[2, 3]", 12), ("dense1.bias", 7), ("dense2.weight", 1), ("dense2.bias[1]", 2)):
        answer = why(record, weight, step=step)
        assert_closes(answer)
        size = sum(abs(float(t.amount)) for t in answer.account.terms) + abs(answer.old)
        assert small(answer.account.rounding, size, dtype)
        assert small(answer.chain.rounding, sum(abs(float(k.amount)) for k in answer.chain.batch) + 1e-3, dtype)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_closes(classes: Callable[..., Record], activation: str) -> None:
    answer = why(classes(SGD(lr=0.1), activation), "dense1.weight", step=9)
    assert_closes(answer)
    assert (answer.chain.activation, answer.chain.source, answer.chain.from_loss) == (activation, "dense2", False)
    for example in answer.chain.examples:
        assert example.links and small(example.sum_rounding, 1.0, "float32")
        assert (example.slope is None) == (activation == "identity")
        assert small(example.rounding, 1.0, "float32")


@pytest.mark.parametrize(
    ("loss", "last", "kind"),
    [
        (MSE(), "identity", "number"),
        (MAE(), "tanh", "number"),
        (Huber(), "identity", "number"),
        (BinaryCrossEntropy(), "identity", "classes"),
        (BinaryCrossEntropy(), "sigmoid", "classes"),
        (CrossEntropy(), "identity", "classes"),
        (CrossEntropy(), "softmax", "classes"),
    ],
)
def test_every_loss_closes(train: Callable[..., Record], loss: Loss, last: str, kind: str) -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(20, 3))
    y = random.integers(0, 2, 20) if kind == "classes" else random.normal(size=20)
    width = 2 if isinstance(loss, CrossEntropy) else 1
    record = train(Network(Dense(4, "tanh"), Dense(width, last)), x, y, loss, Adam(), 12, 6, target_kind=kind)
    for weight in ("dense1.weight", "dense2.weight", "dense2.bias"):
        answer = why(record, weight, prove=True)
        assert_closes(answer)
        assert answer.chain.from_loss == weight.startswith("dense2")
        if weight.startswith("dense2"):
            assert all("prediction" in example.words for example in answer.chain.examples)


@given(data=st.data())
def test_random_nets_close(data: st.DataObject, train: Callable[..., Record]) -> None:
    draw = data.draw
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3), label="widths")
    laws = [draw(st.sampled_from(ACTIVATIONS[:8]), label="activation") for _ in sizes]
    rows, inputs = draw(st.integers(2, 9), label="rows"), draw(st.integers(1, 4), label="inputs")
    # The cosine warms up over 3 steps.
    seed, steps = draw(st.integers(0, 2**32), label="seed"), draw(st.integers(3, 9), label="steps")
    optimizer: Optimizer = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)), label="optimizer")]
    dtype = draw(st.sampled_from(["float32", "float64"]), label="dtype")
    random = np.random.default_rng(seed)
    network = Network(*(Dense(n, law) for n, law in zip(sizes, laws, strict=True)), Dense(2))
    x, y = random.normal(size=(rows, inputs)), random.normal(size=(rows, 2))
    batch = draw(st.integers(1, rows), label="batch")
    record = train(network, x, y, MSE(), optimizer, steps, batch, dtype, seed=seed, target_kind="number")
    # The recorded losses and the last keyframe are the original's; a replay from the seed must meet them all.
    assert record.verify().ok
    answer = why(record, step=draw(st.integers(1, steps), label="step"), prove=True)
    assert_closes(answer)
    assert json.loads(json.dumps(answer.to_dict(), allow_nan=False))["step"] == answer.step


def test_largest_move_is_explained(classes: Callable[..., Record]) -> None:
    record = classes(Adam(lr=0.01))
    before, after = record.at(11).weights, record.at(12).weights
    largest = max(float(np.max(np.abs(after[n].astype(float) - before[n].astype(float)))) for n in after)
    assert abs(float(why(record, step=12).change)) == largest
    inside = float(np.max(np.abs(after["dense2.weight"].astype(float) - before["dense2.weight"].astype(float))))
    assert abs(float(why(record, "dense2.weight", step=12).change)) == inside
    whole = largest_move(record)
    answer = why(record)
    assert (answer.name, answer.step, float(answer.change)) == (whole.name, whole.step, whole.change)


def test_names_are_read_as_people_write_them(classes: Callable[..., Record]) -> None:
    record = classes(SGD(lr=0.1))
    names = ("dense1.weight[2, 3]", "dense1.weight.2.3", "'dense1.weight[2,3]'")
    assert {why(record, name).name for name in names} == {"dense1.weight[2, 3]"}


def test_epochs_and_steps(classes: Callable[..., Record]) -> None:
    record = classes(SGD(lr=0.1))
    assert (why(record, epoch=0).step, why(record, epoch=1).step, why(record, epoch=3).step) == (3, 6, 12)
    assert (why(record, step=3).epoch, why(record, step=4).epoch) == (0, 1)
    with pytest.raises(OptionError, match="steps count from 1"):
        why(record, step=0)
    with pytest.raises(OptionError, match="counted from 0 to 3"):
        why(record, epoch=4)
    with pytest.raises(OptionError, match="not both"):
        why(record, step=1, epoch=1)
    with pytest.raises(OptionError, match="13"):
        why(record, step=13)
    with pytest.raises(OptionError, match="steps move weights and biases"):
        why(record, "dense1.weight.grad[0, 0]")
    with pytest.raises(UnknownNameError, match="did you mean"):
        why(record, "dense1.wieght[0, 0]")
    for top in (0, "a", 1.5, True):
        with pytest.raises(OptionError, match="top must be a whole number of at least 1"):
            why(record, top=top)  # type: ignore[arg-type]


def test_top_limits_what_is_listed(classes: Callable[..., Record]) -> None:
    answer = why(classes(Adam(lr=0.01)), "dense1.weight", step=11, top=2)
    assert len(answer.gradient.up) <= 2 and len(answer.gradient.down) <= 2 and len(answer.memories[0].steps) == 2
    assert_closes(answer)
    pushes = [float(e.push) for e in answer.gradient.up]
    assert pushes == sorted(pushes, reverse=True)


def test_the_hardest_pushes_each_way_are_listed(classes: Callable[..., Record]) -> None:
    record = classes(SGD(lr=0.1), "relu", dtype="float64")
    answer = why(record, "dense1.weight[2, 1]", step=6, top=2)
    examination = record.examine(6)
    x = record.dataset.x[examination.rows][:, 2]
    pushes = -0.1 * x * examination.read("dense1.z.grad")[:, 1]
    assert ((pushes == 0).sum(), (pushes > 0).sum(), (pushes < 0).sum()) == (2, 3, 3)
    listed = [[e.position for e in side] for side in (answer.gradient.up, answer.gradient.down)]
    ranked = np.argsort(pushes).tolist()
    assert listed[0] == [p for p in reversed(ranked) if pushes[p] > 0][:2]
    assert listed[1] == [p for p in ranked if pushes[p] < 0][:2]
    assert (answer.gradient.up_count, answer.gradient.down_count) == ((pushes > 0).sum(), (pushes < 0).sum())


def test_a_weight_that_stays_where_it_was_is_told_by_its_move_and_not_by_its_gradient(
    train: Callable[..., Record],
) -> None:
    # By hand: the gradient is 2 * (1 - 3) * 1 = -4, so the move is 4e-20, far below the spacing of numbers at 1.
    network = Network(Dense(1, bias=False, init=ConstantStart(1.0)))
    record = train(network, np.array([1.0]), np.array([3.0]), MSE(), SGD(lr=1e-20), 1, 1, target_kind="number")
    told = why(record, "dense1.weight[0, 0]", step=1).sentences[0]
    assert told.endswith(
        "at 1: its gradient over 1 row is -4, and the move of +4e-20 that the update makes of it changes no stored "
        "digit."
    )


def test_a_row_that_pushed_hardest_against_its_batch_is_told_so(train: Callable[..., Record]) -> None:
    # By hand: the weight is 0, so row r pushes by lr/3 * 2 * x * y: +2, +2 and -3 thirds of 2 * 0.3.
    x, y = np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, -3.0])
    network = Network(Dense(1, bias=False, init="zeros"))
    record = train(network, x, y, MSE(), SGD(lr=0.3), 1, 3, target_kind="number")
    told = why(record, "dense1.weight[0, 0]", step=1).sentences[1]
    assert told.endswith("pushed hardest, by -0.6, against the batch's +0.2: 2 rows of 3 pushed it up.")
    record = train(network, x, -y, MSE(), SGD(lr=0.3), 1, 3, target_kind="number")
    told = why(record, "dense1.weight[0, 0]", step=1).sentences[1]
    assert told.endswith("pushed hardest, by +0.6, against the batch's -0.2: 2 rows of 3 pushed it down.")
    record = train(network, x, np.array([5.0, 2.0, -3.0]), MSE(), SGD(lr=0.3), 1, 3, target_kind="number")
    told = why(record, "dense1.weight[0, 0]", step=1).sentences[1]
    assert told.endswith("pushed hardest, by +1 of the batch's +0.8, while 1 row of 3 pushed it down.")


def test_a_run_that_reached_infinity_can_be_asked(train: Callable[..., Record]) -> None:
    x = np.array([1.0, 2.0, 3.0])
    network = Network(Dense(1, bias=False, init="zeros"))
    record = train(network, x, 2 * x, MSE(), SGD(lr=1e10), 100, 3, "float32", target_kind="number")
    assert record.finding is not None
    answer = why(record)
    assert answer.step == record.steps == record.finding.step
    assert answer.finding == str(record.finding)
    assert record.finding.phase == "loss" and answer.loss == math.inf
    assert record.finding.operation in str(answer)
    assert json.loads(json.dumps(answer.to_dict()))["step"] == answer.step


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_products_beyond_float64_can_be_asked(train: Callable[..., Record], activation: str) -> None:
    x = np.random.default_rng(0).normal(size=(12, 3))
    network = Network(Dense(4, activation), Dense(3, "leaky_relu"), Dense(1))
    for lr in (1.0, 3.0, 10.0):
        record = train(network, x, x[:, 0], MSE(), SGD(lr=lr, momentum=0.9), 60, 12, "float64", target_kind="number")
        assert record.finding is not None
        for name in ("dense1.weight[0, 0]", "dense2.weight[1, 1]", "dense3.bias[0]"):
            for step in (record.steps, record.steps - 1):
                answer = why(record, name, step=step, prove=True)
                assert answer.residual == 0
                assert json.dumps(answer.to_dict()) and str(answer)


def test_a_weight_that_nothing_reached(train: Callable[..., Record]) -> None:
    x = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]])
    record = train(Network(Dense(1)), x, x[:, 1], MSE(), SGD(lr=0.01), 3, 3, target_kind="number")
    answer = why(record, "dense1.weight[0, 0]", step=1)
    assert_closes(answer)
    assert answer.change == 0 and answer.gradient.silence == "its input, `x0`, is 0 in every row of the batch"
    assert "because its input, `x0`, is 0 in every row of the batch" in answer.sentences[0]


def test_what_moved_it_most_is_named_first(train: Callable[..., Record]) -> None:
    # One row, one weight: y = 0.5 x wants 0.5, the start is 1, so the gradient is 2 * 0.5 = 1 and lr * g is 0.01.
    x = np.array([[1.0]])
    net = Network(Dense(1, bias=False, init=ConstantStart(1.0)))
    for decay, mostly in ((0.5, False), (2.0, True)):  # the decay takes 0.01 * decay of the weight 1
        record = train(net, x, np.array([0.5]), MSE(), AdamW(lr=0.01, weight_decay=decay), 1, 1, target_kind="number")
        answer = why(record, step=1)
        decayed = next(t for t in answer.account.terms if t.label == "weight decay")
        assert float(decayed.amount) == pytest.approx(-0.01 * decay)
        assert (", mostly by weight decay; " in answer.sentences[0]) is mostly
        assert answer.sentences[0].endswith("smaller too." if mostly else "smaller.")


def test_a_row_that_pushed_alone_is_called_that(train: Callable[..., Record]) -> None:
    x = np.array([[0.0, 1.0], [0.0, 2.0], [3.0, 3.0]])
    record = train(Network(Dense(1)), x, x[:, 1], MSE(), SGD(lr=0.01), 3, 3, target_kind="number")
    alone, shared = (why(record, f"dense1.weight[{i}, 0]", step=1).sentences[1] for i in (0, 1))
    assert "alone pushed it, by" in alone and "batch's" not in alone
    assert "pushed hardest, by" in shared and "alone" not in shared


def test_both_engines_give_one_answer(classes: Callable[..., Record]) -> None:
    answers = [why(classes(Adam(lr=0.01), engine=engine), prove=True) for engine in ("native", "reference")]
    assert answers[0] == answers[1]
    assert str(answers[0]) == str(answers[1])


def test_a_small_move_shows_in_words(lesson: Record) -> None:
    answer = why(lesson, step=50)
    assert "from 1.984 to 1.985" in answer.sentences[0]
    assert _from_to(-0.26262477, -0.26259086) == "from -0.26262 to -0.26259"
    assert _from_to(1.0, 1.0 + 2.0**-52) == "from 1 to 1.0000000000000002"


def test_text_fits_the_terminal(classes: Callable[..., Record]) -> None:
    text = str(why(classes(Adam(lr=0.01, weight_decay=0.1), "softmax"), "dense1.weight", prove=True))
    assert max(map(len, text.splitlines())) <= 100
    assert text.isascii() and "  \n" not in text


def test_a_weight_that_became_nan_has_moved_most(train: Callable[..., Record]) -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 3)) * 1e3, random.normal(size=20)
    network = Network(Dense(4, "relu"), Dense(1))
    record = train(network, x, y, MSE(), SGD(lr=1e30), 100, 4, "float32", target_kind="number")
    after = record.at(record.steps).weights
    assert any(np.isnan(w).any() for w in after.values())
    answer = why(record, prove=True)
    assert not math.isfinite(answer.new) and answer.account.terms == () and answer.residual == 0
    assert "nothing can be added up" in answer.sentences[0] and answer.memories == ()
    assert json.loads(json.dumps(answer.to_dict()))["step"] == answer.step


def test_a_bit_that_is_not_the_contracts_is_told(lesson: Record) -> None:
    step, bit = lesson.examine(50), 2.0**-52
    assert 1 < step.after["dense1.weight"].item() < 2

    def told(weight: float = 0.0, gradient: float = 0.0) -> Why:
        after = State(step.after.plan, 50, step.after.values + weight)
        slope = step.read("dense1.weight.grad") * (1 + gradient)
        changed = Examination(step.before, after, step.loss, step.lr, step.count, step.rows,
                              lambda _, name: slope if name == "dense1.weight.grad" else step.read(name))  # fmt: skip
        record = lesson.apart()
        record.examine = lambda t: changed  # type: ignore[method-assign, assignment]
        return why(record, step=50)

    assert told().residual == 0 and "has the same bits" in str(told())
    answer = told(weight=bit)
    assert (answer.account.residual, answer.gradient.residual, answer.residual) == (bit, 0, bit)
    assert answer.to_dict()["residual"]["value"] == bit and "has other bits" in str(answer)
    # A gradient this little off does not reach the weight.
    answer = told(gradient=bit)
    off = answer.gradient.value - step.read("dense1.weight.grad").item()
    assert (answer.account.residual, answer.gradient.residual, answer.residual) == (0, off, off) and off != 0
