"""`engineroom repair`: what is intact in a damaged logbook, in a new file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from engineroom.cli._options import AsJson, LogbookFile, option
from engineroom.logbook import repair as repair_logbook
from engineroom.show import facts_text, make_console, say

__all__ = ["REPAIR_EXAMPLES", "repair"]

REPAIR_EXAMPLES = """\
Examples:
  engineroom repair demo.logbook
  engineroom repair demo.logbook --output saved.logbook --json"""


def repair(
    file: LogbookFile,
    output: Annotated[
        Path | None,
        option("--output", metavar="NEW", help="The new file; FILE with .repaired in its name if left out."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Save what is intact in a damaged logbook into a new one.

    The damaged file is not changed; whatever could not be saved is named.
    """
    done = repair_logbook(file, output)
    if as_json:
        print(facts_text({"repair": done}))
    else:
        say(make_console(), str(done))
    return 1 if done.lost else 0
