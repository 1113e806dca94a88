"""Schedules of the learning rate: one file each."""

from engineroom.ops.schedules._constant import Constant
from engineroom.ops.schedules._cosine import Cosine
from engineroom.ops.schedules._lookup import SCHEDULES, schedule
from engineroom.ops.schedules._schedule import Schedule

__all__ = ["SCHEDULES", "Constant", "Cosine", "Schedule", "schedule"]
