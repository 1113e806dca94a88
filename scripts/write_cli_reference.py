"""Write docs/cli.md from the command line's own help, or with --check say whether it is as it should be."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import typer

from engineroom.cli._app import app

REFERENCE = Path(__file__).parent.parent / "docs" / "cli.md"

_HEAD = """\
# The command line

This page is written by `python scripts/write_cli_reference.py` from the help of each command.

Exit codes: 0, done; 1, done, and the answer is bad news (a run that left the finite numbers, a replay that differs);
2, the command or its input cannot be used, and one sentence on standard error said why; 130, interrupted.

`--json` gives the same facts to programs, on standard output. An error is then
`{"error": {"kind": ..., "message": ...}}`, also on standard output, and numbers that JSON does not know are the
strings `"NaN"`, `"Infinity"` and `"-Infinity"`. In every answer `loss` is a number, and the law
that measures it is `loss_law`.

Square brackets mean something to most shells: write `dense1.weight.3.5`, or quote `'dense1.weight[3, 5]'`.
`engineroom --install-completion` teaches your shell to complete commands and options; `engineroom --version` says which
version it is.
"""


def reference() -> str:
    """Return the page."""
    group: Any = typer.main.get_command(app)
    return "\n".join([_HEAD, *(_section(command) for command in group.commands.values())])


def _section(command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    places = (a.metavar if a.required else f"[{a.metavar}]" for a in arguments)
    usage = " ".join(["engineroom", command.name, *places, "[OPTIONS]"])
    lines = [f"## {command.name}", "", inspect.cleandoc(command.help), "", "```", usage, "```", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| `{a.metavar}` | {a.help} |" for a in arguments]
    for o in options:
        names = ", ".join(sorted(o.opts, key=len, reverse=True))
        value = f" {o.metavar}" if o.metavar else ""
        lines.append(f"| `{names}{value}` | {o.help} |")
    examples = inspect.cleandoc(command.epilog or "").splitlines()[1:]
    lines += ["", "```sh", *(line.strip() for line in examples if line.strip()), "```", ""]
    return "\n".join(lines)


def main() -> int:
    """Write the page, or compare it."""
    page = reference()
    if "--check" in sys.argv[1:]:
        if REFERENCE.read_text(encoding="utf-8") == page:
            return 0
        print("docs/cli.md differs from the help; run python scripts/write_cli_reference.py", file=sys.stderr)
        return 1
    REFERENCE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
