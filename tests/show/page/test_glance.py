"""A look that costs no replay: a weight at the steps whose states were kept."""

from __future__ import annotations

import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.run import Record
from engineroom.show.page._answers import ANSWERS
from engineroom.show.page._asks import SeriesAsk


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
