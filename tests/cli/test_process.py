"""The command as a process: exit codes, streams, signals, what a bare installation says, and the demo."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import engineroom as er

COMMAND = [sys.executable, "-m", "engineroom.cli"]


def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_demo(ask, tmp_path: Path) -> None:
    began = time.perf_counter()
    shown = run("demo", "--no-open", cwd=tmp_path)
    took = time.perf_counter() - began
    assert shown.returncode == 0 and shown.stderr == ""
    assert (
        "Epoch 0: Loss=18.6667, Weight=0.1867\n"
        "Epoch 10: Loss=2.6304, Weight=1.3193\n"
        "Epoch 20: Loss=0.3707, Weight=1.7445\n"
        "Epoch 30: Loss=0.0522, Weight=1.9041\n"
        "Epoch 40: Loss=0.0074, Weight=1.9640\n"
        "After 50 epochs the weight is 1.985092237632895.\n"
    ) in shown.stdout
    # By hand: the weight's error shrinks by 1 - lr * 28/3 in each epoch, and begins at 2.
    for lr in (0.001, 0.3):
        weights = [2 - 2 * (1 - lr * 28 / 3) ** epoch for epoch in (1, 2, 3, 50)]
        line = next(line for line in shown.stdout.splitlines() if line.startswith(f"  lr {lr} "))
        found = [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", line)[1:]]
        assert found == pytest.approx(weights, rel=1e-3)
    assert max(len(line) for line in shown.stdout.splitlines()) <= 90
    assert took < 60, "the demo takes a few seconds; not even a busy machine explains this"
    commands = [line.split() for line in shown.stdout.splitlines() if line.startswith("  engineroom ")]
    assert [words[1] for words in commands] == ["why", "train", "show"]
    # The last one serves until it is told to stop; tests/show/page starts it.
    for words in commands[:2]:
        assert ask(*words[1:]).code == 0, words
    # Again in the same folder: a file of its own, and the earlier one stays as it is.
    assert "Everything is kept in demo.logbook. Paste" in shown.stdout
    before = (tmp_path / "demo.logbook").read_bytes()
    told = ask("demo", "--json").facts
    assert told["logbook"] == "demo-2.logbook" and len(er.open(tmp_path / "demo-2.logbook").runs) == 4
    # Where no page can be opened it says in its last line how to; whoever asked for none knows.
    piped = run("demo", cwd=tmp_path, DISPLAY=":0")
    assert piped.returncode == 0 and piped.stderr == ""
    assert piped.stdout.splitlines()[-1] == (
        "This is no terminal with a display; the lessons open with: engineroom show demo-3.logbook"
    )
    assert "no terminal" not in shown.stdout
    again = " ".join(ask("demo", "--no-open").out.split())
    assert "Everything is kept in demo-4.logbook; demo.logbook was there already and stays as it is. Paste" in again
    assert "engineroom show demo-4.logbook" in again
    assert (tmp_path / "demo.logbook").read_bytes() == before
    assert [lesson["run"] for lesson in told["lessons"]] == [1, 2, 3] and told["digits"]["run"] == 4
    assert told["digits"]["metrics"]["accuracy"] >= 0.96 and told["why"]["residual"]["value"] == 0


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_keeps_the_run(tmp_path: Path, houses: Path, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} here")
    words = [*COMMAND, "train", str(houses), "--target", "price", "--steps", "2000000000", "--logbook", "long.logbook"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "long.logbook").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(getattr(signal, name))
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130 and "Traceback" not in err
    assert "Stopped after" in out and "Kept as run 1 of long.logbook" in out
    # 80 houses, a fifth held out; how good the network is on them is told, though its last epoch has not ended.
    assert "on 16 held-out rows" in out and "usual miss" in out and "this network" in out
    shown = run("runs", "long.logbook", cwd=tmp_path)
    assert "interrupted" in shown.stdout
    assert run("why", "long.logbook", "dense1.weight.0.0", "--step", "5", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_page_ends_with_the_training_that_a_signal_ends(tmp_path: Path, houses: Path, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} here")
    words = [*COMMAND, "train", str(houses), "--target", "price", "--steps", "2000000000", "--logbook", "long.logbook"]
    words += ["--show", "--no-open"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while "running" not in (told := run("runs", "long.logbook", cwd=tmp_path).stdout):
            assert time.monotonic() < deadline, told
        process.send_signal(getattr(signal, name))
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130 and "Traceback" not in err
    assert "Stopped after" in out and "The page stays open" not in out
    assert "interrupted" in run("runs", "long.logbook", cwd=tmp_path).stdout


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_before_the_first_step_leaves_no_empty_logbook(tmp_path: Path, houses: Path, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"there is no {name} here")
    # The page has made its logbook, and training has not begun.
    code = (
        "import os, signal, sys; from engineroom.cli import _train, main\n"
        f"_train.tell_page = lambda *_: os.kill(os.getpid(), signal.{name})\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", code, "train", str(houses), "--target", "price", "--steps", "9", "--show"]
    said = subprocess.run([*words, "--no-open"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 130 and said.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_without_typer_and_rich_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    hidden = (
        "import importlib.util as u, sys; f = u.find_spec;"
        "u.find_spec = lambda name, *rest: None if name in ('rich', 'typer') else f(name, *rest);"
        "sys.modules['rich'] = sys.modules['typer'] = None;"
        "from engineroom.cli import main; sys.exit(main(['demo']))"
    )
    said = subprocess.run([sys.executable, "-c", hidden], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 2 and said.stdout == ""
    assert said.stderr.count("\n") == 1 and 'pip install "engineroom[standard]"' in said.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_disk_without_room_is_a_sentence_and_leaves_no_file(tmp_path: Path, houses: Path) -> None:
    limited = (
        "import resource as r, sys; r.setrlimit(r.RLIMIT_FSIZE, (100_000, 100_000));"
        "from engineroom.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", limited, "train", str(houses), "--target", "price", "--steps", "9"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    # Neither the trial in the folder for temporary files nor the logbook has room; only the latter has to.
    assert said.returncode == 2 and "Recording it takes" in said.stdout
    assert re.fullmatch(r"engineroom: 'houses\.logbook' could not be .* the room that is left\n", said.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_page_over_a_full_disk_leaves_no_file(tmp_path: Path, houses: Path) -> None:
    disk, mount = tmp_path / "disk", shutil.which("mount")
    disk.mkdir()
    # The page makes an empty logbook of 288 KiB here, and no run has room beside it.
    small = [mount or "", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if mount is None or subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("a disk in memory cannot be mounted here")
    try:
        words = ("train", houses, "--target", "price", "--logbook", disk / "new.logbook", "--show", "--no-open")
        said = run(*words, cwd=tmp_path)
        assert "That link is the page" in said.stdout
        assert said.returncode == 2 and "could not be written, the disk is full: make room" in said.stderr
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_no_colour_in_a_pipe_and_colour_where_it_is_forced(tmp_path: Path, logbook: Path) -> None:
    assert "\x1b[" not in run("why", logbook, cwd=tmp_path).stdout
    assert "\x1b[" in run("why", logbook, cwd=tmp_path, FORCE_COLOR="1").stdout
    coloured = run("runs", logbook, cwd=tmp_path, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", coloured)


def test_a_reader_that_leaves_early_does_no_harm(tmp_path: Path, logbook: Path) -> None:
    command = " ".join([*COMMAND, "trace", str(logbook), "dense1.weight.0.0", "--json"])
    said = subprocess.run(f"{command} | head -1", shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.stdout == "{\n" and said.stderr == ""


def test_output_that_knows_only_ascii(tmp_path: Path, logbook: Path) -> None:
    for words in (["trace", logbook, "dense1.weight.0.0"], ["at", logbook, "3"]):
        said = run(*words, cwd=tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert said.returncode == 0 and said.stdout.isascii(), said.stderr


def test_a_name_that_the_output_has_no_sign_for(tmp_path: Path) -> None:
    er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=3, name="größe 名前", logbook=tmp_path / "n.logbook")
    for encoding, shown in (("ascii", "gr??e ??"), ("latin-1", "größe ??")):
        said = subprocess.run(
            [*COMMAND, "runs", "n.logbook"],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "120", "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert said.returncode == 0 and shown in said.stdout.decode(encoding), said.stderr


@pytest.mark.parametrize(("command", "columns"), [("at", "0"), ("trace", "1")])
def test_a_pane_too_narrow_to_lay_anything_out(tmp_path: Path, logbook: Path, command: str, columns: str) -> None:
    said = run(command, logbook, "3" if command == "at" else "dense1.weight.0.0", cwd=tmp_path, COLUMNS=columns)
    assert said.returncode == 0 and "step" in said.stdout, said.stderr


def test_help_is_quick_and_has_no_heavyweights(tmp_path: Path) -> None:
    code = "import sys; import engineroom.cli; print(sorted(m for m in sys.modules if m in %r))"
    heavy = ["duckdb", "pandas", "polars", "openpyxl", "narwhals", "torch", "sklearn", "rich.progress", "rich.markdown"]
    said = subprocess.run(
        [sys.executable, "-c", code % heavy], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert said.stdout.strip() == "[]", said.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="shells of other systems have other words for it")
@pytest.mark.parametrize("buffered", ["", "1"])
def test_streams_that_are_closed_or_full(tmp_path: Path, houses: Path, logbook: Path, buffered: str) -> None:
    def shell(words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
        return subprocess.run(
            words, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment, timeout=120
        )

    command = " ".join(COMMAND)
    for closed in (">&-", "<&-", ">&- 2>&- <&-"):
        said = shell(f"{command} why {logbook} --run 1 {closed}")
        assert said.returncode == 0 and said.stderr == "", closed
    assert shell(f"{command} why {logbook} --run 9 2>&-").returncode == 2
    for more in ("", " --json"):
        said = shell(f"{command} runs {logbook}{more} > /dev/full")
        assert said.returncode == 2
        assert said.stderr.startswith("engineroom: what is printed cannot be written (No space left on device)")
        assert said.stderr.count("\n") == 1
    said = shell(f"{command} train {houses} --target price --steps 20 --logbook kept.logbook | true; exit $PIPESTATUS")
    assert said.stderr == "" and shell(f"{command} runs kept.logbook").returncode == 0
    said = shell(f"{command} at {logbook} 3 2>/dev/full")
    assert said.returncode == 0 and "dense1.weight" in said.stdout
    assert shell(f"{command} why {logbook} --run 9 2>/dev/full").returncode == 2
    assert shell(f"{command} verify kept.logbook --json | head -1").stdout == "{\n"


def test_ctrl_c_while_the_rooms_are_loaded(tmp_path: Path) -> None:
    code = (
        "import builtins, sys; real = builtins.__import__\n"
        "def loaded(name, *rest):\n"
        "    if name == 'engineroom.cli._app': raise KeyboardInterrupt\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = loaded\n"
        "import engineroom.cli"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 130 and said.stderr == ""
