"""Files, frames and arrays in; a `Dataset` out."""

from engineroom.data._arrays import MAX_CLASSES, from_arrays
from engineroom.data._dataset import Dataset, DType
from engineroom.data._schema import Cell, Feature, Label, Target, TargetKind
from engineroom.data._split import Split, split_rows

__all__ = [
    "MAX_CLASSES",
    "Cell",
    "DType",
    "Dataset",
    "Feature",
    "Label",
    "Split",
    "Target",
    "TargetKind",
    "from_arrays",
    "split_rows",
]
