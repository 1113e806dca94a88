"""Frames: a round trip, alignment, and whatever is none."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineroom.errors import OptionError
from engineroom.show.page import pack, unpack
from engineroom.show.page._frames import DEEPEST, _depth, unpack_header

DTYPES = ["float32", "float64", "int32", "uint8", "uint16"]


@given(st.text(max_size=40), st.lists(st.tuples(st.sampled_from(DTYPES), st.lists(st.integers(0, 4), max_size=3))))
def test_what_is_packed_comes_back(text: str, columns: list[tuple[str, list[int]]]) -> None:
    rng = np.random.default_rng(1)
    given_columns = {f"c{i}": (rng.random(shape) * 200).astype(dtype) for i, (dtype, shape) in enumerate(columns)}
    frame = pack({"id": 1, "text": text}, given_columns)
    header, found = unpack(frame)
    assert header["text"] == text
    for name, array in given_columns.items():
        assert found[name].dtype == array.dtype and found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()
    start = struct.unpack("<I", frame[:4])[0] + 4
    start += -start % 8
    assert all((start + c["offset"]) % 8 == 0 for c in header["columns"])


@pytest.mark.parametrize("inside", [r'"\ud800"', '"\ud800"', r'["loss", "\udfff"]', r'{"\ud83d": 1}'])
def test_half_a_pair_of_utf_16_is_no_text(inside: str) -> None:
    text = f'{{"id": 1, "ask": "series", "names": {inside}}}'.encode(errors="surrogatepass")
    with pytest.raises(OptionError, match="must be JSON in UTF-8"):
        unpack_header(struct.pack("<I", len(text)) + text)
    whole = rb'{"id": 1, "name": "\ud83d\ude00"}'
    assert unpack_header(struct.pack("<I", len(whole)) + whole)[0]["name"] == "\N{GRINNING FACE}"


def test_the_layout_byte_by_byte() -> None:
    frame = pack({"id": 7}, {"a": np.array([1, 2, 3], np.uint8), "b": np.array([1.0])})
    length = int.from_bytes(frame[:4], "little")
    header = json.loads(frame[4 : 4 + length])
    assert header["columns"] == [
        {"name": "a", "dtype": "u8", "shape": [3], "offset": 0, "bytes": 3},
        {"name": "b", "dtype": "f64", "shape": [1], "offset": 8, "bytes": 8},
    ]
    start = 4 + length + -(4 + length) % 8
    assert frame[4 + length : start] == bytes(start - 4 - length)
    assert frame[start:] == b"\1\2\3" + bytes(5) + struct.pack("<d", 1.0)


def test_numbers_that_are_not_finite_become_null_in_json_and_stay_in_columns() -> None:
    header, columns = unpack(pack({"loss": float("nan"), "more": [np.inf, np.float32(2)]}, {"x": np.array([np.nan])}))
    assert header["loss"] is None and header["more"] == [None, 2.0] and np.isnan(columns["x"][0])


def test_other_kinds_of_numbers_are_sent_as_float64() -> None:
    assert unpack(pack({}, {"x": np.array([2**40])}))[1]["x"].tolist() == [float(2**40)]


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"\0", b"\xff\xff\xff\xff", b"\4\0\0\0nope", b"\2\0\0\0[]", b"\1\0\0\0\xff",
        struct.pack("<I", 5) + b'{"a"',
        pack({"columns": [{"name": "x", "dtype": "f64", "shape": [2], "offset": 0, "bytes": 16}]}),
        pack({"columns": [{"name": "x", "dtype": "f64", "shape": [2], "offset": 0, "bytes": 8}]}),
        pack({"columns": [{"name": "x", "dtype": "f64", "shape": [-1], "offset": 0, "bytes": -8}]}),
        pack({"columns": [{"name": "x", "dtype": "object", "shape": [1], "offset": 0, "bytes": 8}]}),
        pack({"columns": [{"name": "x", "dtype": "f64", "shape": [1], "offset": -16, "bytes": 8}]}),
        pack({"columns": [7]}),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_told_in_a_sentence(frame: bytes) -> None:
    with pytest.raises(OptionError):
        unpack(frame)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100_000])
def test_a_bomb_of_brackets_is_not_parsed(depth: int) -> None:
    text = b'{"id":1,"ask":' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(OptionError, match="levels deep"):
        unpack_header(struct.pack("<I", len(text)) + text)


def test_brackets_within_a_text_are_no_depth() -> None:
    header = {"id": 1, "kinds": {f'[{k}, "{k}\\" [[': "number" for k in range(DEEPEST * 9)}}
    assert unpack(pack(header)) == (header, {})


def test_a_text_that_is_never_closed_is_looked_at_once() -> None:
    for text in (b'"[[', b'"\\"[[', b'"[[\\', b'"\\"' * 4 + b"[["):
        assert _depth(text) == 0, text
    assert _depth(b'["\\"]", [[1]]]') == 3


def test_a_number_of_thousands_of_digits_is_told_in_a_sentence() -> None:
    text = b'{"id":' + b"9" * 10_000 + b"}"
    with pytest.raises(OptionError, match="no more than a few thousand digits"):
        unpack_header(struct.pack("<I", len(text)) + text)
