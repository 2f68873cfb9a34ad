"""The figures of the network, and of what it gets to learn from."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sayso.audio import Sound
from sayso.corpus.noise import Noise
from sayso.lessons import plot
from sayso.lessons.commands.data import read_noise
from sayso.lessons.commands.heat import heat, times
from sayso.lessons.commands.measure import take_steps
from sayso.lessons.commands.values import layer_weights
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.layers import run_front_end, run_layers
from sayso.lessons.lesson import Picture

SHOWN_WORDS = tuple(word for word in ("go", "left", "no", "stop", "yes") if word in clip_words())
STAGES = ("log-mel", *run_layers(read_clip(clip_words()[0])), "words")
_SEED = 1


def layers(stage: int, clip: int) -> Picture:
    """What a word is at one stage of the packaged model."""
    word, name = SHOWN_WORDS[clip], STAGES[stage]
    made = _stages(word)[name]
    shape = f"{' by '.join(map(str, made.shape))}, " if made.ndim > 1 else ""
    told = f"“{word}”, {name}: {shape}{made.size:,} numbers"
    if name == "words":
        best = int(made.argmax())
        told += f"; the largest is {made[best]:.1%}, for “{recognizer().words[best]}”"
    elif name.startswith("layer"):
        size, total = layer_weights()[stage - 1], int(recognizer().model.metadata["parameters"])
        told += f", made with {size:,} weights, {size / total:.1%} of all"
    return Picture(_draw_numbers(made, name), f"{told}.")


def _draw_numbers(made: npt.NDArray[np.float32], name: str) -> Any:
    """Bars where time is gone, colours where there is still time."""
    if made.ndim == 1:
        colors = [plot.BLUE if value > 0 else plot.ORANGE for value in made]
        bars = go.Bar(x=np.arange(1, made.size + 1), y=made.round(4), marker={"color": colors})
        axis = "probability" if name == "words" else "value"
        return plot.figure(bars, x="class" if name == "words" else "number", y=axis)
    rows = made.reshape(-1, made.shape[-1])
    seconds = (np.arange(rows.shape[1]) + 0.5) / rows.shape[1]
    drawn = heat(rows, seconds, np.arange(1, len(rows) + 1))
    return plot.figure(drawn, x="seconds", y="mel band" if name == "log-mel" else "channel")


@cache
def _stages(word: str) -> dict[str, npt.NDArray[np.float32]]:
    clip = read_clip(word)
    words = recognizer().probabilities(clip[None])[0]
    return {"log-mel": run_front_end(clip), **run_layers(clip), "words": words}


def changes(draw: int, clip: int) -> Picture:
    """A clip as the network gets it in training, changed at random."""
    word = SHOWN_WORDS[clip]
    if draw:
        sound, hidden = change(word, draw)
        told = f"“{word}”, draw {draw}: changed as sound, and {hidden.mean():.0%} of it hidden."
    else:
        sound, hidden, told = read_clip(word), np.zeros((1, 1), bool), f"“{word}” as recorded."
    made = np.where(hidden, 0, take_steps("features", sound).T)  # (mel, frames)
    drawn = heat(made, times(made.shape[1]), np.arange(1, len(made) + 1))
    return Picture(plot.figure(drawn, x="seconds", y="mel band"), told)


def change(word: str, draw: int) -> tuple[Sound, npt.NDArray[np.bool_]]:
    """A clip changed as training changes it, and which of its features are hidden."""
    from sayso.training.augment import augment, draw_masks
    from sayso.training.recipe import read_recipe

    rng = np.random.default_rng((_SEED, draw))
    recipe = read_recipe("sample")
    masks = draw_masks(recipe, rng)  # (2, stretches, 2)
    sound = augment(read_clip(word), Noise(read_noise()), recipe, rng)
    mel, frames = (
        ((np.arange(size)[:, None] >= first) & (np.arange(size)[:, None] < end)).any(axis=1)
        for size, (first, end) in zip((40, 98), masks.transpose(0, 2, 1), strict=True)
    )
    return sound, mel[:, None] | frames
