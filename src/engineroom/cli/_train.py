"""`engineroom train`: a table in, a trained network and a logbook out."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from engineroom import api
from engineroom.cli._facts import run_facts
from engineroom.cli._laws import batch_size_of, columns_of, network_of, optimizer_of, target_of, validation_of
from engineroom.cli._options import AsJson, any_number, flag, option, whole_number
from engineroom.cli._outcome import exit_code
from engineroom.cli._report import planned, tell_plan, tell_training
from engineroom.cli._show import tell_page
from engineroom.cli._signals import ending_like_ctrl_c
from engineroom.data import from_table
from engineroom.logbook import check_writable, leaving_none_unused
from engineroom.run import TrainingProgress, check_name, default_batch_size, misses, scores, shortfall, verdict
from engineroom.show import facts_text, make_console, page, say, show_columns, training_progress

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
        flag(
            "--dry-run",
            help="Try all that is said, print how each column is read and what would be trained, and stop.",
            panel=_TABLE,
        ),
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
    place = logbook or Path(f"{Path(file).stem}.logbook")
    check_writable(place)
    cost = api.estimate(network, prepared.dataset, seed=seed, include_rows=not no_data, **choices)
    if dry_run:
        settings, weights = planned(network, prepared.dataset, seed, choices)
        if as_json:
            settled = {
                "network": [layer.to_dict() for layer in settings.network.layers],
                "loss_law": settings.loss.to_dict(),
                "optimizer": settings.optimizer.to_dict(),
                "batch_size": settings.batch_size,
                "parameters": weights,
                "logbook": str(place),
            }
            print(facts_text({"table": prepared.report.to_dict(), "estimate": cost, "would_train": settled}))
        else:
            show_columns(console, prepared.report, full=True)
            tell_plan(console, prepared.dataset, settings, weights, cost, place)
        return 0
    if not as_json:
        show_columns(console, prepared.report)
        say(console, f"Recording it takes {cost.brief}.", "er.quiet")
    served = None
    with ending_like_ctrl_c(), leaving_none_unused(place):
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
                progress=progress if observer is None else _both(progress, observer.progress),
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
        tell_training(run, place, took, file if no_data else None)
    if served is not None and observer is not None and observer.signal not in (None, signal.SIGINT):
        served.stop()  # SIGTERM and the end of the terminal end the program, not the training alone
    elif served is not None:
        say(make_console(stderr=as_json), "The page stays open until Ctrl-C ends it.")
        served.wait()
    return exit_code(run)


def _both(first: TrainingProgress, second: TrainingProgress) -> TrainingProgress:
    """Return what tells two listeners how far training is."""

    def told(step: int, total: int, loss: float) -> None:
        first(step, total, loss)
        second(step, total, loss)

    return told
