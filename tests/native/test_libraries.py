"""Each instruction set keeps to itself: its library exports one C function and nothing that a linker could share."""

import shutil
import subprocess
from pathlib import Path

import pytest

from engineroom.engine import _core
from engineroom.engine._native import instruction_sets

LIBRARIES = sorted(Path(_core.__file__).parent.glob("engineroom_core_*.so"))


def test_there_is_one_for_each_instruction_set():
    assert {f"engineroom_core_{isa}.so" for isa in instruction_sets()} <= {p.name for p in LIBRARIES}
    assert "scalar" in instruction_sets()


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda p: p.stem)
def test_exports_one_function(library):
    if shutil.which("nm") is None:
        pytest.skip("nm comes with binutils")
    listed = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    names = [line.split()[-1] for line in listed.splitlines()]
    isa = library.stem.removeprefix("engineroom_core_")
    assert names == [f"engineroom_core_isa_{isa}"]
