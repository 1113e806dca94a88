"""What a file may hold: doors only re-export, files hold one idea, errors are from the tree, words stay clean."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from ._source import PACKAGE, ROOT, Source, read_tree

TOO_LONG = 400
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".cpp", ".hpp", ".h", ".cmake", ".sh", ".yml", ".json", ".cfg", ""}
# Where somebody's own machine or a package registry shows; written in pieces so that this file may be read too.
PLACES = re.compile(
    "|".join(["(?<![\\w.])/" + "work/", "/tmp/" + "er\\b", "/home/" + "\\w+/", "/root" + "/", "py" + "pi\\.org",
              "python" + "hosted", "registry\\.npm" + "js", "download\\.py" + "torch", "deb\\.de" + "bian"])
)  # fmt: skip
DRAWERS = {"utils", "util", "misc", "helpers", "common"}
LAST_NUMBERED = re.compile(r"^_?[a-z_]+[a-z]\d$")


def door_offences(sources: list[Source]) -> list[str]:
    """Return what `__init__.py` files hold beside a docstring, imports and a sorted `__all__`."""
    found = []
    for source in sources:
        if not source.is_package:
            continue
        for node in source.tree.body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            dunder = isinstance(node, ast.Assign) and all(
                isinstance(t, ast.Name) and t.id in ("__all__", "__version__") for t in node.targets
            )
            if not (docstring or dunder or isinstance(node, ast.Import | ast.ImportFrom)):
                found.append(f"{source.module}/__init__.py:{node.lineno} is not a re-export")
        imported = [
            alias.asname or alias.name
            for node in source.tree.body
            if isinstance(node, ast.ImportFrom) and node.module != "__future__"
            for alias in node.names
        ]
        exported = source.exported
        if exported is None:
            if imported:
                found.append(f"{source.module}/__init__.py has no __all__")
        else:
            if exported not in (sorted(set(exported)), sorted(set(exported), key=_constants_classes_rest)):
                found.append(f"{source.module}/__init__.py: __all__ is not sorted")
            # The package's own face loads its names on demand; tests/api holds them against its stub.
            on_demand = set(exported) if "__getattr__" in imported else set()
            if extra := set(exported) - set(imported) - {"__version__"} - on_demand:
                found.append(f"{source.module}/__init__.py exports {sorted(extra)} without importing it")
            if missing := {n for n in imported if not n.startswith("_")} - set(exported):
                found.append(f"{source.module}/__init__.py imports {sorted(missing)} without exporting it")
    return found


def _constants_classes_rest(name: str) -> tuple[int, str]:
    """Order as the linter sorts: CONSTANTS, then Classes, then the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def name_offences(sources: list[Source]) -> list[str]:
    """Return files that are public where they should be private, drawers, and numbered names."""
    found = []
    for source in sources:
        last = source.module.split(".")[-1]
        if last.strip("_") in DRAWERS:
            found.append(f"{source.module} is a drawer; name it by its idea")
        if LAST_NUMBERED.match(last):
            found.append(f"{source.module} is a numbered name")
        top = source.module.count(".") <= 1
        if not source.is_package and not top and not last.startswith("_"):
            found.append(f"{source.module} is a public file inside a room; name it _{last}.py")
    return found


def size_offences(sources: list[Source]) -> list[str]:
    """Return the files in which to look for a second idea."""
    return [f"{s.module} has {s.lines} lines, more than {TOO_LONG}" for s in sources if s.lines > TOO_LONG]


def assert_offences(sources: list[Source]) -> list[str]:
    return [
        f"{s.module}:{node.lineno} asserts; raise an error from engineroom.errors"
        for s in sources
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Assert)
    ]


def exit_offences(sources: list[Source]) -> list[str]:
    """Return calls that end the process, outside the command line."""
    found = []
    for source in sources:
        if source.room in ("cli", "__main__"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "exit",
                "quit",
                "sys.exit",
                "os._exit",
                "os.abort",
            ):
                found.append(f"{source.module}:{node.lineno} ends the process")
    return found


def error_offences(sources: list[Source]) -> list[str]:
    """Return exceptions that do not end in Error, stand outside errors.py, or are raised bare."""
    found = []
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(b).split(".")[-1] for b in node.bases]
                if any(b.endswith("Error") or b in ("Exception", "BaseException") for b in bases):
                    if not node.name.endswith("Error"):
                        found.append(f"{source.module}: the error {node.name} does not end in Error")
                    if source.module != f"{PACKAGE}.errors" and not node.name.startswith("_"):
                        found.append(f"{source.module}: the error {node.name} belongs in errors.py")
            if isinstance(node, ast.Raise) and node.exc is not None:
                called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if ast.unparse(called) in ("Exception", "ValueError", "OSError", "RuntimeError"):
                    found.append(f"{source.module}:{node.lineno} raises {ast.unparse(called)}; use engineroom.errors")
    return found


def fma_offences(sources: list[Source]) -> list[str]:
    """Return definitions of the fused multiply-add outside `numerics`, where alone it is written."""
    return [
        f"{s.module}:{node.lineno} defines {node.name}"
        for s in sources
        if s.room != "numerics"
        for node in ast.walk(s.tree)
        if isinstance(node, ast.FunctionDef) and node.name.strip("_") in ("fma", "fma32", "fma64")
    ]


RULES = [
    door_offences, name_offences, size_offences, assert_offences, exit_offences, error_offences, fma_offences,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.__name__)
def test_rule_holds(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule(read_tree()) == []


def native_fma_offences(files: dict[str, str]) -> list[str]:
    """Return C++ files outside `native/numerics` that call the compiler's fma instead of the contract's."""
    called = re.compile(r"(std::fmaf?|__builtin_fmaf?|_mm\d*_f[n]?m(add|sub)_p[sd])\s*\(")
    return [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1} calls {hit[1]}"
        for name, text in sorted(files.items())
        if not name.startswith("native/numerics/")
        for hit in called.finditer(text)
    ]


def _tracked() -> dict[str, str]:
    """Return the text files of the repository, or of the source tree where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    texts = {}
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix in TEXT_SUFFIXES and path.stat().st_size < 1_000_000:
            texts[name] = path.read_text("utf-8", errors="replace")
    return texts


def place_offences(files: dict[str, str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1} names {hit[0]!r}"
        for name, text in sorted(files.items())
        for hit in PLACES.finditer(text)
    ]


def test_no_machine_paths_or_registry_hosts() -> None:
    assert place_offences(_tracked()) == []


def placeholder_offences(files: dict[str, str]) -> list[str]:
    """Return lines of pages that hold nothing but a word in capitals: figures that were to be filled in."""
    return [
        f"{name}:{number} is left to be filled in: {line}"
        for name, text in sorted(files.items())
        if name.endswith(".md")
        for number, line in enumerate(text.splitlines(), 1)
        if line.isalpha() and line.isupper()
    ]


def test_pages_are_filled_in() -> None:
    assert placeholder_offences(_tracked()) == []


def test_fma_is_written_only_in_numerics() -> None:
    native = {n: t for n, t in _tracked().items() if n.startswith("native/") and n.endswith((".cpp", ".hpp"))}
    assert native_fma_offences(native) == []


def _file(name: str, text: str, *, is_package: bool = False) -> Source:
    return Source(f"{PACKAGE}.{name}", is_package, text)


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (door_offences, _file("ops", "def f(): ...\n", is_package=True)),
        (door_offences, _file("ops", "from engineroom.ops._a import f\n", is_package=True)),
        (door_offences, _file("ops", "from engineroom.ops._a import f, g\n__all__ = ['g', 'f']\n", is_package=True)),
        (door_offences, _file("ops", "from engineroom.ops._a import f, g\n__all__ = ['f']\n", is_package=True)),
        (door_offences, _file("ops", "__all__ = ['f']\n", is_package=True)),
        (name_offences, _file("ops._utils", "")),
        (name_offences, _file("ops._kernel2", "")),
        (name_offences, _file("ops.affine", "")),
        (size_offences, _file("ops._a", "x\n" * 401)),
        (assert_offences, _file("ops._a", "def f(x):\n    assert x > 0\n")),
        (exit_offences, _file("run._a", "import sys\nsys.exit(2)\n")),
        (error_offences, _file("errors", "class Wrong(ValueError): ...\n")),
        (error_offences, _file("run._a", "class RunError(ValueError): ...\n")),
        (error_offences, _file("run._a", "raise ValueError('x')\n")),
        (fma_offences, _file("ops._a", "def fma(a, b, c): ...\n")),
    ],
)
def test_rule_sees_what_it_forbids(rule, broken) -> None:  # type: ignore[no-untyped-def]
    assert rule([broken])


def test_text_rules_see_what_they_forbid() -> None:
    assert place_offences({"README.md": "see /" + "work/main"}) == ["README.md:1 names '/" + "work/'"]
    assert place_offences({"README.md": "the " + "py" + "pi.org index"})
    assert placeholder_offences({"docs/a.md": "so much:\n\nFIGURES\n"}) == [
        "docs/a.md:3 is left to be filled in: FIGURES"
    ]
    assert native_fma_offences({"native/ops/affine.cpp": "\nz = std::fma(x, w, z);"}) == [
        "native/ops/affine.cpp:2 calls std::fma"
    ]
    assert native_fma_offences({"native/numerics/fma.hpp": "std::fma(x, w, z);"}) == []
