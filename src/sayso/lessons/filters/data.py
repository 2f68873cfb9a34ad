"""What the filters of this lesson learn from, and what has been computed once for all figures."""

from __future__ import annotations

from functools import cache

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.lessons.filters.convolution import Array
from sayso.lessons.filters.functions import learn, loss, step
from sayso.lessons.filters.network import FIRST, loss_and_gradient, loss_of, packaged_weights
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.layers import run_front_end
from sayso.lessons.shift.functions import convolve
from sayso.prepare.edges import find_edges

SIGNAL = (0.0, 0.0, 0.0, 2.0, 3.0, 3.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0)
RIGHT = (-1.0, 0.0, 1.0)  # what comes after, less what came before
START = (0.5, -1.0, 0.0)
WANTED = tuple(convolve(SIGNAL, RIGHT))

HOP_SAMPLES, WINDOW_SAMPLES = 160, 480  # 10 and 30 ms, as in the recognizer's front end
WIDTH = 5  # weights of the filter that learns; the recognizer's first filters are as wide
RATE = 1e-4  # a little more, and the steps overshoot the valley of the loudness
STEPS = 1000
SEED = 1  # its noise looks like nothing that answers to a beginning
_FLOOR = 1e-4  # of the mean power: 40 dB below it is as quiet as it gets

PROMISES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0)
"""Lengths of a step, as the part of the loss that its gradient promises to take away."""


def loudness(sound: Sound) -> list[float]:
    """The logarithm of the power in each frame of 30 ms, every 10 ms; its mean is zero."""
    frames = np.lib.stride_tricks.sliding_window_view(sound.astype(np.float64), WINDOW_SAMPLES)
    power = (frames[::HOP_SAMPLES] ** 2).mean(axis=1)
    level = np.log10(power + _FLOOR * power.mean())
    return list(map(float, level - level.mean()))


@cache
def examples() -> dict[str, tuple[list[float], list[float]]]:
    """By word: the loudness of its clip, and a one where the sound begins, else zeros.

    The package's own `find_edges` says where. Clips that begin with their sound are left out.
    """
    found = {}
    for word in clip_words():
        edges = find_edges(read_clip(word))
        level = loudness(read_clip(word))
        wanted = [0.0] * (len(level) - WIDTH + 1)
        frame = round(((edges.start if edges else 0) - WINDOW_SAMPLES / 2) / HOP_SAMPLES)
        if 0 <= (place := frame - WIDTH // 2) < len(wanted):
            wanted[place] = 1.0
            found[word] = (level, wanted)
    return found


@cache
def learned() -> list[list[float]]:
    """The filter's weights, from noise, after each step."""
    signals, wanted = (np.array(part)[None] for part in zip(*examples().values(), strict=True))
    noise = np.random.default_rng(SEED).normal(scale=0.04, size=(1, 1, 1, WIDTH))
    return [
        list(map(float, kernel.ravel())) for kernel in learn(signals, wanted, noise, RATE, STEPS)
    ]


@cache
def learned_loss(step: int) -> float:
    """The loss over all examples after a number of steps."""
    return sum(loss(learned()[step], *example) for example in examples().values())


def late_s(step: int, word: str) -> float:
    """How much later than the sound of a word begins the filter's answer is largest."""
    level, wanted = examples()[word]
    found = convolve(level, learned()[step])
    return (found.index(max(found)) - wanted.index(1.0)) * HOP_SAMPLES / SAMPLE_RATE


@cache
def log_mel(word: str) -> Array:
    """What the recognizer's first layer sees of the clip of a word: `(mel, frames)`."""
    return run_front_end(read_clip(word)).astype(np.float64)


def first_kernels() -> Array:
    """The 16 kernels of the recognizer's first layer: `(16, mel, frames)`."""
    return packaged_weights()[FIRST][:, 0]


@cache
def before_step(word: str) -> tuple[float, Array]:
    """The recognizer's loss on the clip of a word, and its gradient for the first layer."""
    right = recognizer().words.index(word)
    found, gradient = loss_and_gradient(packaged_weights(), log_mel(word), right)
    return found, gradient[FIRST]


def rate_for(word: str, promise: float) -> float:
    """The rate with which the gradient promises to take a part of the loss away.

    A step of rate r along a gradient g changes the loss by -r |g|² where the slope stays the same.
    """
    found, gradient = before_step(word)
    return promise * found / float((gradient**2).sum())


def stepped(word: str, promise: float) -> Array:
    """The first layer's weights after a step."""
    return step(packaged_weights()[FIRST], before_step(word)[1], rate_for(word, promise))


@cache
def after_steps(word: str) -> tuple[float, ...]:
    """The recognizer's loss on the clip of a word after a step of each length."""
    right = recognizer().words.index(word)
    return tuple(
        loss_of({**packaged_weights(), FIRST: stepped(word, promise)}, log_mel(word), right)
        for promise in PROMISES
    )
