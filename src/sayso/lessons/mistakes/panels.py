"""The figures of this lesson."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.lesson import Control, Panel, Picture, Question
from sayso.lessons.mistakes.data import Floats
from sayso.lessons.mistakes.examine import (
    CHECKS,
    first_loss,
    known_speakers,
    strange_words,
    without_sense,
)
from sayso.lessons.mistakes.functions import gradient, train
from sayso.lessons.mistakes.runs import EPOCHS, MISTAKES, NAMES, Run, classes
from sayso.lessons.mistakes.table import measured, result, told_by

_CHECK_NAMES = tuple(check.name for check in CHECKS)
_MISTAKE = Control("mistake", "Mistake", tuple(range(len(NAMES))), 0, NAMES)
_LIMITS_SHOWN = 4  # a bar that is longer runs out of the figure


def run(mistake: int, shown: int) -> Picture:
    """What a run reports and what is true, or its loss; beside it the run without the mistake."""
    return _losses(mistake) if shown else _accuracies(mistake)


def _accuracies(mistake: int) -> Picture:
    found, right = result(NAMES[mistake]), result("none")
    epochs = list(range(EPOCHS + 1))
    made = plot.figure(
        _dashed(epochs, 100 * right.true),
        go.Scatter(x=epochs, y=100 * found.true, line={"color": plot.ORANGE, "width": 3}),
        go.Scatter(x=epochs, y=100 * found.reported, line={"color": plot.BLUE, "width": 3}),
        x="epochs",
        y="% right",
    )
    made.add_hline(y=100 * found.baseline, line={"color": plot.GREY, "dash": "dot", "width": 1})
    made.update_yaxes(range=[0, 120], tickvals=[0, 20, 40, 60, 80, 100])
    _legend(made, "reported", "never met", "without it")
    reported, true = 100 * found.reported[-1], 100 * found.true[-1]
    without = f" Without the mistake: {100 * right.true[-1]:.1f} %." if mistake else ""
    return Picture(
        made,
        f"{_written(MISTAKES[NAMES[mistake]])} reports {reported:.1f} % right. Of speakers never "
        f"met it is {true:.1f} %.{without} Dotted: always the most frequent word, "
        f"{100 * found.baseline:.1f} %.",
    )


def _losses(mistake: int) -> Picture:
    found, right = result(NAMES[mistake]), result("none")
    epochs = list(range(EPOCHS + 1))
    made = plot.figure(
        _dashed(epochs, right.losses),
        go.Scatter(x=epochs, y=found.losses, line={"color": plot.BLUE, "width": 3}),
        x="epochs",
        y="loss on the training clips",
    )
    made.update_yaxes(type="log", range=[-3, 2])
    _legend(made, "this run", "", "without a mistake")
    made.update_yaxes(
        tickvals=[0.001, 0.01, 0.1, 1, 10], ticktext=["0.001", "0.01", "0.1", "1", "10"]
    )
    nothing = math.log(classes(MISTAKES[NAMES[mistake]]))
    made.add_hline(y=nothing, line={"color": plot.GREY, "dash": "dot", "width": 1})
    return Picture(
        made,
        f"{_written(MISTAKES[NAMES[mistake]])}: the loss begins at {found.losses[0]:.2f} and ends "
        f"at {found.losses[-1]:.3f}. Dotted: that of somebody who knows nothing, {nothing:.2f}.",
    )


def _dashed(x: list[int], y: Floats) -> Any:
    return go.Scatter(x=x, y=y, mode="lines", line={"color": plot.GREY, "dash": "dash"})


def _legend(made: Any, blue: str, orange: str, grey: str) -> None:
    """What the colours are, in one line above all curves."""
    for x, text, color, anchor in (
        (0, blue, plot.BLUE, "left"),
        (EPOCHS / 2, orange, plot.ORANGE, "center"),
        (EPOCHS, grey, plot.GREY, "right"),
    ):
        plot.label(made, x, 1, text, color, xanchor=anchor, yref="paper", yanchor="top")


def _written(run: Run) -> str:
    """The run as code, with the line that is changed."""
    changed = [
        f"{field.name}={getattr(run, field.name)!r}"
        for field in fields(run)
        if getattr(run, field.name) != field.default
    ]
    return f"Run({', '.join(changed)})"


def checks(check: int, mistake: int) -> Picture:
    """What a check measures of each run, and beyond which limit it tells."""
    chosen = CHECKS[check]
    found = [measured(chosen.name, name) for name in NAMES]
    tells = [name in told_by(chosen) for name in NAMES]
    longest = max(found) if chosen.limit == 0 else _LIMITS_SHOWN * chosen.limit
    lengths = [max(min(value, longest), -longest) for value in found]
    digits = 2 if 0 < chosen.limit < 1 else 1
    texts = [f"{round(value, digits):g}" for value in found]
    made = plot.figure(
        go.Bar(
            orientation="h",
            x=lengths,
            y=list(NAMES),
            marker={
                "color": [plot.ORANGE if one else plot.BLUE for one in tells],
                "opacity": [1 if number == mistake else 0.4 for number in range(len(NAMES))],
            },
        ),
        go.Scatter(
            x=[max(length, 0.0) for length in lengths],
            y=list(NAMES),
            mode="text",
            text=texts,
            textposition="middle right",
        ),
        x=chosen.unit,
        y="",
        bargap=0.3,
    )
    made.add_vline(x=chosen.limit, line={"color": plot.GREY, "dash": "dot", "width": 2})
    made.update_yaxes(autorange="reversed", tickfont={"size": 11}, dtick=1)
    made.update_xaxes(range=[1.1 * min(0.0, *lengths), 1.25 * longest])
    name = "No mistake" if mistake == 0 else NAMES[mistake].capitalize()
    says = "The check tells." if tells[mistake] else "The check says nothing."
    return Picture(
        made, f"{name}: {texts[mistake]} {chosen.unit}, the limit is {chosen.limit:g}. {says}"
    )


def told(done: int) -> Picture:
    """Which of the first checks tells which mistake."""
    columns = [(check.name, told_by(check)) for check in CHECKS[:done]]
    found = {name for _, names in columns for name in names} - {"none"}
    silent = [(name, row) for name, names in columns for row in NAMES if row not in names]
    telling = [(name, row) for name, names in columns for row in names]
    made = plot.figure(
        *(
            go.Scatter(
                x=[column for column, _ in places],
                y=[row for _, row in places],
                mode="markers",
                marker={"color": color, "size": size, "symbol": "square"},
            )
            for places, color, size in ((telling, plot.ORANGE, 10), (silent, plot.GREY, 4))
        ),
        x="",
        y="",
    )
    made.update_xaxes(
        categoryorder="array",
        categoryarray=list(_CHECK_NAMES),
        range=[-0.5, len(CHECKS) - 0.5],
        tickangle=-60,
        tickvals=list(_CHECK_NAMES),
    )
    made.update_yaxes(
        categoryorder="array",
        categoryarray=list(NAMES),
        range=[len(NAMES) - 0.5, -0.5],
        tickvals=list(NAMES),
        tickfont={"size": 11},
    )
    left = [name for name in NAMES[1:] if name not in found]
    still = f"Not told: {', '.join(left)}." if left else "None is left."
    return Picture(
        made,
        f"{done} check{'s' * (done > 1)} tell{'s' * (done == 1)} {len(found)} of "
        f"{len(NAMES) - 1} mistakes. {still}",
    )


PANELS = (
    Panel(
        "run",
        "A run and what spoils it",
        run,
        (_MISTAKE, Control("shown", "Shown", (0, 1), 0, ("accuracy", "loss"))),
        (Run, train, gradient),
        Question(
            "A network is tested on the clips that it was trained on, and gets all of them right. "
            "Of speakers whom it has never met, how many percent does it get right?",
            lambda: 100 * float(result("test on training clips").true[-1]),
            {"mistake": NAMES.index("test on training clips"), "shown": 0},
        ),
    ),
    Panel(
        "checks",
        "A number that you know beforehand",
        checks,
        (
            Control("check", "Check", tuple(range(len(CHECKS))), 0, _CHECK_NAMES),
            _MISTAKE,
        ),
        (first_loss, without_sense, known_speakers, strange_words),
        Question(
            "You draw all labels at random. There is nothing to be learned now, and you train. "
            "Then you test on the clips that were trained on. How many percent are right, beyond "
            "what always saying the most frequent word gets?",
            lambda: measured("random labels", "test on training clips"),
            {
                "check": _CHECK_NAMES.index("random labels"),
                "mistake": NAMES.index("test on training clips"),
            },
        ),
    ),
    Panel(
        "told",
        "Which check tells which mistake",
        told,
        (Control("done", "Checks done", tuple(range(1, len(CHECKS) + 1)), 1),),
        (told_by,),
        Question(
            f"{len(NAMES) - 1} mistakes. How many of them can you see in the loss curve?",
            lambda: len(told_by(CHECKS[_CHECK_NAMES.index("loss curve")])),
            {"done": 1 + _CHECK_NAMES.index("loss curve")},
        ),
    ),
)
