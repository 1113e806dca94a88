"""What was asked for when a run was trained, as frozen data with a JSON round trip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engineroom.network import Network
from engineroom.ops import Loss, Optimizer, loss, optimizer
from engineroom.run._segment import Segment
from engineroom.run._stopping import EarlyStopping

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What a run was asked to be.

    Attributes
    ----------
    network, loss, optimizer : the laws.
    batch_size : rows a step.
    steps : how far it was to go.
    shuffle : whether each epoch has its own order.
    early_stopping : None when it was to go all the way.
    segment : from where a fork goes on; a run that begins by itself has the usual one.
    """

    network: Network
    loss: Loss
    optimizer: Optimizer
    batch_size: int
    steps: int
    shuffle: bool = True
    early_stopping: EarlyStopping | None = None
    segment: Segment = field(default_factory=Segment)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        segment = {} if self.segment == Segment() else {"segment": self.segment.to_dict()}
        return {
            **segment,
            "network": self.network.to_json(),
            "loss": self.loss.to_dict(),
            "optimizer": self.optimizer.to_dict(),
            "batch_size": self.batch_size,
            "steps": self.steps,
            "shuffle": self.shuffle,
            "early_stopping": None if self.early_stopping is None else asdict(self.early_stopping),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Return the settings that `to_dict` gave; whoever read `data` says from where, when they cannot be read."""
        stopping = data["early_stopping"]
        return cls(
            network=Network.from_json(data["network"]),
            loss=loss(data["loss"]),
            optimizer=optimizer(data["optimizer"]),
            batch_size=int(data["batch_size"]),
            steps=int(data["steps"]),
            shuffle=bool(data["shuffle"]),
            early_stopping=None if stopping is None else _stopping(stopping),
            segment=Segment.from_dict(data["segment"]) if "segment" in data else Segment(),
        )


def _stopping(data: Mapping[str, Any]) -> EarlyStopping:
    return EarlyStopping(int(data["patience"]), float(data["min_delta"]), str(data["monitor"]))
