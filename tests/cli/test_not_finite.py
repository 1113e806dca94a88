"""A run that left the finite numbers: every `--json` writes them in one form, which a strict reader takes."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from engineroom.cli import main
from engineroom.cli._app import app

NAMES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

ABSENT = {
    "best", "error", "interval", "loss_by", "loss_step", "name", "parent", "parent_step", "parting", "proof", "removal",
    "shared", "shortfall", "sides", "silence",
}  # fmt: skip
"""What may be null, because it is absent; a number never is."""

TRAINED = ["--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant", "--steps", 20, "--hidden", 4]

# Each command that takes --json, and what in its answer to the broken run is not finite.
ASKED: dict[str, tuple[list[str | int], set[str]]] = {
    "train": (["HOUSES", "--target", "price", *TRAINED], {"last_loss"}),
    "runs": (["FILE"], {"last_loss"}),
    "why": (["FILE"], {"value"}),
    "trace": (["FILE", "dense1.weight.0.0"], {"values"}),
    "at": (["FILE", "LAST"], {"mean", "largest"}),
    "verify": (["FILE"], set()),
    "query": (["FILE", "loss", "dense1.weight"], {"loss", "dense1.weight"}),
    "landscape": (["FILE", "dense1.weight.0.0", "--step", 1, "--span", "1e30", "--points", 3], {"losses"}),
    "contributions": (["FILE", "dense1.weight.0.0", "--steps", "1:1"], set()),
    "stability": (["FILE", "--step", 0, "--prove"], {"after", "highest"}),
    "compare": (["FILE", 1, 1], {"losses"}),
    "fork": (["FILE", "--at", 1, "--lr", "1e12", "--steps", 5], {"last_loss"}),
    "resume": (["FILE", "--steps", 3], set()),
    "predict": (["FILE", "HOUSES"], {"predictions"}),
    "export": (["FILE"], set()),
    "repair": (["FILE"], set()),
}


@pytest.fixture(scope="module")
def broken(houses: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("broken") / "broken.logbook"
    words = ["train", houses, "--target", "price", *TRAINED, "--logbook", file, "--json"]
    assert main([str(word) for word in words]) == 1
    return file


def leaves(answer: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what holds nothing else, with the name under which it stands."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from leaves(value, key)
    elif isinstance(answer, list):
        for value in answer:
            yield from leaves(value, name)
    else:
        yield name, answer


def bits(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield every number that is told with its bits."""
    if isinstance(answer, dict) and "hex" in answer:
        yield answer
    for inner in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from bits(inner)


@pytest.mark.parametrize("command", ASKED)
def test_what_is_not_finite_has_one_form(ask, broken: Path, houses: Path, tmp_path: Path, command: str) -> None:
    file = Path(shutil.copy(broken, tmp_path / "broken.logbook"))
    last = ask("runs", file, "--json").facts["runs"][0]["steps"]
    meant = {"FILE": file, "HOUSES": houses, "LAST": last}
    words, wanted = ASKED[command]
    facts = ask(command, *(meant.get(word, word) if isinstance(word, str) else word for word in words), "--json").facts
    assert ("error" in facts) == (command == "resume")
    found = {name for name, value in leaves(facts) if value in NAMES}
    assert wanted <= found and bool(wanted) == bool(found)
    assert {name for name, value in leaves(facts) if value is None} <= ABSENT
    for told in bits(facts):
        value = NAMES.get(told["value"], told["value"])
        assert value == float.fromhex(told["hex"]) or (math.isnan(value) and told["hex"] == "nan")


def test_every_command_with_json_is_asked() -> None:
    commands = typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    takes = {name for name, command in commands if any("--json" in option.opts for option in command.params)}
    # demo has no broken run, and show serves until it is interrupted.
    assert takes == set(ASKED) | {"demo", "show"}
