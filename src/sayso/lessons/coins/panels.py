"""The figures of this lesson."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.coins.functions import (
    bell,
    chances,
    flat_sums,
    in_spreads,
    share_within,
    toss,
)
from sayso.lessons.coins.values import COINS, SEED, fifty_in_a_thousand, share_near, tossed
from sayso.lessons.lesson import Control, Panel, Picture, Question
from sayso.lessons.weights import fan_in, layers

_DOTS = 365  # days; more are drawn as bars
_SUMS = 4_000


def days(days: int) -> Picture:
    """One dot for each day, above the number of heads; bars when there are too many dots."""
    heads = tossed()[:days]
    values, count = np.unique(heads, return_counts=True)
    x = np.linspace(30, 70, 161)
    curve = go.Scatter(
        x=x, y=days * bell(x, COINS / 2, math.sqrt(COINS) / 2), line={"color": plot.ORANGE}
    )
    if days <= _DOTS:
        nth = [int((heads[:day] == heads[day]).sum()) + 1 for day in range(days)]
        dots = go.Scatter(
            x=heads,
            y=nth,
            mode="markers",
            marker={
                "color": [plot.BLUE] * (days - 1) + [plot.GREEN],
                "size": 11 if days <= 100 else 8,
            },
            hovertemplate="day %{pointNumber}: %{x} heads<extra></extra>",
        )
        made = plot.figure(curve, dots, x=f"heads among {COINS} coins", y="days")
    else:
        bars = go.Bar(x=values, y=count, marker={"color": plot.BLUE})
        made = plot.figure(bars, curve, x=f"heads among {COINS} coins", y="days", bargap=0.1)
    made.update_xaxes(range=[30, 70])
    made.update_yaxes(range=[0, max(6, 1.12 * float(count.max()))])
    spread = f", the spread {heads.std():.2f}" if days > 1 else ""
    half = int((heads == COINS // 2).sum())
    return Picture(
        made,
        f"{days} day{'s' * (days > 1)}: the mean is {heads.mean():.2f} heads{spread}. "
        f"On {half} of them it was exactly {COINS // 2}. The last day had {heads[-1]}.",
    )


def spread(coins: int, sigmas: int) -> Picture:
    """The chance of every number of heads, and how much lies near the middle."""
    chance = chances(coins)
    middle, sigma = coins / 2, math.sqrt(coins) / 2
    reach = math.ceil(4.5 * sigma)
    heads = np.arange(max(0, math.floor(middle - reach)), min(coins, math.ceil(middle + reach)) + 1)
    near = np.abs(heads - middle) <= sigmas * sigma + 1e-9
    x = np.linspace(middle - 4.5 * sigma, middle + 4.5 * sigma, 181)
    made = plot.figure(
        go.Bar(
            x=heads,
            y=chance[heads],
            marker={"color": [plot.BLUE if one else plot.GREY for one in near]},
        ),
        go.Scatter(x=x, y=bell(x, middle, sigma), line={"color": plot.ORANGE}),
        x=f"heads among {coins} coins",
        y="chance",
        bargap=0.1,
    )
    made.update_xaxes(range=[float(x[0]), float(x[-1])])
    return Picture(
        made,
        f"{coins} coins: {middle:g} heads, give or take {sigma:.3g}. Within {sigmas} "
        f"spread{'s' * (sigmas > 1)} of the middle lie {share_near(coins, sigmas):.1%}.",
    )


def weights(layer: int) -> Picture:
    """The weights of one of the packaged model's layers, over the bell and the flat beginning."""
    name, values = list(layers().items())[layer]
    far = in_spreads(values).ravel()
    height, edges = np.histogram(far, bins=np.linspace(-4.5, 4.5, 73), density=True)
    x = np.linspace(-4.5, 4.5, 181)
    box = math.sqrt(3)  # the half width of a flat distribution whose spread is one
    made = plot.figure(
        go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=height, marker={"color": plot.BLUE}),
        go.Scatter(x=x, y=bell(x, 0, 1), line={"color": plot.ORANGE, "width": 3}),
        go.Scatter(
            x=[-box, -box, box, box],
            y=[0, 0.5 / box, 0.5 / box, 0],
            mode="lines",
            line={"color": plot.GREY, "width": 2, "dash": "dash"},
        ),
        x="spreads from the mean",
        y="density",
        bargap=0,
    )
    plot.label(made, 1.8, 0.29, "at first", plot.GREY, xanchor="left", yanchor="bottom")
    made.update_xaxes(range=[-4.5, 4.5])
    return Picture(
        made,
        f"{name}: {values.size} weights, {fan_in(values)} for each output. Within two spreads lie "
        f"{share_within(far, 2):.1%}, of a bell {math.erf(math.sqrt(2)):.1%}.",
    )


def sums(terms: int) -> Picture:
    """Sums of ever more flat numbers."""
    total = flat_sums(terms, _SUMS, np.random.default_rng(SEED))
    sigma = math.sqrt(terms / 3)
    far = total / sigma
    height, edges = np.histogram(far, bins=np.linspace(-4, 4, 49), density=True)
    x = np.linspace(-4, 4, 161)
    made = plot.figure(
        go.Bar(x=(edges[:-1] + edges[1:]) / 2, y=height, marker={"color": plot.BLUE}),
        go.Scatter(x=x, y=bell(x, 0, 1), line={"color": plot.ORANGE, "width": 3}),
        x="the sum, in spreads",
        y="density",
        bargap=0,
    )
    made.update_xaxes(range=[-4, 4])
    return Picture(
        made,
        f"{terms} flat number{'s' * (terms > 1)} summed, {_SUMS} times: the spread is "
        f"{total.std():.3f}, and {share_within(far, 1):.1%} lie within one of it.",
    )


PANELS = (
    Panel(
        "days",
        "One day, one dot",
        days,
        (
            Control(
                "days",
                "Days",
                (*range(1, 11), 14, 20, 30, 50, 70, 100, 150, 200, 365, 1000, 2000, 5000, 10_000),
                1,
            ),
        ),
        (toss,),
        Question(
            "You toss 100 coins every day, for 1000 days. On how many of these days do you get "
            "exactly 50 heads?",
            fifty_in_a_thousand,
            {"days": 1000},
            "y",
        ),
    ),
    Panel(
        "spread",
        "Give or take",
        spread,
        (
            Control("coins", "Coins", (1, 2, 4, 9, 16, 25, 36, 64, 100, 200, 400, 900), 16),
            Control("sigmas", "Spreads from the middle", (1, 2, 3), 2),
        ),
        (chances, bell),
        Question(
            "The heads among 100 coins are 50, give or take 5. What comes after "
            "“give or take” for 400 coins?",
            lambda: math.sqrt(400) / 2,
            {"coins": 400, "sigmas": 1},
        ),
    ),
    Panel(
        "weights",
        "In this model",
        weights,
        (Control("layer", "Layer", tuple(range(len(layers()))), 0, tuple(layers())),),
        (in_spreads, share_within),
    ),
    Panel(
        "sums",
        "Flat numbers, summed",
        sums,
        (Control("terms", "Numbers in a sum", (1, 2, 3, 4, 6, 10, 30, 100, 300), 1),),
        (flat_sums,),
        Question(
            "A layer adds up very many terms. Of a single flat number 57.7 % lie within one "
            "spread of the middle. What percentage is it for a sum of 100?",
            lambda: 100 * math.erf(1 / math.sqrt(2)),
            {"terms": 100},
        ),
    ),
)
