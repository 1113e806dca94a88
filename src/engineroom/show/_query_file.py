"""Answers written to a file while they are computed, so that they may be larger than memory."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from engineroom.data import need_standard
from engineroom.errors import EngineroomError, FileError, OptionError
from engineroom.lens import Inquiry, Query, column_names
from engineroom.run import StepProgress

__all__ = ["QUERY_FILES", "check_query_file", "write_query"]

QUERY_FILES = (".npy", ".npz", ".csv", ".parquet")
"""The endings of files that answers can be written to."""

_BLOCK = 16 * 2**20


def check_query_file(path: Path, names: int) -> None:
    """Raise an OptionError unless the answer to so many names can be written to a file that is called so."""
    if path.suffix.lower() not in QUERY_FILES:
        raise OptionError(f"an answer is written to a file ending in {', '.join(QUERY_FILES)}, got {str(path)!r}")
    if path.suffix.lower() == ".npy" and names != 1:
        raise OptionError(f"a .npy file holds one array, and {names} things are asked for: name a .npz file")


def write_query(asked: Inquiry, path: Path, progress: StepProgress | None = None) -> None:
    """Write what is asked to a file, block by block, in one replay; if it fails, what was there stays as it was.

    Parameters
    ----------
    path : `.npy` is the bare array of the one name asked for; `.npz` holds the arrays by name, and `steps`; `.csv` and
        `.parquet` have a row a step, the column `step`, and one for each number, an array's called as its elements are.
    """
    check_query_file(path, len(asked.readers))
    written: dict[str, Callable[[Inquiry, Iterable[Query], Path], Path]] = {
        ".npy": lambda *given: _arrays(*given)[asked.readers[0].name],
        ".npz": _npz,
        ".csv": _csv,
        ".parquet": _parquet,
    }
    try:
        # Beside the file, because only there is a move to its name one step.
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            blocks = asked.blocks(max(1, _BLOCK // max(1, asked.step_bytes)), progress)
            written[path.suffix.lower()](asked, blocks, Path(folder)).replace(path)
    except EngineroomError:  # of the logbook, which is an OSError too
        raise
    except OSError as error:
        raise FileError(f"{str(path)!r} cannot be written: {error.strerror or error}") from error


def _arrays(asked: Inquiry, blocks: Iterable[Query], folder: Path) -> dict[str, Path]:
    """Write each name's array to a .npy file of its own."""
    paths = {reader.name: folder / f"{i}.npy" for i, reader in enumerate(asked.readers)}
    with ExitStack() as opened:
        files = {name: opened.enter_context(path.open("wb")) for name, path in paths.items()}
        for reader in asked.readers:
            head = {
                "descr": np.lib.format.dtype_to_descr(reader.dtype),
                "fortran_order": False,
                "shape": asked.shape(reader),
            }
            np.lib.format.write_array_header_1_0(files[reader.name], head)
        for block in blocks:
            for name, array in block.values.items():
                files[name].write(array.tobytes())
    return paths


def _npz(asked: Inquiry, blocks: Iterable[Query], folder: Path) -> Path:
    path = folder / "answer.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in _arrays(asked, blocks, folder).items():
            archive.write(array, f"{name}.npy")
            array.unlink()
        with archive.open("steps.npy", "w") as file:
            np.lib.format.write_array(file, np.array(asked.steps, np.int64))
    return path


def _csv(asked: Inquiry, blocks: Iterable[Query], folder: Path) -> Path:
    path = folder / "answer.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["step", *(name for name, _ in _columns(asked))])
        for block in blocks:
            # As text a number has the fewest digits that give its bits back in its own type.
            columns = [column.astype(str).tolist() for column in block.columns().values()]
            writer.writerows(zip(*columns, strict=True))
    return path


def _parquet(asked: Inquiry, blocks: Iterable[Query], folder: Path) -> Path:
    duckdb: Any = need_standard("duckdb", "writing Parquet")
    table, path = _csv(asked, blocks, folder), folder / "answer.parquet"
    types = {"float32": "FLOAT", "float64": "DOUBLE"}
    columns = {"step": "BIGINT", **{name: types[kind] for name, kind in _columns(asked)}}
    with duckdb.connect(":memory:", config={"temp_directory": str(folder)}) as connection:
        read = connection.read_csv(str(table), header=True, dtype=columns)
        read.write_parquet(str(path))
    return path


def _columns(asked: Inquiry) -> list[tuple[str, str]]:
    """Return the name and the type of each column but the steps."""
    return [
        (column, reader.dtype.name)
        for reader in asked.readers
        for column in column_names(reader.name, reader.shape_for(asked.rows))
    ]
