"""Draw the pictures of docs/plots.md again: `python scripts/draw_pictures.py`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import engineroom as er

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def write(pixels: np.ndarray, name: str) -> None:
    """Write a picture in at most 256 colours, exactly where it has no more."""
    colors, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colors) <= 256:
        picture = Image.fromarray(places.reshape(pixels.shape[:2]).astype(np.uint8))
        picture.putpalette(colors.astype(np.uint8).tobytes())
    else:
        picture = Image.fromarray(pixels).quantize(64, dither=Image.Dither.NONE)
    picture.save(PICTURES / name, optimize=True)


def plots(folder: Path) -> None:
    net = er.Network(er.Dense(1, bias=False, init="zeros"))
    run = er.train(
        net, [1, 2, 3], [2, 4, 6], loss="mse", optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64"
    )
    twins = [run.fork(at=20, lr=lr) for lr in (0.05, 0.1, 0.2)]
    for name, ax in {
        "landscape.png": run.plot.landscape("dense1.weight[0, 0]", step=1),
        "race.png": run.plot.race(twins),
    }.items():
        ax.figure.savefig(folder / name, dpi=150)
        with Image.open(folder / name) as file:
            write(np.asarray(file.convert("RGB")), name)


def frame(folder: Path) -> None:
    generator = np.random.default_rng(0)
    angle, half = generator.uniform(0, np.pi, 240), np.arange(240) % 2
    x = np.stack([np.cos(angle) * (1 - 2 * half) + half, np.sin(angle) * (1 - 2 * half) + 0.35 * half], 1)
    net = er.Network(er.Dense(8, "tanh"), er.Dense(8, "tanh"), er.Dense(2))
    x += 0.13 * generator.normal(size=x.shape)
    run = er.train(net, x, half, optimizer=er.Adam(lr=0.02), batch_size=24, epochs=60, seed=3)
    print(run.export(folder / "moons.gif"))
    with Image.open(folder / "moons.gif") as file:
        file.seek(file.n_frames * 6 // 10)
        write(np.asarray(file.convert("RGB")), "gif.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        plots(Path(name))
        frame(Path(name))
