"""The stability at a state, measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engineroom.errors import OptionError
from engineroom.lens._approach import approach_of, creeping_rate
from engineroom.lens._chance import drawn_rows
from engineroom.lens._curvature import Curvature
from engineroom.lens._lanczos import Spectrum, spectrum
from engineroom.lens._rows import short
from engineroom.lens._stability import Stability, stance_of
from engineroom.lens._stability_text import stability_text
from engineroom.lens._trials import try_rates
from engineroom.ops import Optimizer
from engineroom.plan import Plan, State
from engineroom.run import Record, StepProgress

__all__ = ["stability"]


def stability(
    record: Record,
    step: int | None = None,
    *,
    sample: int | None = None,
    prove: bool = False,
    steps: int = 100,
    tolerance: float = 1e-6,
    progress: StepProgress | None = None,
) -> Stability:
    """Return how sharply the training loss curves at a state, and the largest learning rate that is stable there.

    The sharpness is the largest eigenvalue of the Hessian H of the mean loss over the training rows. Where it is s,
    descent `w = w - lr*g` multiplies the distance along that direction by `1 - lr*s` in each step, which dies out
    up to `lr = 2/s`. Each optimizer has a limit of its own (`Optimizer.stability_bound`), with coupled weight decay wd
    added, `H + wd*I`, and for one that scales gradients by P, of `sqrt(P) * (H + wd*I) * sqrt(P)`.

    Everything is computed in float64 from the state's weights, with NumPy's products of matrices: a measurement whose
    residual is told, not bits that the numerics contract promises.

    Parameters
    ----------
    record : the run.
    step : the state, from 0; None is the last, or where a schedule has brought the learning rate below half of its
        highest by then, the last that a step left with half of it: beside a rate near 0 any curvature is harmless.
    sample : look at so many training rows, drawn by the run's seed; None is all of them.
    prove : go on from the state at 1/2, 1, 2 and 4 times the learning rate and tell what happened. These forks are
        made in memory; nothing is written into the logbook.
    steps : how many steps each of these forks makes.
    tolerance : how small the residual of the largest eigenvalue is to be beside it.
    progress : told how many steps of the four forks are made.

    Raises
    ------
    OptionError : when there is no such state, it is not finite, or a law has no tangents; the law is named.

    Source: Cohen, Kaur, Li, Kolter and Talwalkar, Gradient descent on neural networks typically occurs at the edge of
    stability, 2021; for scaled gradients Cohen et al., Adaptive gradient methods at the edge of stability, 2022.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> answer = stability(run.record, step=0)
    >>> round(answer.sharpness.largest, 6), round(answer.limit, 7), answer.stance
    (9.333333, 0.2142857, 'good pace')
    """
    telling, reason = _telling_state(record) if step is None else (step, "")
    t = record.checked_step(telling)
    if not isinstance(tolerance, (int, float)) or not 0 < tolerance < 1:
        raise OptionError(f"tolerance must be above 0 and below 1, got {tolerance!r}")
    holder = record.holder(t)
    holder.dataset.need_rows()
    state = holder.at(t)
    plan, law = holder.plan, holder.optimizer
    rows = _rows(holder, sample)
    y = holder.dataset.y[rows]
    if plan.buffer("y").role != "classes" and y.ndim == 1:
        y = y[:, None]
    trained = [operation.writes[0] for operation in plan.operations if operation.phase == "update"]
    with np.errstate(all="ignore"):
        curvature = Curvature(plan, state.weights, holder.dataset.x[rows], y, trained)
        slope = float(np.linalg.norm(curvature.gradient))
        if not (np.isfinite(curvature.loss) and np.isfinite(slope)):
            raise OptionError(f"{record.name} had reached NaN or infinity in state {t:,}: ask for an earlier step")
        sharpness = spectrum(curvature.times, curvature.size, tolerance=tolerance)
        made = t - holder.segment.clock
        scale = _scale(law, state, trained, made, curvature)
        felt = sharpness.moved(law.coupled)
        if scale is not None:
            felt = _scaled(curvature, scale, law.coupled, tolerance)
    curved = max(felt.largest, 0.0) if _curves(felt) else 0.0
    limit = law.stable_rate(curved)
    creeping = creeping_rate(law, limit, curved)
    lr_step = min(t + 1, max(record.steps, 1))
    lr = record.rate(lr_step)
    answer = Stability(
        step=t,
        reason=reason,
        rows=len(rows),
        rows_in_all=len(holder.dataset.training),
        batch=plan.batch_size,
        loss=curvature.loss,
        slope=slope,
        sharpness=sharpness,
        felt=felt,
        optimizer=law.law,
        formula=law.stability_bound[1],
        preconditioned=scale is not None,
        first_scale=scale is not None and made == 0,
        weight_decay=law.weight_decay,
        decoupled=law.coupled != law.weight_decay,
        decay=0.0 if law.coupled == law.weight_decay else law.stability_bound[0] / limit - curved,
        limit=limit,
        creeping=creeping,
        approach=approach_of(law, lr, curved),
        carries=law.recursion(lr, curved)[1] != 0,
        correction=law.correction(made + 1),
        lr=lr,
        lr_step=lr_step,
        schedule=law.schedule.law,
        peak_lr=law.schedule.lr,
        peak_step=_peak_step(holder),
        stance="learns nothing" if _stuck(plan, curvature) else stance_of(lr, limit, creeping),
        kinks=curvature.kinks,
        dead=curvature.dead,
        trials=try_rates(holder, t, lr, limit, steps, progress) if prove else (),
    )
    return replace(answer, text=stability_text(answer))


def _telling_state(record: Record) -> tuple[int, str]:
    """Return the state that says most of the learning rate, and why it is not the last where it is not."""
    last = record.steps
    if last == record.start:
        return last, ""
    # From its highest on a rate only falls; a fork's own steps may all lie behind that.
    at_least = min(max(_peak_step(record), record.start + 1), last)
    half, below = record.rate(at_least) / 2, last
    if record.rate(last) >= half:
        return last, ""
    while below - at_least > 1:
        middle = (at_least + below) // 2
        if record.rate(middle) >= half:
            at_least = middle
        else:
            below = middle
    return at_least - 1, (
        f"State {at_least - 1:,} is the last that a step left with at least half of the highest rate. It was looked at "
        f"in place of the last state, {last:,}, where the rate is down to {short(record.rate(last))} and says little."
    )


def _peak_step(record: Record) -> int:
    """Return the step in which the schedule reaches its highest rate."""
    schedule = record.optimizer.schedule
    step = record.segment.clock + max(schedule.warmup, 1)
    # The cosine of a fork takes for its warm-up the steps before it, which another schedule made.
    return step if math.isclose(record.rate(step), schedule.lr) else step + 1


def _stuck(plan: Plan, curvature: Curvature) -> bool:
    """Whether no learning rate helps: nothing gets past a layer, or all weights of a deep network stay where they are.

    A single layer without a gradient has arrived, and so has a network without a loss.
    """
    if any(dead.units == dead.of for dead in curvature.dead):
        return True
    gradients = [g for name, g in curvature.split(curvature.gradient).items() if name.endswith(".weight")]
    layers = sum(p.name.endswith(".weight") for p in plan.parameters)
    return layers > 1 and curvature.loss > 0 and len(gradients) > 0 and not any(g.any() for g in gradients)


def _curves(felt: Spectrum) -> bool:
    """Whether the largest eigenvalue is more than rounding beside the others."""
    return felt.largest > 1e-12 * abs(felt.smallest)


def _rows(record: Record, sample: int | None) -> NDArray[np.int64]:
    training = record.dataset.training
    if sample is None:
        return training
    if isinstance(sample, bool) or not isinstance(sample, (int, np.integer)) or not 1 <= sample <= len(training):
        raise OptionError(
            f"sample must be a number of training rows from 1 to {len(training):,}, or None for all, got {sample!r}"
        )
    return drawn_rows(record.seed, training, int(sample))


def _scale(
    law: Optimizer, state: State, trained: Sequence[str], made: int, curvature: Curvature
) -> NDArray[Any] | None:
    """Return P, by which the optimizer multiplies each element of the gradient; None where it does not."""
    gradients = curvature.split(curvature.gradient)
    found = []
    for name in trained:
        slots: tuple[Any, ...] = tuple(None if s is None else state[f"{name}.{s}"] for s in law.slots)
        if not made:
            # Nothing is remembered yet: take what the first step would make of this gradient.
            weight = state[name].astype(np.float64)
            slots = tuple(None if s is None else s.astype(np.float64) for s in slots)
            slots = law.update(weight, gradients[name], slots, 1.0, 1)[1]
        scale = law.preconditioner(slots, max(made, 1))
        if scale is None:
            return None
        found.append(scale.reshape(-1))
    return np.concatenate(found)


def _scaled(curvature: Curvature, scale: NDArray[Any], decay: float, tolerance: float) -> Spectrum:
    root = np.sqrt(scale)
    return spectrum(lambda v: root * curvature.times(root * v) + decay * scale * v, curvature.size, tolerance=tolerance)
