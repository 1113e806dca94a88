"""A look that costs no replay: a weight at the steps whose states were kept."""

from __future__ import annotations

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.lens import health
from engineroom.run import Record
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._asks import HealthAsk, SeriesAsk


def test_at_a_glance_a_weight_is_told_where_states_were_kept_and_nothing_is_replayed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = er.Network(er.Dense(2), er.Dense(1, bias=False))
    law = er.Adam(lr=0.01)
    first = er.train(network, [1, 2, 3], [2, 4, 6], optimizer=law, steps=3000)
    fork = first.fork(at=1000, lr=0.02, steps=1000).fork(at=1500, lr=0.03, steps=500).record
    names = ["dense1.weight[0, 1]", "dense1.bias.m[0]"]
    paths = fork.trace(names)
    kept = sorted({s for run, start, stop in fork.stretches(0, 2000) for s in run.keyframes if start <= s <= stop})
    assert {0, 1000, 1500, 2000} <= set(kept)
    monkeypatch.setattr(Record, "replay", None)
    columns = ANSWERS["series"].answer(fork, SeriesAsk(fork.number, names, 1, None, 500, glance=True), None).columns
    for k, name in enumerate(names):
        assert columns[f"{name}.x"].tolist() == [s for s in kept if s >= 1]
        for end in ("min", "max", "last"):
            assert columns[f"{name}.{end}"].tolist() == [float(paths[s, k]) for s in kept if s >= 1]
    steps, values = fork.glimpse(names[0], room=3 * 4 * fork.plan.state_size)
    assert len(steps) == 3 and (steps[0], steps[-1]) == (kept[0], kept[-1])
    assert values[:, 0].tolist() == paths[steps, 0].tolist()
    with pytest.raises(OptionError, match="trace follows weights"):
        fork.glimpse("dense1.weight.grad[0, 0]")


def test_at_a_glance_the_health_is_that_of_steps_after_kept_states() -> None:
    network = er.Network(er.Dense(3, "relu"), er.Dense(1))
    first = er.train(network, [1, 2, 3], [2, 4, 6], steps=3000)
    fork = first.fork(at=1000, lr=0.02, steps=1000).fork(at=1500, lr=0.03, steps=500).record
    asks = [HealthAsk(fork.number, 40, step, glance=glance) for step, glance in ((1501, False), (1777, True))]
    exact, found = (ANSWERS["health"].answer(fork, ask, lambda done, total: None) for ask in asks)
    begun = {s + 1 for run, start, stop in fork.stretches(0, 1999) for s in run.keyframes if start <= s < stop}
    steps = found.columns["step"]
    assert {1, 1001, 1501} <= set(steps.tolist()) <= begun and found.step == 1501 == fork.at_hand(1777)
    for name in found.histograms:
        assert found.columns[f"{name}.counts"].tolist() == exact.columns[f"{name}.counts"].tolist()
    every = health(fork, points=2000)
    at = steps.astype(np.int64) - 1
    assert every.steps.tolist() == list(range(1, 2001))
    for name in ("dense1.gradient_norm", "dense2.update_ratio", "dense1.activation_q50", "dense1.dead"):
        assert found.columns[name].tolist() == every.series[name][at].tolist()
