"""What the reader has to type to start this very command again."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

__all__ = ["program"]


def program() -> str:
    """Return `engineroom`, or the path it was called by where the shell would not find it under that name.

    `make demo` runs the command of an environment that is not on the PATH; what it prints to paste must work there too.
    """
    called = Path(sys.argv[0])
    if called.name != "engineroom" or not called.exists():
        return "engineroom"
    found = shutil.which("engineroom")
    return "engineroom" if found is not None and called.samefile(found) else shlex.quote(str(called))
