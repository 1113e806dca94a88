"""Run the native core without Python, built for sanitizers or for another processor; hold its bits against this one's.

    python scripts/drive_native.py plain       the driver as it is
    python scripts/drive_native.py address     with AddressSanitizer and UndefinedBehaviorSanitizer
    python scripts/drive_native.py thread      with ThreadSanitizer, 3 threads
    python scripts/drive_native.py aarch64     for 64-bit Arm, run by qemu-aarch64 (g++-aarch64-linux-gnu, qemu-user)

Trains one small network a law, both float types, and compares the digest of the last state with the one that the
installed engineroom reaches. Prints one line a case; exit status 1 when a digest differs or a sanitizer speaks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import engineroom as er
from engineroom.engine import make_engine
from engineroom.ops import loss as loss_law
from engineroom.plan import Plan, State, build_plan

ROOT = Path(__file__).resolve().parents[1]
ROWS, INPUTS, STEPS, SEED = 50, 19, 23, 7

BUILDS: dict[str, tuple[list[str], list[str], list[str]]] = {
    # how to configure; what runs the program; options of the driver
    "plain": ([], [], ["threads=2"]),
    "address": (["-DENGINEROOM_SANITIZE=address,undefined", "-DENGINEROOM_OPTIMIZE=-O0"], [], ["threads=2"]),
    "thread": (["-DENGINEROOM_SANITIZE=thread", "-DENGINEROOM_OPTIMIZE=-O1"], [], ["threads=3"]),
    "aarch64": (
        [
            "-DCMAKE_SYSTEM_NAME=Linux",
            "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
            "-DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++",
        ],
        ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
        ["threads=2"],
    ),
}
ACTIVATIONS = ["identity", "relu", "leaky_relu", "tanh", "sigmoid", "softplus", "gelu", "silu", "softmax"]
OPTIMIZERS: list[er.SGD | er.RMSProp | er.Adam | er.AdamW] = [
    er.SGD(lr=0.05),
    er.SGD(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    er.RMSProp(lr=0.01, centered=True, momentum=0.5),
    er.Adam(lr=er.Cosine(0.01, warmup=3)),
    er.AdamW(lr=0.01),
]


def cases() -> Iterator[tuple[str, er.Network, str, er.SGD | er.RMSProp | er.Adam | er.AdamW]]:
    """Yield each activation, loss and optimizer at least once."""
    for i, name in enumerate(ACTIVATIONS):
        yield name, er.Network(er.Dense(33, name), er.Dense(5)), "cross_entropy", OPTIMIZERS[i % len(OPTIMIZERS)]
    for i, loss in enumerate(["mse", "mae", "huber", "binary_cross_entropy"]):
        yield loss, er.Network(er.Dense(40, "tanh"), er.Dense(3)), loss, OPTIMIZERS[i]
    wide = er.Network(er.Dense(300, "relu"), er.Dense(200, "relu"), er.Dense(5, "softmax"))
    yield "wide, probabilities", wide, "cross_entropy", OPTIMIZERS[4]


def digest(values: np.ndarray) -> str:
    """Return the driver's digest: FNV-1a over the bits, every NaN as the quiet one."""
    kept = np.where(np.isnan(values), np.array(np.nan, values.dtype), values)
    found = 0xCBF29CE484222325
    for byte in kept.tobytes():
        found = ((found ^ byte) * 0x100000001B3) % 2**64
    return f"{found:016x}"


def build(how: list[str], folder: Path) -> Path:
    """Configure and build the driver; return the program."""
    options = ["-DENGINEROOM_PYTHON=OFF", "-DENGINEROOM_DRIVER=ON", "-DCMAKE_BUILD_TYPE=Release", *how]
    subprocess.run(["cmake", "-S", ROOT / "native", "-B", folder, "-G", "Ninja", *options], check=True)
    subprocess.run(["ninja", "-C", folder], check=True)
    return folder / "engineroom_driver"


def data(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Return rows that fit a plan."""
    draw = np.random.default_rng(SEED)
    x = draw.normal(size=(ROWS, INPUTS)).astype(plan.dtype)
    if plan.buffer("y").role == "classes":
        return x, draw.integers(0, 5, ROWS).astype(np.int32)
    return x, draw.integers(0, 2, (ROWS, 3)).astype(plan.dtype)


def main() -> int:
    """Build, drive, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", choices=BUILDS)
    parser.add_argument("--isa", default="", help="instruction set; the best of the processor if left out")
    asked = parser.parse_args()
    how, runner, options = BUILDS[asked.build]
    strict = {**os.environ, "UBSAN_OPTIONS": "halt_on_error=1"}  # it would speak and let the program end well
    differing = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = build(how, folder / "build")
        for dtype in ("float32", "float64"):
            for title, network, loss, optimizer in cases():
                classes = loss == "cross_entropy"
                target = ("classes", 5) if classes else ("number", 3)
                plan = build_plan(
                    network,
                    loss_law(loss),
                    optimizer,
                    inputs=INPUTS,
                    target=target,
                    batch_size=16,
                    dtype=dtype,
                    steps=STEPS,
                )
                x, y = data(plan)
                engine = make_engine(plan, x, y, SEED)
                engine.load(engine.initial())
                engine.run(STEPS)
                here: State = engine.snapshot()
                (folder / "plan").write_text(str(plan))
                x.tofile(folder / "x")
                y.tofile(folder / "y")
                command = [*runner, program, "plan", "x", "y", str(SEED), str(STEPS), *options]
                if asked.isa:
                    command.append(f"isa={asked.isa}")
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=strict)
                same = done.returncode == 0 and digest(here.values) in done.stdout
                differing += not same
                print(
                    f"{dtype}  {title:22} {'same bits' if same else 'DIFFERS ' + done.stdout + done.stderr}", flush=True
                )
    print(f"{differing} of the cases differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
