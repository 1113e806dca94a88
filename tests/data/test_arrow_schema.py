"""Arrow's schema in a Parquet file names the columns that are durations."""

from __future__ import annotations

import base64

import pyarrow as pa
import pytest

from engineroom.data._arrow_schema import durations_of

SCHEMA = pa.schema(
    [
        pa.field("n", pa.int64()),
        *(pa.field(f"dauer {unit} ü", pa.duration(unit)) for unit in ("s", "ms", "us", "ns")),
        pa.field("moment", pa.timestamp("us", tz="UTC")),
        pa.field("words", pa.dictionary(pa.int32(), pa.string())),
        pa.field("inside", pa.list_(pa.duration("s"))),
    ],
    metadata={"pandas": "{}"},
)


def test_durations_and_their_units_are_those_that_arrow_wrote() -> None:
    found = durations_of(base64.b64encode(SCHEMA.serialize().to_pybytes()))
    assert found == {f"dauer {unit} ü": unit for unit in ("s", "ms", "us", "ns")}


def test_a_schema_without_durations_has_none() -> None:
    assert durations_of(base64.b64encode(pa.schema([("n", pa.int64())]).serialize().to_pybytes())) == {}


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_a_damaged_schema_names_none_or_some_and_ends(at: int) -> None:
    whole = bytearray(SCHEMA.serialize().to_pybytes())
    whole[at] ^= 0xFF
    assert set(durations_of(base64.b64encode(bytes(whole))).values()) <= {"s", "ms", "us", "ns"}
    assert set(durations_of(base64.b64encode(bytes(whole[:at]))).values()) <= {"s", "ms", "us", "ns"}
    assert durations_of(b"no base64!") == {}
