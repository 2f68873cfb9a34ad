"""What the figures of this lesson show."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus.noise import add_noise
from sayso.lessons import plot
from sayso.lessons.glass import read_clip
from sayso.lessons.lesson import Picture
from sayso.lessons.sound.data import SNRS_DB, tap
from sayso.lessons.sound.functions import (
    FRAME,
    levels,
    window_levels,
)
from sayso.lessons.sound.libraries import column
from sayso.lessons.sound.padding import FILLS, split
from sayso.lessons.sound.values import (
    WORD,
    with_forgotten,
    word_seconds,
)
from sayso.lessons.sound.ways import (
    LIBROSA,
    PLAIN,
    SAYSO,
    WAYS,
    WEBRTC,
    errors_ms,
    has_webrtcvad,
    share_cut,
    ways,
)
from sayso.prepare import equalise, trim
from sayso.prepare.durations import target_s

_COLORS = {PLAIN: plot.ORANGE, LIBROSA: plot.GREY, WEBRTC: plot.GREEN, SAYSO: plot.BLUE}
WORDS = (WORD, "stop", "yes")
NOISES_DB = (None, 30.0, 20.0, 10.0)  # speech over noise
_TARGETS = ("mean", "median", "p95")
TARGETS_CALLED = ("mean", "median", "95th percentile")
TASKS = (  # column of the table, what the slider calls it, the axis
    ("decode", "read a WAV", "clips a second"),
    ("resample", "resample", "clips a second"),
    ("trim", "trim", "clips a second"),
    ("pad", "pad", "clips a second"),
    ("error at 20 dB", "error at 20 dB", "milliseconds"),
    ("error at 10 dB", "error at 10 dB", "milliseconds"),
    ("installed", "size", "MB, with all it needs"),
)


def edges(plain_db: float, top_db: float, noise: int, clip: int, own: Sound | None) -> Picture:
    """A word's level, two thresholds, and what four ways keep of it."""
    sound = _chosen(clip, own)
    if (snr_db := NOISES_DB[noise]) is not None:
        sound = add_noise(sound, np.resize(tap(), len(sound)), snr_db)
    level = levels(sound)
    found = {name: way(sound) for name, way in ways(plain_db, top_db).items()}
    kept = {
        name: (each.start / SAMPLE_RATE, each.end / SAMPLE_RATE) if each else (0.0, 0.0)
        for name, each in found.items()
    }
    made = plot.figure(
        _curve(level, plot.GREY),
        go.Bar(
            orientation="h",
            y=list(reversed(WAYS)),
            base=[kept[name][0] for name in reversed(WAYS)],
            x=[kept[name][1] - kept[name][0] for name in reversed(WAYS)],
            marker={"color": [_COLORS[name] for name in reversed(WAYS)]},
            yaxis="y2",
            hovertemplate="%{y}: %{base:.2f} s and on for %{x:.2f} s<extra></extra>",
        ),
        x="seconds",
        y="dB",
        bargap=0.35,
    )
    _two_rows(made)
    made.update_layout(yaxis={"range": [-95, 0]}, xaxis={"range": [0, len(sound) / SAMPLE_RATE]})
    lines = ((plain_db, plot.ORANGE), (float(window_levels(sound).max()) - top_db, plot.GREY))
    for threshold, color in lines:
        made.add_hline(y=threshold, line={"color": color, "dash": "dash", "width": 1.5}, yref="y")
    told = ", ".join(f"{name} {1000 * (end - start):.0f}" for name, (start, end) in kept.items())
    return Picture(
        made,
        f"Milliseconds kept of {1000 * len(sound) / SAMPLE_RATE:.0f}: {told}.{_stand_in()}",
    )


def truth(plain_db: float, top_db: float) -> Picture:
    """How far off the edges are, for each ratio of word to noise."""
    errors = errors_ms(plain_db, top_db)
    medians = {name: np.median(np.abs(each), axis=(1, 2)) for name, each in errors.items()}
    made = plot.figure(
        *(
            go.Scatter(
                x=SNRS_DB,
                y=medians[name],
                mode="lines+markers",
                line={"color": _COLORS[name], "width": 3 if name == SAYSO else 2},
            )
            for name in WAYS
        ),
        x="word over noise, dB",
        y="an edge is off by, ms",
    )
    made.update_xaxes(tickvals=SNRS_DB, autorange="reversed")
    made.update_yaxes(range=[-8, 330])
    cut = ", ".join(f"{name} {share_cut(errors[name]):.0%}" for name in WAYS)
    return Picture(
        made,
        "Orange is the plain threshold, grey librosa's way, green webrtcvad, blue sayso. Words "
        f"that lose more than 20 ms although a margin of 50 ms is left: {cut}.{_stand_in()}",
    )


def lengths(forgotten: int, target: int) -> Picture:
    """How long the words are, and the length that all shall have."""
    measured = with_forgotten(forgotten)
    seconds = np.array(word_seconds())
    wish = _TARGETS[target]
    length = target_s(wish, measured)
    assert length is not None  # noqa: S101  (a name always gives one)
    count, borders = np.histogram(seconds, bins=np.arange(0.2, 1.06, 0.05))
    made = plot.figure(
        go.Bar(
            x=(borders[:-1] + borders[1:]) / 2,
            y=count,
            marker={"color": [plot.BLUE if x <= length else plot.GREY for x in borders[1:]]},
        ),
        x="seconds",
        y="words",
        bargap=0.08,
    )
    top = float(count.max()) * 1.25
    for value, name, color, side in (
        (measured.mean, "mean ", plot.ORANGE, "left"),
        (measured.median, "median ", plot.GREEN, "right"),
    ):
        made.add_vline(x=value, line={"color": color, "width": 2})
        plot.label(made, value, top, f" {name}", color, xanchor=side, yanchor="top")
    made.update_xaxes(range=[0.15, 1.35])
    made.update_yaxes(range=[0, top])
    cut = int((seconds > length).sum())
    return Picture(
        made,
        f"{measured.clips} clips, mean {measured.mean:.2f} s, median {measured.median:.2f} s. Made "
        f"as long as the {TARGETS_CALLED[target]}, {length:.2f} s: {cut} words are "
        f"shortened (grey), {len(seconds) - cut} are not.",
    )


def equal(clip: int, length_ms: int, fill: int, own: Sound | None) -> Picture:
    """A clip as it was recorded and as it is prepared; both can be heard."""
    sound = _chosen(clip, own)
    word = trim(sound)
    made_equal = equalise(word, length_ms * SAMPLE_RATE // 1000, fill=FILLS[fill])
    made = plot.figure(_curve(levels(sound), plot.GREY), x="seconds", y="recorded, dB")
    made.add_trace(_curve(levels(made_equal), plot.BLUE).update(yaxis="y2"))
    _two_rows(made)
    made.update_layout(
        yaxis={"range": [-105, 0]}, yaxis2={"range": [-105, 0], "title": {"text": "prepared, dB"}}
    )
    made.update_xaxes(range=[0, max(len(sound), len(made_equal)) / SAMPLE_RATE])
    missing = len(made_equal) - len(word)
    done = (
        f"{_ms(missing)} ms of {FILLS[fill]} are put around it"
        if missing >= 0
        else f"the {_ms(-missing)} ms with the least energy are lost"
    )
    return Picture(
        made,
        f"Of {_ms(len(sound))} ms the word and its margins are {_ms(len(word))}. To make it "
        f"{length_ms}, {done}.",
        sounds=(("As recorded", sound), ("Prepared", made_equal)),
    )


def told(fill: int, missing_ms: int) -> Picture:
    """The quietest 10 ms of clips of two recorders, one of which stops early."""
    found = split(FILLS[fill], missing_ms)
    made = plot.figure(
        *(
            go.Scatter(
                x=list(range(first, first + len(each))),
                y=each,
                mode="markers",
                marker={"color": color, "size": 7},
            )
            for each, first, color in (
                (found.padded, 0, plot.ORANGE),
                (found.whole, len(found.padded), plot.BLUE),
            )
        ),
        x="clip",
        y="quietest 10 ms, dB",
    )
    made.add_hline(y=found.threshold, line={"color": plot.GREY, "dash": "dash"})
    made.update_yaxes(range=[-106, -30])
    return Picture(
        made,
        f"Orange stopped {missing_ms} ms early and was filled up with {FILLS[fill]}. The dashed "
        f"threshold tells the two recorders apart in {found.right:.0%} of the clips; guessing, in "
        "half.",
    )


def libraries(task: int) -> Picture:
    """A column of the table that `sayso bench audio` wrote."""
    title, name, unit = TASKS[task]
    numbers = column(title)
    names = list(reversed(numbers))  # the first row is drawn at the bottom
    made = plot.figure(
        go.Bar(
            orientation="h",
            y=names,
            x=[numbers[each] for each in names],
            marker={"color": [plot.BLUE if each == SAYSO else plot.GREY for each in names]},
            text=[_short(numbers[each]) for each in names],
            textposition="outside",
            cliponaxis=False,
        ),
        x=unit,
        y="",
        bargap=0.3,
    )
    made.update_xaxes(range=[0, 1.3 * max(numbers.values())])
    most, *_, least = numbers
    return Picture(
        made,
        f"{name[0].upper()}{name[1:]}: from {_short(numbers[least])} ({least}) to "
        f"{_short(numbers[most])} ({most}) {unit.partition(',')[0]}.",
    )


def _chosen(clip: int, own: Sound | None) -> Sound:
    """A bundled clip, or the reader's own, which has a level to draw from 10 ms on."""
    if own is None:
        return read_clip(WORDS[clip])
    return np.pad(own, (0, max(0, FRAME - len(own))))


def _stand_in() -> str:
    """What is said where WebRTC's detector is missing."""
    return "" if has_webrtcvad() else f" ({WEBRTC} is not installed: a plain look takes its place.)"


def _curve(level: Any, color: str) -> Any:
    seconds = (np.arange(len(level)) + 0.5) * FRAME / SAMPLE_RATE
    return go.Scatter(
        x=seconds.round(3), y=level.round(1), mode="lines", line={"color": color, "width": 2}
    )


def _two_rows(made: Any) -> None:
    """Puts the second y axis below the first."""
    made.update_layout(yaxis={"domain": [0.54, 1]}, yaxis2={"domain": [0, 0.46]}, xaxis_anchor="y2")


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:g}"


def _ms(samples: int) -> str:
    return f"{1000 * samples / SAMPLE_RATE:.0f}"
