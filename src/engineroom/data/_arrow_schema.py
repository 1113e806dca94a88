"""Which columns of a Parquet file are durations.

Parquet has no type for them: Arrow writes whole numbers, and says what they are in its own schema, which it keeps among
the file's metadata as a FlatBuffers message in base64.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator

__all__ = ["durations_of"]

_DURATION = 18  # of the union Type in Arrow's Schema.fbs
_UNITS = ("s", "ms", "us", "ns")
_CONTINUED = 0xFFFFFFFF


def durations_of(schema: bytes) -> dict[str, str]:
    """Return the unit that NumPy knows (`us`) of each column that is a duration; none where `schema` cannot be read.

    Parameters
    ----------
    schema : what a Parquet file keeps as `ARROW:schema`.
    """
    try:
        message = base64.b64decode(schema, validate=True)
        start = 8 if struct.unpack_from("<I", message)[0] == _CONTINUED else 4
        return dict(_durations(message[start:]))
    except (struct.error, binascii.Error, UnicodeDecodeError, IndexError):
        return {}


def _durations(message: bytes) -> Iterator[tuple[str, str]]:
    header = _follow(message, _slot(message, _follow(message, 0), 2))
    fields = _follow(message, _slot(message, header, 1))
    for place in range(_number("<I", message, fields)):
        field = _follow(message, fields + 4 + 4 * place)
        kind = _slot(message, field, 2)
        if not kind or message[kind] != _DURATION:
            continue
        name = _follow(message, _slot(message, field, 0))
        text = message[name + 4 : name + 4 + _number("<I", message, name)].decode()
        unit = _slot(message, _follow(message, _slot(message, field, 3)), 0)
        yield text, _UNITS[_number("<h", message, unit) if unit else 1]


def _slot(message: bytes, table: int, place: int) -> int:
    """Return where a table of FlatBuffers keeps the field in this place, 0 where it is left out."""
    names = table - _number("<i", message, table)
    offset = 4 + 2 * place
    held = offset < _number("<H", message, names) and _number("<H", message, names + offset)
    return table + held if held else 0


def _follow(message: bytes, place: int) -> int:
    return place + _number("<I", message, place)


def _number(kind: str, message: bytes, place: int) -> int:
    if place < 0:
        raise IndexError(place)
    return int(struct.unpack_from(kind, message, place)[0])
