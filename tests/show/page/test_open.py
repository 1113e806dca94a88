"""`run.show()`: in a browser, and as a widget whose frames the notebook carries."""

from __future__ import annotations

import subprocess
import sys
import time
import types
from pathlib import Path
from typing import Any

import pytest

import engineroom as er
from engineroom.errors import OptionError
from engineroom.run import copy_runs
from engineroom.show.page import pack, unpack
from engineroom.show.page._open import in_notebook, show_record, widget


def test_a_run_in_memory_is_copied_whole(tmp_path: Path) -> None:
    run = er.train(er.Network(er.Dense(4, "tanh"), er.Dense(3)), "penguins", target="species", steps=60)
    fork = run.fork(at=20, lr=0.05, steps=30, drop_examples=[int(run.dataset.row_numbers[run.dataset.training[0]])])
    copy_runs(fork.record, tmp_path / "copy.logbook")
    book = er.open(tmp_path / "copy.logbook")
    for kept, made in zip((run, fork), book.runs, strict=True):
        assert made.steps == kept.steps and made.loss.tolist() == kept.loss.tolist()
        assert made.at(made.steps).same_bits(kept.at(kept.steps)) and made.verify().ok
        assert made.validation["loss"].tolist() == kept.validation["loss"].tolist()
        assert made.predict("penguins").tolist() == kept.predict("penguins").tolist()


def test_it_is_served_in_a_thread(capsys: pytest.CaptureFixture[str]) -> None:
    run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=5)
    assert not in_notebook()
    page = run.show(open=False)
    try:
        assert capsys.readouterr().out.strip() == page.url and page.url.endswith("#/run/1/cycle")
    finally:
        page.stop()


def test_jupyter_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = types.SimpleNamespace(config={"IPKernelApp": {}})
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook()
    shell.config.clear()
    assert not in_notebook()


def test_the_widget_carries_frames(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("anywidget")
    made = widget(book, "/run/2/cycle")
    sent: list[bytes] = []
    monkeypatch.setattr(made, "send", lambda content, buffers: sent.extend(bytes(b) for b in buffers))
    try:
        assert made.address == "#/run/2/cycle" and "render" in made._esm
        made._hear(made, {"frame": True}, [memoryview(pack({"id": 1, "ask": "state", "run": 2, "step": 7}))])
        end = time.monotonic() + 10
        while not sent and time.monotonic() < end:
            time.sleep(0.01)
        header, columns = unpack(sent[0])
        assert header["answer"]["step"] == 7
        kept = er.open(book).run(2).at(7).weights["dense1.weight"]
        assert columns["dense1.weight"].tobytes() == kept.tobytes()
    finally:
        made.close()


@pytest.mark.parametrize(
    ("missing", "extra"), [("starlette", "standard"), ("uvicorn", "standard"), ("anywidget", "notebook")]
)
def test_a_missing_package_names_its_extra(
    book: Path, monkeypatch: pytest.MonkeyPatch, missing: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    record: Any = er.open(book).run(1).record
    with pytest.raises(OptionError, match=rf'needs {missing}; install it with pip install "engineroom\[{extra}\]"'):
        if extra == "notebook":
            widget(book, "")
        else:
            show_record(record, opens=False)


def test_the_room_is_entered_without_what_it_can_do_without() -> None:
    code = (
        "import sys\n"
        "for name in ('rich', 'typer', 'starlette', 'uvicorn', 'websockets', 'anywidget', 'matplotlib'):\n"
        "    sys.modules[name] = None\n"
        "import engineroom as er\n"
        "run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=3)\n"
        "try:\n    run.show()\nexcept er.EngineroomError as error:\n    print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "engineroom[standard]"' in said.stdout, said.stderr
