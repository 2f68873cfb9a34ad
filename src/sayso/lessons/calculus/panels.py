"""The figures of this lesson."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.calculus.functions import (
    descend,
    running_sum,
    slope,
    slope_both_ways,
    speeds,
    valleys,
)
from sayso.lessons.calculus.values import TICK_S, WORD, best, error, rebuilt, recording
from sayso.lessons.lesson import Control, Panel, Picture, Question

POWERS = tuple(range(17))
STEPS = 40  # of a descent


def tangent(step: float, x: float) -> Picture:
    """A curve and the line through two of its points, a step apart."""
    places = np.linspace(-2, 5, 141)
    steep = slope(math.sin, x, step)
    line = np.array([x - 1.6, x + max(step, 0) + 1.6])
    made = plot.figure(
        go.Scatter(x=places, y=np.sin(places), line={"color": plot.GREY, "width": 2}),
        go.Scatter(
            x=line,
            y=math.sin(x) + steep * (line - x),
            mode="lines",
            line={"color": plot.BLUE, "width": 3},
        ),
        go.Scatter(
            x=[x, x + step],
            y=[math.sin(x), math.sin(x + step)],
            mode="markers",
            marker={"color": plot.BLUE, "size": 11},
        ),
        x="x",
        y="sin x",
    )
    made.update_xaxes(range=[-2, 5])
    made.update_yaxes(range=[-1.7, 1.7])
    return Picture(
        made,
        f"At {x:g}, with a step of {step:g}, the slope is {steep:.4f}. "
        f"The line that only touches has {math.cos(x):.4f}.",
    )


def steps(power: int) -> Picture:
    """How far the slope is off, from large steps to far too small ones."""
    ahead = [error(n) for n in POWERS]
    both = [error(n, both_ways=True) for n in POWERS]
    made = plot.figure(
        go.Scatter(x=POWERS, y=ahead, mode="lines+markers", line={"color": plot.BLUE, "width": 3}),
        go.Scatter(x=POWERS, y=both, mode="lines+markers", line={"color": plot.ORANGE, "width": 2}),
        go.Scatter(
            x=[power],
            y=[ahead[power]],
            mode="markers",
            marker={"color": plot.BLUE, "size": 14},
        ),
        x="step: ten to the minus …",
        y="distance from the true slope",
    )
    made.update_xaxes(range=[-0.7, 16.7])
    made.update_yaxes(type="log", range=[-13, 0.7], dtick=2, exponentformat="power")
    plot.label(made, 3.6, -2.6, "one step ahead", plot.BLUE, xanchor="left")
    plot.label(made, 5.8, -11.6, "a step to each side", plot.ORANGE, xanchor="left")
    return Picture(
        made,
        f"With a step of ten to the minus {power} the slope of the sine at 1 is off by "
        f"{ahead[power]:.1g}; looking both ways, by {both[power]:.1g}.",
    )


def undo(step: int) -> Picture:
    """A stretch of a recording, its speed, and the recording again from the speed."""
    places = np.array(recording())
    again = np.array(rebuilt(step))
    time_ms = np.arange(len(places)) * TICK_S * 1000
    off = max(abs(again[: len(places[::step])] - places[::step]))
    made = plot.figure(
        go.Scatter(x=time_ms, y=places, line={"color": plot.ORANGE, "width": 2, "dash": "dot"}),
        go.Scatter(
            x=time_ms[0] + np.arange(len(again)) * step * TICK_S * 1000,
            y=again,
            line={"color": plot.BLUE, "width": 3},
        ),
        go.Scatter(
            x=time_ms[:-1:step],
            y=speeds(tuple(places), TICK_S)[::step],
            yaxis="y2",
            line={"color": plot.GREY, "width": 1.5},
            fill="tozeroy",
        ),
        x="milliseconds",
        y="place",
        yaxis={"domain": [0, 0.62]},
        yaxis2={"domain": [0.72, 1], "title": {"text": "speed"}, "showticklabels": False},
    )
    made.update_xaxes(range=[0, float(time_ms[-1])])
    return Picture(
        made,
        f"A stretch of “{WORD}” from one in {step} of its speeds: off the recording (dotted) by at "
        f"most {100 * off / np.abs(places).max():.2g} % of its loudest sample.",
    )


def descent(rate: float, start: float) -> Picture:
    """A walk downhill from a place."""
    path = np.array(descend(valleys, start, rate, STEPS))
    heights = np.vectorize(valleys)
    far = np.abs(path) > 3
    path = path[: int(far.argmax())] if far.any() else path
    places = np.linspace(-2.3, 2.3, 140)
    made = plot.figure(
        go.Scatter(x=places, y=heights(places), line={"color": plot.GREY, "width": 2}),
        go.Scatter(
            x=path,
            y=heights(path),
            mode="lines+markers",
            line={"color": plot.BLUE, "width": 1},
            marker={"color": plot.BLUE, "size": 8},
        ),
        go.Scatter(
            x=path[-1:],
            y=heights(path[-1:]),
            mode="markers",
            marker={"color": plot.ORANGE, "size": 14},
        ),
        x="place",
        y="height",
    )
    made.update_xaxes(range=[-2.3, 2.3])
    made.update_yaxes(range=[-1.8, 1.6])
    if far.any():
        return Picture(made, f"With a rate of {rate:g} the steps grow and the walk flies off.")
    return Picture(
        made,
        f"From {start:g}, with a rate of {rate:g}, the walk is at {path[-1]:.3f} after {STEPS} "
        f"steps, at a height of {valleys(path[-1]):.3f}.",
    )


PANELS = (
    Panel(
        "tangent",
        "Two points and a line",
        tangent,
        (
            Control("step", "Step", (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2), 1.5),
            Control("x", "Place", tuple(n / 4 for n in range(-4, 13)), 0),
        ),
        (slope,),
        Question(
            "The sine leaves zero at a slope of exactly one. How steep does it look when you "
            "compare it with its value one whole step further on, at 1?",
            lambda: slope(math.sin, 0.0, 1.0),
            {"step": 1, "x": 0},
        ),
    ),
    Panel(
        "steps",
        "Smaller, and smaller still",
        steps,
        (Control("power", "Step", POWERS, 1, tuple(f"10^-{n}" for n in POWERS)),),
        (slope, slope_both_ways),
        Question(
            "A smaller step gives a better slope, until it does not. With which step is it best? "
            "For a thousandth, say 3.",
            best,
            {"power": best()},
            "x",
        ),
    ),
    Panel(
        "undo",
        "There and back",
        undo,
        (Control("step", "Speeds used: one in", (1, 2, 3, 4, 6, 8, 12, 16), 4),),
        (speeds, running_sum),
    ),
    Panel(
        "descent",
        "Downhill",
        descent,
        (
            Control("rate", "Rate", (0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1), 0.1),
            Control("start", "Start", tuple(n / 4 for n in range(-8, 9)), 2),
        ),
        (descend, valleys),
        Question(
            "A walker sets out at 2, on the right, and always goes downhill, in steps of a tenth "
            "of the slope. The deepest place is on the left, near -1.5. Where does the walk end?",
            lambda: descend(valleys, 2.0, 0.1, STEPS)[-1],
            {"rate": 0.1, "start": 2},
            "x",
        ),
    ),
)
