"""What the page offers, loaded on demand."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from engineroom.show import page
from engineroom.show.page import _face

STUB = Path(str(page.__file__)).with_suffix(".pyi")


@pytest.mark.parametrize("name", sorted(_face.HOMES))
def test_each_name_is_what_its_module_exports(name: str) -> None:
    module = import_module(_face.HOMES[name])
    assert name in module.__all__
    assert getattr(page, name) is getattr(module, name)
    assert name in dir(page)


def test_the_stub_says_the_same() -> None:
    tree = ast.parse(STUB.read_text("utf-8"))
    said = {alias.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert said == _face.HOMES
    (listed,) = (n.value for n in tree.body if isinstance(n, ast.Assign))
    assert ast.literal_eval(listed) == page.__all__
    assert set(page.__all__) == set(_face.HOMES)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'srve'"):
        page.srve  # noqa: B018
