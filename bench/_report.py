"""Figures as Markdown tables for people, or as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["Report"]

LIBRARIES = ("engineroom", "numpy", "torch", "jax", "optax", "scikit-learn")


class Report:
    """Collects tables; prints each as soon as it is known, or everything as JSON at the end."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.facts: dict[str, Any] = {"machine": _machine(), "versions": {name: _version(name) for name in LIBRARIES}}

    def begin(self) -> None:
        machine = self.facts["machine"]
        self._say(f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}")
        self._say(", ".join(f"{name} {found}" for name, found in self.facts["versions"].items()))

    def progress(self, text: str) -> None:
        """Say on the error stream what is being measured."""
        print(f"... {text}", file=sys.stderr, flush=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print one Markdown table under its title."""
        self._say(f"\n{title}\n")
        self._say("| " + " | ".join(columns) + " |")
        self._say("|" + "---|" * len(columns))
        for row in rows:
            self._say("| " + " | ".join(row) + " |")

    def end(self) -> None:
        if self.as_json:
            print(json.dumps(self.facts, indent=1))

    def _say(self, text: str) -> None:
        if not self.as_json:
            print(text, flush=True)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _machine() -> dict[str, Any]:
    processor = platform.processor() or platform.machine()
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        names = [
            line.split(":")[1].strip() for line in listing.read_text().splitlines() if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    return {"processor": processor, "cores": os.cpu_count(), "python": platform.python_version()}
