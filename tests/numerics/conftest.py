"""The native primitives, compiled from check.cpp once a session for each instruction set that this processor runs."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

NATIVE = Path(__file__).resolve().parents[2] / "native" / "numerics"
FLAGS = ["-std=c++20", "-O1", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
ISA_FLAGS = {
    "scalar": [],
    "avx2": ["-march=x86-64-v3", "-DENGINEROOM_ISA_AVX2"],
    "avx512": ["-march=x86-64-v4", "-DENGINEROOM_ISA_AVX512"],
    "neon": ["-DENGINEROOM_ISA_NEON"],
}


def runnable() -> list[str]:
    if platform.machine() in ("aarch64", "arm64"):
        return ["scalar", "neon"]
    cpuinfo = Path("/proc/cpuinfo")
    flags = set(cpuinfo.read_text().split()) if cpuinfo.exists() else set()
    out = ["scalar"]
    if {"avx2", "fma", "bmi2"} <= flags:
        out.append("avx2")
    if {"avx512f", "avx512dq", "avx512vl", "avx512bw"} <= flags:
        out.append("avx512")
    return out


Native = Callable[..., np.ndarray]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("native")
    builds = {
        isa: subprocess.Popen(["g++", *FLAGS, *ISA_FLAGS[isa], str(NATIVE / "check.cpp"), "-o", str(folder / isa)])
        for isa in runnable()
    }
    for isa, build in builds.items():
        assert build.wait() == 0, f"check.cpp does not compile for {isa}"
    return {isa: folder / isa for isa in builds}


@pytest.fixture(params=runnable())
def native(request: pytest.FixtureRequest, programs: dict[str, Path]) -> Native:
    """native(name, *arrays) is the result of one function; native("random", kind, ..., dtype=) a random sequence."""

    def run(name: str, *arguments: object, dtype: type | None = None) -> np.ndarray:
        program = str(programs[request.param])
        if name == "random":
            out = subprocess.run([program, name, *map(str, arguments)], capture_output=True, check=True).stdout
            return np.frombuffer(out, dtype=dtype)
        arrays = [np.ascontiguousarray(a) for a in arguments]
        data = b"".join(a.tobytes() for a in arrays)
        command = [program, name, str(arrays[0].dtype)]
        out = subprocess.run(command, input=data, capture_output=True, check=True).stdout
        return np.frombuffer(out, dtype=dtype or arrays[0].dtype)

    return run
