"""The figures of this lesson."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.glass import clip_words, read_scores, recognizer
from sayso.lessons.growth.functions import grow, grow_at_once, softmax
from sayso.lessons.growth.values import best_exponent
from sayso.lessons.lesson import Control, Panel, Picture, Question

STEPS = tuple(range(1, 101))
POWERS = tuple(range(18))
_SHOWN = 6  # words


def year(steps: int, rate: float) -> Picture:
    """The staircase of one year beside the smooth curve it tends to."""
    time = np.linspace(0, 1, 101)
    money = grow(steps, rate)
    tends_to = math.exp(rate)
    made = plot.figure(
        go.Scatter(x=time, y=np.exp(rate * time), line={"color": plot.ORANGE, "dash": "dot"}),
        go.Scatter(
            x=np.arange(steps + 1) / steps,
            y=money,
            mode="lines+markers" if steps <= 24 else "lines",
            line={"color": plot.BLUE, "width": 3, "shape": "hv"},
        ),
        x="year",
        y="euros",
    )
    made.update_yaxes(range=[0.9, 2.9] if rate > 0 else [-0.05, 1.1])
    plot.label(made, 1, money[-1], f"{money[-1]:.4f}", plot.BLUE, xanchor="left", xshift=8)
    return Picture(
        made,
        f"After {steps} step{'s' * (steps > 1)} one euro has become {money[-1]:.4f}; "
        f"ever more steps tend to {tends_to:.4f}, dotted.",
    )


def ends(steps: int) -> Picture:
    """The end of the year for every number of steps, one of them marked."""
    end = [grow(n)[-1] for n in STEPS]
    chosen = end[steps - 1]
    made = plot.figure(
        go.Scatter(x=STEPS, y=end, mode="markers", marker={"color": plot.BLUE, "size": 5}),
        go.Scatter(x=[steps], y=[chosen], mode="markers", marker={"color": plot.BLUE, "size": 14}),
        x="steps in the year",
        y="euros at its end",
    )
    made.add_hline(y=math.e, line={"color": plot.ORANGE, "dash": "dot"})
    plot.label(made, 50, math.e, "e", plot.ORANGE, yanchor="bottom", yshift=4)
    made.update_yaxes(range=[1.9, 2.85])
    gap = math.e - chosen
    return Picture(
        made,
        f"{steps} step{'s' * (steps > 1)}: {chosen:.4f}, which is {gap:.4f} short of e. "
        f"Gap times steps: {gap * steps:.2f}.",
    )


def error(power: int) -> Picture:
    """How far from e the formula ends, up to far too many steps."""
    gaps = [abs(math.e - grow_at_once(10**n)) for n in POWERS]
    made = plot.figure(
        go.Scatter(
            x=POWERS,
            y=[math.e / 2 / 10.0**n for n in POWERS],
            line={"color": plot.ORANGE, "dash": "dot"},
        ),
        go.Scatter(x=POWERS, y=gaps, line={"color": plot.BLUE, "width": 3}, mode="lines+markers"),
        go.Scatter(
            x=[power], y=[gaps[power]], mode="markers", marker={"color": plot.BLUE, "size": 14}
        ),
        x="steps, as a power of ten",
        y="distance from e",
    )
    made.update_xaxes(range=[-0.7, 17.7])
    made.update_yaxes(type="log", range=[-17.5, 1], dtick=4, exponentformat="power")
    plot.label(made, 11.6, -13.9, "as mathematics has it", plot.ORANGE, xanchor="right")
    plot.label(made, 14.6, -5.2, "as floats have it", plot.BLUE)
    return Picture(
        made,
        f"(1 + 1/n)ⁿ with n = 10 to the {power} is {grow_at_once(10**power):.10f}, "
        f"{gaps[power]:.1g} away from e.",
    )


def shares(temperature: float, clip: int) -> Picture:
    """What the recognizer's scores become at a temperature: the likeliest words' shares."""
    word = clip_words()[clip]
    scores = read_scores(word)
    order = np.argsort(-scores)[:_SHOWN]
    share = softmax(scores, temperature)[order]
    names = [recognizer().words[i] for i in order]
    made = plot.figure(
        go.Bar(
            x=names,
            y=share,
            marker={"color": [plot.BLUE] + [plot.GREY] * (_SHOWN - 1)},
            text=[f"{value:.1%}" for value in share],
            textposition="outside",
            cliponaxis=False,
        ),
        x=f"what sayso hears in its clip of “{word}”",
        y="share",
    )
    made.update_yaxes(range=[0, 1.08], tickformat=".0%")
    return Picture(
        made,
        f"At temperature {temperature:g} the share of “{names[0]}” is {share[0]:.1%}, "
        f"that of “{names[1]}” {share[1]:.1%}.",
    )


def hesitant() -> int:
    """The clip of which the recognizer is least sure."""
    sure = [read_scores(word).max() for word in clip_words()]
    return int(np.argmin(sure))


def share_at_two() -> float:
    """The share of that clip's likeliest word at temperature 2."""
    return float(softmax(read_scores(clip_words()[hesitant()]), 2.0).max())


PANELS = (
    Panel(
        "year",
        "One euro, one year",
        year,
        (
            Control("steps", "Steps in the year", STEPS, 4),
            Control("rate", "Interest", (-1, 1), 1, ("-100 %", "+100 %")),
        ),
        (grow,),
        Question(
            "One euro earns 100 % interest a year. It is added twelve times, a twelfth of it each "
            "month, and earns interest too. How many euros are there at the end?",
            lambda: grow(12)[-1],
            {"steps": 12, "rate": 1},
            "y",
        ),
    ),
    Panel(
        "ends",
        "More and more steps",
        ends,
        (Control("steps", "Steps in the year", STEPS, 10),),
        (grow,),
    ),
    Panel(
        "error",
        "Far too many steps",
        error,
        (Control("power", "Steps", POWERS, 2, tuple(f"10^{power}" for power in POWERS)),),
        (grow_at_once,),
        Question(
            "More steps come closer to e, until floats have had enough. At which power of ten is "
            "the distance smallest? For a million steps, say 6.",
            best_exponent,
            {"power": best_exponent()},
            "x",
        ),
    ),
    Panel(
        "shares",
        "From scores to shares",
        shares,
        (
            Control("temperature", "Temperature", (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8), 1),
            Control("clip", "Clip", tuple(range(len(clip_words()))), hesitant(), clip_words()),
        ),
        (softmax,),
        Question(
            "This is the clip of which sayso is least sure. If all scores are halved, that is, "
            "at temperature 2, what share is left for the first word? Say 0.5 for a half.",
            share_at_two,
            {"temperature": 2, "clip": hesitant()},
            "y",
        ),
    ),
)
