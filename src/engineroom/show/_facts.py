"""Answers as facts for programs: dataclasses, arrays and exact numbers become plain JSON."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["facts", "facts_text"]


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def facts(answer: object, unfinite: Callable[[float], Any] = _word) -> Any:
    """Return `answer` as what JSON can hold.

    Dataclasses become objects field by field, arrays nested lists, an exact rational "numerator/denominator". JSON has
    no NaN and no infinities: `--json` calls them "NaN", "Infinity" and "-Infinity", in every answer alike.

    Parameters
    ----------
    answer : what is told.
    unfinite : what stands for a float that is not finite.

    Examples
    --------
    >>> facts({"loss": float("nan"), "weights": np.zeros((1, 2), np.float32), "half": Fraction(1, 2)})
    {'loss': 'NaN', 'weights': [[0.0, 0.0]], 'half': '1/2'}
    """
    if answer is None or isinstance(answer, bool | str):
        return answer
    if isinstance(answer, enum.Enum):
        return facts(answer.value, unfinite)
    if isinstance(answer, int | np.integer):
        return int(answer)
    if isinstance(answer, np.bool_):
        return bool(answer)
    if isinstance(answer, float | np.floating):
        return float(answer) if math.isfinite(answer) else unfinite(float(answer))
    if isinstance(answer, np.ndarray):
        return facts(answer.tolist(), unfinite)
    if isinstance(answer, Mapping):
        return {str(key): facts(value, unfinite) for key, value in answer.items()}
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return {f.name: facts(getattr(answer, f.name), unfinite) for f in dataclasses.fields(answer) if f.repr}
    if isinstance(answer, Fraction):
        return f"{answer.numerator}/{answer.denominator}"
    if isinstance(answer, Path):
        return str(answer)
    if isinstance(answer, list | tuple | set | frozenset | range):
        return [facts(value, unfinite) for value in answer]
    return str(answer)


def facts_text(answer: object) -> str:
    """Return `answer` as indented JSON text that any strict reader accepts."""
    return json.dumps(facts(answer), indent=2, ensure_ascii=False, allow_nan=False)
