"""What every layer is."""

from __future__ import annotations

from engineroom.ops._spec import Spec

__all__ = ["Layer"]


class Layer(Spec):
    """A layer of a network. `name` is chosen by hand, or None to be numbered by the network."""

    name: str | None
