"""The factors of many steps are those of the exact account of each, and the memory follows its law."""

from __future__ import annotations

import numpy as np
import pytest

from engineroom.ops import SGD, Adam, AdamW, Optimizer, RMSProp

LAWS = [
    SGD(lr=0.1),
    SGD(lr=0.1, weight_decay=0.01),
    SGD(lr=0.1, momentum=0.9, weight_decay=0.02),
    SGD(lr=0.1, momentum=0.7, nesterov=True, weight_decay=0.03),
    RMSProp(lr=0.01, weight_decay=0.1),
    RMSProp(lr=0.01, momentum=0.8, centered=True, weight_decay=0.1),
    Adam(lr=0.01),
    Adam(lr=0.01, beta1=0.8, weight_decay=0.2),
    AdamW(lr=0.01, weight_decay=0.3),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("law", LAWS, ids=str)
def test_factors_are_those_of_the_exact_account(law: Optimizer, dtype: str) -> None:
    random, kind = np.random.default_rng(2), np.dtype(dtype)
    n, k = 4, 3
    counts, rates = [1, 2, 7, 900], [0.1, 0.05, 0.02, 0.3]
    w, g = (random.normal(size=(n, k)).astype(kind) for _ in range(2))
    names = [slot for slot in law.slots if slot is not None]
    before = {name: np.abs(random.normal(size=(n, k))).astype(kind) for name in names}
    accounts = [
        [
            law.terms(float(w[i, j]), float(g[i, j]), {s: float(before[s][i, j]) for s in names}, lr=rates[i],
                      t=counts[i], dtype=dtype)
            for j in range(k)
        ]
        for i in range(n)
    ]  # fmt: skip
    after = {name: np.array([[a.slots[name] for a in row] for row in accounts], kind) for name in names}
    flow = law.flow(after or {"w": w}, rates, counts, dtype)
    carried = next((slot.slot for slot in law.remembers if slot.moves), None)
    for i in range(n):
        for j in range(k):
            account = accounts[i][j]
            for name in ("gradient", "momentum", "weight_decay"):
                # Several terms may bear one name: adamw's decay is one, and its number is the weight in each.
                wanted = sum(float(term.factor) for term in account.terms if term.name == name)
                assert getattr(flow, name)[i, j] == pytest.approx(wanted, rel=1e-14, abs=1e-300)
            if carried is not None:
                pushed = flow.impulse[i, j] * (float(g[i, j]) + flow.pull * float(w[i, j]))
                memory = flow.keeps * float(before[carried][i, j]) + pushed
                assert account.slots[carried] == pytest.approx(memory, rel=1e-5 if dtype == "float32" else 1e-13)
                assert float(account.impulse) == pytest.approx(pushed, rel=1e-13)
