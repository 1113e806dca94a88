"""A run as an animated GIF: the loss draws itself while the weights change and what the network says takes shape."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engineroom.errors import OptionError
from engineroom.plan import State
from engineroom.run import Record, StepProgress, size, write_whole
from engineroom.show._numbers import number
from engineroom.show._runs import network_text, optimizer_text
from engineroom.show.plot._panels import (
    Panel,
    draws_edges,
    edges_panel,
    fit_panel,
    loss_panel,
    matrices_panel,
)
from engineroom.show.plot._style import INK, NEGATIVE, PAPER, POSITIVE, SOFT, figure_of, style

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Movie", "export_movie"]

WIDTH, HEIGHT, FRAMES = 800, 450, 72
_LEAST_FRAMES = 8
_COLORS = 240
_EACH, _FIRST, _LAST = 70, 600, 1800
"""How long frames are seen, in milliseconds."""


@dataclass(frozen=True)
class Movie:
    """An animated picture that was written.

    Attributes
    ----------
    path, size : where, and how many bytes it has.
    frames, width, height : how many pictures of how many pixels.
    """

    path: Path
    size: int
    frames: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.path}: {self.size / 1e6:.2f} MB, {self.frames} frames of {self.width} x {self.height} pixels"


def export_movie(
    record: Record, path: str | Path, *, max_size: str | float = "10MB", progress: StepProgress | None = None
) -> Movie:
    """Write a run as an animated GIF of 800 x 450 pixels and at most 72 frames, fewer where `max_size` asks for it.

    The frames lie closer together where the run begins, because there most of it happens.

    Parameters
    ----------
    path : the file, whose name ends in .gif.
    max_size : how large it may become.
    progress : told how many frames are drawn.

    Raises
    ------
    OptionError : when Matplotlib is missing, the run has no step, or not even 8 frames would have room.
    FileError : when the file cannot be written.
    """
    place, most = Path(path), size("max_size", max_size)
    if place.suffix.lower() != ".gif":
        raise OptionError(f"an animated picture is written to a file such as run.gif, got {str(path)!r}")
    if not record.steps:
        raise OptionError(f"{record.name} has made no step yet, so nothing moves in it")
    steps = movie_steps(record.steps)
    with style():
        frames = _frames(record, steps, progress)
    while len(packed := _packed(frames)) > most and len(frames) > _LEAST_FRAMES:
        keep = max(_LEAST_FRAMES, min(len(frames) - 1, int(0.95 * len(frames) * most / len(packed))))
        frames = [frames[i] for i in np.linspace(0, len(frames) - 1, keep).round().astype(int)]
    if len(packed) > most:
        raise OptionError(
            f"{len(frames)} frames of {record.name} take {len(packed) / 1e6:.2f} MB, more than max_size allows: "
            "give it more room"
        )
    write_whole(place, packed)
    return Movie(place, len(packed), len(frames), WIDTH, HEIGHT)


def movie_steps(steps: int, frames: int = FRAMES) -> list[int]:
    """Return the states that are shown of a run, closer together at its beginning.

    Examples
    --------
    >>> movie_steps(3), movie_steps(1000, frames=6)
    ([0, 1, 2, 3], [0, 40, 160, 360, 640, 1000])
    """
    if steps < frames:
        return list(range(steps + 1))
    return sorted({round(steps * (i / (frames - 1)) ** 2) for i in range(frames)})


def _frames(record: Record, steps: Sequence[int], progress: StepProgress | None) -> list[Image]:
    """Return the pictures, all in the colours of one palette."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = figure_of(WIDTH / 100, HEIGHT / 100, dpi=100, facecolor=PAPER)
    canvas = FigureCanvasAgg(figure)
    samples = [record.at(steps[i]) for i in sorted({0, len(steps) // 8, len(steps) // 3, len(steps) - 1})]
    panels: list[Panel] = []
    weights = edges_panel if draws_edges(record) else matrices_panel
    if record.dataset.has_rows and len(record.dataset.features) <= 2:
        panels.append(weights(figure, (0.045, 0.49, 0.40, 0.38), record, samples))
        panels.append(loss_panel(figure, (0.09, 0.12, 0.355, 0.30), record))
        panels.append(fit_panel(figure, (0.535, 0.12, 0.435, 0.75), record))
    else:
        panels.append(loss_panel(figure, (0.085, 0.12, 0.30, 0.73), record))
        panels.append(weights(figure, (0.43, 0.12, 0.54, 0.73), record, samples))
    for axes in figure.axes:
        axes.set_facecolor(PAPER)
    said = f"{network_text(record.network, len(record.dataset.features))}, {optimizer_text(record)}"
    figure.text(0.03, 0.925, said, fontsize=11, color=SOFT)
    clock = figure.text(0.97, 0.925, "", fontsize=11, color=INK, ha="right", fontweight="bold")

    # Axes with their numbers take most of the time and do not change, so they are drawn once.
    moving = [a for axes in figure.axes for a in (*axes.images, *axes.collections, *axes.lines, *axes.texts)]
    moving = [*sorted(moving, key=lambda artist: artist.get_zorder()), clock]
    for artist in moving:
        artist.set_animated(True)
    agg: Any = canvas  # whose methods have no types
    agg.draw()
    still = agg.copy_from_bbox(figure.bbox)

    def drawn(state: State) -> Image:
        for show in panels:
            show(state)
        clock.set_text(_clock(record, state.step))
        agg.restore_region(still)
        for artist in moving:
            figure.draw_artist(artist)
        return _picture(agg.buffer_rgba())

    palette = _palette([drawn(state) for state in samples])
    frames = []
    for done, step in enumerate(steps, 1):
        frames.append(_in_colors(drawn(record.at(step)), palette))
        if progress is not None:
            progress(done, len(steps))
    return frames


def _clock(record: Record, step: int) -> str:
    """Return which step led to a state, and what it measured, where each is kept."""
    if not step:
        return "initial weights"
    return f"step {step:,} of {record.steps:,}{_loss_at(record, step)}"


def _loss_at(record: Record, step: int) -> str:
    if step > min(record.steps, 1_000_000):
        return ""
    whose = "loss" if record.steps_per_epoch == 1 else "loss of its batch"
    return f"   {whose} {number(float(record.losses(step - 1, step)[0]), 3)}"


def _picture(pixels: Any) -> Image:
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(np.asarray(pixels)[..., :3]))


def _palette(pictures: Sequence[Image]) -> Image:
    """Return the colours that serve all pictures best, the rare ones too."""
    from PIL import Image

    sheet = Image.new("RGB", (WIDTH, HEIGHT * len(pictures)))
    for i, picture in enumerate(pictures):
        sheet.paste(picture, (0, i * HEIGHT))
    found = sheet.quantize(_COLORS, method=Image.Quantize.MAXCOVERAGE, dither=_no_dither()).getpalette() or []
    exact = [int(color[i : i + 2], 16) for color in (PAPER, INK, SOFT, POSITIVE, NEGATIVE) for i in (1, 3, 5)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(exact + found[: 3 * _COLORS])
    return palette


def _in_colors(picture: Image, palette: Image) -> Image:
    """Return a picture in a palette whose first colour is the paper; Pillow itself only takes about the nearest."""
    from PIL import Image

    paper = [int(PAPER[i : i + 2], 16) for i in (1, 3, 5)]
    places = np.array(picture.quantize(palette=palette, dither=_no_dither()))
    places[(np.asarray(picture) == paper).all(axis=2)] = 0
    found = Image.fromarray(places)
    found.putpalette(palette.getpalette() or [])
    return found


def _no_dither() -> Any:
    from PIL import Image

    return Image.Dither.NONE


def _packed(frames: Sequence[Image]) -> bytes:
    lasting = [_EACH] * len(frames)
    lasting[0], lasting[-1] = _FIRST, _LAST
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=lasting, loop=0, optimize=False, disposal=1
    )
    return file.getvalue()
