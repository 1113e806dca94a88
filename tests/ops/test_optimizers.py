"""Optimizers against their formulas in plain float64, over many steps, and the exact account of one step."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engineroom.errors import OptionError
from engineroom.ops import SGD, Adam, AdamW, Cosine, Optimizer, RMSProp, optimizer

VARIANTS: dict[str, Optimizer] = {
    "sgd": SGD(lr=0.1),
    "sgd decay": SGD(lr=0.1, weight_decay=0.05),
    "momentum": SGD(lr=0.1, momentum=0.9),
    "momentum decay": SGD(lr=0.1, momentum=0.9, weight_decay=0.05),
    "nesterov": SGD(lr=0.1, momentum=0.8, nesterov=True),
    "nesterov decay": SGD(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    "rmsprop": RMSProp(lr=0.01, rho=0.9),
    "rmsprop decay": RMSProp(lr=0.01, rho=0.9, weight_decay=0.05),
    "rmsprop centered": RMSProp(lr=0.01, rho=0.9, centered=True),
    "rmsprop momentum": RMSProp(lr=0.01, rho=0.9, momentum=0.7),
    "rmsprop all": RMSProp(lr=0.01, rho=0.9, eps=1e-6, momentum=0.7, centered=True, weight_decay=0.05),
    "adam": Adam(lr=0.01),
    "adam decay": Adam(lr=0.01, beta1=0.8, beta2=0.99, weight_decay=0.05),
    "adam plain": Adam(lr=0.01, beta1=0.0, beta2=0.0),
    "adamw": AdamW(lr=0.01, weight_decay=0.05),
    "adamw without": AdamW(lr=0.01, weight_decay=0.0),
}


def plain(law: Optimizer, w: float, gradients: list[float], rates: list[float]) -> list[float]:
    """Return the weight after each step, by the textbook's formulas."""
    path, v, s, a, m = [], 0.0, 0.0, 0.0, 0.0
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), 1):
        if isinstance(law, AdamW):
            w = w - lr * law.weight_decay * w
        else:
            g = g + law.weight_decay * w
        if isinstance(law, SGD):
            v = law.momentum * v + g
            w = w - lr * (g + law.momentum * v if law.nesterov else v)
        elif isinstance(law, RMSProp):
            s = law.rho * s + (1 - law.rho) * g**2
            a = law.rho * a + (1 - law.rho) * g
            r = g / (math.sqrt(s - a**2 if law.centered else s) + law.eps)
            v = law.momentum * v + r
            w = w - lr * v
        elif isinstance(law, Adam):
            m = law.beta1 * m + (1 - law.beta1) * g
            v = law.beta2 * v + (1 - law.beta2) * g**2
            w = w - lr * (m / (1 - law.beta1**t)) / (math.sqrt(v / (1 - law.beta2**t)) + law.eps)
        path.append(w)
    return path


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 2e-4)])
def test_many_steps_follow_the_formula(variant: str, dtype: str, tolerance: float) -> None:
    law = VARIANTS[variant]
    random = np.random.default_rng(1)
    gradients = random.normal(size=60).astype(dtype)
    rates = [0.01 * (1 + math.sin(t)) + 0.001 for t in range(60)]
    w = np.array([0.7], dtype)
    slots = tuple(None if name is None else np.zeros(1, dtype) for name in law.slots)
    path = []
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), 1):
        w, slots = law.update(w, np.array([g]), slots, lr, t)
        assert w.dtype == dtype
        path.append(float(w[0]))
    start = float(np.dtype(dtype).type(0.7))
    np.testing.assert_allclose(path, plain(law, start, gradients.tolist(), rates), rtol=tolerance)


def test_sgd_by_hand() -> None:
    w, g, v = np.array([1.0]), np.array([0.5]), np.array([2.0])
    assert SGD().update(w, g, (None,), 0.25, 1)[0] == [0.875]
    assert SGD(momentum=0.5).update(w, g, (v,), 0.25, 1)[0] == [1 - 0.25 * 1.5]
    assert SGD(momentum=0.5, nesterov=True).update(w, g, (v,), 0.25, 1)[0] == [1 - 0.25 * (0.5 * 1.5 + 0.5)]
    assert SGD(weight_decay=0.5).update(w, g, (None,), 0.25, 1)[0] == [0.75]


def test_adam_steps_by_lr_at_first() -> None:
    w, _ = Adam(eps=1e-12).update(np.array([1.0]), np.array([123.0]), (np.zeros(1), np.zeros(1)), 0.25, 1)
    assert w[0] == pytest.approx(0.75, abs=1e-12)


numbers32 = st.floats(-100, 100, width=32, allow_subnormal=True)
numbers64 = st.floats(-100, 100, allow_subnormal=True)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_terms_close_exactly(variant: str, data: st.DataObject) -> None:
    law = VARIANTS[variant]
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    number = numbers32 if dtype == "float32" else numbers64
    w, g = data.draw(number), data.draw(number)
    slots = {name: data.draw(number) for name in law.slots if name is not None}
    for square in {"square", "v"} & slots.keys() if not isinstance(law, SGD) else ():
        slots[square] = abs(slots[square])
    t, lr = data.draw(st.integers(1, 10**6)), data.draw(st.floats(1e-6, 10))
    account = law.terms(w, g, slots, lr=lr, t=t, dtype=dtype)
    kept = tuple(None if name is None else np.array([slots[name]], dtype) for name in law.slots)
    new, after = law.update(np.array([w], dtype), np.array([g], dtype), kept, lr, t)
    assert account.new == float(new[0])
    assert list(account.slots.values()) == [float(s[0]) for s in after if s is not None]
    assert account.finite
    assert sum((term.value for term in account.terms), Fraction(0)) == Fraction(account.new) - Fraction(account.old)
    assert account.change == Fraction(account.new) - Fraction(account.old)
    # Rounding is small beside what it rounds: it stands for no forgotten term.
    rounding = account.term("rounding")
    assert rounding is not None
    size = abs(Fraction(w)) + sum(abs(term.value) for term in account.terms if term.name != "rounding")
    tiny = Fraction(float(np.finfo(dtype).smallest_subnormal))
    largest = max([1.0, *map(abs, slots.values())])
    eps = Fraction(float(np.finfo(dtype).eps))
    assert abs(rounding.value) <= 8 * eps * size + 64 * 10**9 * tiny * Fraction(largest)


@pytest.mark.parametrize("variant", [name for name, law in VARIANTS.items() if name not in ("sgd", "rmsprop")])
def test_each_term_is_what_its_number_does(variant: str) -> None:
    """Dropping a number from the step, the denominator held, changes the weight by that number's term."""
    law = VARIANTS[variant]
    w, g, lr, t = 0.7, 0.3, 0.01, 5
    slots = {"velocity": 0.4, "square": 0.5, "mean": 0.1, "m": -0.2, "v": 0.25}
    account = law.terms(w, g, {k: slots[k] for k in law.slots if k is not None}, lr=lr, t=t, dtype="float64")
    facts = {fact.name: fact.value for fact in account.facts}
    rate = lr / facts.get("correction1", 1.0)
    d = facts.get("denominator", 1.0)
    expected: dict[str, float] = {}
    if isinstance(law, SGD):
        ahead = 1 + law.momentum if law.nesterov else 1.0
        expected = {"gradient": -lr * ahead * g, "weight_decay": -lr * ahead * law.weight_decay * w}
        expected["momentum"] = -lr * law.momentum * 0.4 * (law.momentum if law.nesterov else 1)
    elif isinstance(law, RMSProp):
        expected = {"gradient": -lr * g / d, "momentum": -lr * law.momentum * 0.4}
        expected["weight_decay"] = -lr * law.weight_decay * w / d
    elif isinstance(law, Adam):
        rest = 1 - law.beta1
        expected = {"gradient": -rate * rest * g / d, "momentum": -rate * law.beta1 * -0.2 / d}
        decoupled = isinstance(law, AdamW)
        expected["weight_decay"] = -lr * law.weight_decay * w if decoupled else -rate * rest * law.weight_decay * w / d
    for term in account.terms[:-1]:
        assert float(term.value) == pytest.approx(expected.pop(term.name), rel=1e-12), term.name
    assert all(value == 0 for value in expected.values()), "a term is missing"


REMEMBERING = [name for name, law in VARIANTS.items() if any(it.moves for it in law.remembers)]


@pytest.mark.parametrize("variant", REMEMBERING)
def test_memory_finds_every_earlier_step_again(variant: str) -> None:
    law = VARIANTS[variant]
    random = np.random.default_rng(2)
    w, slots, impulses = np.array([0.7]), tuple(None if n is None else np.zeros(1) for n in law.slots), []
    for t in range(1, 30):
        g, lr = random.normal(size=1), 0.01 + 0.001 * t
        named = {n: float(s[0]) for n, s in zip(law.slots, slots, strict=True) if n is not None}
        account = law.terms(float(w[0]), float(g[0]), named, lr=lr, t=t, dtype="float64")
        if t > 1:
            momentum, memory = account.term("momentum"), account.memory
            assert momentum is not None
            assert memory is not None
            remembered = sum(memory.weight(k) * left for k, left in enumerate(reversed(impulses), 1))
            assert float(remembered) == pytest.approx(float(momentum.value), rel=1e-12)
        impulses.append(account.impulse)
        w, slots = law.update(w, g, slots, lr, t)


def test_without_memory_there_is_none() -> None:
    assert SGD().terms(1.0, 1.0, {}, lr=0.1, t=1, dtype="float64").memory is None
    assert RMSProp().terms(1.0, 1.0, {"square": 0.0}, lr=0.1, t=1, dtype="float64").memory is None


def test_numbers_show_the_step() -> None:
    account = SGD(lr=0.5, momentum=0.5).terms(1.0, 0.25, {"velocity": 1.0}, lr=0.5, t=1, dtype="float32")
    assert account.equation == "v = momentum*v + g; w = w - lr*v"
    assert account.numbers == ("v = 0.5 * 1.0 + 0.25 = 0.75", "w = 1.0 - 0.5 * 0.75 = 0.625")


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_line_of_numbers_works_out(variant: str) -> None:
    law, slots = VARIANTS[variant], {"velocity": 0.4, "square": 0.5, "mean": 0.1, "m": -0.2, "v": 0.25}
    kept = {name: slots[name] for name in law.slots if name is not None}
    account = law.terms(0.7, 0.3, kept, lr=0.01, t=3, dtype="float64")
    assert account.numbers[-1].endswith(f"= {account.new}")
    for line in account.numbers:
        _, formula, result = line.split(" = ")
        worked_out = eval(formula.replace("^", "**"), {"sqrt": math.sqrt})
        assert worked_out == pytest.approx(float(result), rel=1e-5), line
    facts = {fact.name: fact.value for fact in account.facts}
    assert facts["lr"] == 0.01
    if "denominator" in facts:
        step = 0.01 / facts.get("correction1", 1.0) / facts["denominator"]
        assert facts["effective_step"] == pytest.approx(step, rel=1e-14)
    if isinstance(law, Adam):
        assert facts["correction1"] == pytest.approx(1 - law.beta1**3, rel=1e-14)
        assert facts["correction2"] == pytest.approx(1 - law.beta2**3, rel=1e-12)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_not_finite_is_not_split(variant: str) -> None:
    law = VARIANTS[variant]
    slots = {name: 0.0 for name in law.slots if name is not None}
    account = law.terms(1.0, math.inf, slots, lr=0.1, t=1, dtype="float32")
    assert not account.finite
    assert account.terms == ()
    assert not math.isfinite(account.new)


def test_a_law_that_remembers_names_its_slots() -> None:
    for law in VARIANTS.values():
        assert {it.slot for it in law.remembers} <= set(law.slots)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: SGD(lr=0), "lr must be above 0, got 0.0"),
        (lambda: SGD(lr=-1), "lr must be above 0, got -1.0"),
        (lambda: SGD(lr="fast"), "lr must be a number, got 'fast'"),
        (lambda: Adam(lr=math.nan), "lr must be a finite number, got nan"),
        (lambda: SGD(momentum=1), "momentum of sgd must be at least 0 and below 1, got 1.0"),
        (lambda: SGD(nesterov=True), "nesterov of sgd needs momentum above 0"),
        (lambda: SGD(weight_decay=-0.1), "weight_decay of sgd must be at least 0, got -0.1"),
        (lambda: RMSProp(rho=1.5), "rho of rmsprop must be at least 0 and below 1, got 1.5"),
        (lambda: RMSProp(centered=1), "centered of rmsprop must be True or False, got 1"),
        (lambda: Adam(eps=0), "eps of adam must be above 0, got 0.0"),
        (lambda: Adam(beta2=1), "beta2 of adam must be at least 0 and below 1, got 1.0"),
        (lambda: Adam(lr=Cosine(lr=0)), "lr must be above 0, got 0.0"),
        (lambda: optimizer("adm"), "there is no optimizer called 'adm'; did you mean 'adam'"),
    ],
)
def test_arguments_are_checked(make, sentence: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OptionError, match=sentence):
        make()
