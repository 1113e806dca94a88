"""The edge of stability is where the example says, and its picture is asked for in one sentence where it cannot be."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "edge_of_stability.py"


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_it_rises_to_two_and_stays(example: dict[str, Any]) -> None:
    run, states, products = example["sharpness_along"](1.0, steps=1500, every=75)
    assert products[0] < 0.5  # it begins far below the edge
    rising = [p for t, p in zip(states, products, strict=True) if t <= 450]
    assert rising == sorted(rising)
    low, middle, high = example["settled"](products)
    assert low > 1.8 and high < 2.3 and middle == pytest.approx(2, abs=0.15)
    # Beyond the edge of every parabola on the way the loss falls all the same.
    assert run.loss[-1] < 0.6 * run.loss[600]


def test_a_missing_matplotlib_is_one_sentence(example: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(SystemExit, match="the picture needs matplotlib, which is not here: pip install matplotlib"):
        example["draw"]("edge.png", {})


def test_the_picture_is_drawn(example: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "edge.png"
    found = {1.0: example["sharpness_along"](1.0, steps=20, every=10)}
    example["draw"](str(path), found)
    assert path.read_bytes()[:4] == b"\x89PNG"
