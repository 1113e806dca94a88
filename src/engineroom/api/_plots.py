"""A run as pictures for papers and slides: `run.plot`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engineroom.errors import OptionError
from engineroom.lens import WhichRows, landscape
from engineroom.run import Record, StepProgress
from engineroom.show.plot import HealthMeasure, plot_health, plot_landscape, plot_loss, plot_race, plot_weight

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engineroom.api._facts import Facts

__all__ = ["Plots"]


class Plots:
    """Pictures of a run, each drawn on the axes that are given or on a figure of its own, and returned as its axes.

    Nothing is opened: `ax.figure.savefig("loss.pdf")` writes one, `ax=plt.gca()` puts it among yours. Needs
    `engineroom[plot]`.

    Examples
    --------
    >>> import engineroom as er
    >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
    ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
    >>> ax = run.plot.loss()
    >>> ax.get_ylabel(), bool((ax.lines[0].get_ydata() == run.loss).all())
    ('loss (mean squared error)', True)
    """

    def __init__(self, record: Record) -> None:
        self._record = record

    def loss(self, *, log: bool | None = None, ax: Axes | None = None) -> Axes:
        """Draw the loss of each step, the mean of each epoch, and the loss of the held-out rows.

        Past 20,000 steps the least, the mean and the greatest of spans of steps stand for each of them.

        Parameters
        ----------
        log : whether y is logarithmic; None is where the greatest is more than 100 times the least.
        ax : on which axes to draw; None makes a figure of its own.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1)), [1, 2, 3], [2, 4, 6], steps=10)
        >>> run.plot.loss(log=True).get_xlabel()
        'step (each an epoch)'
        """
        return plot_loss(self._record, ax, log=log)

    def weight(self, *names: str, ax: Axes | None = None, progress: StepProgress | None = None) -> Axes:
        """Draw the whole path of a weight, or of several, from the initial state to the last.

        Parameters
        ----------
        names : such as "dense1.weight[3, 5]"; nothing is the weight that made the largest move.
        ax : on which axes to draw; None makes a figure of its own.
        progress : told how far the search for the largest move is.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.plot.weight("dense1.weight[0, 0]").lines[0].get_ydata()[:3].round(4).tolist()
        [0.0, 0.1867, 0.3559]
        """
        return plot_weight(self._record, names, ax, progress)

    def health(
        self,
        measure: HealthMeasure = "update_ratio",
        *,
        points: int = 64,
        ax: Axes | None = None,
        progress: StepProgress | None = None,
    ) -> Axes:
        """Draw how each layer fares over the steps.

        Parameters
        ----------
        measure : "update_ratio", `|new - old| / |old|` over all weights of a layer; "gradient_norm"; "activation", the
            median and the quartiles; "dead", the part of relu units that are off for the whole batch; or "saturated",
            the part of tanh and sigmoid units that are at an end of their range.
        points : at how many steps to look, spread evenly.
        ax : on which axes to draw; None makes a figure of its own.
        progress : told how many of them are done.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.plot.health("gradient_norm", points=3).lines[0].get_ydata().round(2).tolist()
        [18.67, 1.78, 0.15]
        """
        return plot_health(self._record, measure, ax, points=points, progress=progress)

    def landscape(
        self,
        *along: str,
        step: int | None = None,
        between: Sequence[int] | None = None,
        rows: WhichRows | None = None,
        points: int | None = None,
        span: float | None = None,
        seed: int = 0,
        ax: Axes | None = None,
        progress: StepProgress | None = None,
    ) -> Axes:
        """Draw the loss along a weight with the step on it, or over two weights or directions; see `run.landscape`.

        Parameters
        ----------
        along, step, between, rows, points, span, seed, progress : as `run.landscape` takes them.
        ax : on which axes to draw; None makes a figure of its own.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> run.plot.landscape("dense1.weight[0, 0]", step=1).get_xlabel()
        'dense1.weight[0, 0]'
        """
        answer = landscape(
            self._record, *along, step=step, between=between, rows=rows, points=points, span=span, seed=seed,
            progress=progress,
        )  # fmt: skip
        return plot_landscape(self._record, answer, ax)

    def race(
        self, others: Iterable[Facts] | Mapping[str, Facts] = (), *, log: bool | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw the losses of this run and others, such as its forks, on one chart.

        A fork begins where it leaves its parent, when its parent is there too. Each line is labelled with its run's
        name, or with that in which the runs differ.

        Parameters
        ----------
        others : the other runs; a dict gives their labels.
        log : whether y is logarithmic; None is where the greatest is more than 100 times the least.
        ax : on which axes to draw; None makes a figure of its own.

        Examples
        --------
        >>> import engineroom as er
        >>> run = er.train(er.Network(er.Dense(1, bias=False, init="zeros")), [1, 2, 3], [2, 4, 6], loss="mse",
        ...                optimizer=er.SGD(lr=0.01), batch_size=None, epochs=50, dtype="float64")
        >>> ax = run.plot.race([run.fork(at=20, lr=0.1)])
        >>> [text.get_text() for text in ax.texts]
        ['lr 0.01', 'lr 0.1']
        """
        if not isinstance(others, Iterable):
            raise _not_runs(others)
        whole = [self._record]
        for run in others.values() if isinstance(others, Mapping) else others:
            record = getattr(run, "record", None)
            if not isinstance(record, Record):
                raise _not_runs(run)
            whole.append(record)
        labels = [self._record.row.name or "this run", *others] if isinstance(others, Mapping) else None
        return plot_race(whole, labels, ax, log=log)


def _not_runs(given: object) -> OptionError:
    return OptionError(f"race takes a list of other runs, such as [run.fork(at=20, lr=0.1)], got {given!r:.80}")
