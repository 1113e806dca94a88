"""Pictures of runs for papers and slides, by Matplotlib, which is imported when the first is drawn."""

from engineroom.show.plot._landscape import plot_landscape
from engineroom.show.plot._losses import plot_loss, plot_race
from engineroom.show.plot._movie import Movie, export_movie
from engineroom.show.plot._paths import HealthMeasure, plot_health, plot_weight

__all__ = [
    "HealthMeasure",
    "Movie",
    "export_movie",
    "plot_health",
    "plot_landscape",
    "plot_loss",
    "plot_race",
    "plot_weight",
]
