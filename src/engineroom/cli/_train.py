"""`engineroom train`: a table in, a trained network and a logbook out."""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from engineroom import api
from engineroom.cli._facts import run_facts
from engineroom.cli._laws import batch_size_of, columns_of, network_of, optimizer_of, target_of, validation_of
from engineroom.cli._options import AsJson, any_number, flag, option, whole_number
from engineroom.cli._outcome import epochs_told, exit_code, say_best, say_finding
from engineroom.cli._program import program
from engineroom.cli._show import tell_page
from engineroom.data import from_table
from engineroom.logbook import check_place, leaving_none_unused
from engineroom.run import TrainingProgress, check_name, default_batch_size, misses, scores, shortfall, verdict
from engineroom.show import (
    count,
    duration,
    facts_text,
    make_console,
    network_text,
    number,
    page,
    say,
    show_columns,
    show_commands,
    show_result,
    training_progress,
)

__all__ = ["TRAIN_EXAMPLES", "train"]

TRAIN_EXAMPLES = """\
Examples:
  engineroom train penguins
  engineroom train houses.csv --target price
  engineroom train houses.csv --target price --dry-run
  engineroom train digits --show
  engineroom train houses.csv --target price --column zip:category
  engineroom train houses.csv --target price --hidden 128,64 --epochs 50
  engineroom train digits --optimizer sgd --logbook my.logbook --name plain"""

_TABLE, _NETWORK, _TRAINING, _LOGBOOK, _ENGINE = "Table", "Network", "Training", "Logbook", "Engine"


def train(
    file: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="A file (CSV, TSV, Parquet, JSON, Excel), or the bundled digits or penguins (these need no --target).",
            show_default=False,
        ),
    ],
    target: Annotated[
        str | None, option("--target", "-t", metavar="COLUMN", help="The column to predict.", panel=_TABLE)
    ] = None,
    column: Annotated[
        list[str] | None,
        option(
            "--column",
            metavar="NAME:KIND",
            help="Read a column as number (decimal-comma, decimal-point: with this decimal sign), category, boolean or "
            "date (dmy, mdy, ymd: in this order), or drop it; may be repeated.",
            panel=_TABLE,
        ),
    ] = None,
    validation: Annotated[
        str | None,
        option(
            "--validation",
            metavar="PART",
            help="Rows to check on and never train on: a part such as 0.2, a number of rows, or none; "
            "a fifth, from 50 rows on, if left out.",
            panel=_TABLE,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        flag("--dry-run", help="Print how each column is read, with all that is done with it, and stop.", panel=_TABLE),
    ] = False,
    hidden: Annotated[
        str | None,
        option(
            "--hidden",
            "--layers",
            metavar="WIDTHS",
            help="Neurons of each hidden layer: 64,32 or none.",
            panel=_NETWORK,
        ),
    ] = None,
    activation: Annotated[
        str | None,
        option(
            "--activation",
            metavar="LAW",
            help="What hidden neurons do to their sum: relu, tanh, gelu, silu, sigmoid, ...; relu if left out.",
            panel=_NETWORK,
        ),
    ] = None,
    loss: Annotated[
        str | None,
        option(
            "--loss",
            metavar="LAW",
            help="What training makes small: mse, mae, huber for numbers, cross_entropy for classes; "
            "the target decides if left out.",
            panel=_NETWORK,
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        option(
            "--optimizer",
            metavar="LAW",
            help="The rule that moves the weights: sgd, rmsprop, adam or adamw; one that fits the target if left out.",
            panel=_TRAINING,
        ),
    ] = None,
    lr: Annotated[
        float | None,
        option(
            "--lr",
            metavar="RATE",
            help="Learning rate, how far a step goes: the highest, from which --schedule goes on; 0.01 if left out.",
            panel=_TRAINING,
            parser=any_number,
        ),
    ] = None,
    schedule: Annotated[
        str | None,
        option(
            "--schedule",
            metavar="LAW",
            help="How the rate goes on, with any optimizer: constant, or cosine, which glides down to 0; "
            "cosine if left out.",
            panel=_TRAINING,
        ),
    ] = None,
    warmup: Annotated[
        int | None,
        option(
            "--warmup",
            metavar="STEPS",
            help="Steps over which the rate rises from 0.",
            panel=_TRAINING,
            parser=whole_number,
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        option(
            "--epochs", metavar="N", help="How many times to go over all rows.", panel=_TRAINING, parser=whole_number
        ),
    ] = None,
    steps: Annotated[
        int | None,
        option(
            "--steps",
            metavar="N",
            help="How many times to update the weights, instead of epochs.",
            panel=_TRAINING,
            parser=whole_number,
        ),
    ] = None,
    batch_size: Annotated[
        str | None,
        option("--batch-size", metavar="ROWS", help="Rows to learn from in a step: a number, or all.", panel=_TRAINING),
    ] = None,
    early_stopping: Annotated[
        bool,
        flag(
            "--early-stopping",
            help="Stop when the loss on held-out rows no longer falls; keep the best weights.",
            panel=_TRAINING,
        ),
    ] = False,
    patience: Annotated[
        int | None,
        option(
            "--patience",
            metavar="N",
            help="Stop early, after so many epochs without a lower loss; 10 with --early-stopping alone.",
            panel=_TRAINING,
            parser=whole_number,
        ),
    ] = None,
    seed: Annotated[
        int,
        option(
            "--seed",
            metavar="N",
            help="All chance follows from it: first weights, order, held-out rows; 0 if left out.",
            panel=_TRAINING,
            parser=whole_number,
        ),
    ] = 0,
    logbook: Annotated[
        Path | None,
        option(
            "--logbook", metavar="FILE", help="Where the run is kept; TABLE.logbook here if left out.", panel=_LOGBOOK
        ),
    ] = None,
    name: Annotated[
        str | None, option("--name", metavar="NAME", help="What to call the run, beside its number.", panel=_LOGBOOK)
    ] = None,
    no_data: Annotated[
        bool, flag("--no-data", help="Keep only a fingerprint of the rows (a hash), not the rows.", panel=_LOGBOOK)
    ] = False,
    max_wait: Annotated[
        str | None,
        option(
            "--max-wait",
            metavar="TIME",
            help="Longest that going back to any step may take, such as 50ms.",
            panel=_LOGBOOK,
        ),
    ] = None,
    max_size: Annotated[
        str | None,
        option(
            "--max-size",
            metavar="SIZE",
            help="Most that saved states (keyframes) may take, such as 256MB.",
            panel=_LOGBOOK,
        ),
    ] = None,
    dtype: Annotated[
        str | None, option("--dtype", metavar="TYPE", help="How numbers are kept: float32 or float64.", panel=_ENGINE)
    ] = None,
    threads: Annotated[
        int | None,
        option(
            "--threads",
            metavar="N",
            help="Processor threads; the result is the same to the bit with any number.",
            panel=_ENGINE,
            parser=whole_number,
        ),
    ] = None,
    engine: Annotated[
        str | None,
        option(
            "--engine",
            metavar="NAME",
            help="native, or reference: slow, written to be read, the same bits.",
            panel=_ENGINE,
        ),
    ] = None,
    show: Annotated[bool, flag("--show", help="Watch it on a page while it trains, and afterwards.")] = False,
    no_open: Annotated[bool, flag("--no-open", help="With --show: print the link and open no browser.")] = False,
    as_json: AsJson = False,
) -> int:
    """Train a network on a table and keep the run, so that every step can be asked afterwards.

    Prints how each column is read, trains, and sets the result beside two baselines.
    """
    said = {
        "loss": loss,
        "epochs": epochs,
        "steps": steps,
        "early_stopping": early_stopping if patience is None else patience,
        "threads": threads,
        "max_wait": max_wait,
        "max_size": max_size,
        "engine": engine,
    }
    choices: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if batch_size is not None:
        choices["batch_size"] = batch_size_of(batch_size)
    kind: dict[str, Any] = {} if dtype is None else {"dtype": dtype}
    console = make_console()
    prepared = from_table(
        file,
        target=target_of(file, target),
        columns=columns_of(column or []),  # type: ignore[arg-type]  # a kind that does not exist is told there
        validation="auto" if validation is None else validation_of(validation),
        seed=seed,
        **kind,
    )
    # All that was said is tried before anything is printed, so that a slip is the only thing seen.
    size = choices.get("batch_size", default_batch_size(len(prepared.dataset.training)))
    network = network_of(prepared.dataset.target, hidden, activation, loss)
    choices["optimizer"] = optimizer_of(network, prepared.dataset, size, optimizer, lr, schedule, warmup)
    check_name(name)
    if dry_run:
        if as_json:
            print(facts_text({"table": prepared.report.to_dict()}))
        else:
            show_columns(console, prepared.report, full=True)
        return 0
    place = logbook or Path(f"{Path(file).stem}.logbook")
    check_place(place)
    cost = api.estimate(network, prepared.dataset, seed=seed, include_rows=not no_data, **choices)
    if not as_json:
        show_columns(console, prepared.report)
        say(console, f"Recording it takes {cost.brief}.", "er.quiet")
    served = None
    with leaving_none_unused(place):
        if show:
            served = page.start(place, opens=not no_open)
            tell_page(served, make_console(stderr=as_json))
        began = perf_counter()
        looking_on = nullcontext() if served is None else served.desk.looking_on()
        with looking_on as observer, training_progress(make_console(stderr=True)) as progress:
            run = api.train(
                network,
                prepared.dataset,
                seed=seed,
                logbook=place,
                name=name,
                include_rows=not no_data,
                progress=progress if observer is None else both(progress, observer.progress),
                observer=observer,
                **choices,
            )
    took = perf_counter() - began
    if as_json:
        others = run.baselines if run.status in ("completed", "stopped early") else ()
        facts = {"table": prepared.report.to_dict(), "estimate": cost, "run": run_facts(run), "baselines": others}
        if others:
            facts["verdict"] = verdict(scores(run.record), misses(run.record), others)
        facts["shortfall"] = shortfall(run.record)
        print(facts_text(facts))
    else:
        _report(run, place, took, file if no_data else None)
    if served is not None:
        served.wait()
    return exit_code(run)


def both(first: TrainingProgress, second: TrainingProgress) -> TrainingProgress:
    """Return what tells two listeners how far training is."""

    def told(step: int, total: int, loss: float) -> None:
        first(step, total, loss)
        second(step, total, loss)

    return told


def _report(run: api.Run, place: Path, took: float, left_out: str | None) -> None:
    """Say how it went and what to ask.

    Parameters
    ----------
    left_out : the table, where the logbook keeps only a hash of its rows; questions have to name it again.
    """
    console = make_console()
    made = f"{count(run.steps, 'step')} ({epochs_told(run, run.steps)}) in {duration(took)}"
    network = network_text(run.network, run.dataset.x.shape[1])
    name = f"{run.record.name} of {place}"
    book, rows = shlex.quote(str(place)), "" if left_out is None else f" --data {shlex.quote(left_out)}"
    console.print()
    if run.finding is not None:
        say_finding(console, run)
        console.print()
        say(console, f"It is kept as {name}; ask it what happened:")
        show_commands(
            console,
            [
                (f"{program()} why {book} --step {step}{rows}", f"the weight that moved most in {words}")
                for step, words in ((run.steps, "the last step"), (run.steps - 1, "the step before"))
                if step
            ],
        )
        return
    if run.status == "interrupted":
        last = "" if run.record.last_loss is None else f" at a batch's loss of {number(run.record.last_loss)}"
        say(console, f"Stopped by Ctrl-C after {made}{last}; what was trained is kept.", "er.warn")
    else:
        early = ", stopped early" if run.status == "stopped early" else ""
        say(console, f"Trained {network} with {run.record.optimizer.law}: {made}{early}.", "er.title")
    say_best(console, run)
    # The baselines have to be trained, and whoever pressed Ctrl-C does not want to wait for that.
    mine, others = scores(run.record), () if run.status == "interrupted" else run.baselines
    found = verdict(mine, misses(run.record), others) if others else None
    measured, held_out = len(run.dataset.measured), run.dataset.measured_on == "validation"
    show_result(console, run.dataset.target, measured, mine, others, found, held_out)
    if (short := shortfall(run.record)) is not None:
        say(console, short.text, "er.bad")
        console.print()
    kept = "also holds the table's rows" if left_out is None else "keeps only a hash of the table's rows"
    say(console, f"Kept as {name}, which {kept}. Ask it:")
    weight = f"{run.plan.parameters[0].name}.0.0"
    show_commands(
        console,
        [
            (f"{program()} why {book}{rows}", "why its largest move"),
            (f"{program()} trace {book} {weight}{rows}", "a weight's whole path"),
            (f"{program()} predict {book} TABLE{rows}", "new rows"),
        ],
    )
