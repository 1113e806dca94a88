"""Network, loss, optimizer and shapes become a plan; a state follows its layout."""

from engineroom.plan._build import TargetShape, build_plan
from engineroom.plan._parse import parse_plan
from engineroom.plan._plan import BATCH, PHASES, Buffer, Init, Operation, Phase, Plan, Role, ScheduleLine, Slice
from engineroom.plan._resolve import Element, element_at, resolve, whole_buffer
from engineroom.plan._state import State

__all__ = [
    "BATCH",
    "PHASES",
    "Buffer",
    "Element",
    "Init",
    "Operation",
    "Phase",
    "Plan",
    "Role",
    "ScheduleLine",
    "Slice",
    "State",
    "TargetShape",
    "build_plan",
    "element_at",
    "parse_plan",
    "resolve",
    "whole_buffer",
]
