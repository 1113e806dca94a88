"""Answers rendered for the terminal; nothing here computes with weights."""

from engineroom.show._changes import changes
from engineroom.show._columns import show_columns
from engineroom.show._console import make_console, say
from engineroom.show._contributions import show_contributions
from engineroom.show._facts import facts, facts_text
from engineroom.show._landscape import show_landscape
from engineroom.show._metrics import metric_text, metrics_text
from engineroom.show._numbers import at_least, count, duration, number, rate
from engineroom.show._plot import curve, spark
from engineroom.show._predictions import show_predictions
from engineroom.show._progress import step_progress, training_progress
from engineroom.show._query_file import QUERY_FILES, check_query_file, write_query
from engineroom.show._result import show_commands, show_evaluation, show_result, show_scores
from engineroom.show._runs import network_text, optimizer_text, run_text, show_runs
from engineroom.show._stability import show_stability
from engineroom.show._state import show_matrix, show_state
from engineroom.show._trace import show_trace
from engineroom.show._verification import show_verification
from engineroom.show._why import show_why

__all__ = [
    "QUERY_FILES",
    "at_least",
    "changes",
    "check_query_file",
    "count",
    "curve",
    "duration",
    "facts",
    "facts_text",
    "make_console",
    "metric_text",
    "metrics_text",
    "network_text",
    "number",
    "optimizer_text",
    "rate",
    "run_text",
    "say",
    "show_columns",
    "show_commands",
    "show_contributions",
    "show_evaluation",
    "show_landscape",
    "show_matrix",
    "show_predictions",
    "show_result",
    "show_runs",
    "show_scores",
    "show_stability",
    "show_state",
    "show_trace",
    "show_verification",
    "show_why",
    "spark",
    "step_progress",
    "training_progress",
    "write_query",
]
