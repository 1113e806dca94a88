"""Weights as files for other programs: every bit comes back, with the network and how its inputs are prepared."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.errors import FileError, OptionError
from engineroom.run import METADATA


@pytest.fixture(scope="module")
def run() -> er.Run:
    generator = np.random.default_rng(8)
    x = generator.normal(size=(60, 3))
    network = er.Network(er.Dense(4, "tanh"), er.Dense(1, bias=False))
    return er.train(network, x, x @ [1.0, -2.0, 0.5], steps=30, standardize=True, dtype="float64", seed=4)


def read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return weights and metadata, as another program reads them."""
    if path.suffix == ".npz":
        with np.load(path) as file:
            arrays = dict(file)
        return arrays, json.loads(str(arrays.pop(METADATA)))
    safetensors = pytest.importorskip("safetensors")
    with safetensors.safe_open(path, "np") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


@pytest.mark.parametrize("name", ["net.npz", "net.safetensors"])
def test_round_trip(run: er.Run, tmp_path: Path, name: str) -> None:
    assert run.save(tmp_path / name) == tmp_path / name
    weights, told = read(tmp_path / name)
    state = run.at(run.best_state_step)
    assert set(weights) == set(state.weights) and told["step"] == str(state.step) and told["seed"] == "4"
    for key, array in state.weights.items():
        assert weights[key].dtype == array.dtype and weights[key].tobytes() == array.tobytes()
    assert er.Network.from_json(told["network"]) == run.network


@pytest.mark.parametrize("name", ["net.npz", "net.safetensors"])
def test_what_is_saved_is_enough_to_predict(run: er.Run, tmp_path: Path, name: str) -> None:
    weights, told = read(run.save(tmp_path / name, at=7))
    inputs, target = json.loads(told["inputs"]), json.loads(told["target"])
    raw = np.array([[0.3, -1.0, 2.0], [1.5, 0.0, -0.2]])
    x = (raw - [i["mean"] for i in inputs]) / [i["scale"] for i in inputs]
    out = np.tanh(x @ weights["dense1.weight"] + weights["dense1.bias"]) @ weights["dense2.weight"]
    assert (out * target["scale"] + target["mean"])[:, 0] == pytest.approx(run.predict(raw, at=7), rel=1e-12)
    assert told["step"] == "7"


def test_the_same_weights_give_the_same_bytes(run: er.Run, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        run.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_what_is_refused(run: er.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(er.EngineroomError, match=r"ending in .npz or .safetensors, got '.*net.pt'"):
        run.save(tmp_path / "net.pt")
    with pytest.raises(er.EngineroomError, match="has no step 31"):
        run.save(tmp_path / "net.npz", at=31)
    with pytest.raises(er.EngineroomError, match="cannot be written"):
        run.save(tmp_path / "nowhere" / "net.npz")
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(er.EngineroomError, match=r"pip install \"engineroom\[safetensors\]\", or save to .npz"):
        run.save(tmp_path / "net.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_whole_or_as_it_was(run: er.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.npz"
    path.write_bytes(b"as it was")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError, match="cannot be written: No space left on device; name another file"):
        run.save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"] and path.read_bytes() == b"as it was"
    with pytest.raises(OptionError, match=r"such as 'net\.npz', got None"):
        run.save(None)  # type: ignore[arg-type]
