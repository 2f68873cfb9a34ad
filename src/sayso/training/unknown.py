"""Speech that is no command, made of commands: words backwards, and parts that make no word."""

from __future__ import annotations

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound

NOT_BACKWARDS = ("no", "on", "wow")  # backwards they are nearly on, no and wow
WORD_ENERGY = (0.02, 0.98)  # of a clip's energy: between these its word is taken to lie
FADE_SAMPLES = SAMPLE_RATE // 50  # 20 ms, in which one part gives way to the next
FRAGMENT_SHARE = 0.35  # of a word at most: too little to know it by
BACKWARDS_SHARE, NONSENSE_SHARE = 0.4, 0.4  # of what is made; the rest are fragments


def make_unknown(
    clip: Sound, word: str, other: Sound, rng: np.random.Generator
) -> tuple[Sound, bool]:
    """Makes one second of speech that is no command out of two clips of commands.

    Args:
        clip: `(16000,)`.
        word: what it says.
        other: `(16000,)`, of any word.
        rng: draws which way, and where to cut.

    Returns:
        The sound, and whether it is the whole first word backwards.
    """
    kind = rng.random()
    if kind < BACKWARDS_SHARE and word not in NOT_BACKWARDS:
        return np.ascontiguousarray(clip[::-1]), True
    if kind < BACKWARDS_SHARE + NONSENSE_SHARE:
        return nonsense(clip, other), False
    return fragments(clip, other, rng), False


def nonsense(first: Sound, second: Sound) -> Sound:
    """The first half of one word, then the first half of another backwards.

    Two halves the right way round would often be a word: n-o of "no" and "go".
    """
    start, middle, _ = _word(first)
    other_start, other_middle, _ = _word(second)
    out = np.zeros_like(first)
    length = min(other_middle - other_start, len(out) - middle)
    out[middle : middle + length] = second[other_middle - length : other_middle][::-1]
    fade = min(FADE_SAMPLES, length)
    out[middle : middle + fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    out[start:middle] = first[start:middle]
    fade = min(FADE_SAMPLES, middle - start)
    out[middle - fade : middle] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.roll(out, len(out) // 2 - middle)


def fragments(first: Sound, second: Sound, rng: np.random.Generator) -> Sound:
    """The end of one word and the beginning of another, as a window between two words holds them.

    Each is at most 35 % of its word, at the window's edge.
    """
    start, _, end = _word(first)
    length = int(rng.uniform(0.1, FRAGMENT_SHARE) * (end - start))
    out = np.zeros_like(first)
    out[:length] = first[end - length : end]
    start, _, end = _word(second)
    length = int(rng.uniform(0.1, FRAGMENT_SHARE) * (end - start))
    out[len(out) - length :] = second[start : start + length]
    return out


def _word(samples: Sound) -> tuple[int, int, int]:
    """The first sample of a clip's word, the one that halves its energy, and the one after it."""
    energy = np.cumsum(np.square(samples, dtype=np.float64))
    low, high = WORD_ENERGY
    start, middle, end = np.searchsorted(energy, energy[-1] * np.array([low, 0.5, high]))
    return int(start), int(max(middle, start + 1)), int(max(end, start + 2))
