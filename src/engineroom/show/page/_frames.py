"""One message as bytes: a JSON header, then the columns, each where a typed array can lie over it.

A frame is the header's length as uint32 (little-endian), the header in UTF-8, zero bytes up to a multiple of 8, and
the columns one after the other. Each column begins at a multiple of 8; its `offset` counts from where the first begins.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.show._facts import facts

__all__ = ["DEEPEST", "Columns", "pack", "plain_json", "unpack", "unpack_header"]

Columns: TypeAlias = Mapping[str, np.ndarray[Any, Any]]
"""Arrays by name."""

DEEPEST = 12
"""How deep the lists and objects of a header may lie in one another."""

_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
"""A text, also one that is never closed: where one begins it matches, so each byte is looked at once."""

_KINDS = {"float32": "f32", "float64": "f64", "int32": "i32", "uint8": "u8", "uint16": "u16"}
_TYPES = {kind: np.dtype(name).newbyteorder("<") for name, kind in _KINDS.items()}


def pack(header: Mapping[str, Any], columns: Columns | None = None) -> bytes:
    """Return a message as a frame.

    Parameters
    ----------
    header : plain data or dataclasses; a number that is not finite becomes null.
    columns : arrays of float32, float64, int32, uint8 or uint16; any other kind of number is sent as float64.

    Examples
    --------
    >>> frame = pack({"id": 7}, {"loss": np.array([1.0, 0.5])})
    >>> header, columns = unpack(frame)
    >>> header["id"], columns["loss"].tolist(), len(frame) % 8
    (7, [1.0, 0.5], 0)
    """
    listed, pieces, offset = [], [], 0
    for name, given in (columns or {}).items():
        kind = _KINDS.get(given.dtype.name, "f64")
        array = np.ascontiguousarray(given, _TYPES[kind])
        listed.append(
            {"name": name, "dtype": kind, "shape": list(given.shape), "offset": offset, "bytes": array.nbytes}
        )
        pieces += [array.tobytes(), bytes(-array.nbytes % 8)]
        offset += array.nbytes + -array.nbytes % 8
    whole = {**header, "columns": listed} if columns is not None else header
    text = json.dumps(plain_json(whole), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return b"".join([struct.pack("<I", len(text)), text, bytes(-(4 + len(text)) % 8), *pieces])


def unpack(frame: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the columns of a frame; OptionError when it is none."""
    header, begin = unpack_header(frame)
    columns: dict[str, NDArray[Any]] = {}
    try:
        for entry in header.get("columns") or []:
            dtype, shape = _TYPES[entry["dtype"]], tuple(entry["shape"])
            first = begin + int(entry["offset"])
            count = math.prod(shape)
            if int(entry["offset"]) < 0 or any(n < 0 for n in shape) or count * dtype.itemsize != entry["bytes"]:
                raise OptionError("a column of the message does not have the bytes that its shape needs")
            columns[str(entry["name"])] = np.frombuffer(frame, dtype, count, first).reshape(shape)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, OptionError):
            raise
        raise OptionError("the columns of the message cannot be read: give name, dtype, shape, offset, bytes") from None
    return header, columns


def unpack_header(frame: bytes) -> tuple[dict[str, Any], int]:
    """Return the header of a frame, and where its columns begin."""
    length = int.from_bytes(frame[:4], "little")
    if len(frame) < 4 or 4 + length > len(frame):
        raise OptionError(f"a message begins with the length of its header, and {len(frame):,} bytes do not hold it")
    text = frame[4 : 4 + length]
    if _depth(text) > DEEPEST:
        raise OptionError(f"the header of a message lies more than {DEEPEST} levels deep: no ask needs that")
    try:
        header = json.loads(text.decode())  # given bytes, it would take other encodings too
        if b"\\u" in text:  # half of a pair is JSON, but no text: nothing can hash, keep or send it
            json.dumps(header, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        wanted = "JSON in UTF-8, with whole numbers of no more than a few thousand digits"
        raise OptionError(f"the header of a message must be {wanted}") from None
    if not isinstance(header, dict):
        raise OptionError("the header of a message must be an object such as {'id': 1, 'ask': 'hello'}")
    return header, min(4 + length + -(4 + length) % 8, len(frame))


def _depth(text: bytes) -> int:
    """Return a bound on how deep the brackets outside its texts lie, before any of it is parsed."""
    codes = np.frombuffer(_TEXTS.sub(b"", text), np.uint8)
    steps = np.isin(codes, (0x5B, 0x7B)).astype(np.int32) - np.isin(codes, (0x5D, 0x7D))
    return int(np.cumsum(steps).max(initial=0))


def plain_json(value: Any) -> Any:
    """Return `value` as what the JSON of a message can hold; a number that is not finite is null.

    Examples
    --------
    >>> plain_json({"loss": float("nan"), "steps": (1, 2)})
    {'loss': None, 'steps': [1, 2]}
    """
    return facts(value, unfinite=lambda _: None)
