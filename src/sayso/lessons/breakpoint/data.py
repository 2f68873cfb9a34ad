"""What the loops of this lesson run over: random levels, and the bundled sample split wrongly."""

from __future__ import annotations

import zipfile
from functools import cache
from pathlib import Path

import numpy as np

from sayso.corpus import Clip
from sayso.corpus.split import Split, speaker_of
from sayso.lessons.breakpoint.functions import mean_db, sizes, stops
from sayso.recognition.recognizer import PACKAGED

LEVELS = 1_000
SEED = 1


@cache
def levels(seed: int = SEED) -> tuple[float, ...]:
    """A thousand random levels, one of them zero."""
    rng = np.random.default_rng(seed)
    drawn = 10 ** rng.uniform(-3, 0, LEVELS)
    drawn[rng.integers(LEVELS // 2, LEVELS - 100)] = 0.0
    return tuple(map(float, drawn))


@cache
def names() -> tuple[str, ...]:
    """The clips of the bundled sample: `word/speaker_nohash_n`."""
    with zipfile.ZipFile(PACKAGED.parent / "sample.zip") as sample:
        return tuple(sorted(name for name in sample.namelist() if "_nohash_" in name))


def shuffled(
    test_percent: int, by_speaker: bool, seed: int = SEED
) -> tuple[list[Clip], list[Clip]]:
    """Training and test clips: shuffled as files, or whole speakers to one side."""
    rng = np.random.default_rng(seed)
    groups = sorted({speaker_of(name) for name in names()}) if by_speaker else list(names())
    chosen = rng.permutation(len(groups))[: len(groups) * test_percent // 100]
    drawn = {groups[i] for i in chosen}
    sides: dict[Split, list[Clip]] = {"training": [], "testing": []}
    for name in names():
        speaker = speaker_of(name)
        side: Split = "testing" if (speaker if by_speaker else name) in drawn else "training"
        sides[side].append(Clip(Path(name), name.split("/")[0], speaker, side))
    return sides["training"], sides["testing"]


def where(condition: str, seed: int) -> list[int]:
    """The turns of `mean_db` at which a condition stops, over random levels of that seed."""
    return [int(names["i"]) for names in stops(condition, mean_db, levels(seed))]


def which(condition: str, seed: int) -> list[str]:
    """The clips at which a condition stops in `sizes`, over the sample shuffled with that seed."""
    found = stops(condition, sizes, *shuffled(10, by_speaker=False, seed=seed))
    return [str(names["clip"].path.stem) for names in found]
