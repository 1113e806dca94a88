"""The bare NumPy lesson prints the five lines, and the engine makes the same run."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

import engineroom as er

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "one_weight.py"
LINES = """\
Epoch 0: Loss=18.6667, Weight=0.1867
Epoch 10: Loss=2.6304, Weight=1.3193
Epoch 20: Loss=0.3707, Weight=1.7445
Epoch 30: Loss=0.0522, Weight=1.9041
Epoch 40: Loss=0.0074, Weight=1.9640
"""


@pytest.fixture(scope="module")
def run() -> er.Run:
    return er.train(
        er.Network(er.Dense(1, bias=False, init="zeros")),
        [1, 2, 3],
        [2, 4, 6],
        loss="mse",
        optimizer=er.SGD(lr=0.01),
        batch_size=None,
        epochs=50,
        dtype="float64",
    )


def test_script_prints_the_five_lines(capsys: pytest.CaptureFixture[str]) -> None:
    weight = runpy.run_path(str(SCRIPT))["w"]
    assert capsys.readouterr().out == LINES
    assert weight == 1.985092237632895


def test_script_is_a_dozen_lines() -> None:
    body = SCRIPT.read_text("utf-8").split('"""')[2]
    assert len([line for line in body.splitlines() if line.strip()]) == 12


def test_engine_prints_the_five_lines(run: er.Run) -> None:
    weights = [run.at(epoch + 1).weights["dense1.weight"].item() for epoch in range(0, 50, 10)]
    losses = run.loss[::10]
    printed = "".join(
        f"Epoch {10 * i}: Loss={loss:.4f}, Weight={w:.4f}\n"
        for i, (loss, w) in enumerate(zip(losses, weights, strict=True))
    )
    assert printed == LINES


def test_engine_ends_at_the_same_weight(run: er.Run) -> None:
    assert run.steps == 50
    assert run.at(50).weights["dense1.weight"].item() == 1.985092237632895


def test_every_loss_agrees(run: er.Run) -> None:
    x, y, w = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), 0.0
    for step in range(50):
        assert run.loss[step] == pytest.approx(np.mean((w * x - y) ** 2), rel=1e-14)
        w -= 0.01 * np.mean(2 * (w * x - y) * x)
