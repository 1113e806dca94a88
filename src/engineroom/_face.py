"""What `engineroom` offers, loaded when it is first asked for, so that `import engineroom` alone costs next to nothing.

The package has a file a law; to read them all takes longer than NumPy does (`python -m bench processes`), and a program
that only opens the command line's help, or imports engineroom beside other things, needs none of them. `__init__.pyi`
says the same to type checkers and editors, and a test holds both against each other.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

__all__ = ["HOMES", "ROOMS", "__dir__", "__getattr__"]

_NAMES = {
    "engineroom.api": ("LogbookView", "Run", "estimate", "open", "train"),
    "engineroom.data": ("Dataset", "from_arrays", "from_table", "load_digits"),
    "engineroom.errors": ("EngineroomError",),
    "engineroom.network": ("Network",),
    "engineroom.ops": (
        "GELU",
        "MAE",
        "MSE",
        "SGD",
        "Adam",
        "AdamW",
        "BinaryCrossEntropy",
        "Constant",
        "ConstantStart",
        "Cosine",
        "CrossEntropy",
        "Dense",
        "Glorot",
        "GlorotNormal",
        "He",
        "HeNormal",
        "Huber",
        "Identity",
        "LeakyReLU",
        "Normal",
        "RMSProp",
        "ReLU",
        "SiLU",
        "Sigmoid",
        "Softmax",
        "Softplus",
        "Tanh",
        "Uniform",
        "Zeros",
    ),
    "engineroom.plan": ("Plan", "State"),
    "engineroom.run": ("Best", "EarlyStopping", "Estimate", "NonFinite", "Verification"),
}
HOMES = {name: room for room, names in _NAMES.items() for name in names}
"""The room of each name."""

ROOMS = {
    room: f"engineroom.{room}"
    for room in ("api", "data", "engine", "errors", "lens", "logbook", "network", "numerics", "ops", "plan", "run")
}
"""Rooms that can be reached as attributes, such as `engineroom.errors`."""


def __getattr__(name: str) -> Any:
    """Return what `engineroom.<name>` is, and remember it there."""
    if name in HOMES:
        value = getattr(import_module(HOMES[name]), name)
        setattr(sys.modules["engineroom"], name, value)
        return value
    if name in ROOMS:
        return import_module(ROOMS[name])
    raise AttributeError(f"module 'engineroom' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return all names, loaded or not."""
    return sorted({*HOMES, *ROOMS, "__version__"})
