"""The figures of this lesson."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from sayso.audio import Sound
from sayso.lessons import plot
from sayso.lessons.glass import clip_words, read_clip, read_recording, recognizer
from sayso.lessons.lesson import Control, Panel, Picture, Question, Recording
from sayso.lessons.shift.functions import alike, convolve, move, pool, turn
from sayso.lessons.shift.values import (
    FAR_MS,
    SHIFTS_MS,
    WORD,
    compare,
    confidences,
    steady_ms,
)
from sayso.words import SILENCE, UNKNOWN

LENGTH = 40  # samples of the toy signal
BUMP = (1.0, 3.0, 1.0)
WEIGHTS = (-0.5, 1.0, -0.5)  # looks for a bump
_WORDS = Control(
    "clip", "Word", tuple(range(len(clip_words()))), clip_words().index(WORD), clip_words()
)
_OWN = Recording("own", "Or a word of your own", instead_of="clip")


def signal(place: int) -> list[float]:
    """Zeros with a bump whose middle is at `place`."""
    values = [0.0] * LENGTH
    values[place - 1 : place + 2] = BUMP
    return values


def bump(place: int, stride: int) -> Picture:
    """A bump, what a convolution makes of it, and the largest answer."""
    answers = convolve(signal(place), WEIGHTS, stride)
    places = [1 + stride * n for n in range(len(answers))]  # the middle of each piece
    largest = pool(answers)
    made = plot.figure(
        go.Bar(x=list(range(LENGTH)), y=signal(place), marker={"color": plot.GREY, "opacity": 0.5}),
        go.Scatter(
            x=places,
            y=answers,
            mode="lines+markers",
            line={"color": plot.BLUE, "width": 3},
            marker={"size": 8},
        ),
        x="place",
        y="value",
        bargap=0.3,
    )
    made.add_hline(y=largest, line={"color": plot.ORANGE, "dash": "dot"})
    plot.label(made, LENGTH - 1, largest, "largest", plot.ORANGE, xanchor="right", yanchor="bottom")
    made.update_xaxes(range=[-1, LENGTH])
    made.update_yaxes(range=[-1.5, 3.4])
    return Picture(
        made,
        f"With the bump at {place} and a stride of {stride} the largest answer is {largest:g}, at "
        f"{places[answers.index(largest)]}.",
    )


def layers(shift_ms: int, clip: int, own: Sound | None) -> Picture:
    """How much of each layer's answer moves along with a word, and how much stays."""
    word, sound = _chosen(clip, own)
    found = compare(sound, shift_ms)
    names = [*(name.removeprefix("layer ") for name in list(found)[:-1]), "end"]
    along, stayed = zip(*found.values(), strict=True)
    made = plot.figure(
        go.Scatter(
            x=names[:-1],
            y=along[:-1],
            mode="lines+markers",
            line={"color": plot.BLUE, "width": 3},
        ),
        go.Scatter(
            x=names[:-1],
            y=stayed[:-1],
            mode="lines+markers",
            line={"color": plot.GREY, "width": 2},
        ),
        go.Scatter(
            x=names[-1:],
            y=stayed[-1:],
            mode="markers",
            marker={"color": plot.ORANGE, "size": 14},
        ),
        x="layer",
        y="likeness",
    )
    made.update_xaxes(type="category")
    made.update_yaxes(range=[-0.35, 1.1])
    return Picture(
        made,
        f"{word} moved by {shift_ms} ms. Layer 1 is {along[0]:.2f} like its answer moved along "
        f"(blue), {stayed[0]:.2f} like its answer left in place (grey). The embedding, at the end, "
        f"is {stayed[-1]:.2f} what it was.",
    )


def answer(shift_ms: int, clip: int, own: Sound | None) -> Picture:
    """The recognizer's confidence while a word slides out of its second."""
    word, sound = _chosen(clip, own)
    found = confidences(sound)  # (shifts, classes)
    words = recognizer().words
    start = int(found[SHIFTS_MS.index(0)].argmax())
    others = [int(i) for i in np.argsort(-found.max(axis=0)) if i != start][:2]
    made = plot.figure(
        *(
            go.Scatter(
                x=SHIFTS_MS,
                y=found[:, index],
                mode="lines",
                line={"color": color, "width": 3 if color == plot.BLUE else 2},
            )
            for index, color in zip(
                (start, *others), (plot.BLUE, plot.ORANGE, plot.GREY), strict=True
            )
        ),
        x="milliseconds later",
        y="confidence",
    )
    made.add_vline(x=shift_ms, line={"color": plot.GREEN, "width": 2})
    made.update_yaxes(range=[0, 1.05], tickformat=".0%")
    row = found[SHIFTS_MS.index(shift_ms)]
    blue, orange, grey = (words[i] for i in (start, *others))
    return Picture(
        made,
        f"{word}, {shift_ms} ms later: sayso hears {say(words[int(row.argmax())])} and is "
        f"{row.max():.0%} sure. Blue is {say(blue)}, orange {say(orange)}, grey {say(grey)}.",
    )


def say(word: str) -> str:
    """A class of the recognizer as a sentence names it."""
    return {UNKNOWN: "another word", SILENCE: "silence"}.get(word, f"“{word}”")


def _chosen(clip: int, own: Sound | None) -> tuple[str, Sound]:
    """What the caption calls the sound, and its second."""
    if own is None:
        word = clip_words()[clip]
        return say(word), read_clip(word)
    return "Your recording", read_recording(own)


PANELS = (
    Panel(
        "bump",
        "A bump and its answer",
        bump,
        (
            Control("place", "Place of the bump", tuple(range(4, 35)), 12),
            Control("stride", "Stride", (1, 2, 3), 1),
        ),
        (convolve, pool),
        Question(
            "At stride 1 the largest answer to a bump (1, 3, 1) is 2, wherever it is. Now the "
            "convolution looks at every second place only, from 1 on, and the bump is at 12. What "
            "is the largest answer?",
            lambda: pool(convolve(signal(12), WEIGHTS, 2)),
            {"place": 12, "stride": 2},
            "y",
        ),
    ),
    Panel(
        "layers",
        "Inside the recognizer",
        layers,
        (Control("shift_ms", "Milliseconds later", tuple(range(0, 201, 10)), 0), _WORDS, _OWN),
        (turn, alike),
        Question(
            f"You move “{WORD}” by {FAR_MS} ms. At the very end of the network, in the embedding, "
            "how alike is the answer to what it was? 1 is the same, 0 is nothing in common.",
            lambda: compare(read_clip(WORD), FAR_MS)["embedding"][1],
            {"shift_ms": FAR_MS, "clip": clip_words().index(WORD)},
            "y",
        ),
    ),
    Panel(
        "answer",
        "When the answer flips",
        answer,
        (Control("shift_ms", "Milliseconds later", SHIFTS_MS, 0), _WORDS, _OWN),
        (move,),
        Question(
            f"How many milliseconds later may “{WORD}” come until sayso hears something else?",
            lambda: steady_ms(read_clip(WORD)),
            {"shift_ms": steady_ms(read_clip(WORD)), "clip": clip_words().index(WORD)},
            "x",
        ),
    ),
)
