"""Every answer's `to_dict` is plain: the JSON module takes it as it is and gives it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

import engineroom as er
from engineroom.lens import contributions, query


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    net = er.Network(er.Dense(4, "relu"), er.Dense(1))
    run = er.train(net, [1, 2, 3], [2, 4, 6], optimizer=er.Adam(lr=0.01), batch_size=2, epochs=10)
    return {
        "why": run.why(step=3),
        "query": query(run.record, ["loss", "dense1.weight", "dense1.dead"], range(1, 4)),
        "stability": run.stability(prove=True, steps=2),
        "compare": run.compare(run.fork(at=5, lr=0.02), points=3),
        "landscape": run.landscape("dense2.bias[0]", step=3, points=5),
        "contributions": contributions(run.record, ["dense2.bias[0]"], prove=True)[0],
    }


@pytest.mark.parametrize("name", ["why", "query", "stability", "compare", "landscape", "contributions"])
def test_json_takes_it_as_it_is(answers: dict[str, Any], name: str) -> None:
    assert json.loads(json.dumps(answers[name].to_dict()))


def test_nothing_of_the_answer_is_lost(answers: dict[str, Any]) -> None:
    stability, compare, asked = (answers[name] for name in ("stability", "compare", "query"))
    facts = stability.to_dict()
    assert [trial["factor"] for trial in facts["trials"]] == [0.5, 1.0, 2.0, 4.0]
    assert facts["kinks"] == [
        {"operation": "relu of dense1", "at": k.at, "near": k.near, "of": 12} for k in stability.kinks
    ]
    assert facts["felt"]["largest"] == stability.felt.largest and "direction" not in facts["felt"]
    assert compare.to_dict()["gaps"]["dense1.weight"]["distance"] == compare.gaps[1].distance.tolist()
    assert compare.to_dict()["predictions"] == compare.predictions.tolist()
    assert asked.to_dict()["values"]["dense1.weight"] == asked["dense1.weight"].tolist()
