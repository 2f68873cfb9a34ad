"""The figures of this lesson."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.breakpoint.data import LEVELS, SEED, levels, shuffled, where
from sayso.lessons.breakpoint.functions import Debugger, mean_db, sizes, stops
from sayso.lessons.breakpoint.values import leaks, silent_turn
from sayso.lessons.lesson import Control, Panel, Picture, Question

CONDITIONS = (
    "True",
    "i % 100 == 0",
    "level < 0.002",
    "math.isnan(mean)",
    "mean == -math.inf",
    "level == 0",
    "levle == 0",
)
TURNS = tuple(range(silent_turn() - 20, silent_turn() + 21))
SHARES = (10, 20, 30, 40)


def run(turn: int) -> Picture:
    """A recorded run, as it was at one of its turns."""
    record = stops("True", mean_db, levels())
    names = record[turn]
    means = [record[i]["mean"] for i in TURNS]
    seen = [(i, mean) for i, mean in zip(TURNS, means, strict=True) if math.isfinite(mean)]
    decibels = [(i, record[i]["db"]) for i in TURNS if math.isfinite(record[i]["db"])]
    made = plot.figure(
        go.Scatter(
            x=[i for i, _ in decibels],
            y=[db for _, db in decibels],
            mode="markers",
            marker={"color": plot.GREY, "size": 7},
        ),
        go.Scatter(
            x=[i for i, _ in seen],
            y=[mean for _, mean in seen],
            line={"color": plot.BLUE, "width": 3},
        ),
        x="turn of the loop",
        y="decibels",
    )
    made.add_vline(x=turn, line={"color": plot.ORANGE, "width": 2})
    made.update_yaxes(range=[-64, 4])
    made.update_xaxes(range=[TURNS[0] - 1, TURNS[-1] + 1])
    plot.label(made, TURNS[0], -24, "mean", plot.BLUE, xanchor="left")
    return Picture(
        made,
        f"i = {turn}, level = {names['level']:.4g}, db = {names['db']:.4g}, "
        f"mean = {names['mean']:.4g} before this turn.",
    )


def condition(condition: int) -> Picture:
    """Where a condition stops, over all turns."""
    text = CONDITIONS[condition]
    turns = where(text, SEED)
    shown = np.array(levels())
    shown = np.where(shown > 0, shown, 1e-4)
    made = plot.figure(
        go.Scatter(
            x=list(range(LEVELS)),
            y=shown,
            mode="markers",
            marker={"color": plot.GREY, "size": 4, "opacity": 0.5},
        ),
        go.Scatter(
            x=turns,
            y=shown[turns],
            mode="markers",
            marker={"color": plot.ORANGE, "size": 8 if len(turns) < 100 else 5},
        ),
        x="turn of the loop",
        y="level",
    )
    made.update_yaxes(
        type="log",
        tickvals=[1e-4, 1e-3, 1e-2, 1e-1, 1],
        ticktext=["0", "0.001", "0.01", "0.1", "1"],
        range=[-4.3, 0.3],
    )
    first = f", first at turn {turns[0]}" if turns else ""
    return Picture(
        made,
        f"“{text}” stops {len(turns)} time{'s' * (len(turns) != 1)} in {LEVELS} turns{first}.",
    )


def leak(by_speaker: int, percent: int) -> Picture:
    """How many test clips come from speakers that are trained on."""
    tested = [len(shuffled(share, bool(by_speaker))[1]) for share in SHARES]
    leaking = [leaks(share, bool(by_speaker)) for share in SHARES]
    chosen = SHARES.index(percent)
    made = plot.figure(
        go.Bar(x=SHARES, y=tested, marker={"color": plot.GREY}, width=6),
        go.Bar(x=SHARES, y=leaking, marker={"color": plot.ORANGE}, width=6),
        x="percent of the sample for the test",
        y="clips in the test",
        barmode="overlay",
    )
    made.update_xaxes(tickvals=SHARES)
    plot.label(made, percent, tested[chosen], str(leaking[chosen]), plot.ORANGE, yanchor="bottom")
    return Picture(
        made,
        f"The breakpoint stops {leaking[chosen]} times: of {tested[chosen]} test clips so many are "
        "of speakers whose voice is trained on, in orange.",
    )


PANELS = (
    Panel(
        "run",
        "A recorded run",
        run,
        (Control("turn", "Turn of the loop", TURNS, TURNS[0]),),
        (mean_db,),
    ),
    Panel(
        "condition",
        "Where does it stop?",
        condition,
        (Control("condition", "Condition", tuple(range(len(CONDITIONS))), 0, CONDITIONS),),
        (Debugger,),
        Question(
            "One of the 1000 levels is zero. With the condition math.isnan(mean), how many turns "
            "too late does the debugger stop for the first time?",
            lambda: where("math.isnan(mean)", SEED)[0] - silent_turn(),
            {"condition": 3},
        ),
    ),
    Panel(
        "leak",
        "Whose voice is that?",
        leak,
        (
            Control("by_speaker", "Shuffled", (0, 1), 0, ("by file", "by speaker")),
            Control("percent", "Percent for the test", SHARES, 10),
        ),
        (sizes, stops),
        Question(
            "You shuffle the files of the bundled sample and keep ten percent for the test, "
            f"{len(shuffled(10, by_speaker=False)[1])} clips. How many of these are of speakers "
            "whose other clips you train on?",
            lambda: leaks(10, by_speaker=False),
            {"by_speaker": 0, "percent": 10},
            "y",
        ),
    ),
)
