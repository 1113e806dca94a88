"""The source tree as data: what each module imports, where, and what it says of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "engineroom"


@dataclass(frozen=True)
class Source:
    """One Python module of the package: its dotted name, whether it is an `__init__.py`, its text."""

    module: str
    is_package: bool
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The first name below the package; "" for the package itself."""
        return ([*self.module.split("."), ""])[1]

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def exported(self) -> list[str] | None:
        """The list in `__all__`, or None when there is none."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
            ):
                return list(ast.literal_eval(node.value))
        return None


def read_tree(root: Path = ROOT / "src") -> list[Source]:
    """Return every module below `root`, by name."""
    found = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        parts = list(path.relative_to(root).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        found.append(Source(".".join(parts[:-1] if is_package else parts), is_package, path.read_text("utf-8")))
    return found


def own_imports(source: Source, known: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield (module, line) of each import of the own package, wherever it stands; `known` tells modules from names."""
    known = set(known)
    known_files = {k for k in known if k.split(".")[-1].startswith("_")}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == PACKAGE:
                    yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(source, node)
            if base.split(".")[0] == PACKAGE:
                for alias in node.names:
                    whole = f"{base}.{alias.name}"
                    # A private name taken from a package is a module, perhaps a compiled one without a source here.
                    private = alias.name.startswith("_") and not alias.name.startswith("__") and base not in known_files
                    yield (whole if whole in known or private else base), node.lineno


def _absolute(source: Source, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = source.module.split(".")
    parts = parts[: len(parts) - node.level + source.is_package]
    return ".".join(parts + ([node.module] if node.module else []))
