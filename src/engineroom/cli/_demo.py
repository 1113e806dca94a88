"""`engineroom demo`: one weight learns y = 2x, then a network learns to read, and one of its moves is explained."""

from __future__ import annotations

import shlex
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np

from engineroom import api
from engineroom.cli._facts import run_facts
from engineroom.cli._options import AsJson, flag, option
from engineroom.cli._program import program
from engineroom.cli._show import has_browser, serve_page
from engineroom.data import BUNDLED, from_table
from engineroom.lens import Why
from engineroom.network import Network
from engineroom.ops import SGD, Dense
from engineroom.run import misses, verdict
from engineroom.show import (
    count,
    duration,
    facts_text,
    make_console,
    network_text,
    number,
    say,
    show_commands,
    show_result,
    show_why,
    spark,
    step_progress,
    training_progress,
)

__all__ = ["DEMO_EXAMPLES", "demo"]

DEMO_EXAMPLES = """\
Examples:
  engineroom demo
  engineroom demo --logbook first.logbook"""

_USUAL = Path("demo.logbook")
_LESSON = {"lesson": 0.01, "lesson, lr 0.001": 0.001, "lesson, lr 0.3": 0.3}


def demo(
    logbook: Annotated[
        Path | None,
        option(
            "--logbook",
            metavar="FILE",
            help="Where the runs are kept; if left out demo.logbook, or demo-2.logbook and so on where that is there.",
        ),
    ] = None,
    no_open: Annotated[bool, flag("--no-open", help="Only print; open no page.")] = False,
    as_json: AsJson = False,
) -> None:
    """See one weight learn, then a network, and have one of its moves explained. Takes a few seconds.

    The runs are kept, and the last lines are commands to ask them more.

    In a terminal with a display the lessons open at the end; elsewhere `engineroom show FILE` opens them.
    """
    place = logbook or _new_place()
    lessons = [_lesson(name, lr, place) for name, lr in _LESSON.items()]
    if as_json:
        digits, _ = _digits(place)
        told = {"logbook": str(place), "lessons": [_lesson_facts(run) for run in lessons], "digits": run_facts(digits)}
        print(facts_text({**told, "why": digits.why().to_dict()}))
        return
    _tell_lesson(*lessons)
    digits, took = _digits(place)
    why = _tell_digits(digits, took)
    console = make_console()
    book = shlex.quote(str(place))
    weight = ".".join([why.parameter, *map(str, why.index)])
    console.print()
    beside = f"; {_USUAL} was there already and stays as it is" if logbook is None and place != _USUAL else ""
    say(console, f"Everything is kept in {place}{beside}. Paste one of these:")
    show_commands(
        console,
        [
            (
                f"{program()} why {book} {weight} --step {why.step} --prove",
                "all of it, and the step without its hardest row",
            ),
            (f"{program()} train penguins", "a table; yours with: train FILE --target COLUMN"),
            (f"{program()} show {book}", "all of it in the browser, with lessons"),
        ],
    )
    if no_open:
        return
    console.print()
    if has_browser():
        say(console, "The lessons open in the browser: turn the weight yourself.")
        serve_page(place, at="/lesson/1")
    else:
        # Not wrapped, so that pasting the command works.
        console.print(
            f"This is no terminal with a display; the lessons open with: {program()} show {book}", soft_wrap=True
        )


def _new_place() -> Path:
    """Return a file that is not there yet: the same runs again would hide what was made of the earlier ones."""
    place, number = _USUAL, 1
    while place.exists():
        number += 1
        place = _USUAL.with_stem(f"{_USUAL.stem}-{number}")
    return place


def _lesson(name: str, lr: float, place: Path) -> api.Run:
    """One weight, no bias, from 0, towards y = 2x."""
    network = Network(Dense(1, bias=False, init="zeros"))
    run = api.train(
        network, [1, 2, 3], [2, 4, 6], loss="mse", optimizer=SGD(lr=lr), batch_size=None, epochs=50, dtype="float64",
        logbook=place, name=name,
    )  # fmt: skip
    _end_if_stopped(run, place)
    return run


def _end_if_stopped(run: api.Run, place: Path) -> None:
    """End the demo where Ctrl-C has ended one of its trainings: there is nothing to tell of half of it."""
    if run.status == "interrupted":
        say(make_console(stderr=True), f"Stopped; what was trained is kept in {place}.", "er.warn")
        raise KeyboardInterrupt


def _path(run: api.Run) -> Any:
    return run.trace("dense1.weight[0, 0]")


def _lesson_facts(run: api.Run) -> dict[str, Any]:
    return {**run_facts(run), "losses": run.loss, "weights": _path(run)}


def _digits(place: Path) -> tuple[api.Run, float]:
    prepared = from_table("digits", target=BUNDLED["digits"])
    began = perf_counter()
    with training_progress(make_console(stderr=True), "learning to read digits") as progress:
        run = api.train(None, prepared.dataset, logbook=place, name="digits", progress=progress)
    _end_if_stopped(run, place)
    return run, perf_counter() - began


def _tell_lesson(right: api.Run, small: api.Run, large: api.Run) -> None:
    console = make_console()
    console.print("One weight learns y = 2x", style="er.title")
    say(
        console,
        "It sees x = 1, 2, 3 and wants y = 2, 4, 6. It starts at 0, knowing nothing. Each epoch it looks how wrong it "
        "is, asks the slope of the loss which way is down, and turns the weight a little that way.",
    )
    console.print()
    path = _path(right)
    for epoch in range(0, right.epochs, 10):
        console.print(f"Epoch {epoch}: Loss={right.loss[epoch]:.4f}, Weight={path[epoch + 1]:.4f}", style="er.number")
    console.print(f"After {right.epochs} epochs the weight is {float(path[-1])!r}.")
    console.print()
    console.print("How far to turn it each time is the learning rate, lr:")
    plain = not console.encoding.startswith("utf")
    for words, lr, run in (("creeps", 0.001, small), ("arrives", 0.01, right), ("flies off", 0.3, large)):
        path = _path(run)
        drawn = spark(path, 20, ascii_only=plain)
        said = f"{number(path[1])}, {number(path[2])}, {number(path[3])}, ... {number(path[-1])}"
        console.print(f"  lr {lr:<6}{words:<11}", end="")
        console.print(drawn, style="er.line", end="")
        console.print(f"  {said}", soft_wrap=True)


def _tell_digits(run: api.Run, took: float) -> Why:
    console = make_console()
    console.print()
    console.print("A network learns to read", style="er.title")
    dataset = run.dataset
    parameters = sum(int(np.prod(p.shape)) for p in run.plan.parameters)
    say(
        console,
        f"{count(len(dataset.training), 'image')} of handwritten digits to learn from, 8 x 8 pixels each; "
        f"{count(parameters, 'weight')} and biases instead of one ({network_text(run.network, dataset.x.shape[1])}); "
        f"{count(run.steps, 'step')} in {duration(took)}.",
    )
    found = verdict(run.metrics, misses(run.record), run.baselines)
    show_result(console, dataset.target, len(dataset.validation), run.metrics, run.baselines, found)
    with step_progress(make_console(stderr=True), "looking for the largest move") as progress:
        why = run.why(progress=progress)
    console.print("Which weight made the largest move of all, and why?", style="er.title")
    console.print("Nothing was logged: that step is computed again, to the last bit.")
    console.print()
    # The update and the gradient; the chain rule and the earlier steps are one of the commands below.
    show_why(console, why, parts=3)
    return why
