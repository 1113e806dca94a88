"""The weights of a state as a file that other programs read, with all that is needed to use them."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom._version import __version__
from engineroom.errors import OptionError
from engineroom.run._record import Record
from engineroom.run._whole_file import write_whole

__all__ = ["METADATA", "save_weights"]

METADATA = "__metadata__"
"""Under which name an .npz holds, as JSON text, what a .safetensors holds as its metadata."""


def save_weights(record: Record, path: str | os.PathLike[str], at: int | None = None) -> Path:
    """Write the weights of a state to `.npz` or `.safetensors`, and beside them the network as JSON.

    Parameters
    ----------
    path : its ending says which kind of file; `.safetensors` needs the package of that name.
    at : after how many updates; None is the state that predicts.

    Raises
    ------
    OptionError : for another ending, without safetensors, or when the run has no such state.
    FileError : when the file cannot be written.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise OptionError(f"weights are saved to the path of a file, such as 'net.npz', got {path!r:.80}")
    place = Path(path)
    written = {".npz": _npz, ".safetensors": _safetensors}.get(place.suffix.lower())
    if written is None:
        raise OptionError(f"weights are saved to a file ending in .npz or .safetensors, got {str(path)!r}")
    state = record.at(record.chosen_step if at is None else at)
    weights = {name: np.ascontiguousarray(array) for name, array in state.weights.items()}
    packed = written(weights, _metadata(record, state.step))
    write_whole(place, packed)
    return place


def _metadata(record: Record, step: int) -> dict[str, str]:
    """Return what the weights belong to, each a text, as the safetensors format wants it."""
    return {
        "engineroom": __version__,
        "network": record.network.to_json(),
        "step": str(step),
        "seed": str(record.seed),
        "inputs": json.dumps([feature.to_dict() for feature in record.dataset.features]),
        "target": json.dumps(record.dataset.target.to_dict()),
    }


def _npz(weights: dict[str, NDArray[Any]], metadata: dict[str, str]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **{**weights, METADATA: np.array(json.dumps(metadata))})  # type: ignore[arg-type]
    return file.getvalue()


def _safetensors(weights: dict[str, NDArray[Any]], metadata: dict[str, str]) -> bytes:
    try:
        from safetensors.numpy import save
    except ImportError:
        raise OptionError(
            'a .safetensors file needs safetensors; install it with pip install "engineroom[safetensors]", '
            "or save to .npz"
        ) from None
    return bytes(save(weights, metadata))
