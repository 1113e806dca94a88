"""Files, frames and arrays in; a `Dataset` out."""

from engineroom.data._arrays import MAX_CLASSES, as_array, from_arrays
from engineroom.data._bundled import BUNDLED, bundled, load_digits
from engineroom.data._dataset import Dataset, DType
from engineroom.data._dates import DAYS, date_text
from engineroom.data._files import need_standard, read_sheet
from engineroom.data._grid import unique_names
from engineroom.data._inputs import prepare_inputs
from engineroom.data._judge import ColumnChoice, ColumnKind
from engineroom.data._look import ColumnLook, TableLook, look
from engineroom.data._new_rows import FarOutside, Filled, NewRows, new_rows, without_totals
from engineroom.data._new_targets import NewTargets, new_targets, prepare_targets
from engineroom.data._numbers import amount_text, amount_texts, is_currency
from engineroom.data._preparation import Preparation
from engineroom.data._raw import Table
from engineroom.data._relink import relink
from engineroom.data._report import ColumnReport, TableReport
from engineroom.data._schema import Cell, Feature, Label, Target, TargetKind
from engineroom.data._source import Source, as_table
from engineroom.data._split import Split, split_rows
from engineroom.data._table import PreparedTable, from_table
from engineroom.data._words import is_missing

__all__ = [
    "BUNDLED",
    "DAYS",
    "MAX_CLASSES",
    "Cell",
    "ColumnChoice",
    "ColumnKind",
    "ColumnLook",
    "ColumnReport",
    "DType",
    "Dataset",
    "FarOutside",
    "Feature",
    "Filled",
    "Label",
    "NewRows",
    "NewTargets",
    "Preparation",
    "PreparedTable",
    "Source",
    "Split",
    "Table",
    "TableLook",
    "TableReport",
    "Target",
    "TargetKind",
    "amount_text",
    "amount_texts",
    "as_array",
    "as_table",
    "bundled",
    "date_text",
    "from_arrays",
    "from_table",
    "is_currency",
    "is_missing",
    "load_digits",
    "look",
    "need_standard",
    "new_rows",
    "new_targets",
    "prepare_inputs",
    "prepare_targets",
    "read_sheet",
    "relink",
    "split_rows",
    "unique_names",
    "without_totals",
]
