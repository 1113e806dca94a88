"""Questions to a run, answered by computing its steps again: why a weight moved, its path, anything else."""

from engineroom.lens._ask import why
from engineroom.lens._beliefs import Beliefs, beliefs
from engineroom.lens._beside import Beside, Moved
from engineroom.lens._compare import compare
from engineroom.lens._comparison import Comparison, Gap
from engineroom.lens._contributions import Contributions, Contributor, contributions
from engineroom.lens._counts import check_counts
from engineroom.lens._curvature import Curvature, Kinks
from engineroom.lens._differences import Difference
from engineroom.lens._frame import FrameKind, column_names
from engineroom.lens._health import Health, Histogram, health
from engineroom.lens._lanczos import Spectrum, spectrum
from engineroom.lens._landscape import Axis, Landscape, Mark, WhichRows
from engineroom.lens._largest import Move, largest_move
from engineroom.lens._measure import stability
from engineroom.lens._memory import explained_at_hand
from engineroom.lens._moment import Hit, first, map_states
from engineroom.lens._neuron import Neuron, neuron
from engineroom.lens._parting import Parting
from engineroom.lens._pushes import Pushes, pushes
from engineroom.lens._query import Inquiry, Query, inquire, query, stream
from engineroom.lens._removal import Removal
from engineroom.lens._rows import cells_of, percent, targets_of, told_of
from engineroom.lens._stability import Stability, Stance, stance_of
from engineroom.lens._steps import steps_asked
from engineroom.lens._summary import ParameterSummary, summarize
from engineroom.lens._survey import landscape
from engineroom.lens._trace import Path, Trace, trace
from engineroom.lens._trials import Trial
from engineroom.lens._why import (
    Account,
    Chain,
    ChainExample,
    Earlier,
    Example,
    Factor,
    Gradient,
    Link,
    Memory,
    Proof,
    Rest,
    Term,
    Why,
)
from engineroom.lens._worst import Worst, worst

__all__ = [
    "Account",
    "Axis",
    "Beliefs",
    "Beside",
    "Chain",
    "ChainExample",
    "Comparison",
    "Contributions",
    "Contributor",
    "Curvature",
    "Difference",
    "Earlier",
    "Example",
    "Factor",
    "FrameKind",
    "Gap",
    "Gradient",
    "Health",
    "Histogram",
    "Hit",
    "Inquiry",
    "Kinks",
    "Landscape",
    "Link",
    "Mark",
    "Memory",
    "Move",
    "Moved",
    "Neuron",
    "ParameterSummary",
    "Parting",
    "Path",
    "Proof",
    "Pushes",
    "Query",
    "Removal",
    "Rest",
    "Spectrum",
    "Stability",
    "Stance",
    "Term",
    "Trace",
    "Trial",
    "WhichRows",
    "Why",
    "Worst",
    "beliefs",
    "cells_of",
    "check_counts",
    "column_names",
    "compare",
    "contributions",
    "explained_at_hand",
    "first",
    "health",
    "inquire",
    "landscape",
    "largest_move",
    "map_states",
    "neuron",
    "percent",
    "pushes",
    "query",
    "spectrum",
    "stability",
    "stance_of",
    "steps_asked",
    "stream",
    "summarize",
    "targets_of",
    "told_of",
    "trace",
    "why",
    "worst",
]
