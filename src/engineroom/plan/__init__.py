"""Network, loss, optimizer and shapes become a plan; a state follows its layout."""

from engineroom.plan._plan import BATCH, Buffer, Init, Operation, Phase, Plan, Role, ScheduleLine, Slice
from engineroom.plan._state import State

__all__ = ["BATCH", "Buffer", "Init", "Operation", "Phase", "Plan", "Role", "ScheduleLine", "Slice", "State"]
