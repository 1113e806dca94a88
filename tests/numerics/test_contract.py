"""The written contract and the code hold the same constants."""

from __future__ import annotations

import re
from pathlib import Path

from engineroom import numerics
from engineroom.numerics import _coefficients

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "numerics.md").read_text()
HEX = r"-?0x[01]\.[0-9a-f]{13}p[+-]\d+"


def test_written_constants() -> None:
    section = TEXT[TEXT.index("## 11. Elementary functions") :]
    written = {
        name: tuple(float.fromhex(v) for v in re.findall(HEX, values))
        for name, values in re.findall(rf"^    ([A-Z][A-Z0-9_]+) =((?:\s+{HEX})+)$", section, re.MULTILINE)
    }
    held = {name: value for name, value in vars(_coefficients).items() if name.isupper() and name != "TWO_OVER_PI_BITS"}
    assert written == {name: value if isinstance(value, tuple) else (value,) for name, value in held.items()}


def test_version() -> None:
    assert f"now {numerics.NUMERICS})" in TEXT
