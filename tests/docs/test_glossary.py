"""docs/glossary.md: words in order, links that lead somewhere, and the lesson's numbers as they are."""

from __future__ import annotations

import re
from pathlib import Path

import engineroom as er

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "glossary.md").read_text("utf-8")
WORDS = re.findall(r"^\| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)[1:]


def test_words_are_in_order_and_each_is_there_once() -> None:
    words = [re.sub(r"[`,]", "", word).lower() for word, _ in WORDS]
    assert words == sorted(words) and len(set(words)) == len(words) > 40


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert targets and all((DOCS / target).exists() for target in targets), targets


def test_the_numbers_of_the_lesson() -> None:
    net = er.Network(er.Dense(1, bias=False, init="zeros"))
    sgd = er.SGD(lr=0.01)
    run = er.train(net, [1, 2, 3], [2, 4, 6], loss="mse", optimizer=sgd, batch_size=None, epochs=2, dtype="float64")
    why = run.why(step=1)
    said = dict(WORDS)
    assert f"{run.query('dense1.weight.grad', 1)['dense1.weight.grad'].item():.2f}" in said["gradient"]
    assert f"+{float(why.change):.4f}" in said["push"] and "row 2 pushes by +0.12" in said["push"]
    assert str(why).split("predicted\n")[1].split()[:5] == ["2", "3", "-4", "-12", "+0.12"]
    assert round(run.stability(step=0).sharpness.largest, 6) == round(28 / 3, 6) and "28/3" in said["curvature"]
    assert sgd.stability_bound[0] == 2.0 and "2 for plain sgd" in said["stability bound"]


def test_names_of_the_words_are_names_of_the_program() -> None:
    run = er.train(er.Network(er.Dense(3, "relu"), er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.Adam(), steps=1)
    for name in re.findall(r"`(dense1\.[\w.]+)`", PAGE):
        if name != "dense1.weight.velocity":
            assert run.query(name)[name].shape[0] == 1
    momentum = er.train(er.Network(er.Dense(1)), [1, 2], [2, 4], optimizer=er.SGD(momentum=0.9), steps=1)
    assert "dense1.weight.velocity" in momentum.at(1).slots
