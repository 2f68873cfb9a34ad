"""The numbers in the prose."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from sayso.lessons.filters.autograd import autograd_gradient, autograd_network
from sayso.lessons.filters.data import (
    PROMISES,
    RATE,
    RIGHT,
    SIGNAL,
    START,
    STEPS,
    WANTED,
    after_steps,
    before_step,
    examples,
    first_kernels,
    late_s,
    learned,
    learned_loss,
    log_mel,
    rate_for,
    stepped,
)
from sayso.lessons.filters.functions import errors, weight_gradient
from sayso.lessons.filters.ideals import most_alike
from sayso.lessons.filters.network import FIRST, packaged_weights
from sayso.lessons.filters.runtime import loss_in_runtime
from sayso.lessons.glass import clip_words, read_clip, recognizer

WORD = "stop"
NUDGE = 1e-4  # of a weight in the model file: large against float32, small against the weight
PROMISE = 0.5
NEAR_S = 0.02
_SHORT = PROMISES.index(0.1)
CLEAR = 0.7  # a kernel this much like an ideal one can be read by eye


def toy_gradient() -> list[float]:
    """The slope for each of the three weights where they start."""
    return weight_gradient(SIGNAL, errors(START, SIGNAL, WANTED), len(START))


def valley(weight: int) -> float:
    """Where the loss is least for one of the three weights (0 is the first), the others at START.

    The loss is a parabola in each weight; its second derivative is the sum of the squared inputs.
    """
    bend = sum(value**2 for value in SIGNAL[weight : weight + len(WANTED)])
    return START[weight] - toy_gradient()[weight] / bend


def hits(steps: int) -> int:
    """For how many of the words the largest answer is where the sound begins."""
    return sum(abs(late_s(steps, word)) <= NEAR_S + 1e-9 for word in examples())


def clear_kernels() -> int:
    """How many of the 16 kernels are much like an ideal one."""
    return sum(abs(most_alike(kernel)[1]) >= CLEAR for kernel in first_kernels())


def steepest(word: str) -> tuple[int, ...]:
    """The weight of the first layer on which the loss depends most: kernel, 0, mel, frame."""
    gradient = before_step(word)[1]
    return tuple(map(int, np.unravel_index(np.abs(gradient).argmax(), gradient.shape)))


def nudged_slope(word: str) -> float:
    """The slope for that weight, by running the model file with it a little lower and higher."""
    place, right = steepest(word), recognizer().words.index(word)
    found = []
    for off in (-NUDGE, NUDGE):
        first = packaged_weights()[FIRST].copy()
        first[place] += off
        found.append(loss_in_runtime(first, read_clip(word), right))
    return (found[1] - found[0]) / (2 * NUDGE)


def autograd_says() -> str:
    """How far PyTorch is from the loops, in a sentence; or that it is not here to be asked."""
    if find_spec("torch") is None:
        return (
            'PyTorch could be asked too, but is not installed here: `pip install "sayso[train]"`.'
        )
    toy = autograd_gradient(START, SIGNAL, WANTED)
    apart = max(abs(a - b) for a, b in zip(toy, toy_gradient(), strict=True))
    return f"PyTorch's *autograd* says the same: the largest difference is {apart:.1g}."


def network_autograd_says() -> str:
    """The same of the recognizer's first layer."""
    if find_spec("torch") is None:
        return "(With PyTorch installed, its answer would stand here.)"
    right = recognizer().words.index(WORD)
    asked = autograd_network(packaged_weights(), log_mel(WORD), right)[FIRST]
    apart = float(np.abs(asked - before_step(WORD)[1]).max())
    return (
        "PyTorch's autograd, on the network that this package trains, differs from it by "
        f"{apart:.0e} at most."
    )


def values() -> dict[str, float | str]:
    """Computed, by name."""
    right = recognizer().words.index(WORD)
    clip = read_clip(WORD)
    before, gradient = before_step(WORD)
    final = learned()[-1]
    down = [after_steps(word)[_SHORT] < before_step(word)[0] for word in clip_words()]
    kernels = first_kernels()
    return {
        "right_first": RIGHT[0],
        "valley": valley(0),
        "places": len(WANTED),
        "autograd": autograd_says(),
        "examples": len(examples()),
        "rate": RATE,
        "steps": STEPS,
        "loss_noise": learned_loss(0),
        "loss_learned": learned_loss(STEPS),
        "hits_noise": hits(0),
        "hits": hits(STEPS),
        "near": 1000 * NEAR_S,
        "before": sum(final[:2]),
        "after": sum(final[2:]),
        "kernels": len(kernels),
        "clear": clear_kernels(),
        "weights": gradient.size,
        "word": WORD,
        "nudge": NUDGE,
        "kernel": steepest(WORD)[0] + 1,
        "nudged": nudged_slope(WORD),
        "slope": float(gradient[steepest(WORD)]),
        "network_autograd": network_autograd_says(),
        "surprise": before,
        "promise": 100 * PROMISE,
        "step_rate": rate_for(WORD, PROMISE),
        "stepped": after_steps(WORD)[PROMISES.index(PROMISE)],
        "in_runtime": loss_in_runtime(stepped(WORD, PROMISE), clip, right),
        "short": 100 * PROMISES[_SHORT],
        "down": sum(down),
        "clips": len(down),
    }
