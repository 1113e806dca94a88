"""A run as an animated picture: its frames, their size, what moves in them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engineroom as er
from engineroom.show.plot import _movie
from engineroom.show.plot._panels import draws_edges, fit_panel, loss_panel, matrices_panel
from engineroom.show.plot._style import figure_of

Image = pytest.importorskip("PIL.Image")


@pytest.fixture(autouse=True)
def few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_movie, "FRAMES", 9)
    monkeypatch.setattr(_movie.movie_steps, "__defaults__", (9,))


def pictures(path: Path) -> list[np.ndarray]:
    with Image.open(path) as file:
        found = []
        for i in range(file.n_frames):
            file.seek(i)
            found.append(np.asarray(file.convert("RGB")).astype(int))
        return found


def changed(first: np.ndarray, second: np.ndarray, left: float, right: float, top: float, bottom: float) -> int:
    """Return how many pixels of a part of the picture differ."""
    height, width = first.shape[:2]
    part = np.s_[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
    return int((np.abs(first[part] - second[part]).sum(-1) > 30).sum())


@pytest.mark.parametrize("steps", [1, 5, 8, 9, 50, 12_345])
def test_the_steps_of_the_frames(steps: int) -> None:
    found = _movie.movie_steps(steps, 9)
    assert found[0] == 0 and found[-1] == steps and len(found) <= 9 and found == sorted(set(found))
    assert found == list(range(steps + 1)) if steps < 9 else found[1] - found[0] <= found[-1] - found[-2]


def test_the_first_lesson(lesson: er.Run, tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    written = lesson.export(tmp_path / "run.gif", progress=lambda *n: said.append(n))
    frames = pictures(tmp_path / "run.gif")
    assert written.size == (tmp_path / "run.gif").stat().st_size < 500_000
    assert len(frames) == written.frames == 9 and frames[0].shape == (450, 800, 3) and said[-1] == (9, 9)
    assert str(written).endswith("MB, 9 frames of 800 x 450 pixels")
    # The network, the loss curve and the fitted line all change, the corner of bare paper does not.
    for part in ((0.05, 0.45, 0.15, 0.5), (0.09, 0.45, 0.58, 0.88), (0.54, 0.97, 0.13, 0.88)):
        assert changed(frames[0], frames[-1], *part) > 50
    assert changed(frames[0], frames[-1], 0, 1, 0.97, 1) == 0
    assert tuple(frames[-1][449, 0]) == (0xF7, 0xF5, 0xF0)
    # What stands above the frames: state 0 was made by no step.
    said_above = [_movie._clock(lesson.record, step) for step in (0, 1, 50)]
    assert said_above == ["initial weights", "step 1 of 50   loss 18.7", f"step 50 of 50   loss {lesson.loss[-1]:.3g}"]
    with Image.open(tmp_path / "run.gif") as file:
        assert file.info["loop"] == 0 and file.info["duration"] == 600


def test_regions_of_two_inputs(batches: er.Run, tmp_path: Path) -> None:
    batches.export(tmp_path / "run.gif")
    frames = pictures(tmp_path / "run.gif")
    assert len(frames) == 9 and changed(frames[0], frames[-1], 0.54, 0.97, 0.13, 0.88) > 5000
    # At the end the colour of the regions is that of the classes: orange where y is 1, blue where it is 0.
    figure = figure_of(4, 4)
    show = fit_panel(figure, (0.0, 0.0, 1.0, 1.0), batches.record)
    show(batches.at(batches.steps))
    pixels = np.asarray(figure.axes[0].images[0].get_array())
    grid = np.array([(a, b) for b in np.linspace(-1, 1, 5) for a in np.linspace(-1, 1, 5)])
    low_x, high_x, low_y, high_y = figure.axes[0].images[0].get_extent()
    for (a, b), label in zip(grid, batches.predict(grid, at=batches.steps).tolist(), strict=True):
        chance = batches.predict_proba(np.array([[a, b]]), at=batches.steps)[0, 1]
        if abs(chance - 0.5) > 0.2:
            row = round((b - low_y) / (high_y - low_y) * (len(pixels) - 1))
            red, _, blue = pixels[row, round((a - low_x) / (high_x - low_x) * (len(pixels) - 1))]
            assert (red > blue) == bool(label)


def test_the_fitted_curve_is_what_the_network_says() -> None:
    x = np.linspace(-2, 2, 30)
    run = er.train(er.Network(er.Dense(5, "tanh"), er.Dense(1)), x, x**2, steps=40, validation=None, seed=2)
    figure = figure_of(4, 4)
    show = fit_panel(figure, (0.0, 0.0, 1.0, 1.0), run.record)
    for step in (0, 40):
        show(run.at(step))
        line = figure.axes[0].lines[0]
        said = run.predict(np.asarray(line.get_xdata())[:, None], at=step)
        assert np.asarray(line.get_ydata()) == pytest.approx(said, rel=1e-5, abs=1e-5)


def test_the_loss_is_drawn_up_to_the_step(batches: er.Run) -> None:
    figure = figure_of(4, 4)
    show = loss_panel(figure, (0.1, 0.1, 0.8, 0.8), batches.record)
    show(batches.at(10))
    each, means, _ = figure.axes[0].lines
    assert figure.axes[0].get_ylabel() == "loss, strong: mean of an epoch"
    assert np.asarray(each.get_ydata()).tolist() == batches.loss[:10].tolist()
    n = batches.steps // 8
    assert len(np.asarray(means.get_ydata())) == sum((n + 1) / 2 + n * epoch <= 10 for epoch in range(8))


def test_larger_networks_become_pixels(tmp_path: Path) -> None:
    x, y = er.load_digits()
    run = er.train(er.Network(er.Dense(16, "relu"), er.Dense(10)), x[:200] / 16, y[:200], steps=12)
    assert not draws_edges(run.record)
    figure = figure_of(4, 4)
    states = [run.at(0), run.at(12)]
    show = matrices_panel(figure, (0.0, 0.0, 1.0, 1.0), run.record, states)
    show(states[1])
    tiles, matrix = (np.ma.filled(axes.images[0].get_array(), np.nan) for axes in figure.axes)
    weight = states[1].weights["dense1.weight"]
    # Neuron 5 is in the second row of four, second tile: its 64 weights as the image they look at.
    assert np.array_equal(tiles[9:17, 9:17], weight[:, 5].reshape(8, 8)) and tiles.shape == (35, 35)
    assert np.array_equal(matrix, states[1].weights["dense2.weight"])
    written = run.export(tmp_path / "run.gif")
    frames = pictures(tmp_path / "run.gif")
    assert written.frames == 8 and changed(frames[0], frames[-1], 0.43, 0.97, 0.15, 0.88) > 500


def test_columns_that_make_no_square_are_no_image() -> None:
    x = np.random.default_rng(0).normal(size=(20, 70))
    run = er.train(er.Network(er.Dense(12, "relu"), er.Dense(1)), x, x[:, 0], steps=2)
    figure = figure_of(4, 4)
    matrices_panel(figure, (0.0, 0.0, 1.0, 1.0), run.record, [run.at(2)])
    assert np.array_equal(figure.axes[0].images[0].get_array(), run.at(2).weights["dense1.weight"])


def test_classes_of_one_input() -> None:
    x = np.linspace(-1, 1, 30)
    run = er.train(er.Network(er.Dense(3)), x, np.arange(30) // 10, steps=4, validation=None)
    figure = figure_of(4, 4)
    show = fit_panel(figure, (0.0, 0.0, 1.0, 1.0), run.record)
    show(run.at(4))
    lines, places = figure.axes[0].lines, figure.axes[0].collections[0]
    chances = run.predict_proba(np.asarray(lines[0].get_xdata())[:, None], at=4)
    assert [np.asarray(line.get_ydata()) for line in lines] == [
        pytest.approx(chances[:, k], rel=1e-5) for k in range(3)
    ]
    assert figure.axes[0].get_ylim() == pytest.approx((-0.1, 1.1))
    assert places.get_offsets()[:, 1].tolist() == [1.0] * 30 and len({tuple(c) for c in places.get_facecolor()}) == 3


def test_it_stays_within_its_size(lesson: er.Run, tmp_path: Path) -> None:
    whole = lesson.export(tmp_path / "run.gif").size
    written = lesson.export(tmp_path / "less.gif", max_size=whole - 1)
    assert written.frames == 8 and written.size < whole
    # The same run gives the same bytes, and so the same size exactly has room.
    assert lesson.export(tmp_path / "again.gif", max_size=whole).frames == 9
    assert (tmp_path / "again.gif").read_bytes() == (tmp_path / "run.gif").read_bytes()
    with pytest.raises(er.EngineroomError, match="more than max_size allows"):
        lesson.export(tmp_path / "small.gif", max_size="5kB")
    assert not (tmp_path / "small.gif").exists()


def test_what_is_refused(lesson: er.Run, tmp_path: Path) -> None:
    with pytest.raises(er.EngineroomError, match=r"such as lesson.html or run.gif, got '.*run.mp4'"):
        lesson.export(tmp_path / "run.mp4")
    with pytest.raises(er.EngineroomError, match="cannot be written"):
        lesson.export(tmp_path / "nowhere" / "run.gif")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("lr", [1e30, 1e60])
def test_losses_over_all_that_a_float64_holds_are_drawn(tmp_path: Path, lr: float) -> None:
    run = er.train(
        er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], optimizer=er.SGD(lr=lr), steps=4, batch_size=3, dtype="float64"
    )
    assert np.nanmax(run.loss[np.isfinite(run.loss)]) > 1e120
    assert run.export(tmp_path / "run.gif").frames == 5
    axes = run.plot.loss().figure.axes[0]
    ticks = axes.get_yticks()
    assert len(ticks) > 1 and np.isfinite(ticks).all()
