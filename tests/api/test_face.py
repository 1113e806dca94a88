"""What `import engineroom` offers, and how little it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import engineroom
from engineroom import _face

STUB = Path(engineroom.__file__).with_suffix(".pyi")


def test_the_list_of_names() -> None:
    assert engineroom.__all__ == [
        "GELU", "MAE", "MSE", "SGD",
        "Adam", "AdamW", "Best", "BinaryCrossEntropy", "Constant", "ConstantStart", "Cosine", "CrossEntropy",
        "Dataset", "Dense", "EarlyStopping", "EngineroomError", "Estimate", "Glorot", "GlorotNormal", "He", "HeNormal",
        "Huber", "Identity", "LeakyReLU", "LogbookView", "Network", "NonFinite", "Normal", "Plan", "RMSProp", "ReLU",
        "Run", "SiLU", "Sigmoid", "Softmax", "Softplus", "State", "Tanh", "Uniform", "Verification", "Zeros",
        "__version__", "estimate", "from_arrays", "from_table", "load_digits", "open", "train",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(_face.HOMES))
def test_each_name_is_what_its_room_exports(name: str) -> None:
    room = import_module(_face.HOMES[name])
    assert name in room.__all__
    assert getattr(engineroom, name) is getattr(room, name)
    assert name in dir(engineroom)


def test_the_stub_says_the_same() -> None:
    tree = ast.parse(STUB.read_text("utf-8"))
    said = {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name != "__version__"
    }
    assert said == _face.HOMES
    (listed,) = (n.value for n in tree.body if isinstance(n, ast.Assign))
    assert ast.literal_eval(listed) == engineroom.__all__
    assert set(engineroom.__all__) == {*_face.HOMES, "__version__"}


def test_rooms_are_attributes_and_unknown_names_are_not() -> None:
    assert engineroom.errors is import_module("engineroom.errors")
    with pytest.raises(AttributeError, match="has no attribute 'trian'"):
        engineroom.trian  # noqa: B018


def test_importing_alone_loads_no_room() -> None:
    code = "import sys, engineroom; print(sorted(m for m in sys.modules if m.startswith('engineroom.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['engineroom._face', 'engineroom._version']"


def test_what_trains_loads_no_page() -> None:
    code = "import sys, engineroom; engineroom.train; print([m for m in sys.modules if m.startswith(PAGE)])"
    code = code.replace("PAGE", "'engineroom.show.page._'")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['engineroom.show.page._face']"
