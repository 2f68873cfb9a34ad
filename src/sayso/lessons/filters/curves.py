"""Curves and bars of what is wrong: one weight, one place, one step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.calculus.functions import slope
from sayso.lessons.filters.data import (
    PROMISES,
    SIGNAL,
    START,
    WANTED,
    WIDTH,
    after_steps,
    before_step,
    examples,
    late_s,
    learned,
    learned_loss,
    rate_for,
)
from sayso.lessons.filters.functions import errors, loss
from sayso.lessons.glass import clip_words
from sayso.lessons.lesson import Picture
from sayso.lessons.shift.functions import convolve

_NUDGE = 0.001
ORDINALS = ("first", "second", "third")


def nudge(weight: int, value: float) -> Picture:
    """The loss for every value of one weight, and its slope from a nudge."""

    def loss_at(x: float) -> float:
        weights = list(START)
        weights[weight - 1] = x
        return loss(weights, SIGNAL, WANTED)

    here, steep = loss_at(value), slope(loss_at, value, _NUDGE)
    places = np.linspace(-2, 2, 81)
    line = value + np.array([-0.6, 0.6])
    made = plot.figure(
        go.Scatter(x=places, y=[loss_at(x) for x in places], line={"color": plot.GREY, "width": 2}),
        go.Scatter(
            x=line,
            y=here + steep * (line - value),
            mode="lines",
            line={"color": plot.BLUE, "width": 3},
        ),
        go.Scatter(x=[value], y=[here], mode="markers", marker={"color": plot.BLUE, "size": 12}),
        x=f"{ORDINALS[weight - 1]} weight",
        y="loss",
    )
    made.update_xaxes(range=[-2.1, 2.1])
    made.update_yaxes(rangemode="tozero")
    return Picture(
        made,
        f"With the {ORDINALS[weight - 1]} weight at {value:g} the loss is {here:.3f}; nudged by "
        f"{_NUDGE}, {loss_at(value + _NUDGE):.3f}. Divided by the nudge, the slope is {steep:.2f}.",
    )


def blame(weight: int, places: int) -> Picture:
    """The loop over the places, stopped after some of them."""
    wrong = errors(START, SIGNAL, WANTED)
    under = SIGNAL[weight - 1 : weight - 1 + len(wrong)]
    terms = [a * b for a, b in zip(under, wrong, strict=True)]
    x = list(range(1, len(wrong) + 1))
    colors = [plot.BLUE] * (places - 1) + [plot.GREEN] + ["rgba(128,134,143,0.25)"] * len(wrong)
    made = plot.figure(
        go.Scatter(
            x=x, y=under, mode="lines+markers", line={"color": plot.GREY}, marker={"size": 8}
        ),
        go.Scatter(
            x=x,
            y=wrong,
            yaxis="y2",
            mode="lines+markers",
            line={"color": plot.ORANGE},
            marker={"size": 8},
        ),
        go.Bar(x=x, y=terms, yaxis="y3", marker={"color": colors[: len(wrong)]}),
        x="place",
        y="touched",
        yaxis={"domain": [0.76, 1], "range": [-0.6, 3.6]},
        yaxis2={"domain": [0.46, 0.7], "title": {"text": "too high"}},
        yaxis3={"domain": [0, 0.4], "title": {"text": "product"}, "range": [-22, 22]},
    )
    off = wrong[places - 1]
    judged = f"{abs(off):g} too {'high' if off > 0 else 'low'}" if off else "right"
    made.update_xaxes(dtick=1, range=[0.4, len(wrong) + 0.6], anchor="y3")
    total = sum(terms[:places])
    told = f"the sum of the products is {total:g}" + (
        ". There is still some way to go." if places < len(wrong) else ": the whole gradient."
    )
    return Picture(
        made,
        f"At place {places} the {ORDINALS[weight - 1]} weight touched {under[places - 1]:g} and "
        f"the answer was {judged}. So far {told}",
    )


def onset(steps: int, clip: int) -> Picture:
    """A filter that learns where sounds begin, and what it answers on a clip."""
    word = list(examples())[clip]
    level, wanted = examples()[word]
    weights = learned()[steps]
    found = convolve(level, weights)
    middle = np.arange(len(found)) + WIDTH // 2
    begins = (wanted.index(1.0) + WIDTH // 2) / 100
    made = plot.figure(
        go.Bar(
            x=list(range(1, WIDTH + 1)),
            y=weights,
            marker={"color": [plot.BLUE if one > 0 else plot.ORANGE for one in weights]},
        ),
        go.Scatter(
            x=np.arange(len(level)) / 100,
            y=level,
            xaxis="x2",
            yaxis="y2",
            line={"color": plot.GREY, "width": 2},
        ),
        go.Scatter(
            x=middle / 100, y=found, xaxis="x2", yaxis="y3", line={"color": plot.BLUE, "width": 3}
        ),
        x="weight",
        y="",
        xaxis={"domain": [0, 0.27], "dtick": 1},
        yaxis={"range": [-0.075, 0.06]},
        xaxis2={"domain": [0.38, 1], "title": {"text": "seconds"}, "anchor": "y3"},
        yaxis2={"domain": [0.56, 0.93], "anchor": "x2"},
        yaxis3={"domain": [0, 0.43], "anchor": "x2", "range": [-0.15, 0.23]},
    )
    for y, text, color in ((0.94, "loudness", plot.GREY), (0.44, "answer", plot.BLUE)):
        plot.label(
            made, 1, y, text, color, xref="paper", yref="paper", xanchor="right", yanchor="bottom"
        )
    made.add_shape(
        type="line",
        xref="x2",
        yref="paper",
        x0=begins,
        x1=begins,
        y0=0,
        y1=0.93,
        line={"color": plot.GREEN, "width": 2, "dash": "dot"},
    )
    return Picture(
        made,
        f"After {steps} step{'s' * (steps != 1)} the loss is {learned_loss(steps):.3f}. The "
        f"weights add up to {sum(weights):.3f}. “{word}” begins at {begins:.2f} s (green); "
        f"the largest answer is at {begins + late_s(steps, word):.2f} s.",
    )


def real(promise: float, clip: int) -> Picture:
    """What a step of each length along the first layer's gradient does to the recognizer's loss."""
    word = clip_words()[clip]
    before, gradient = before_step(word)
    after = np.array(after_steps(word)) / before
    at = PROMISES.index(promise)
    percent = 100 * np.array(PROMISES)
    made = plot.figure(
        go.Scatter(
            x=[0, 100],
            y=[100, 0],
            mode="lines",
            line={"color": plot.ORANGE, "width": 2, "dash": "dot"},
        ),
        go.Scatter(
            x=percent, y=100 * after, mode="lines+markers", line={"color": plot.BLUE, "width": 3}
        ),
        go.Scatter(
            x=percent[[at]],
            y=100 * after[[at]],
            mode="markers",
            marker={"color": plot.BLUE, "size": 14},
        ),
        x="length of the step: % of the loss promised to go",
        y="loss that remains, %",
    )
    made.update_yaxes(range=[0, 165])
    made.update_xaxes(range=[-5, 205])
    plot.label(made, 84, 22, "promised", plot.ORANGE, xanchor="left")
    change = rate_for(word, promise) * float(np.abs(gradient).max())
    out = " It is far out of the picture." if after[at] > 1.65 else ""
    return Picture(
        made,
        f"“{word}”: with a rate of {rate_for(word, promise):.2g} no weight of the first layer "
        f"moves by more than {change:.2g}, and the loss goes from {before:.4f} to "
        f"{before * after[at]:.4f}.{out}",
    )
