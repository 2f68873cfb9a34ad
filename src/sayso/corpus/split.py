"""Which clips are for training, which for validation, which for testing: by speaker, never by file.

The rule is that of the Speech Commands data set (its README's `which_set`): the SHA-1 of the
speaker's name decides, so a speaker stays where they are when clips are added, and no list has to
be kept. `sayso.corpus.few` moves some where this would leave a word without clips to train on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal, TypeAlias

Split: TypeAlias = Literal["training", "validation", "testing"]
SPLITS: tuple[Split, ...] = ("training", "validation", "testing")

_MOST_CLIPS = 2**27 - 1  # "MAX_NUM_WAVS_PER_CLASS" of the rule, ~134M


def speaker_of(name: str) -> str:
    """The speaker in a clip's file name: what stands before `_nohash_`, else the whole stem.

    >>> speaker_of("0a7c2a8d_nohash_1.wav")
    '0a7c2a8d'
    """
    speaker, marked, _ = Path(name).name.partition("_nohash_")
    return speaker if marked else Path(name).stem


def split_of(
    speaker: str, validation_percent: float = 10.0, testing_percent: float = 10.0
) -> Split:
    """The split of a speaker by the SHA-1 rule.

    With the default percentages it agrees with the official lists of Speech Commands v0.02.
    """
    digest = hashlib.sha1(speaker.encode(), usedforsecurity=False).hexdigest()
    percent = (int(digest, 16) % (_MOST_CLIPS + 1)) * (100.0 / _MOST_CLIPS)
    if percent < validation_percent:
        return "validation"
    if percent < validation_percent + testing_percent:
        return "testing"
    return "training"
