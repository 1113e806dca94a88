"""The same network on the same rows in engineroom and in PyTorch, both in float64, teacher-forced or free."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engineroom.engine import make_engine
from engineroom.network import Network
from engineroom.ops import CrossEntropy, Dense, Loss, Optimizer
from engineroom.plan import State, build_plan

__all__ = ["Pair", "apart"]

Array = NDArray[Any]
SLOTS = {
    "momentum_buffer": "velocity",
    "square_avg": "square",
    "grad_avg": "mean",
    "exp_avg": "m",
    "exp_avg_sq": "v",
}
"""PyTorch's names for optimizer state, and ours."""

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    # PyTorch replaces softplus by the identity above its threshold; ours never does.
    "softplus": lambda z: torch.nn.functional.softplus(z, threshold=500),
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def apart(ours: Array, theirs: Array) -> float:
    """Return the largest difference, as a part of the tensor's largest entry."""
    return float(np.max(np.abs(ours - theirs)) / max(float(np.max(np.abs(theirs))), 1e-300))


class Pair:
    """An engine and PyTorch tensors that hold the same state.

    Parameters
    ----------
    layers : of the network; activations at their default numbers.
    x : (n, I) float64. y : (n, O) float64, or (n,) int32 classes.
    loss : the law; PyTorch's counterpart is `torch_loss(output, y)`, a mean over the batch.
    optimizer : the law; PyTorch's counterpart is made by `torch_optimizer(parameters)`.
    """

    def __init__(
        self,
        layers: list[Dense],
        x: Array,
        y: Array,
        loss: Loss,
        torch_loss: Any,
        optimizer: Optimizer,
        torch_optimizer: Any,
        *,
        batch_size: int = 16,
        seed: int = 0,
        engine: str = "native",
    ) -> None:
        self.layers, self.torch_loss = layers, torch_loss
        classes = y.ndim == 1
        self.plan = build_plan(
            Network(*layers),
            loss,
            optimizer,
            inputs=x.shape[1],
            target=("classes", layers[-1].units) if classes else ("number", y.shape[1]),
            batch_size=batch_size,
            dtype="float64",
            shuffle=True,
            steps=1000,
        )
        self.engine = make_engine(self.plan, x, y, seed, engine=engine)
        self.engine.load(self.engine.initial())
        self.x, self.y = torch.tensor(x), torch.tensor(y, dtype=torch.int64 if classes else torch.float64)
        self.weights = {
            b.name: torch.zeros(b.shape, dtype=torch.float64, requires_grad=True) for b in self.plan.parameters
        }
        self.optimizer = torch_optimizer(list(self.weights.values()))
        self.values: dict[str, torch.Tensor] = {}

    def teach(self, state: State) -> None:
        """Give PyTorch the engine's weights and optimizer state."""
        with torch.no_grad():
            for name, tensor in self.weights.items():
                tensor.copy_(torch.tensor(np.array(state[name])))
        self.optimizer.state.clear()
        for name, tensor in self.weights.items():
            slots: dict[str, Any] = {"step": torch.tensor(float(state.step))}
            for theirs, ours in SLOTS.items():
                if f"{name}.{ours}" in state.slots:
                    slots[theirs] = torch.tensor(np.array(state[f"{name}.{ours}"]))
            self.optimizer.state[tensor] = slots

    def torch_step(self, rows: NDArray[np.int64]) -> float:
        """Make one step in PyTorch on these rows; keep what was computed on the way in `values`."""
        self.optimizer.zero_grad()
        a = self.x[torch.tensor(rows)]
        self.values = {}
        for i, layer in enumerate(self.layers, 1):
            z = a @ self.weights[f"dense{i}.weight"]
            if layer.bias:
                z = z + self.weights[f"dense{i}.bias"]
            a = ACTIVATIONS[layer.activation.law](z)
            for name, value in (("z", z), ("a", a)):
                value.retain_grad()
                self.values[f"dense{i}.{name}"] = value
        loss = self.torch_loss(a, self.y[torch.tensor(rows)])
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def furthest(self, state: State) -> tuple[str, float]:
        """Return the parameter or slot in which the two differ most, and by how much."""
        found = {name: apart(state[name], tensor.detach().numpy()) for name, tensor in self.weights.items()}
        for name, tensor in self.weights.items():
            kept = self.optimizer.state[tensor]
            for theirs, ours in SLOTS.items():
                if f"{name}.{ours}" in state.slots:
                    found[f"{name}.{ours}"] = apart(state[f"{name}.{ours}"], kept[theirs].numpy())
        name = max(found, key=lambda n: found[n])
        return name, found[name]

    def torch_slots(self) -> int:
        """Return how many tensors of optimizer state PyTorch keeps for the first parameter."""
        kept = self.optimizer.state[next(iter(self.weights.values()))]
        return sum(1 for theirs in SLOTS if kept.get(theirs) is not None)


def classification(rows: int = 96, inputs: int = 6, classes: int = 4, seed: int = 7) -> tuple[Array, Array]:
    """Return rows that no network of this size can learn by heart, so that gradients stay alive for 1,000 steps."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, inputs))
    return x, rng.integers(0, classes, rows).astype(np.int32)


CROSS_ENTROPY = (CrossEntropy(), torch.nn.functional.cross_entropy)
