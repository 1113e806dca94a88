"""What the page is told of one example."""

from __future__ import annotations

import engineroom as er
from engineroom.show.page._asks import ExampleAsk
from engineroom.show.page._looks import example_of


def test_numbers_that_the_page_reads_have_all_digits_and_no_separators() -> None:
    sizes = [40.0 + i for i in range(40)]
    table = {"size": sizes, "price": [f"${1_000_003 + 15_000 * i:,}" for i in range(40)]}
    run = er.train(er.Network(er.Dense(1)), table, target="price", steps=20, lr=0.1)
    told = example_of(run.record, ExampleAsk(run=1, row=2, step=None))
    assert told.target == "1030003"
    predicted = float(run.predict({"size": [42.0]})[0])
    assert float(told.prediction) == round(predicted)
