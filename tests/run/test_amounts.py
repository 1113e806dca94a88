"""Times and sizes as people write them."""

from __future__ import annotations

import pytest

from engineroom.errors import OptionError
from engineroom.run._amounts import seconds, size


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("40us", 4e-5), ("50ms", 0.05), ("2s", 2), ("1.5 S", 1.5), ("0.5min", 30), ("1h", 3600), (0.25, 0.25)],
)
def test_a_time_in_each_of_its_units(text: str | float, wanted: float) -> None:
    assert seconds("max_wait", text) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "wanted"), [("7B", 7), ("1.5kb", 1500), ("256MB", 256 * 10**6), ("1 GiB", 2**30), (4096, 4096)]
)
def test_a_size_in_its_units(text: str | float, wanted: int) -> None:
    assert size("max_size", text) == wanted


@pytest.mark.parametrize("value", ["1 day", "50", "h", float("nan"), "-1s", "0s", "", 0, True, float("inf"), None])
def test_what_is_no_amount_is_told_the_units(value: object) -> None:
    with pytest.raises(
        OptionError, match=r"max_wait must be a time in us, ms, s, min or h, such as '50ms' or '2s', got"
    ):
        seconds("max_wait", value)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match=r"max_size must be a size in B, KB, MB, GB, TB, KiB, MiB or GiB, such as"):
        size("max_size", value)  # type: ignore[arg-type]
