"""The messages: read strictly, and told to TypeScript as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engineroom.errors import EngineroomError
from engineroom.show.page import typescript
from engineroom.show.page._asks import ForkAsk, StateAsk, TrainAsk
from engineroom.show.page._messages import ASKS
from engineroom.show.page._reading import read_ask

WRITTEN = Path(__file__).resolve().parents[3] / "web" / "src" / "lib" / "messages.ts"


def test_typescript_is_what_python_says() -> None:
    assert WRITTEN.read_text("utf-8") == typescript(), "run scripts/write_page_messages.py"


def test_every_ask_is_told() -> None:
    text = typescript()
    for name, (ask, answer) in ASKS.items():
        assert f"  {name}: {{ args: {ask.__name__}; answer: {answer.__name__.removesuffix('Reply')} }};" in text
    assert "interface StateAsk {\n  run: number;\n  step: number;\n  glance?: boolean;\n}" in text
    assert "  step?: number | null;" in text


def test_an_ask_is_read() -> None:
    assert read_ask({"id": 1, "ask": "state", "run": 2, "step": 3}) == StateAsk(2, 3)
    fork = read_ask({"id": 1, "ask": "fork", "run": 1, "at": 5, "lr": 1, "set": {"dense1.weight[0, 0]": 2}})
    assert isinstance(fork, ForkAsk) and fork.lr == 1.0 and fork.set == {"dense1.weight[0, 0]": 2.0}
    train = read_ask({"ask": "train", "data": {"bundled": "digits"}, "network": [{"units": 3}]})
    assert isinstance(train, TrainAsk) and train.network is not None and train.network[0].activation == "identity"
    assert train.batch_size == "auto"
    for size, kind in ((20, int), (2**62, int), (0.2, float)):
        train = read_ask({"ask": "train", "data": {}, "validation": size})
        assert isinstance(train, TrainAsk) and train.validation == size and type(train.validation) is kind


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({}, "no ask called None"),
        ({"ask": ["state"]}, "no ask called"),
        ({"ask": "stat"}, "did you mean 'state'"),
        ({"ask": "state", "run": 1}, "needs 'step'"),
        ({"ask": "state", "run": 1, "step": 1, "stepp": 1}, "no 'stepp'"),
        ({"ask": "state", "run": True, "step": 1}, "state.run must be a whole number, got True"),
        ({"ask": "state", "run": 1.5, "step": 1}, "whole number"),
        ({"ask": "state", "run": 2**70, "step": 1}, "whole number"),
        ({"ask": "series", "run": 1, "names": "loss"}, "series.names must be a list"),
        ({"ask": "examples", "run": 1, "rows": 3}, "examples.rows must be a list, each item a whole number, got 3"),
        ({"ask": "beliefs", "run": 1, "step": 1, "rows": "all"}, "'validation' or 'training'"),
        ({"ask": "train", "data": {"bundled": 3}}, "train.data.bundled must be text"),
        ({"ask": "train", "data": {}, "network": [{"units": "8"}]}, r"train.network\[0\].units must be a whole number"),
        ({"ask": "train", "data": {}, "validation": 2**70}, "train.validation must be a whole number"),
        ({"ask": "fork", "run": 1, "at": 1, "lr": float("nan")}, "fork.lr must be"),
        ({"ask": "fork", "run": 1, "at": 1, "lr": 10**400}, "fork.lr must be a number"),
    ],
)
def test_what_is_wrong_with_an_ask_is_told(header: dict[str, Any], said: str) -> None:
    with pytest.raises(EngineroomError, match=said):
        read_ask(header)
