"""Pictures: their lines are the run's numbers, their axes say what they are, and nothing is opened."""

from __future__ import annotations

import io
import itertools
import pickle
import struct
import sys
import warnings
from typing import Any

import numpy as np
import pytest

import engineroom as er
from engineroom.show.plot._losses import differences, loss_curve
from engineroom.show.plot._panels import loss_panel
from engineroom.show.plot._style import SERIES, _apart, figure_of


def rendered(ax: Any) -> bytes:
    """Return the picture as a user would save it; warnings are errors in the tests."""
    file = io.BytesIO()
    ax.figure.savefig(file, format="png", dpi=60)
    return file.getvalue()


def texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_loss_of_a_full_batch(lesson: er.Run) -> None:
    ax = lesson.plot.loss()
    (line,) = ax.lines
    assert line.get_xdata().tolist() == list(range(1, 51)) and line.get_ydata().tolist() == lesson.loss.tolist()
    assert ax.get_xlabel() == "step (each an epoch)" and ax.get_ylabel() == "loss (mean squared error)"
    assert ax.get_yscale() == "log" and texts(ax) == ["training rows"] and ax.get_legend() is None
    assert lesson.plot.loss(log=False).get_yscale() == "linear"
    assert rendered(ax)[:4] == b"\x89PNG" and not ax.get_title()


def test_loss_of_batches_beside_its_epochs_and_the_held_out_rows(batches: er.Run) -> None:
    ax = batches.plot.loss()
    each, means, held = ax.lines
    assert each.get_ydata().tolist() == batches.loss.tolist()
    per_epoch = batches.loss.reshape(8, -1)
    assert means.get_ydata() == pytest.approx(per_epoch.mean(axis=1), rel=1e-15)
    # The middle of steps 1 to n is (n + 1) / 2.
    n = per_epoch.shape[1]
    assert means.get_xdata().tolist() == [(n + 1) / 2 + n * e for e in range(8)]
    assert held.get_ydata().tolist() == batches.validation["loss"].tolist()
    assert held.get_xdata().tolist() == batches.validation["step"].tolist()
    assert set(texts(ax)) == {"mean of an epoch", "held-out rows"} and ax.get_xlabel() == f"step ({n} an epoch)"
    rendered(ax)


def test_steps_a_hundred_times_apart_take_a_logarithmic_axis_where_their_epochs_are_not() -> None:
    x = np.linspace(-1, 1, 40)
    run = er.train(
        er.Network(er.Dense(1)), x, 3 * x, optimizer=er.SGD(lr=0.04), batch_size=4, epochs=8, validation=None
    )
    means = run.loss.reshape(8, -1).mean(axis=1)
    assert means.max() < 100 * means.min() and run.loss.max() > 100 * np.quantile(run.loss, 0.05)
    ax, figure = run.plot.loss(), figure_of(4, 4)
    loss_panel(figure, (0.1, 0.1, 0.8, 0.8), run.record)
    for axes in (ax, run.plot.race(), *figure.axes):
        assert axes.get_yscale() == "log" and axes.get_ylim()[0] < means.min() < run.loss.max() < axes.get_ylim()[1]
    near = run.plot.loss(log=False)
    height = near.get_window_extent().height / near.figure.dpi * 72
    (label,) = near.texts
    place = near.transData.transform((0, label.xy[1]))[1] - near.bbox.y0
    assert place / near.figure.dpi * 72 + label.xyann[1] >= 0.8 * 6 and height > 100


def test_a_long_run_is_drawn_in_spans(lesson: er.Run) -> None:
    long = er.train(
        lesson.network, [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=1e-5), batch_size=1, steps=30_000, validation=None
    )
    curve, spans = loss_curve(long.record), long.loss_summary
    assert curve.means.tolist() == spans["mean"].tolist() and curve.greatest.tolist() == spans["greatest"].tolist()
    assert len(curve.steps) < 5000 and curve.least.tolist() == spans["least"].tolist()
    ax = long.plot.loss()
    assert len(ax.collections) == 1 and ax.lines[0].get_ydata().tolist() == spans["mean"].tolist()
    rendered(ax)


def test_a_run_that_reached_infinity() -> None:
    run = er.train(er.Network(er.Dense(1, init="zeros")), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=1.0))
    ax = run.plot.loss()
    assert any(f"step {run.finding.step}" in text for text in texts(ax))
    assert ax.get_yscale() == "log" and ax.get_ylim()[0] < run.loss[0] and ax.get_ylim()[1] > run.loss[-2]
    rendered(ax)
    rendered(run.plot.weight())


def test_weights(lesson: er.Run, batches: er.Run) -> None:
    ax = lesson.plot.weight("dense1.weight[0, 0]")
    path = lesson.trace("dense1.weight[0, 0]")
    assert ax.lines[0].get_ydata().tolist() == path.tolist() and ax.lines[0].get_xdata().tolist() == list(range(51))
    assert ax.get_ylabel() == "dense1.weight[0, 0]\nfrom x to the output for y" and texts(ax) == ["1.985"]
    assert ax.get_xlabel() == "after step (each an epoch); 0: initial weights"
    names = ["dense1.weight[0, 3]", "dense2.bias[1]"]
    ax = batches.plot.weight(*names)
    assert [line.get_ydata().tolist() for line in ax.lines] == batches.trace(names).T.tolist()
    assert ax.get_ylabel() == "weight" and [t.split("  ")[0] for t in texts(ax)] == names
    rendered(ax)


def test_the_name_of_an_axis_stays_on_the_picture() -> None:
    columns = {
        "size": [1, 2, 3, 4],
        "years that it stood in the cellar of the house, empty": [1, 0, None, 2],
        "y": [1, 2, 2, 1],
    }
    run = er.train(None, columns, target="y", validation=None, steps=4, seed=1)
    ax = run.plot.weight("dense1.weight[2, 3]")
    rendered(ax)
    label = ax.yaxis.label.get_window_extent()
    assert len(ax.get_ylabel().splitlines()) > 2 and "is missing to neuron 3" in ax.get_ylabel().replace("\n", " ")
    assert label.y0 >= 0 and label.y1 <= ax.figure.bbox.height


def test_health(batches: er.Run) -> None:
    ax = batches.plot.health(points=5)
    steps = [1, *(int(s) for s in ax.lines[0].get_xdata()[1:])]
    for line, layer in zip(ax.lines, ("dense1", "dense2", "dense3"), strict=True):
        name = f"{layer}.weight.update_ratio"
        assert line.get_ydata().tolist() == [float(batches.query(name, t)[name][0]) for t in steps]
    assert texts(ax) == ["dense1", "dense2", "dense3"] and "length of the update" in ax.get_ylabel()
    off = batches.fork(at=0, set={"dense1.bias[2]": -50.0}, steps=6)
    dead, name = off.plot.health("dead", points=3), "dense1.dead"
    wanted = [100 * float(off.query(name, int(t))[name][0]) / 6 for t in dead.lines[0].get_xdata()]
    assert dead.lines[0].get_ydata() == pytest.approx(wanted) and min(wanted) >= 100 / 6
    assert dead.get_ylabel().endswith("%")
    for measure in ("gradient_norm", "activation", "saturated"):
        rendered(batches.plot.health(measure, points=3))
    with pytest.raises(er.EngineroomError, match="update_ratio, gradient_norm"):
        batches.plot.health("mood")  # type: ignore[arg-type]


def test_a_layer_that_stands_still_leaves_a_gap_on_a_logarithmic_axis() -> None:
    x = np.linspace(-1, 1, 12)
    rate = er.Cosine(lr=0.05, steps=50)
    network = er.Network(er.Dense(4, "tanh"), er.Dense(1))
    run = er.train(network, x, x**2, optimizer=er.SGD(lr=rate), steps=55, batch_size=None)
    ax = run.plot.health()
    assert ax.get_yscale() == "log" and float(ax.lines[0].get_ydata()[-1]) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rendered(ax)
    chart = ax.get_window_extent()
    for line in ax.lines:
        drawn = line.get_transform().transform_path(line.get_path()).vertices
        assert not np.isfinite(drawn[-1, 1]) and np.isfinite(drawn[:5]).all() and line.get_clip_on()
        assert chart.y0 <= drawn[:40, 1].min() and drawn[:40, 1].max() <= chart.y1
    assert ax.get_tightbbox().y0 > 0 and texts(ax) == ["dense1", "dense2"]


def test_health_that_no_layer_can_have(lesson: er.Run) -> None:
    with pytest.raises(er.EngineroomError, match="only layers with relu can be dead"):
        lesson.plot.health("dead", points=2)


def test_landscapes(lesson: er.Run, batches: er.Run) -> None:
    answer = lesson.landscape("dense1.weight[0, 0]", step=1)
    ax = lesson.plot.landscape("dense1.weight[0, 0]", step=1)
    curve, tangent, *_ = ax.lines
    assert curve.get_ydata().tolist() == answer.losses.tolist()
    assert curve.get_xdata().tolist() == answer.axes[0].values.tolist()
    assert tangent.get_ydata().tolist() == answer.tangent().tolist()
    assert "step 1: 0 to 0.1867" in texts(ax) and "lowest at 2" in texts(ax) and "slope \u221218.67" in texts(ax)
    rendered(ax)
    surface = batches.plot.landscape("path", points=5)
    found = batches.landscape("path", points=5)
    assert surface.lines[0].get_xdata().tolist() == [mark.at[0] for mark in found.marks]
    assert surface.get_xlabel() == found.axes[0].name and surface.get_ylabel() == found.axes[1].name
    rendered(surface)


def test_before_and_after_can_be_read_however_close_they_lie(batches: er.Run) -> None:
    for step in (1, 40):
        ax = batches.plot.landscape("dense1.weight[0, 1]", "dense1.weight[1, 1]", step=step, points=3)
        rendered(ax)
        before, after = (text.get_window_extent() for text in ax.texts)
        assert {text.get_text() for text in ax.texts} == {"before", "after"} and not before.overlaps(after)


def test_races(lesson: er.Run) -> None:
    twins = [lesson.fork(at=20, lr=lr) for lr in (0.1, 0.15)]
    ax = lesson.plot.race(twins)
    lines = [line for line in ax.lines if len(line.get_xdata()) > 1]
    assert [int(line.get_xdata()[0]) for line in lines] == [1, 21, 21]
    for line, run in zip(lines, (lesson, *twins), strict=True):
        assert line.get_ydata().tolist() == run.loss[int(line.get_xdata()[0]) - 1 :].tolist()
    assert texts(ax) == ["lr 0.01", "lr 0.1", "lr 0.15"]
    assert texts(lesson.plot.race({"faster": twins[0]})) == ["this run", "faster"]
    # Without its parent a fork is drawn whole.
    assert len(twins[0].plot.race([twins[1]]).lines[0].get_xdata()) == 50
    rendered(ax)
    with pytest.raises(er.EngineroomError, match="race takes a list of other runs"):
        lesson.plot.race([3])  # type: ignore[list-item]


def test_what_runs_of_a_race_are_called(lesson: er.Run) -> None:
    alike = er.train(lesson.network, [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=0.01), steps=3, name="mine")
    assert differences([lesson.record, lesson.record])[0].startswith("run 1")
    assert differences([alike.record])[0] == "mine"


def test_given_axes_are_drawn_on(lesson: er.Run) -> None:
    from matplotlib.figure import Figure

    first, second = Figure().subplots(1, 2)
    assert lesson.plot.loss(ax=first) is first and lesson.plot.weight(ax=second) is second
    assert first.lines and second.lines
    with pytest.raises(er.EngineroomError, match="ax must be Axes"):
        lesson.plot.loss(ax="here")  # type: ignore[arg-type]


def test_a_notebook_shows_the_picture_that_ends_a_cell(lesson: er.Run) -> None:
    ax = lesson.plot.loss()
    picture, size = ax._repr_png_()
    width, height = struct.unpack(">II", picture[16:24])
    assert picture[:8] == b"\x89PNG\r\n\x1a\n" and size == {"width": width // 2, "height": height // 2}
    assert pickle.loads(pickle.dumps(ax))._repr_png_()[1] == size
    # Pyplot shows its own figures itself.
    given = figure_of(4, 3).add_subplot()
    assert not hasattr(lesson.plot.loss(ax=given), "_repr_png_")


def test_without_matplotlib_a_sentence_names_the_extra(lesson: er.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(
        er.EngineroomError, match=r"needs matplotlib; install it with pip install \"engineroom\[plot\]\""
    ):
        lesson.plot.loss()


def test_labels_that_touch_make_room() -> None:
    moved = _apart(np.array([50.0, 52.0, 0.0, 99.0]), gap=12.0, room=100.0)
    assert moved.tolist() == [45.0, 57.0, 6.0, 94.0]
    crowd = _apart(np.zeros(4), gap=10.0, room=100.0)
    assert crowd.tolist() == [5.0, 15.0, 25.0, 35.0]


# What eyes without one kind of cone see of linear light (Machado, Oliveira and Fernandes, 2009, severity 1).
CONES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("kind", ["all", *CONES])
def test_lines_are_told_apart_by_eyes_of_every_kind(kind: str) -> None:
    rgb = np.array([[int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)] for color in SERIES])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if kind in CONES:
        linear = np.clip(linear @ np.array(CONES[kind]).T, 0, 1)
    cones = linear @ np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]).T
    lab = np.cbrt(cones) @ np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]).T
    apart = {(a, b): float(np.linalg.norm(lab[a] - lab[b])) for a, b in itertools.combinations(range(len(SERIES)), 2)}
    assert min(apart.values()) > 0.12, apart  # in OKLab, where 0.02 is about what can just be seen
