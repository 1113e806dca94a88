"""What is chosen when it is left open."""

from __future__ import annotations

import pytest

from engineroom.data import Target
from engineroom.ops import AdamW
from engineroom.run import default_optimizer

CLASSES = Target("classes", ("kind",), ("a", "b"))
NUMBER = Target("number", ("price",), mean=(5.0,), scale=(2.0,))


@pytest.mark.parametrize(("target", "most"), [(CLASSES, 2.0), (NUMBER, 1.0)])
def test_decay_forgets_within_three_epochs_and_has_a_most(target: Target, most: float) -> None:
    for rows, decay in ((3, most), (3200, 0.33), (32_000, 0.033), (0, most)):
        chosen = default_optimizer(target, rows, 32)
        assert isinstance(chosen, AdamW) and chosen.weight_decay == decay, rows


def test_numbers_in_their_own_unit_are_not_held_small() -> None:
    assert default_optimizer(Target("number", ("price",), mean=(0.0,), scale=(1.0,)), 100, 32).law == "adam"
