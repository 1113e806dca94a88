"""The stability in words and numbers: plain text, at most 79 columns wide."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engineroom.lens._curvature import Dead, Kinks
from engineroom.lens._lanczos import Spectrum
from engineroom.lens._layout import table, wrapped
from engineroom.lens._rows import short
from engineroom.lens._stability import GOOD_PACE, Stability
from engineroom.lens._trials import Trial

__all__ = ["stability_text"]

_PAST = "past the limit"
"""What "diverges" is called: the parabola that fits the loss says so, and nobody has seen the run do it."""

_CORRECTED = 1.05
"""From how many times its size on a step is told of that is larger than the limit has it."""


def stability_text(answer: Stability) -> str:
    """Return the whole answer."""
    blocks = [
        [_title(answer), *(line for said in _sentences(answer) for line in wrapped(said))],
        ["How sharply the loss curves", *_measured(answer), *_notes(answer)],
    ]
    if math.isfinite(answer.limit) and answer.stance != "learns nothing":
        blocks.append(
            [
                "Learning rates, on the parabola that fits the loss at this state",
                *_scale(answer),
                *wrapped(_bands(answer)),
            ]
        )
    if answer.trials:
        lines = [line for said in (_trials_meaning(answer), _reconciled(answer)) for line in wrapped(said)]
        blocks.append([_trials_title(answer), *_trial_lines(answer.trials), *lines])
    return "\n\n".join("\n".join(block) for block in blocks)


def _title(answer: Stability) -> str:
    rows = f"all {answer.rows:,} training rows"
    if answer.rows < answer.rows_in_all:
        rows = f"{answer.rows:,} of {answer.rows_in_all:,} training rows"
    return f"Stability in state {answer.step:,}, on {rows}"


def _sentences(answer: Stability) -> list[str]:
    return [_standing(answer), _scheduled(answer), answer.reason, _meaning(answer)]


def _standing(answer: Stability) -> str:
    if answer.stance == "learns nothing":
        return _stuck(answer)
    name = f"The learning rate {short(answer.lr)} of step {answer.lr_step:,}"
    if answer.stance == "no limit":
        return f"{name} has no limit here: no direction of the loss curves upwards, so none can be overshot."
    share = f"{name} is {_percent(answer.share)} of the largest stable one, {short(answer.limit)}"
    parabola = "On the parabola that fits the loss here, steps along the sharpest direction"
    more = short(1 / answer.share if answer.share else math.inf)
    said = {
        "creeps": f"it creeps. The parabola that fits the loss here would allow up to {more} times as much.",
        "good pace": "a good pace for the parabola that fits the loss here. Steps along its sharpest direction "
        f"{_course(answer)}",
        "jumps over but arrives": f"it jumps over but arrives. {parabola} {_course(answer)}",
        "diverges": f"it is {_PAST}. {parabola} land farther from the bottom each time. The curvature changes as the "
        "weights move, so the run itself may go on learning, or reach NaN or infinity: "
        + ("what was tried below shows it." if answer.trials else "trying it shows which (prove)."),
    }
    return f"{share}: {said[answer.stance]}"


def _course(answer: Stability) -> str:
    """Return where steps land beside the bottom, where they come nearer to it at all."""
    factor, crossing = answer.approach.factor, answer.approach.crossing
    if crossing == math.inf:
        return "do not pass the bottom."
    if crossing == 1:
        return "land on the other side of the bottom, nearer each time."
    often = f"once in {crossing:.0f} steps" if crossing >= 10 else f"once in {crossing:.1f} steps"
    return (
        f"carry earlier gradients on and swing across the bottom, {often}; each step leaves {_percent(factor)} of the "
        "swing."
    )


def _stuck(answer: Stability) -> str:
    said = "No learning rate helps here"
    if answer.rows < answer.rows_in_all:
        said = "On the rows looked at no learning rate helps, though on others one may"
    layers = [dead.layer for dead in answer.dead if dead.units == dead.of]
    if not layers:
        return (
            f"{said}: the gradient of every weight is exactly 0, as where all of them begin at 0, "
            f"so {short(answer.lr)} or any other leaves them where they are. Begin with other weights, or set some."
        )
    dead = f"all units of {' and '.join(layers)} are dead, they give 0 for every row looked at"
    return (
        f"{said}: {dead}. What the network says no longer depends on its inputs, and no gradient "
        f"comes back to wake them, with {short(answer.lr)} or any other. Fork from a step at which they lived, with "
        f"a smaller learning rate (`query` counts {layers[0]}.dead step by step), or train again with leaky_relu."
    )


def _scheduled(answer: Stability) -> str:
    """Return where the schedule's highest rate stands, if it is another one: a rate near 0 alone would say little."""
    if not math.isfinite(answer.limit) or answer.stance == "learns nothing" or answer.lr > 0.9 * answer.peak_lr:
        return ""
    peak = f"{short(answer.peak_lr)} in step {answer.peak_step:,}, "
    share = f"{_percent(answer.peak_lr / answer.limit)} of this limit."
    if answer.lr_step < answer.peak_step:
        return f"It is still warming up: the {answer.schedule} schedule takes it up to {peak}{share}"
    return f"The {answer.schedule} schedule has brought it down: its highest rate was {peak}{share}"


def _meaning(answer: Stability) -> str:
    said = []
    if answer.batch < answer.rows_in_all:
        said.append(
            f"A step of the run sees {answer.batch:,} of the {answer.rows_in_all:,} rows, whose loss may curve more or "
            f"less than that of the {answer.rows:,} rows together, by which the limit was measured. The noise of such "
            "batches is not in it: it may ask for a smaller rate, above all late in a run."
        )
    if answer.correction > _CORRECTED and answer.lr_step > answer.step:
        alone = ""
        if answer.first_scale:
            alone = f" By itself it goes {short(answer.lr * answer.felt.largest)} times the way to the bottom."
        said.append(
            f"Step {answer.lr_step:,} is {short(answer.correction)} times as large as the limit has it, because "
            f"{answer.optimizer} makes up for averages that began at 0; that fades within some steps.{alone}"
        )
    if answer.sharpness.smallest < -1e-6 * abs(answer.sharpness.largest):
        said.append(
            f"There are directions in which the loss curves downwards (curvature {short(answer.sharpness.smallest)}): "
            + (
                "it stands on a saddle, which a push to the side would leave."
                if answer.stance == "learns nothing"
                else "along them steps grow at any learning rate, until the loss curves up again."
            )
        )
    return " ".join(said)


def _measured(answer: Stability) -> list[str]:
    lines = [
        ["loss", _long(answer.loss), f"its gradient has the length {short(answer.slope)}"],
        ["sharpness", _long(answer.sharpness.largest), _accuracy(answer.sharpness)],
    ]
    if answer.preconditioned:
        lines.append(["scaled", _long(answer.felt.largest), _accuracy(answer.felt)])
    elif answer.felt.largest != answer.sharpness.largest:
        lines.append(["with decay", _long(answer.felt.largest), f"weight decay {answer.weight_decay:g} added"])
    over = "sharpness"
    if answer.preconditioned:
        over = "scaled"
    elif answer.felt.largest != answer.sharpness.largest:
        over = "with decay"
    if answer.decoupled:
        over = f"({over} + decay)"
    formula = f"({answer.formula})" if "+" in answer.formula and "/" not in answer.formula else answer.formula
    lines.append(["limit", _long(answer.limit), f"{formula} / {over}, by {answer.optimizer}"])
    return table(lines, "lrl")


def _notes(answer: Stability) -> list[str]:
    lines = wrapped(
        "sharpness: the largest eigenvalue of the loss's Hessian H, its curvature in the sharpest direction; beside it "
        "how exactly it is known, and after how many products of H with a direction."
    )
    if answer.preconditioned:
        when = "what the first step will make of this gradient" if answer.first_scale else "as this state keeps it"
        decay = " Weight decay is in it." if answer.weight_decay and not answer.decoupled else ""
        lines += wrapped(
            f"scaled: {answer.optimizer} multiplies each element of the gradient by its own number P, {when}; the "
            f"sharpness it feels is that of sqrt(P) * H * sqrt(P), with P held still.{decay}"
        )
    if answer.decoupled:
        lines += wrapped(
            f"decay: the weight_decay of {answer.weight_decay:g} acts at once, the gradient through its average, so "
            "for the limit it is as if the loss curved by weight_decay*(1 + beta1)/(1 - beta1) = "
            f"{short(answer.decay)} more in every direction."
        )
    for kinks in answer.kinks:
        lines += wrapped(_kinks(kinks))
    for dead in answer.dead:
        lines += wrapped(_dead(dead))
    return lines


def _kinks(kinks: Kinks) -> str:
    return (
        f"kinks: of {kinks.of:,} values of {kinks.operation}, {kinks.at:,} lie exactly on a kink and {kinks.near:,} "
        "within a thousandth of their usual size; the second derivative there is taken as 0."
    )


def _dead(dead: Dead) -> str:
    if dead.units == dead.of:
        return (
            f"dead: all {dead.of:,} units of {dead.layer} give 0 for every row looked at, so nothing curves along "
            "their weights: the sharpness is that of what stands behind them."
        )
    only = dead.units == 1
    return (
        f"dead: {dead.units:,} of {dead.of:,} units of {dead.layer} give{'s' * only} 0 for every row looked at, so "
        f"nothing curves along {'its' if only else 'their'} weights: the sharpness is that of the others, and may grow "
        f"once {'it wakes' if only else 'they wake'}."
    )


def _scale(answer: Stability) -> list[str]:
    rows = [
        ["creeps", "up to", _long(answer.creeping)],
        ["good pace", "up to", _long(GOOD_PACE * answer.limit)],
        ["jumps over but arrives", "up to", _long(answer.limit)],
        [_PAST, "beyond", ""],
        ["this run", "", f"{_long(answer.lr)}  {_PAST if answer.stance == 'diverges' else answer.stance}"],
    ]
    return table(rows, "lll")


def _bands(answer: Stability) -> str:
    """Return what the bounds mean; a step that carries earlier gradients on goes no fixed part of the way."""
    share = answer.creeping / answer.limit
    said = f"The bounds are {share:.2g}, {GOOD_PACE:g} and 1 times the limit, told of the sharpest direction: "
    if not answer.carries:
        step = "a step" if answer.preconditioned or answer.decoupled else "a step of descent"
        return (
            f"{said}along it {step} goes {200 * share:.2g} % of the way to the bottom, just to it, and as far beyond "
            "it as it was before. Along flatter directions it goes a smaller part."
        )
    return (
        f"{said}up to the first a step comes at most a 25th nearer to its bottom. Soon beyond that steps carry earlier "
        "gradients across the bottom and back, less far each time, and the more often the larger they are; beyond 1 "
        "they land farther from it each time."
    )


def _trials_title(answer: Stability) -> str:
    return f"Tried from here, in memory, {max(t.steps for t in answer.trials):,} steps each at a constant rate"


def _trials_meaning(answer: Stability) -> str:
    said = (
        f"Before and after: the loss of all {answer.rows_in_all:,} training rows, in the state from which it began and "
        "in its last. Highest of a step: the largest loss that a step measured on its batch, before its update, so "
        "none is of the last state."
    )
    if answer.batch < answer.rows_in_all:
        said += " Each rate was tried once, on one order of the rows: a small difference may be chance."
    return said


def _reconciled(answer: Stability) -> str:
    """Return why trials and bands tell different things, where they do."""
    rose = [t for t in answer.trials if t.share <= 1 and t.outcome in ("rose", "diverged")]
    fell = [t for t in answer.trials if t.share > 1 and t.outcome == "fell"]
    if not rose and not fell:
        return ""
    told = [f"{_times(rose)} rose below the limit"] * bool(rose) + [f"{_times(fell)} fell past it"] * bool(fell)
    causes = ["directions that curve downwards"] * (answer.sharpness.smallest < 0) + [
        "curvature that changes on the way"
    ]
    if answer.formula != "2":
        causes = ["what averages over earlier steps carry on", *causes]
    if answer.batch < answer.rows_in_all:
        causes = ["the noise of batches", *causes]
    return (
        f"Although the bands say otherwise, {' and '.join(told)}: the limit holds for the parabola at this one state, "
        f"and says nothing of {', '.join(causes[:-1])}{' or of ' * (len(causes) > 1)}{causes[-1]}."
    )


def _times(trials: Sequence[Trial]) -> str:
    return " and ".join(f"x {t.factor:g}" for t in trials)


def _trial_lines(trials: Sequence[Trial]) -> list[str]:
    rows = [["", "lr", "of limit", "before", "after", "highest of a step", ""]]
    for t in trials:
        share = _percent(t.share) if t.share else "-"
        after = f"-> {short(t.after)}" if math.isfinite(t.after) else f"in step {t.steps:,}"
        rows.append([f"x {t.factor:g}", short(t.lr), share, short(t.before), after, short(t.highest), t.outcome])
    return table(rows, "lrrrlrl")


def _accuracy(found: Spectrum) -> str:
    given_up = "" if found.converged else ", not converged: read it as a lower bound"
    size = abs(found.largest) or 1.0
    products = f"{found.products:,} product{'s' * (found.products != 1)}"
    return f"residual {found.residual / size:.1g} of it, {products}{given_up}"


def _long(value: float) -> str:
    return f"{value:.7g}"


def _percent(part: float) -> str:
    return f"{100 * part:,.0f} %" if 10 <= part < 1e4 else f"{100 * part:.3g} %"
