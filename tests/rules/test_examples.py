"""Every example in a docstring is run; every public name has one; README and CHANGELOG say what exists."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import types
from collections.abc import Iterator

import pytest

import engineroom
from engineroom import errors

from ._source import PACKAGE, ROOT, read_tree

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _modules() -> list[str]:
    return [source.module for source in read_tree() if not source.module.endswith("__main__")]


def _examples(module: types.ModuleType) -> Iterator[doctest.DocTest]:
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        if test.examples:
            yield test


@pytest.mark.parametrize("name", _modules())
def test_examples_of(name: str, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    said: list[str] = []
    for test in _examples(module):
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append)
    assert not said, "".join(said)


def test_an_example_that_lies_is_seen() -> None:
    lie = types.ModuleType("lie", ">>> 1 + 1\n3\n")
    said: list[str] = []
    for test in _examples(lie):
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append)
    assert said


def _undocumented(module: types.ModuleType) -> list[str]:
    found = []
    for name in module.__all__:
        thing = getattr(module, name)
        if name == "__version__" or not callable(thing):
            continue
        text = inspect.getdoc(thing) or ""
        if isinstance(thing, type) and issubclass(thing, Exception):
            if not text:
                found.append(f"{name} has no docstring")
        elif not re.search(r"^>>> ", text, re.MULTILINE):
            found.append(f"{name} has no example")
    return found


def test_every_public_name_has_an_example() -> None:
    assert _undocumented(engineroom) == []


def test_a_public_name_without_example_is_seen() -> None:
    bare = types.ModuleType("bare")
    bare.__all__ = ["f"]  # type: ignore[attr-defined]
    bare.f = lambda: None  # type: ignore[attr-defined]
    assert _undocumented(bare) == ["f has no example"]


def test_errors_form_one_tree() -> None:
    for name in errors.__all__:
        thing = getattr(errors, name)
        if isinstance(thing, type):
            assert name.endswith("Error")
            assert issubclass(thing, errors.EngineroomError)
            if thing is not errors.EngineroomError:
                assert issubclass(thing, ValueError | TypeError | OSError | RuntimeError | LookupError), name


def test_changelog_has_an_unreleased_section() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## Unreleased\n\n- ", text, re.MULTILINE), "CHANGELOG.md begins with '## Unreleased' and a line"


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_make_commands_of_the_page_exist(page: str) -> None:
    named = set(re.findall(r"(?:^\s*|`)make ([a-z-]+)", (ROOT / page).read_text("utf-8"), re.MULTILINE))
    assert named, f"{page} names no make command"
    assert named <= _targets(), f"{page} names {sorted(named - _targets())}, which the Makefile lacks"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_links_of_the_page_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (ROOT / target).exists(), f"{page} links to {target}, which does not exist"
    for script in re.findall(r"(?:scripts|examples|docs|tests|bench)/[\w./-]*\w", text):
        assert (ROOT / script).exists(), f"{page} names {script}, which does not exist"


def test_peers_of_the_makefile_are_those_of_the_project() -> None:
    build, makefile = ((ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "Makefile"))
    extra = re.search(r"^bench = \[(.*)\]$", build, re.MULTILINE)
    torch = re.search(r"^TORCH := (.*)$", makefile, re.MULTILINE)
    peers = re.search(r"^PEERS := \$\(TORCH\) (.*)$", makefile, re.MULTILINE)
    assert extra is not None and torch is not None and peers is not None
    wanted = {name for name in re.findall(r"\"([^\"]+)\"", extra[1]) if not name.startswith(PACKAGE)}
    assert torch[1] in wanted
    assert {re.split("[<>=]", name)[0] for name in wanted} == {"torch", *peers[1].split()}


def test_build_tools_of_the_makefile_are_those_of_the_build() -> None:
    build = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = re.search(r"^\[build-system\].*?^requires\s*=\s*\[(.*?)\]", build, re.MULTILINE | re.DOTALL)
    named = re.search(r"^BUILD_TOOLS := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert wanted is not None and named is not None
    requires = {re.split(r"[\s<>=~!\[;]", r)[0] for r in re.findall(r"\"([^\"]+)\"", wanted[1])}
    assert requires <= set(named[1].split())


def test_the_readme_commands_of_engineroom_exist() -> None:
    typer = pytest.importorskip("typer")
    main = importlib.import_module("engineroom.cli._app")
    known = set(typer.main.get_command(main.app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"^\s*(?:\$ )?engineroom ([a-z]+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert named, "README.md names no command"
    assert named <= known, f"README.md names {sorted(named - known)}, which the command line lacks"
