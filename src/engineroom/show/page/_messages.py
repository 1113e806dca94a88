"""The messages of the page by their names; `scripts/write_page_messages.py` tells them to TypeScript."""

from __future__ import annotations

from collections.abc import Mapping

from engineroom.show.page._asks import (
    Ask,
    BeliefsAsk,
    CancelAsk,
    CompareAsk,
    ContributionsAsk,
    CycleAsk,
    DescribeAsk,
    DigitsAsk,
    DrawnAsk,
    EstimateAsk,
    ExampleAsk,
    ExamplesAsk,
    ForkAsk,
    HealthAsk,
    HelloAsk,
    LandscapeAsk,
    NeuronAsk,
    PushesAsk,
    RaceAsk,
    ResumeAsk,
    RunsAsk,
    SeriesAsk,
    StabilityAsk,
    StateAsk,
    StopAsk,
    TraceAsk,
    TrainAsk,
    UploadAsk,
    WatchAsk,
    WhyAsk,
)
from engineroom.show.page._news import Answering, Notice, Progress, Push, RunsPush, StateNow
from engineroom.show.page._receipts import Begun, Cost, Digits, Done, Raced, Upload
from engineroom.show.page._replies import (
    Answer,
    BeliefsReply,
    Cycle,
    Description,
    Example,
    Examples,
    HealthReply,
    Hello,
    NeuronReply,
    PushesReply,
    RunList,
    Series,
    StateReply,
    Told,
    TraceReply,
)

__all__ = ["ASKS", "PUSHES"]

ASKS: Mapping[str, tuple[type[Ask], type[Answer]]] = {
    "hello": (HelloAsk, Hello),
    "runs": (RunsAsk, RunList),
    "describe": (DescribeAsk, Description),
    "state": (StateAsk, StateReply),
    "cycle": (CycleAsk, Cycle),
    "series": (SeriesAsk, Series),
    "trace": (TraceAsk, TraceReply),
    "why": (WhyAsk, Told),
    "landscape": (LandscapeAsk, Told),
    "stability": (StabilityAsk, Told),
    "compare": (CompareAsk, Told),
    "contributions": (ContributionsAsk, Told),
    "neuron": (NeuronAsk, NeuronReply),
    "beliefs": (BeliefsAsk, BeliefsReply),
    "example": (ExampleAsk, Example),
    "examples": (ExamplesAsk, Examples),
    "pushes": (PushesAsk, PushesReply),
    "health": (HealthAsk, HealthReply),
    "estimate": (EstimateAsk, Cost),
    "train": (TrainAsk, Begun),
    "fork": (ForkAsk, Begun),
    "resume": (ResumeAsk, Begun),
    "stop": (StopAsk, Done),
    "race": (RaceAsk, Raced),
    "upload": (UploadAsk, Upload),
    "digits": (DigitsAsk, Digits),
    "watch": (WatchAsk, Done),
    "drawn": (DrawnAsk, Done),
    "cancel": (CancelAsk, Done),
}
"""Each ask by its name, with what answers it."""

PUSHES: Mapping[str, type[Push]] = {
    "progress": Progress,
    "state": StateNow,
    "runs": RunsPush,
    "notice": Notice,
    "answering": Answering,
}
"""Each push by its name."""
