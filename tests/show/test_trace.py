"""The path of a weight on a page of 80 columns."""

from __future__ import annotations

import io

from rich.console import Console
from rich.theme import Theme

import engineroom as er
from engineroom.lens import trace
from engineroom.show import show_trace
from engineroom.show._console import PALETTE


def test_what_a_weight_lies_between_is_wrapped_beneath_its_name() -> None:
    name = "everything that the tenants of the flat may use, the cellar and the garden not counted"
    table = {name: [float(i) for i in range(30)], "rent": [8.0 * i for i in range(30)]}
    run = er.train(er.Network(er.Dense(2, "tanh"), er.Dense(1)), table, target="rent", steps=5)
    paper = io.StringIO()
    console = Console(file=paper, width=80, theme=Theme(PALETTE), highlight=False, markup=False)
    show_trace(console, trace(run.record, "dense1.weight[0, 1]"))
    lines = paper.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    between = lines[1 : lines.index("")]
    assert len(between) == 2 and all(line.startswith("  ") for line in between)
    assert " ".join(line.strip() for line in between) == f"from `{name}` to neuron 1 of dense1"


def test_the_ends_of_a_path_are_states() -> None:
    network = er.Network(er.Dense(1, bias=False, init="zeros"))
    run = er.train(network, [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), batch_size=None, steps=50, dtype="float64")
    paper = io.StringIO()
    console = Console(file=paper, width=80, theme=Theme(PALETTE), highlight=False, markup=False)
    show_trace(console, trace(run.record, "dense1.weight[0, 0]"))
    *_, floor, _, start, lowest, highest, end, move = paper.getvalue().splitlines()
    assert floor.split() == ["state", "0", "50"]
    assert [line.split() for line in (start, lowest, highest, end, move)] == [
        ["start", "0", "in", "state", "0"],
        ["lowest", "0", "in", "state", "0"],
        ["highest", "1.98509", "in", "state", "50"],
        ["end", "1.98509", "in", "state", "50"],
        ["largest", "move", "+0.186667", "in", "step", "1"],
    ]
