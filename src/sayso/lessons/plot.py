"""How the lessons' figures look: four colours that hold on white and on black, and no clutter.

Text and grid get their colours in the page, which knows whether it is light or dark.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

BLUE = "#3d7eff"  # what the figure is about
ORANGE = "#d9702b"  # what it is compared with
GREEN = "#1d9a6c"
GREY = "#80868f"  # what is there for orientation


def figure(*traces: Any, x: str, y: str, **layout: Any) -> Any:
    """A figure with the axes' titles and no legend: curves are labelled where they are."""
    for axis, title in (("xaxis", x), ("yaxis", y)):
        layout[axis] = {"title": {"text": title}, **layout.get(axis, {})}
    return go.Figure(list(traces), layout={"template": {}, "showlegend": False, **layout})


def label(made: Any, x: float, y: float, text: str, color: str, **place: Any) -> None:
    """Writes a few words into a figure."""
    made.add_annotation(x=x, y=y, text=text, showarrow=False, font={"color": color}, **place)
