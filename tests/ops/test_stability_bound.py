"""The largest stable learning rate of each optimizer: on a parabola it converges just below and diverges just above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from engineroom.errors import OptionError
from engineroom.ops import SGD, Adam, AdamW, Optimizer, RMSProp

CURVATURE = 7.5
LAWS = {
    "descent": SGD(),
    "momentum": SGD(momentum=0.9),
    "little momentum": SGD(momentum=0.3),
    "nesterov": SGD(momentum=0.9, nesterov=True),
    "little nesterov": SGD(momentum=0.3, nesterov=True),
    "decay": SGD(momentum=0.5, weight_decay=0.7),
}


def last_size(law: Optimizer, lr: float, steps: int = 3000) -> float:
    """Return |w| after these steps on `CURVATURE/2 * w**2` from 1, by the law's own update."""
    w, slots = np.array([1.0]), tuple(None if name is None else np.zeros(1) for name in law.slots)
    for t in range(1, steps + 1):
        if not 1e-4 < abs(float(w[0])) < 1e4:
            break
        w, slots = law.update(w, CURVATURE * w, slots, lr, t)
    return abs(float(w[0]))


@pytest.mark.parametrize("name", LAWS)
def test_just_below_it_arrives_and_just_above_it_flies_off(name: str) -> None:
    law = LAWS[name]
    limit = law.stable_rate(CURVATURE + law.coupled)
    assert last_size(law, 0.99 * limit) < 1e-3
    assert last_size(law, 1.01 * limit) > 1e3


@pytest.mark.parametrize(
    ("law", "reach"),
    [
        (SGD(), 2.0),
        (SGD(momentum=0.9), 3.8),
        (SGD(momentum=0.9, nesterov=True), 3.8 / 2.8),
        (RMSProp(), 2.0),
        (RMSProp(momentum=0.5), 3.0),
        (Adam(), 38.0),
        (Adam(beta1=0.0), 2.0),
    ],
)
def test_numbers_by_hand(law: Optimizer, reach: float) -> None:
    value, formula = law.stability_bound
    assert value == pytest.approx(reach, rel=1e-14)
    names = {name: getattr(law, name, None) for name in ("momentum", "beta1")}
    assert eval(formula, {}, names) == pytest.approx(reach, rel=1e-14)


# With beta2 or rho near 1 and gradients near 0, v keeps what it is given, as an analysis with P held still assumes.
HELD = {
    "adam": Adam(beta1=0.9, beta2=1 - 1e-15, eps=1e-300),
    "adam, slow": Adam(beta1=0.3, beta2=1 - 1e-15, eps=0.25),
    "adam, coupled decay": Adam(beta1=0.9, beta2=1 - 1e-15, weight_decay=2.0),
    "adamw": AdamW(beta1=0.9, beta2=1 - 1e-15, weight_decay=0.0),
    "adamw, decay": AdamW(beta1=0.9, beta2=1 - 1e-15, weight_decay=1.5),
    "rmsprop": RMSProp(rho=1 - 1e-15, eps=0.5),
    "rmsprop, momentum": RMSProp(rho=1 - 1e-15, momentum=0.8),
    "rmsprop, centered": RMSProp(rho=1 - 1e-15, centered=True),
}


@pytest.mark.parametrize("name", HELD)
def test_scaled_steps_on_a_bowl_of_two_curvatures(name: str) -> None:
    law, tiny, begun = HELD[name], 1e-140, 10**6
    hessian = np.array([[5.0, 1.0], [1.0, 2.0]])
    size = np.array([4.0, 0.25])
    held = {"square": size, "mean": 0.1 * np.sqrt(size), "v": size * (1 - law_beta(law) ** begun)}
    slots: Any = tuple(None if n is None else held.get(n, np.zeros(2)).copy() for n in law.slots)
    scale = law.preconditioner(slots, begun)
    assert scale is not None
    root = np.sqrt(scale)
    values, directions = np.linalg.eigh(root[:, None] * (hessian + law.coupled * np.eye(2)) * root)
    limit = law.stable_rate(float(values[-1]))
    ends = []
    for share in (0.98, 1.02):
        w, kept = tiny * root * directions.sum(axis=1), slots
        for t in range(begun + 1, begun + 601):
            if not tiny / 1e3 < np.abs(w).max() < tiny * 1e3:
                break
            w, after = law.update(w, hessian @ w, kept, share * limit, t)
            # Only the velocity or m goes on; the scale is held still.
            kept = tuple(a if n in ("m", "velocity") else k for n, a, k in zip(law.slots, after, slots, strict=True))
        ends.append(float(np.abs(w).max()) / tiny)
    assert ends[0] < 0.1 and ends[1] > 1e2, ends


def law_beta(law: Optimizer) -> float:
    return float(getattr(law, "beta2", 0.0))


def test_preconditioners_by_hand() -> None:
    s, a = np.array([4.0, 1.0]), np.array([0.0, 0.6])
    np.testing.assert_allclose(RMSProp(eps=0.5).preconditioner((s, None, None), 3), [0.4, 1 / 1.5])
    np.testing.assert_allclose(
        RMSProp(eps=0.5, centered=True).preconditioner((s, a, None), 3), [0.4, 1 / 1.3], rtol=1e-14
    )
    v = np.array([3.0, 0.75])
    np.testing.assert_allclose(Adam(beta2=0.5, eps=1.0).preconditioner((s, v), 2), [1 / 3, 1 / 2], rtol=1e-14)
    assert SGD().preconditioner((None,), 1) is None


def test_where_nothing_curves_upwards_there_is_no_limit() -> None:
    for law in (SGD(), Adam(), AdamW(weight_decay=0.0)):
        assert law.stable_rate(0.0) == law.stable_rate(-3.0) == math.inf
    assert AdamW(weight_decay=0.1).stable_rate(0.0) == pytest.approx(20.0)  # w - lr*0.1*w alone


@dataclass(frozen=True)
class Strange(Optimizer):
    lr: float = 0.1
    weight_decay: float = 0.0

    law = "strange"


def test_an_optimizer_whose_limit_is_not_known_says_so() -> None:
    with pytest.raises(OptionError, match="for strange it is not known"):
        Strange().stable_rate(1.0)


@pytest.mark.parametrize("name", LAWS)
def test_the_recursion_is_what_its_steps_do(name: str) -> None:
    law = LAWS[name]
    felt = CURVATURE + law.coupled
    for share in (0.003, 0.3, 0.9):
        lr = share * law.stable_rate(felt)
        w, slots = np.array([1.0]), tuple(None if s is None else np.zeros(1) for s in law.slots)
        path = [1.0]
        for t in range(1, 12):
            w, slots = law.update(w, CURVATURE * w, slots, lr, t)
            path.append(float(w[0]))
        trace, product = law.recursion(lr, felt)
        for before, now, after in zip(path, path[1:], path[2:], strict=False):
            assert after == pytest.approx(trace * now - product * before, abs=1e-12)


@pytest.mark.parametrize("name", HELD)
def test_the_recursion_of_scaled_steps_with_the_scale_held(name: str) -> None:
    law, begun, tiny = HELD[name], 10**6, 1e-140
    held = {"square": np.array([4.0]), "mean": np.array([0.2]), "v": np.array([4.0 * (1 - law_beta(law) ** begun)])}
    slots: Any = tuple(None if n is None else held.get(n, np.zeros(1)).copy() for n in law.slots)
    scale = law.preconditioner(slots, begun)
    assert scale is not None
    felt = float(scale[0]) * (CURVATURE + law.coupled)
    lr, w, path = 0.4 * law.stable_rate(felt), np.array([tiny]), [tiny]
    for t in range(begun + 1, begun + 12):
        w, after = law.update(w, CURVATURE * w, slots, lr, t)
        slots = tuple(a if n in ("m", "velocity") else k for n, a, k in zip(law.slots, after, slots, strict=True))
        path.append(float(w[0]))
    trace, product = law.recursion(lr, felt)
    # The correction of v changes a little all the same.
    for before, now, following in zip(path, path[1:], path[2:], strict=False):
        assert following == pytest.approx(trace * now - product * before, abs=1e-5 * tiny)
    # Where a root reaches -1 the limit lies.
    trace, product = law.recursion(law.stable_rate(felt), felt)
    assert 1 + trace + product == pytest.approx(0, abs=1e-12)


def test_the_first_steps_of_adam_are_larger_than_its_recursion_has_them() -> None:
    law = Adam(lr=1.0, beta1=0.9)
    assert law.correction(1) == pytest.approx(10) and law.correction(2) == pytest.approx(1 / 0.19)
    assert law.correction(500) == pytest.approx(1) and SGD(momentum=0.9).correction(1) == 1
