"""The record of a run: train it, go to any of its steps, take a step apart, verify it."""

from engineroom.run._amounts import seconds, size
from engineroom.run._baselines import Baseline, baselines, misses, scores
from engineroom.run._batches import batches, rates
from engineroom.run._copy import copy_runs
from engineroom.run._cores import cores
from engineroom.run._defaults import (
    default_batch_size,
    default_loss,
    default_network,
    default_optimizer,
    steps_to_make,
    with_rate,
)
from engineroom.run._estimate import Estimate, estimate_run
from engineroom.run._examination import Examination
from engineroom.run._finding import NonFinite
from engineroom.run._fork import Attempt, Changes, check_fork, fork_run, try_fork
from engineroom.run._ground import Ground
from engineroom.run._intake import Data, Validation, asked_for
from engineroom.run._keeping import check_name, records_of
from engineroom.run._metrics import is_better
from engineroom.run._observer import Observer
from engineroom.run._prediction import predicted, probabilities
from engineroom.run._record import EngineName, Record, Walked
from engineroom.run._replay import StepProgress
from engineroom.run._resume import resume_run
from engineroom.run._segment import Segment
from engineroom.run._settings import Settings
from engineroom.run._shortfall import Shortfall, gives_one_answer, shortfall
from engineroom.run._states import States
from engineroom.run._stopping import Best, EarlyStopping
from engineroom.run._train import plan_of, train_run
from engineroom.run._training import TrainingProgress
from engineroom.run._verdict import Verdict, verdict
from engineroom.run._verification import Verification
from engineroom.run._weights_file import METADATA, save_weights
from engineroom.run._whole_file import write_whole

__all__ = [
    "METADATA",
    "Attempt",
    "Baseline",
    "Best",
    "Changes",
    "Data",
    "EarlyStopping",
    "EngineName",
    "Estimate",
    "Examination",
    "Ground",
    "NonFinite",
    "Observer",
    "Record",
    "Segment",
    "Settings",
    "Shortfall",
    "States",
    "StepProgress",
    "TrainingProgress",
    "Validation",
    "Verdict",
    "Verification",
    "Walked",
    "asked_for",
    "baselines",
    "batches",
    "check_fork",
    "check_name",
    "copy_runs",
    "cores",
    "default_batch_size",
    "default_loss",
    "default_network",
    "default_optimizer",
    "estimate_run",
    "fork_run",
    "gives_one_answer",
    "is_better",
    "misses",
    "plan_of",
    "predicted",
    "probabilities",
    "rates",
    "records_of",
    "resume_run",
    "save_weights",
    "scores",
    "seconds",
    "shortfall",
    "size",
    "steps_to_make",
    "train_run",
    "try_fork",
    "verdict",
    "with_rate",
    "write_whole",
]
