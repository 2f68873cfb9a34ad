"""Many numbers as colours, small enough for a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sayso.audio import SAMPLE_RATE
from sayso.lessons import plot
from sayso.lessons.commands.functions import HOP_SAMPLES, WINDOW_SAMPLES, Floats

_CLEAR = "rgba(128, 134, 143, 0)"  # on white and on black


def heat(rows: Floats, seconds: Floats, y: npt.NDArray[np.number]) -> Any:
    """Numbers `(rows, times)`: what is above zero in blue, below in orange, zero is clear."""
    top = float(np.abs(rows).max()) or 1.0
    shown = np.rint(127 * rows / top).astype(np.int8)
    colors = [[0, plot.ORANGE], [0.5, _CLEAR], [1, plot.BLUE]]
    return go.Heatmap(
        x=seconds.round(3),
        y=y,
        z=shown,
        zmin=-127,
        zmax=127,
        colorscale=colors,
        showscale=False,
        hoverinfo="skip",
    )


def times(frames: int) -> Floats:
    """The middles of so many windows in seconds."""
    return np.asarray((np.arange(frames) * HOP_SAMPLES + WINDOW_SAMPLES / 2) / SAMPLE_RATE)
