"""The digits, trained once in this process: what `bench._processes` starts and times.

python -m bench._digits save FILE.npz | engineroom FILE.npz | torch FILE.npz
"""

from __future__ import annotations

import sys

import numpy as np

EPOCHS, BATCH, HIDDEN = 20, 32, 64


def save(file: str) -> None:
    """Write the bundled digits, standardized, a fifth held out, as arrays that both scripts load."""
    from engineroom.data import load_digits

    x, y = load_digits()
    x = ((x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1)).astype(np.float32)
    order = np.random.default_rng(0).permutation(len(x))
    training, held = order[len(x) // 5 :], order[: len(x) // 5]
    np.savez(file, x=x[training], y=y[training], x_held=x[held], y_held=y[held])


def engineroom(file: str) -> float:
    """Train with engineroom; return the accuracy on the rows held out."""
    import engineroom as er

    with np.load(file) as data:
        network = er.Network(er.Dense(HIDDEN, "relu"), er.Dense(10))
        run = er.train(
            network,
            data["x"],
            data["y"],
            loss="cross_entropy",
            optimizer=er.Adam(lr=1e-3),
            epochs=EPOCHS,
            batch_size=BATCH,
            validation=None,
        )
        return float(np.mean(np.asarray(run.predict(data["x_held"])) == data["y_held"]))


def torch(file: str) -> float:
    """Train with PyTorch, fused Adam; return the accuracy on the rows held out."""
    import torch

    with np.load(file) as data:
        x, y = torch.tensor(data["x"]), torch.tensor(data["y"], dtype=torch.int64)
        x_held, y_held = torch.tensor(data["x_held"]), torch.tensor(data["y_held"], dtype=torch.int64)
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(x.shape[1], HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    law = torch.nn.CrossEntropyLoss()
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            law(model(x[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        return float((model(x_held).argmax(1) == y_held).float().mean())


if __name__ == "__main__":
    task, path = sys.argv[1:]
    reached = {"save": save, "engineroom": engineroom, "torch": torch}[task](path)
    if reached is not None:
        print(f"{reached:.4f}")
