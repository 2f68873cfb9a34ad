"""Misses against false alarms as a page: one file that opens without a network."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from plotly import graph_objects
from plotly.subplots import make_subplots

from sayso.evaluation.tuning import GRID, Tuned
from sayso.files import atomic_path

COLUMNS = 5
ROW_HEIGHT, HEAD_HEIGHT = 210, 130  # pixels
LEAST_SHOWN = 30.0  # per cent missed, at the top of the axis
LINE, DOT = "#2471a3", "#c0392b"


def draw_tuning(tuned: Tuned, target: Path) -> None:
    """Draws a panel for each word: a line along its thresholds, a dot at the chosen one.

    A logarithmic axis has no zero, so what gave no false alarm stands at its left edge, at half of
    one in the whole background.
    """
    curves = tuned.curves
    none = 0.5 / curves.hours
    columns = min(COLUMNS, len(curves.words))
    rows = math.ceil(len(curves.words) / columns)
    names = [f"{word}, {_write(each)}" for word, each in tuned.thresholds.items()]
    figure = make_subplots(
        rows, columns, shared_xaxes="all", shared_yaxes="all", subplot_titles=names,
        vertical_spacing=0.3 / rows, horizontal_spacing=0.02,
    )  # fmt: skip
    highest = LEAST_SHOWN
    for index, word in enumerate(curves.words):
        place = {"row": index // columns + 1, "col": index % columns + 1}
        said = int(curves.said[index])
        shares = curves.missed[:, index] / said if said else curves.expected_misses()[:, index]
        rates = curves.alarms[:, index] / curves.hours
        x, y = np.maximum(rates, none), 100 * shares
        notes = [
            f"{word}, {_write(float(threshold))}<br>{rate:.2f} false alarms an hour<br>"
            f"{share:.1%} missed"
            for threshold, rate, share in zip(GRID, rates, shares, strict=True)
        ]
        chosen = int(np.searchsorted(GRID, np.float32(tuned.thresholds[word])))
        highest = max(highest, 1.2 * y[chosen])
        for points, look in (
            (slice(None), {"mode": "lines", "line_color": LINE}),
            ([chosen], {"mode": "markers", "marker": {"color": DOT, "size": 10}}),
        ):
            scatter = graph_objects.Scatter(
                x=x[points], y=y[points], text=np.array(notes)[points], hoverinfo="text", **look
            )
            figure.add_trace(scatter, **place)
    most = float(curves.alarms.max()) / curves.hours
    _set_axes(figure, rows, none, most, min(highest, 102.0))
    figure.update_layout(
        template="plotly_white",
        title_text=f"Misses and false alarms in {curves.hours:.2g} h of background; dots: chosen",
        height=HEAD_HEIGHT + ROW_HEIGHT * rows,
        showlegend=False,
    )
    with atomic_path(target) as partial:
        figure.write_html(partial, include_plotlyjs=True)


def _set_axes(
    figure: graph_objects.Figure, rows: int, none: float, most: float, highest: float
) -> None:
    """Rates from none to `most` an hour, shares up to `highest` per cent."""
    last = math.ceil(math.log10(max(most, 2 * none)))
    decades = [10.0**power for power in range(math.ceil(math.log10(none) + 0.2), last + 1)]
    figure.update_xaxes(
        type="log",
        range=[math.log10(none) - 0.15, last + 0.1],
        tickvals=[none, *decades],
        ticktext=["0", *(f"{decade:g}" for decade in decades)],
        showticklabels=True,
    )
    figure.update_yaxes(range=[-1, highest])
    figure.update_xaxes(title_text="false alarms an hour", row=rows, col=1)
    figure.update_yaxes(title_text="missed (%)", col=1)


def _write(threshold: float) -> str:
    return "never" if math.isinf(threshold) else f"{threshold:.4f}"
