"""Who may import whom: the order of ARCHITECTURE.md, no circles, no imports of the own package inside functions."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from ._source import PACKAGE, ROOT, Source, own_imports, read_tree

ORDER = """
errors < numerics < data, ops < network < plan < engine, logbook < run < lens < show < api
< sklearn, torch, bridges, lessons < cli
"""
RANK = {room.strip(): rank for rank, tier in enumerate(ORDER.split("<")) for room in tier.split(",")}
# The package's own face re-exports the API and is below nothing but the command line.
RANK[""] = RANK["api"] + 1
RANK["__main__"] = RANK["cli"] + 1
EXTENSION = re.compile(r"\._(native|core|ext|extension)$")


def rank_offences(sources: list[Source]) -> list[str]:
    known = {s.module for s in sources}
    found = []
    for source in sources:
        if source.room not in RANK and not source.room.startswith("_"):
            found.append(f"{source.module}: the room {source.room!r} has no rank")
            continue
        for target, line in own_imports(source, known):
            room = ([*target.split("."), ""])[1]
            if room == source.room or room.startswith("_"):
                continue
            # A private module beside the rooms (the version) is below all of them.
            here = RANK.get(source.room, -1)
            if RANK.get(room, len(RANK)) >= here:
                found.append(f"{source.module}:{line} imports {target}, which is not below it")
            elif any(part.startswith("_") for part in target.split(".")[2:]):
                found.append(f"{source.module}:{line} imports {target}; enter the room {room!r} by its door")
    return found


def function_import_offences(sources: list[Source]) -> list[str]:
    known = {s.module for s in sources}
    found = []
    for source in sources:
        # A face loads the names of its package on demand. Nothing may import it but that package's door.
        if source.module.endswith("._face"):
            continue
        for function in ast.walk(source.tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inside = Source(source.module, source.is_package, "")
                inside.__dict__["tree"] = ast.Module(body=[function], type_ignores=[])  # type: ignore[list-item]
                found += [f"{source.module}:{line} imports {t} in a function" for t, line in own_imports(inside, known)]
                for node in ast.walk(function):
                    if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module")):
                        continue
                    # Only a literal name of another package is surely not the own one.
                    name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else PACKAGE
                    if str(name).split(".")[0] in (PACKAGE, ""):
                        found.append(f"{source.module}:{node.lineno} imports its own package by import_module")
    return sorted(set(found))


def face_offences(sources: list[Source]) -> list[str]:
    """Return the modules other than a package's own door that import its face."""
    known = {s.module for s in sources}
    return [
        f"{source.module}:{line} imports a face"
        for source in sources
        for target, line in own_imports(source, known)
        if target.endswith("._face") and target != f"{source.module}._face"
    ]


def homes(source: Source, known: set[str]) -> set[str]:
    """Return the modules that a face names, whole or within its package: it loads them later, but load them it does."""
    package, _, last = source.module.rpartition(".")
    if last != "_face":
        return set()
    said = {n.value for n in ast.walk(source.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return (said | {f"{package}.{name}" for name in said}) & known - {package}


def circle_offences(sources: list[Source]) -> list[str]:
    """Return each circle of imports, at the level of modules, as one sentence."""
    known = {s.module for s in sources}
    graph = {s.module: sorted({t for t, _ in own_imports(s, known) if t in known} | homes(s, known)) for s in sources}
    found: list[str] = []
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> None:
        if module in path:
            found.append("circle of imports: " + " -> ".join([*path[path.index(module) :], module]))
        elif module not in done:
            for target in graph[module]:
                visit(target, [*path, module])
            done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return found


def extension_offences(sources: list[Source]) -> list[str]:
    """Return the modules outside `engine` that import the compiled extension."""
    known = {s.module for s in sources}
    found = []
    for source in sources:
        for target, line in own_imports(source, known):
            if target not in known and EXTENSION.search(target) and source.room != "engine":
                found.append(f"{source.module}:{line} imports {target}; only the engine may")
    return found


def test_imports_go_downward() -> None:
    assert rank_offences(read_tree()) == []


def test_only_a_door_imports_its_face() -> None:
    assert face_offences(read_tree()) == []


def test_no_own_import_inside_a_function() -> None:
    assert function_import_offences(read_tree()) == []


def test_no_circles() -> None:
    assert circle_offences(read_tree()) == []


def test_only_the_engine_imports_the_extension() -> None:
    assert extension_offences(read_tree()) == []


def test_architecture_prints_the_same_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    printed = next(line for line in text.splitlines() if line.startswith("    errors <"))
    tiers = [{room.strip() for room in tier.split(",")} for tier in printed.split("<")]
    for below, above in pairwise(tiers):
        assert max(RANK[r] for r in below) < min(RANK[r] for r in above), f"{below} is not below {above}"
    for tier in tiers:
        assert len({RANK[r] for r in tier}) == 1


def _module(name: str, text: str, *, is_package: bool = False) -> Source:
    return Source(f"{PACKAGE}.{name}" if name else PACKAGE, is_package, text)


def test_the_rules_see_what_they_forbid() -> None:
    up = _module("ops._law", "from engineroom.plan import Plan\n")
    assert rank_offences([up, _module("plan", "", is_package=True)])
    sibling = _module("ops._law", "import engineroom.data\n")
    assert rank_offences([sibling])
    typing_only = _module("engine._x", "if TYPE_CHECKING:\n    from engineroom.logbook import Logbook\n")
    assert rank_offences([typing_only])
    side_door = _module("run._x", "from engineroom.plan._plan import Plan\n")
    assert rank_offences([side_door])
    relative = _module("ops._law", "from ..plan import Plan\n")
    assert rank_offences([relative])
    assert rank_offences([_module("run._x", "from engineroom import train\n")])
    assert rank_offences([_module("misc._x", "")])
    assert not rank_offences([_module("run._x", "from engineroom.plan import Plan\nfrom engineroom.errors import E\n")])

    late = _module("run._x", "def f():\n    from engineroom.plan import Plan\n")
    assert function_import_offences([late])
    hidden = _module("run._x", "def f():\n    importlib.import_module('engineroom.plan')\n")
    assert function_import_offences([hidden])
    computed = "def __getattr__(name):\n    return import_module(HOMES[name])\n"
    assert function_import_offences([_module("run._x", computed)])
    assert not function_import_offences([_module("_face", computed)])
    # The face may load rooms late only because no room can see it.
    assert face_offences([_module("run._x", "from engineroom._face import HOMES\n"), _module("_face", computed)])
    assert not function_import_offences([_module("run._x", "def f():\n    import duckdb\n")])
    assert not function_import_offences([_module("run._x", "def f():\n    importlib.import_module('duckdb')\n")])

    circle = [
        _module("ops._a", "from engineroom.ops._b import x\n"),
        _module("ops._b", "from engineroom.ops import _a\n"),
    ]
    assert circle_offences(circle) == ["circle of imports: engineroom.ops._a -> engineroom.ops._b -> engineroom.ops._a"]
    own_door = [
        _module("ops", "from engineroom.ops._a import x\n", is_package=True),
        _module("ops._a", "from . import x\n"),
    ]
    assert circle_offences(own_door)
    lazy_door = [
        _module("show.page", "from engineroom.show.page._face import __getattr__\n", is_package=True),
        _module("show.page._face", "_NAMES = {'_desk': ('Desk',)}\n"),
        _module("show.page._desk", "from engineroom.show.page import Desk\n"),
    ]
    assert circle_offences(lazy_door)

    assert extension_offences([_module("run._x", "from engineroom._native import Engine\n")])
    assert extension_offences([_module("run._x", "from engineroom import _native\n")])
    assert extension_offences([_module("engine._native_engine", "from engineroom.engine import _native\n")]) == []
