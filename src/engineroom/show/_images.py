"""Whether the inputs of a network are the pixels of an image, and rows of the data as images."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from engineroom.data import Dataset

__all__ = ["Images", "images_of"]

_PIXEL = re.compile(r"(?:pixel|px)[ _]?(\d+)", re.IGNORECASE)
_UNNAMED = re.compile(r"x(\d+)")
_LEAST, _LEAST_UNNAMED = 16, 64
_LOOKED_AT = 512


@dataclass(frozen=True, eq=False)
class Images:
    """The inputs of a dataset as grey images.

    Attributes
    ----------
    shape : height and width.
    pixels : which pixel each input is, row by row.
    mean, scale : (inputs,) of each input, which bring it back to brightness.
    most : the greatest brightness of the whole data.
    """

    shape: tuple[int, int]
    pixels: list[int]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    most: float

    def ink(self, x: NDArray[np.generic]) -> NDArray[np.uint8]:
        """Return (n, inputs) prepared rows as (n, height, width) ink: 0 to 255 over the range of the whole data."""
        ink = np.zeros((len(x), math.prod(self.shape)))
        ink[:, self.pixels] = x.astype(np.float64) * self.scale + self.mean
        grey: NDArray[np.uint8] = np.clip(255 * ink / (self.most or 1.0), 0, 255).round().astype(np.uint8)
        return grey.reshape(len(x), *self.shape)


_KNOWN: WeakKeyDictionary[Dataset, Images | None] = WeakKeyDictionary()
"""What was found of each dataset in use: to find it reads all of its rows."""


def images_of(dataset: Dataset) -> Images | None:
    """Return the inputs as images, or None where they are none.

    A table of pixels numbers its columns, `pixel0`, `pixel1`, ...; pixels that never change are no inputs. The columns
    of an array have no names: they are pixels where they are as many as a square has. Either way they share one range.
    """
    if dataset not in _KNOWN:
        _KNOWN[dataset] = _images_in(dataset)
    return _KNOWN[dataset]


def _images_in(dataset: Dataset) -> Images | None:
    if not dataset.has_rows:
        return None
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
    if first > 1 or numbers != list(range(first, first + len(names))):
        return None
    mean, scale = (np.array([getattr(f, name) for f in dataset.features]) for name in ("mean", "scale"))
    every = -(-len(dataset.x) // _LOOKED_AT)
    if not _share_a_range(dataset.x[::every] * scale + mean):
        return None
    pixel = {name: int(match[1]) - first for name, match in zip(names, found, strict=True) if match}
    most = float(np.max(dataset.x.max(0).astype(np.float64) * scale + mean))
    return Images((side, side), [pixel[source] for source in sources], mean, scale, most)


def _share_a_range(raw: NDArray[np.float64]) -> bool:
    """Whether inputs could be brightness: none below black, and most of them go from dark to bright."""
    lowest, highest = raw.min(axis=0), raw.max(axis=0)
    dark, bright = float(lowest.min()), float(highest.max())
    span, rounding = bright - dark, 1e-5 * max(abs(dark), abs(bright))
    black = 0.0 if bright > 1 + rounding else -1.0
    if not math.isfinite(span) or span <= 0 or dark < black - rounding:
        return False
    return bool(np.median(highest) > dark + span / 2 and np.median(lowest) < dark + span / 4)
