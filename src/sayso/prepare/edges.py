"""Where the sound in a clip begins and ends, judged against the clip's own noise floor.

Three steps, each a few array operations over blocks of 5 ms:

1. `band_powers`: the power in eight frequency bands of each block, so that a soft "s" counts in
   its own band, however loud the hum below it.
2. `_evidence`: how far each block stands above the floor of the clip's quietest stretches, as
   points for or against sound. The louder the word stands out, the higher the bar.
3. `_stretch`: the points are added up. Where their sum has risen by `ENOUGH`, sound is sure, and
   it began at the sum's lowest point before (Page's cumulative sum test: E. S. Page, "Continuous
   inspection schemes", Biometrika 41, 1954); it ends at the highest point after the last such
   rise. Much to switch on, little to hold on: a hysteresis that carries soft beginnings and
   bridges the gap before a final "p", while a lone click never switches.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sayso.audio import SAMPLE_RATE, Sound

Blocks = npt.NDArray[np.floating]

BANDS = 8
BLOCKS_PER_S = 200  # a block is 5 ms
WINDOW_BLOCKS = 8  # 40 ms: long enough for a steady mean power
SHORTEST_WINDOWS = 4  # 160 ms: in less, floor and word cannot be told apart
LOUD_WINDOWS = 3  # the word's level is the one it reaches for 120 ms: no click sets it
QUIET_SHARE = 0.15  # of a clip is taken to be its floor
DEEPEST_FLOOR_DB = 45.0  # below the word's level: what is softer still is no part of the word
QUIETEST_DBFS = -65.0  # a clip that never gets louder holds no word
BAR_SHARE = 1 / 14  # of the way from floor to word, in dB, a block must stand above the floor
LOWEST_BAR = 1.2  # times the floor, however poor the clip: noise itself wavers by that much
FOR, AGAINST = 4.0, -0.5  # the most points that one block can give
ENOUGH = 20.0  # points: 25 ms of loud sound, or far more of soft
DIGITAL_SILENCE = np.float32(1e-10)  # power, -100 dBFS: below what 16 bits hold
RATIO_CAP = 6.0  # no single band decides by being very loud


class Edges(NamedTuple):
    """The samples between which sound lies: `samples[start:end]`."""

    start: int
    end: int


def find_edges(samples: Sound, rate: int = SAMPLE_RATE) -> Edges | None:
    """Finds the beginning and the end of the sound in a clip, to 5 ms.

    Args:
        samples: `(samples,)` float32 in [-1, 1].
        rate: Hz.

    Returns:
        The edges, without any margin; None where the clip is shorter than 160 ms or nothing stands
        out from its noise.
    """
    evidence = _evidence(band_powers(samples, rate))
    found = None if evidence is None else _stretch(evidence)
    if found is None:
        return None
    block = block_samples(rate)
    return Edges(found.start * block, found.end * block)


def block_samples(rate: int) -> int:
    """The samples in a block: 5 ms, rounded to a multiple of the number of bands."""
    return BANDS * max(1, round(rate / BLOCKS_PER_S / BANDS))


def band_powers(samples: Sound, rate: int) -> Blocks:
    """The mean power of each block in each of eight bands of equal width, the clip's DC left out.

    Every eight samples go through an orthonormal cosine transform (DCT-II), so the bands of a block
    add up to its mean square (Parseval).

    Returns:
        `(blocks, 8)`; what is left over after the last whole block is not counted.
    """
    block = block_samples(rate)
    blocks = len(samples) // block
    if not blocks:
        return np.zeros((0, BANDS), np.float32)
    bands = samples[: blocks * block].reshape(-1, BANDS) @ _DCT  # (groups of eight samples, bands)
    lowest = bands[:, 0]
    lowest -= np.add.reduce(lowest) / np.float32(len(lowest))
    np.square(bands, out=bands)
    powers: Blocks = bands.reshape(blocks, block) @ _averaging(block)
    return powers


def _evidence(powers: Blocks) -> Blocks | None:
    """Points for (positive) or against sound, `(blocks,)`; None where nothing is loud enough."""
    heard = powers @ _ABOVE_DC > DIGITAL_SILENCE  # zeros are padding, not a room's floor
    sounding = powers if heard.all() else powers[heard]
    count = len(sounding) // WINDOW_BLOCKS
    if count < SHORTEST_WINDOWS:
        return None
    windows = sounding[: count * WINDOW_BLOCKS].reshape(count, -1) @ _AVERAGE  # (windows, bands)
    levels = windows @ _ALL_BANDS  # (windows,)
    levels.sort()
    loud = float(levels[-LOUD_WINDOWS])
    if loud < 10 ** (QUIETEST_DBFS / 10):
        return None
    flatness = np.log(windows + DIGITAL_SILENCE) @ _ALL_BANDS  # all bands alike: hum hides nothing
    quiet = 1 + int(QUIET_SHARE * count)
    quietest = windows.take(flatness.argsort()[:quiet], axis=0)
    floor = np.add.reduce(quietest) / np.float32(quiet)  # (bands,)
    np.maximum(floor, loud / BANDS * 10 ** (-DEEPEST_FLOOR_DB / 10), out=floor)
    bar = max(LOWEST_BAR, (loud / float(floor @ _ALL_BANDS)) ** BAR_SHARE)
    floor *= np.float32(bar)
    points: Blocks = np.minimum(powers, RATIO_CAP * floor) @ (_PER_ROOT / floor)
    points -= _ROOT
    np.maximum(points, AGAINST, out=points)
    return np.minimum(points, FOR, out=points)


def _stretch(evidence: Blocks) -> Edges | None:
    """The blocks between which sound lies; None where the points never suffice."""
    total = np.zeros(len(evidence) + 1)
    total[1:] = evidence
    np.add.accumulate(total, out=total)
    risen = total - np.minimum.accumulate(total) > ENOUGH
    sure = int(risen.argmax())
    if not risen[sure]:
        return None
    to_rise = np.maximum.accumulate(total[::-1]) - total[::-1] > ENOUGH  # from the last block on
    unsure = len(to_rise) - 1 - int(to_rise.argmax())
    return Edges(int(total[: sure + 1].argmin()), unsure + int(total[unsure:].argmax()))


@functools.cache
def _averaging(length: int) -> Sound:
    """A matrix that adds up interleaved bands and divides by `length`, its rows: `(length, 8)`."""
    return np.tile(np.eye(BANDS, dtype=np.float32), (length // BANDS, 1)) / np.float32(length)


_ALL_BANDS = np.ones(BANDS, np.float32)
_AVERAGE = _averaging(WINDOW_BLOCKS * BANDS) * BANDS  # of the blocks in a window
_ROOT = np.float32(np.sqrt(BANDS))  # bands waver independently, so their sum by this much more
_PER_ROOT = _ALL_BANDS / _ROOT
_ABOVE_DC = np.array([0, *[1] * (BANDS - 1)], np.float32)
_NUMBERS = np.arange(BANDS)
_DCT = (np.cos(np.pi / BANDS * np.outer(_NUMBERS + 0.5, _NUMBERS)) * np.sqrt(2 / BANDS)).astype(
    np.float32
)
_DCT[:, 0] /= np.sqrt(2)
