"""`engineroom fork` and `engineroom resume`: training goes on from a state that a logbook keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from engineroom import api
from engineroom.cli._facts import run_facts
from engineroom.cli._laws import batch_size_of
from engineroom.cli._options import (
    AsJson,
    DataFile,
    LogbookFile,
    RunNumber,
    any_number,
    chosen_run,
    option,
    point_of,
    whole_number,
)
from engineroom.cli._outcome import exit_code, say_best, say_finding, steps_told, stopped_text
from engineroom.cli._way_on import telling_the_way_on
from engineroom.errors import OptionError
from engineroom.ops import Schedule
from engineroom.ops import optimizer as optimizer_law
from engineroom.ops import schedule as schedule_law
from engineroom.run import Record, is_better, scores, shortfall
from engineroom.show import changes, count, facts_text, make_console, number, say, show_scores, training_progress

__all__ = ["FORK_EXAMPLES", "RESUME_EXAMPLES", "fork", "resume"]

FORK_EXAMPLES = """\
Examples:
  engineroom fork demo.logbook --at 120 --lr 0.01
  engineroom fork demo.logbook --at 120 --lr 0.003 --schedule cosine
  engineroom fork demo.logbook --at 120 --set dense1.weight.3.5=0
  engineroom fork demo.logbook --at 0 --drop 812 --freeze dense1 --json"""

RESUME_EXAMPLES = """\
Examples:
  engineroom resume demo.logbook --run 1 --epochs 5
  engineroom resume demo.logbook --run 1 --steps 100 --json"""

_EPOCHS = option(
    "--epochs", metavar="N", help="Epochs to train on; to where it was to end if left out.", parser=whole_number
)
_STEPS = option("--steps", metavar="N", help="Steps to train on, instead of epochs.", parser=whole_number)

_ENDED = {"nonfinite": "NaN or infinity"}
"""How training ended, where the status is no word of everyday."""


class _State(NamedTuple):
    """What some weights are called, and where they are found."""

    name: str
    record: Record
    step: int


def fork(
    file: LogbookFile,
    at: Annotated[
        int, option("--at", metavar="T", help="The state to go on from, 0 to the last.", parser=whole_number)
    ],
    lr: Annotated[
        float | None,
        option(
            "--lr",
            metavar="RATE",
            help="Another learning rate, kept constant unless --schedule says otherwise.",
            parser=any_number,
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        option(
            "--schedule",
            metavar="LAW",
            help="How the rate goes on from here: constant, or cosine, which glides down to 0.",
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        option("--optimizer", metavar="LAW", help="Another optimizer: sgd, rmsprop, adam or adamw."),
    ] = None,
    batch_size: Annotated[
        str | None, option("--batch-size", metavar="ROWS", help="Other rows a step, or all; begins a new epoch.")
    ] = None,
    loss: Annotated[
        str | None,
        option("--loss", metavar="LAW", help="Another loss: mse, mae or huber for numbers, cross_entropy for classes."),
    ] = None,
    seed: Annotated[
        int | None,
        option("--seed", metavar="S", help="Another order of the rows; begins a new epoch.", parser=whole_number),
    ] = None,
    values: Annotated[
        list[str] | None,
        option("--set", metavar="NAME=VALUE", help="Set a weight, such as dense1.weight.3.5=0; may be repeated."),
    ] = None,
    freeze: Annotated[
        list[str] | None,
        option(
            "--freeze", metavar="NAME", help="An array or layer, such as dense1, that no step changes; may be repeated."
        ),
    ] = None,
    drop: Annotated[
        list[int] | None,
        option(
            "--drop",
            metavar="ROW",
            help="A row not to train on any more, by its number; may be repeated.",
            parser=whole_number,
        ),
    ] = None,
    epochs: Annotated[int | None, _EPOCHS] = None,
    steps: Annotated[int | None, _STEPS] = None,
    name: Annotated[str | None, option("--name", metavar="NAME", help="What to call the fork.")] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> int:
    """Go on from any state with something changed, as a run of its own.

    The run that is forked stays as it is. The steps are numbered on.
    """
    asked = chosen_run(file, run, data)
    size = None if batch_size is None else batch_size_of(batch_size)
    said: dict[str, Any] = {
        "at": at,
        "lr": lr,
        "schedule": schedule,
        "optimizer": optimizer,
        "batch_size": batch_size,
        "loss": loss,
        "seed": seed,
    }
    said |= {"set": values, "freeze": freeze, "drop": drop, "epochs": epochs, "steps": steps, "name": name}
    said |= {"run": run, "data": data}
    with telling_the_way_on(asked.record, file, said), training_progress(make_console(stderr=True)) as progress:
        made = asked.fork(
            at,
            lr=lr if schedule is None else _rate(asked, at, lr, schedule, optimizer),
            optimizer=optimizer,
            batch_size=size,
            loss=loss,
            seed=seed,
            set=dict(map(_setting, values)) if values else None,
            freeze=freeze or None,
            drop_examples=drop or None,
            epochs=epochs,
            steps=steps,
            name=name,
            progress=progress,
        )
    parent = made.record.parent
    beside = [_State(f"run {parent.number}, its parent", parent, parent.chosen_step)] if parent is not None else []
    changed = changes(made.record)
    begun = f"It goes on from state {at:,} of run {made.record.row.parent}"
    if changed:
        begun += f" with {', '.join(changed)}"
    elif parent is not None:
        copied = "trains an exact copy" if made.steps <= parent.steps else f"copies it up to step {parent.steps:,}"
        begun += f" with nothing changed, so it {copied}"
    return _told(made, file, begun, beside, as_json, {"changes": changed})


def _rate(run: api.Run, at: int, lr: float | None, law: str, optimizer: str | None) -> Schedule:
    """Return a schedule that begins with a fork, at the highest rate there was where no other one is said."""
    if lr is None:
        record = run.record.holder(run.record.checked_step(at))
        lr = (record.optimizer if optimizer is None else optimizer_law(optimizer)).schedule.lr
    return schedule_law({"law": law, "lr": lr})


def resume(
    file: LogbookFile,
    epochs: Annotated[int | None, _EPOCHS] = None,
    steps: Annotated[int | None, _STEPS] = None,
    run: RunNumber = None,
    data: DataFile = None,
    as_json: AsJson = False,
) -> int:
    """Go on with a run as if it had never stopped, bit for bit.

    It may have ended, been interrupted, or crashed.
    """
    asked = chosen_run(file, run, data)
    said = {"epochs": epochs, "steps": steps, "run": run, "data": data}
    way_on = telling_the_way_on(asked.record, file, said, resumes_at=asked.steps)
    with way_on, training_progress(make_console(stderr=True)) as progress:
        grown = asked.resume(epochs=epochs, steps=steps, progress=progress)
    beside = [_State("before", grown.record, asked.best_state_step)]
    return _told(grown, file, f"It went on from state {asked.steps:,}", beside, as_json)


def _told(
    run: api.Run, file: Path, begun: str, beside: Sequence[_State], as_json: bool, more: Mapping[str, Any] = {}
) -> int:
    """Print what became of a run, and return the exit code.

    Parameters
    ----------
    beside : states to set its result beside, measured on the same rows.
    more : facts for `--json` alone.
    """
    measured: list[tuple[str, int, dict[str, float]]] = []
    if run.finding is None:
        states = [_State(f"run {run.number}", run.record, run.best_state_step)]
        states += [state for state in beside if state.record.finding is None]
        measured = [(s.name, s.step, scores(s.record, s.step, run.dataset)) for s in states]
        if any(s.record.loss_law != run.record.loss_law for s in states):
            # Two losses cannot be set beside each other.
            measured = [(n, t, {k: v for k, v in m.items() if k != "loss"}) for n, t, m in measured]
    short = shortfall(run.record)
    if as_json:
        each = [{"name": name, "step": step, "metrics": metrics} for name, step, metrics in measured]
        facts = {
            "run": run_facts(run),
            "measured_on": run.dataset.measured_on,
            "scores": each,
            "shortfall": short,
            **more,
        }
        print(facts_text(facts))
    else:
        console = make_console()
        if run.status == "interrupted":
            told = f"stopped after {stopped_text(run, steps_told(run))}"
            say(console, f"Run {run.number} of {file}: {told} {begun}.", "er.warn")
        else:
            loss = "" if measured or run.record.last_loss is None else f", loss {number(run.record.last_loss)}"
            ended = _ENDED.get(run.status, run.status)
            say(console, f"Run {run.number} of {file}: {ended} after {count(run.steps, 'step')}{loss}. {begun}.")
        say_finding(console, run)
        if measured:
            say_best(console, run)
            held_out = run.dataset.measured_on == "validation"
            show_scores(console, run.dataset.target, len(run.dataset.measured), held_out, measured)
        if short is not None:
            console.print()
            say(console, short.text + _better(run, measured), "er.bad")
    return exit_code(run)


def _better(run: api.Run, measured: Sequence[tuple[str, int, dict[str, float]]]) -> str:
    """Return a sentence on the parent, where it was measured too and is better than a fork that is of no use."""
    parent = run.record.row.parent
    if parent is None or len(measured) < 2 or not measured[1][0].startswith("run "):
        return ""
    ahead = is_better(measured[1][2], than=measured[0][2])
    return f" Run {parent}, its parent, is better: --run {parent} asks it." if ahead else ""


def _setting(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    try:
        if equals:
            return name, float(value)
    except ValueError:
        pass
    raise OptionError(f"--set must be a weight and a number such as dense1.weight.3.5=0, got {text!r}{point_of(value)}")
