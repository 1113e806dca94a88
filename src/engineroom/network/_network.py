"""A network: layers in order, each with a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engineroom.errors import OptionError
from engineroom.ops import Dense, Layer, layer

__all__ = ["Network"]

RESERVED = ("x", "y", "loss")


@dataclass(frozen=True, init=False, repr=False)
class Network:
    """Layers that feed one another, from the inputs to the output.

    Parameters
    ----------
    layers : at least one, in order.
    name : what the network is called, if anything.

    Attributes
    ----------
    names : one a layer; those not named by hand are numbered: dense1, dense2, ...

    Example
    -------
    >>> from engineroom.ops import Dense
    >>> network = Network(Dense(64, "relu"), Dense(10))
    >>> network
    Network(Dense(64, 'relu'), Dense(10))
    >>> network.names
    ('dense1', 'dense2')
    >>> network.parameters(inputs=64)
    4810
    """

    layers: tuple[Dense, ...]
    name: str | None

    def __init__(self, *layers: Layer, name: str | None = None) -> None:
        if not layers:
            raise OptionError("a network needs at least one layer, got none; give Network(Dense(1))")
        for position, given in enumerate(layers, 1):
            if not isinstance(given, Dense):
                hint = "; write Network(*layers)" if isinstance(given, (list, tuple)) else ""
                raise OptionError(f"layer {position} must be a layer such as Dense(64), got {given!r}{hint}")
        if name is not None and not isinstance(name, str):
            raise OptionError(f"the network's name must be text, got {name!r}")
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "name", name)
        self._check_names()

    def _check_names(self) -> None:
        names = self.names
        for position, chosen in enumerate(names):
            if chosen in RESERVED:
                raise OptionError(f"layer {position + 1} cannot be called {chosen!r}, which plans use; rename it")
            if chosen in names[:position]:
                first = names.index(chosen) + 1
                raise OptionError(f"layers {first} and {position + 1} are both called {chosen!r}; rename one")

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names, in order."""
        counts: dict[str, int] = {}
        names = []
        for it in self.layers:
            counts[it.law] = counts.get(it.law, 0) + 1
            names.append(it.name or f"{it.law}{counts[it.law]}")
        return tuple(names)

    @property
    def outputs(self) -> int:
        """The width of the output."""
        return self.layers[-1].units

    def parameters(self, inputs: int) -> int:
        """Return the number of weights and biases for this input width."""
        total = 0
        for it in self.layers:
            total += it.parameters(inputs)
            inputs = it.units
        return total

    def summary(self, inputs: int | None = None) -> str:
        """Return a table, a line a layer; with the input width, shapes and counts too.

        Example
        -------
        >>> from engineroom.ops import Dense
        >>> print(Network(Dense(64, "relu"), Dense(10)).summary(inputs=64))
        layer   activation  units  weight  bias  parameters
        dense1  relu           64   64x64    64       4,160
        dense2  identity       10   64x10    10         650
        total                                         4,810
        """
        rows = [["layer", "activation", "units", "weight", "bias", "parameters"]]
        width = inputs
        for chosen, it in zip(self.names, self.layers, strict=True):
            shape = f"{'?' if width is None else width}x{it.units}"
            count = "?" if width is None else f"{it.parameters(width):,}"
            bias = str(it.units) if it.bias else "-"
            rows.append([chosen, it.activation.law, str(it.units), shape, bias, count])
            width = it.units
        rows.append(["total", "", "", "", "", "?" if inputs is None else f"{self.parameters(inputs):,}"])
        widths = [max(len(row[column]) for row in rows) for column in range(6)]
        lines = [
            "  ".join(row[c].ljust(widths[c]) if c < 2 else row[c].rjust(widths[c]) for c in range(6)) for row in rows
        ]
        return "\n".join(line.rstrip() for line in lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the network as plain data."""
        return {"name": self.name, "layers": [it.to_dict() for it in self.layers]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Network:
        """Return the network that `to_dict` described."""
        if not isinstance(data, Mapping) or not isinstance(data.get("layers"), (list, tuple)):
            raise OptionError(f"a network as data needs a list under 'layers', got {data!r}")
        return cls(*(layer(it) for it in data["layers"]), name=data.get("name"))

    def to_json(self) -> str:
        """Return the network as JSON text.

        Example
        -------
        >>> from engineroom.ops import Dense
        >>> network = Network(Dense(1, bias=False))
        >>> Network.from_json(network.to_json()) == network
        True
        """
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Network:
        """Return the network that `to_json` wrote."""
        try:
            data = json.loads(text)
        except json.JSONDecodeError as fault:
            raise OptionError(f"the network's JSON cannot be read: {fault}") from None
        return cls.from_dict(data)

    def __repr__(self) -> str:
        parts = [repr(it) for it in self.layers]
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        return f"Network({', '.join(parts)})"
