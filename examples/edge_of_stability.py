"""The edge of stability: gradient descent raises the sharpness until lr * sharpness is 2, and stays there.

    python examples/edge_of_stability.py                # the numbers
    python examples/edge_of_stability.py edge.png       # and a picture of them, which needs matplotlib

A small tanh network learns 200 images of digits by gradient descent on all of them at once. On a parabola of curvature
s, descent arrives up to lr = 2/s. Here the curvature is not given: while the loss falls, the sharpness (the largest
eigenvalue of the loss's Hessian) rises by itself until it stands at 2/lr, and hovers there while the loss goes on
falling, in fits and starts. A larger learning rate ends in a flatter place. Found by Cohen, Kaur, Li, Kolter and
Talwalkar, Gradient descent on neural networks typically occurs at the edge of stability, 2021.

Nothing was logged while training: each state asked for is computed again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

import engineroom as er

RATES = (0.6, 1.0, 1.4)


def sharpness_along(lr: float, steps: int = 3000, every: int = 50) -> tuple[er.Run, list[int], list[float]]:
    """Train by full-batch gradient descent; return the run, the states looked at, and lr * sharpness in each."""
    x, y = er.load_digits()
    x, y = x[:200] / 16, y[:200]
    small = er.Normal(std=0.05)
    run = er.train(
        er.Network(er.Dense(32, "tanh", init=small), er.Dense(32, "tanh", init=small), er.Dense(10, init=small)),
        x - x.mean(),
        np.eye(10)[y],
        loss="mse",
        optimizer=er.SGD(lr=lr),
        batch_size=None,
        steps=steps,
        validation=None,
    )
    states = list(range(0, steps + 1, every))
    return run, states, [lr * run.stability(t, tolerance=1e-4).sharpness.largest for t in states]


def settled(products: Sequence[float]) -> tuple[float, float, float]:
    """Return the smallest, the median and the largest of the last third."""
    last = products[-(len(products) // 3) :]
    return min(last), float(np.median(last)), max(last)


def draw(path: str, found: dict[float, tuple[er.Run, list[int], list[float]]]) -> None:
    """Draw the loss above and lr * sharpness below, and save the picture."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit("the picture needs matplotlib, which is not here: pip install matplotlib") from None
    figure = Figure(figsize=(7, 6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    for lr, (run, states, products) in found.items():
        above.plot(np.arange(run.steps), run.loss, linewidth=0.8, label=f"lr {lr:g}")
        below.plot(states, products, marker=".", markersize=3, linewidth=0.8, label=f"lr {lr:g}")
    below.axhline(2, color="black", linewidth=0.8, linestyle="--")
    above.set(yscale="log", ylabel="training loss")
    below.set(ylabel="lr * sharpness", xlabel="step", ylim=(0, 3))
    above.legend(frameon=False)
    figure.savefig(path, dpi=150)
    print(f"drawn in {path}")


def main(words: Sequence[str]) -> None:
    found = {lr: sharpness_along(lr) for lr in RATES}
    _, states, _ = found[RATES[0]]
    print("lr * sharpness, state by state")
    print("state   " + "".join(f"   lr {lr:<4g}" for lr in RATES))
    for i in range(0, len(states), 5):
        print(f"{states[i]:<8,}" + "".join(f"{found[lr][2][i]:>10.3f}" for lr in RATES))
    for lr, (run, _, products) in found.items():
        low, middle, high = settled(products)
        fell = f"loss {run.loss[0]:.4f} to {run.loss[-1]:.4f}"
        print(f"lr {lr:g}: settles at {middle:.2f} ({low:.2f} to {high:.2f}); {fell}")
    if words:
        draw(words[0], found)


if __name__ == "__main__":
    main(sys.argv[1:])
