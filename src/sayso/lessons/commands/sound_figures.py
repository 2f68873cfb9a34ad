"""The figures of data and features."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sayso.audio import SAMPLE_RATE, Sound
from sayso.lessons import plot
from sayso.lessons.commands.data import clip_names, said_again, validates, voices, words
from sayso.lessons.commands.functions import HOP_SAMPLES, Floats, percent_of
from sayso.lessons.commands.heat import heat, times
from sayso.lessons.commands.measure import (
    FLOORS_DB,
    MEL_BANDS,
    PACKAGED_DB,
    PACKAGED_MS,
    STEPS,
    knobs,
    measured,
    take_steps,
)
from sayso.lessons.glass import clip_words, read_clip, read_recording
from sayso.lessons.lesson import Picture

TESTING_PERCENT = 10
STEP_NAMES = ("samples", "spectrum", "mel bands", "logarithm", "mean removed")
_EVERY = 8  # samples; the highest and the lowest of so many are drawn


def people(split: int, by: int) -> Picture:
    """Who trains and who does not, by speaker or by word: the sample's list, or the rule."""
    names, of_clip = np.unique(words() if by else voices(), return_inverse=True)
    places = np.array([percent_of(voice) for voice in voices()])  # (clips,)
    sides = np.where(validates(), 0, 2) if not split else sides_of(places, split)
    counts = [np.bincount(of_clip[sides == side], minlength=len(names)) for side in range(3)]
    width = None if by else 0.6
    bars = [
        go.Bar(
            x=names.tolist() if by else _place_of(names),
            y=count,
            width=width,
            marker={"color": color},
        )
        for count, color in zip(counts, (plot.ORANGE, plot.GREY, plot.BLUE), strict=True)
    ]
    made = plot.figure(
        *reversed(bars), x="word" if by else "percent, by the rule", y="clips", barmode="stack"
    )
    if by:
        made.update_xaxes(tickangle=-90, dtick=1, tickfont={"size": 10})
    else:
        made.update_xaxes(range=[0, 100])
    told = [
        f"{count.sum()} clips by {len(set(voices()[sides == side]))} speakers {what}"
        for side, (count, what) in enumerate(
            zip(counts, ("validate (orange)", "test (grey)", "train (blue)"), strict=True)
        )
        if count.sum()
    ]
    who = f"The rule with {split} percent for validation" if split else "The sample's own list"
    return Picture(made, f"{who}: {', '.join(told)}.")


def sides_of(places: Floats, validation_percent: float) -> npt.NDArray[np.int64]:
    """The side of each place between 0 and 100: 0 validation, 1 testing, 2 training."""
    borders = [validation_percent, validation_percent + TESTING_PERCENT]
    return np.digitize(places, borders).astype(np.int64)


def _place_of(names: npt.NDArray[np.str_]) -> Floats:
    return np.array([percent_of(str(name)) for name in names]).round(2)


def leak(chosen: int) -> Picture:
    """How often the most similar clip is of the same word, own voice allowed and not."""
    total = int(said_again().sum()) if chosen else len(clip_names())
    keys = ("again by own voice", "again") if chosen else ("own voice", STEPS[-1])
    shares = [measured()[key] / total for key in keys]
    made = plot.figure(
        go.Bar(
            x=["any voice", "another voice"],
            y=[100 * share for share in shares],
            marker={"color": [plot.ORANGE, plot.BLUE]},
            width=0.5,
        ),
        x="the most similar clip may be of",
        y="percent right",
    )
    made.update_yaxes(range=[0, 60])
    what = "whose speaker says the word again" if chosen else "of the sample"
    return Picture(
        made,
        f"Of the {total} clips {what}, the most similar clip of any voice is of the same word in "
        f"{shares[0]:.1%}, that of another voice in {shares[1]:.1%}.",
    )


def steps(step: int, clip: int, own: Sound | None) -> Picture:
    """What a clip is after a step of the front end."""
    name = STEPS[step]
    word = clip_words()[clip]
    made = take_steps(name, read_clip(word) if own is None else read_recording(own))
    what = f"“{word}”" if own is None else "Your recording"
    if name == "samples":
        trace, unit = _wave(made), "pressure"
    else:
        rows = np.arange(made.shape[1])
        y = rows * SAMPLE_RATE / 2000 / rows[-1] if name == "spectrum" else rows + 1
        unit = "kilohertz" if name == "spectrum" else "mel band"
        shown = made - made.min() if name == "log-mel" else made
        trace = heat(shown.T, times(len(made)), y)
    picture = plot.figure(trace, x="seconds", y=unit)
    picture.update_xaxes(range=[0, 1])
    share = measured()[name] / len(clip_names())
    faint = ", most of them too small to be seen" if name in ("spectrum", "mel") else ""
    return Picture(
        picture,
        f"{what} is {made.size} numbers now{faint}. The most similar clip of another voice is of "
        f"the same word in {share:.1%} of all cases; chance is {1 / len(set(words())):.1%}.",
    )


def knob(window_ms: int, mels: int, floor_db: int) -> Picture:
    """How far one gets with features made otherwise."""
    total = len(clip_names())

    def curve(bands: int) -> list[float]:
        return [100 * knobs()[window_ms, bands, db] / total for db in FLOORS_DB]

    others = [
        go.Scatter(x=FLOORS_DB, y=curve(bands), mode="lines", line={"color": plot.GREY, "width": 1})
        for bands in MEL_BANDS
        if bands != mels
    ]
    mine = go.Scatter(
        x=FLOORS_DB, y=curve(mels), mode="lines+markers", line={"color": plot.BLUE, "width": 3}
    )
    right = knobs()[window_ms, mels, floor_db]
    here = go.Scatter(
        x=[floor_db], y=[100 * right / total], mode="markers", marker={"color": plot.GREEN}
    )
    here.marker.size = 15
    made = plot.figure(*others, mine, here, x="floor, decibels", y="percent right")
    made.update_yaxes(range=[15, 37])
    packaged = knobs()[PACKAGED_MS, 40, PACKAGED_DB]
    frames = (SAMPLE_RATE - window_ms * SAMPLE_RATE // 1000) // HOP_SAMPLES + 1
    return Picture(
        made,
        f"Windows of {window_ms} ms, {mels} bands, a floor at {floor_db} dB: {frames * mels} "
        f"numbers, and {right} of {total} right. The package's choice gives {packaged}. Grey are "
        "other numbers of bands.",
    )


def _wave(samples: Floats) -> Any:
    """A sound as the highest and the lowest of every few samples."""
    few = samples.reshape(-1, _EVERY)
    drawn = np.stack([few.min(axis=1), few.max(axis=1)], axis=1).ravel()
    seconds = np.arange(drawn.size) / drawn.size
    return go.Scatter(x=seconds.round(4), y=drawn.round(3), line={"color": plot.BLUE, "width": 1})
