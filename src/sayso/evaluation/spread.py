"""Who is understood and who is not: accuracy by speaker, and how it would spread by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sayso.evaluation.accuracy import Evaluation, Share

FEWEST_CLIPS = 5  # of a speaker whose accuracy says something
BINS = 20  # of accuracy, 5 % wide; whoever is always understood is in the last


@dataclass(frozen=True)
class Spread:
    """Speakers by how well they are understood.

    Attributes:
        edges: `(bins + 1,)` of accuracy.
        speakers: `(bins,)`, how many there are.
        by_chance: `(bins,)`, how many to expect were all understood equally well.
    """

    edges: list[float]
    speakers: list[int]
    by_chance: list[float]


def by_speaker(evaluation: Evaluation, speakers: Sequence[str | None]) -> dict[str, Share]:
    """Right answers of all classes for each speaker, the worst understood first.

    Args:
        evaluation: of a split.
        speakers: `(clips,)`; None for what nobody said.
    """
    right: dict[str, list[bool]] = {}
    for speaker, each in zip(speakers, evaluation.right.tolist(), strict=True):
        if speaker is not None:
            right.setdefault(speaker, []).append(each)
    shares = {speaker: Share(sum(each), len(each)) for speaker, each in right.items()}
    return dict(sorted(shares.items(), key=lambda item: (item[1].value, -item[1].clips)))


def spread(shares: Sequence[Share], bins: int = BINS) -> Spread:
    """Counts speakers by accuracy, and by the binomial distribution of equally good ones."""
    clips = sum(share.clips for share in shares)
    overall = sum(share.right for share in shares) / clips if clips else 0.0
    speakers, by_chance = np.zeros(bins, np.int64), np.zeros(bins)
    for share in shares:
        speakers[_bin(share.right, share.clips, bins)] += 1
        for right in range(share.clips + 1):
            chance = _binomial(right, share.clips, overall)
            by_chance[_bin(right, share.clips, bins)] += chance
    edges = [number / bins for number in range(bins + 1)]
    return Spread(edges, speakers.tolist(), by_chance.tolist())


def _bin(right: int, clips: int, bins: int) -> int:
    return min(bins - 1, right * bins // clips)


def _binomial(right: int, clips: int, share: float) -> float:
    if share in (0.0, 1.0):
        return float(right == clips * share)
    logarithm = math.lgamma(clips + 1) - math.lgamma(right + 1) - math.lgamma(clips - right + 1)
    logarithm += right * math.log(share) + (clips - right) * math.log1p(-share)
    return math.exp(logarithm)
