"""The commands, gathered; and what happens to every error on its way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from engineroom._version import __version__
from engineroom.cli._ask import (
    AT_EXAMPLES,
    RUNS_EXAMPLES,
    TRACE_EXAMPLES,
    VERIFY_EXAMPLES,
    WHY_EXAMPLES,
    at,
    runs,
    trace,
    verify,
    why,
)
from engineroom.cli._commands import PlainCommand, PlainGroup
from engineroom.cli._compare import COMPARE_EXAMPLES, compare
from engineroom.cli._demo import DEMO_EXAMPLES, demo
from engineroom.cli._errors import USAGE_ERROR, report
from engineroom.cli._export import EXPORT_EXAMPLES, export
from engineroom.cli._go_on import FORK_EXAMPLES, RESUME_EXAMPLES, fork, resume
from engineroom.cli._predict import PREDICT_EXAMPLES, predict
from engineroom.cli._query import QUERY_EXAMPLES, query
from engineroom.cli._repair import REPAIR_EXAMPLES, repair
from engineroom.cli._show import SHOW_EXAMPLES, show
from engineroom.cli._stability import STABILITY_EXAMPLES, stability
from engineroom.cli._streams import steady_streams
from engineroom.cli._train import TRAIN_EXAMPLES, train
from engineroom.cli._weights import CONTRIBUTIONS_EXAMPLES, LANDSCAPE_EXAMPLES, contributions, landscape
from engineroom.errors import EngineroomError

__all__ = ["app", "run_command"]

# From this version on Typer keeps the lines of a paragraph; before, it joins them and separates paragraphs by one line.
_KEEPS_LINES = tuple(int(part) for part in typer.__version__.split(".")[:2]) >= (0, 28)


def _lines(examples: str) -> str:
    return examples if _KEEPS_LINES else examples.replace("\n", "\n\n")


app = typer.Typer(
    name="engineroom",
    cls=PlainGroup,
    epilog="Begin with:  engineroom demo",
    rich_markup_mode="rich",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(epilog=_lines(DEMO_EXAMPLES))(demo)
app.command(epilog=_lines(TRAIN_EXAMPLES))(train)
app.command(epilog=_lines(SHOW_EXAMPLES))(show)
app.command(epilog=_lines(RUNS_EXAMPLES))(runs)
app.command(epilog=_lines(WHY_EXAMPLES))(why)
app.command(epilog=_lines(TRACE_EXAMPLES))(trace)
app.command(epilog=_lines(AT_EXAMPLES))(at)
app.command(epilog=_lines(VERIFY_EXAMPLES))(verify)
app.command(epilog=_lines(QUERY_EXAMPLES))(query)
app.command(epilog=_lines(LANDSCAPE_EXAMPLES))(landscape)
app.command(epilog=_lines(CONTRIBUTIONS_EXAMPLES))(contributions)
app.command(epilog=_lines(STABILITY_EXAMPLES))(stability)
app.command(epilog=_lines(COMPARE_EXAMPLES))(compare)
app.command(epilog=_lines(FORK_EXAMPLES))(fork)
app.command(epilog=_lines(RESUME_EXAMPLES))(resume)
app.command(epilog=_lines(PREDICT_EXAMPLES))(predict)
app.command(epilog=_lines(EXPORT_EXAMPLES))(export)
app.command(epilog=_lines(REPAIR_EXAMPLES))(repair)
for _each in app.registered_commands:
    _each.cls = PlainCommand


def _say_version(asked: bool) -> None:
    if asked:
        print(f"engineroom {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", metavar="", help="Print the version.", is_eager=True, callback=_say_version),
    ] = False,
) -> None:
    """Train neural networks and ask why every weight moved."""


def run_command(words: Sequence[str]) -> int:
    """Run the command that `words` spell and return its exit code."""
    steady_streams()
    try:
        command = typer.main.get_command(app)  # this takes a moment too
        try:
            outcome = command.main(args=list(words) or ["--help"], prog_name="engineroom", standalone_mode=False)
            sys.stdout.flush()
        except (USAGE_ERROR, EngineroomError, OSError) as error:
            return report(error, words, command)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    return outcome if isinstance(outcome, int) else 0
