"""Laws composed and named."""

from engineroom.network._network import Network

__all__ = ["Network"]
