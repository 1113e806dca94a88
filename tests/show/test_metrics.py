"""Metrics that stand beside each other."""

from __future__ import annotations

from engineroom.data import Target
from engineroom.show._metrics import metric_column, metric_text


def test_misses_beside_each_other_have_one_number_of_decimals_and_0_has_no_sign() -> None:
    target = Target("number", ("mpg",), mean=(0.0,), scale=(1.0,))
    values = {"rmse": [1.688, 16.03], "mae": [1.3938, 13.049], "r2": [-0.0001, 0.5]}
    columns = [metric_column(name, values[name], target, values) for name in values]
    assert columns == [["1.69", "16.03"], ["1.39", "13.05"], ["0.0 %", "50.0 %"]]
    assert metric_column("rmse", [1.688], target) == ["1.688"]


def test_what_lies_halfway_between_two_decimals_is_rounded_up_as_on_the_page() -> None:
    target = Target("classes", ("soil",), classes=("clay", "loam"))
    assert metric_text({"accuracy": 73 / 80}, target) == "91.3 % right"
    assert metric_column("accuracy", [73 / 80, 1 / 16, 0.875, 1.0], target) == ["91.3 %", "6.3 %", "87.5 %", "100.0 %"]
    numbers = Target("number", ("mpg",), mean=(0.0,), scale=(1.0,))
    assert metric_column("r2", [-1 / 80, -1e30, float("-inf")], numbers)[::2] == ["-1.3 %", "-inf %"]
