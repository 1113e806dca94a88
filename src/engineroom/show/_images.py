"""Whether the inputs of a run are the pixels of an image."""

from __future__ import annotations

import math
import re

import numpy as np

from engineroom.run import Record

__all__ = ["image_of"]

_PIXEL = re.compile(r"(?:pixel|px)[ _]?(\d+)", re.IGNORECASE)
_UNNAMED = re.compile(r"x(\d+)")
_LEAST, _LEAST_UNNAMED = 16, 64
_LOOKED_AT = 512


def image_of(record: Record) -> tuple[tuple[int, int], list[int]] | None:
    """Return the height and width of the image that the inputs are, and which pixel each input is, or None.

    A table of pixels numbers its columns, `pixel0`, `pixel1`, ...; pixels that never change are no inputs. The columns
    of an array have no names: they are pixels where they are as many as a square has. Either way they share one range.
    """
    dataset = record.dataset
    sources, table = [feature.source for feature in dataset.features], dataset.raw_table
    names = sources if table is None else [name for name in table.names if name not in dataset.target.names]
    # The columns of an array are called x0, x1, ... for want of names.
    pattern, least = (_UNNAMED, _LEAST_UNNAMED) if "x0" in names else (_PIXEL, _LEAST)
    found = [pattern.fullmatch(name) for name in names]
    numbers = sorted(int(match[1]) for match in found if match)
    side = math.isqrt(len(names))
    if len(names) < least or side * side != len(names) or len(numbers) != len(names):
        return None
    first = numbers[0]
    if first > 1 or numbers != list(range(first, first + len(names))) or not _share_a_range(record):
        return None
    pixel = {name: int(match[1]) - first for name, match in zip(names, found, strict=True) if match}
    return (side, side), [pixel[source] for source in sources]


def _share_a_range(record: Record) -> bool:
    """Whether the inputs could be brightness: none below black, and most of them go from dark to bright."""
    dataset = record.dataset
    every = -(-len(dataset.x) // _LOOKED_AT)
    mean, scale = (np.array([getattr(f, name) for f in dataset.features]) for name in ("mean", "scale"))
    raw = dataset.x[::every] * scale + mean
    lowest, highest = raw.min(axis=0), raw.max(axis=0)
    dark, bright = float(lowest.min()), float(highest.max())
    span, rounding = bright - dark, 1e-5 * max(abs(dark), abs(bright))
    black = 0.0 if bright > 1 + rounding else -1.0
    if not math.isfinite(span) or span <= 0 or dark < black - rounding:
        return False
    return bool(np.median(highest) > dark + span / 2 and np.median(lowest) < dark + span / 4)
