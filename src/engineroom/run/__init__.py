"""The record of a run: train it, go to any of its steps, take a step apart, verify it."""

from engineroom.run._amounts import seconds, size
from engineroom.run._examination import Examination
from engineroom.run._finding import NonFinite
from engineroom.run._keeping import record_of
from engineroom.run._prediction import predicted, probabilities
from engineroom.run._record import EngineName, Record
from engineroom.run._replay import StepProgress
from engineroom.run._settings import Settings
from engineroom.run._stopping import Best, EarlyStopping
from engineroom.run._train import TrainingProgress, train_run
from engineroom.run._verification import Verification

__all__ = [
    "Best",
    "EarlyStopping",
    "EngineName",
    "Examination",
    "NonFinite",
    "Record",
    "Settings",
    "StepProgress",
    "TrainingProgress",
    "Verification",
    "predicted",
    "probabilities",
    "record_of",
    "seconds",
    "size",
    "train_run",
]
