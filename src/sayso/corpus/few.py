"""Data sets of few speakers, which the rule leaves without clips to validate or to train with."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sayso.words import NO_COMMAND

if TYPE_CHECKING:
    from sayso.corpus.clips import Clip

FEWEST_SPEAKERS = 4  # of fewer, one held out is a third of the voices or more
SPEAKERS_SHARE = 0.1  # of the clips at least, by the speakers who are held out
EVERY = 5  # one of so many clips of a word is held out where speakers are too few


def split_few(clips: Sequence[Clip]) -> Sequence[Clip]:
    """Splits anew what the rule by speaker leaves without clips to validate or to train with.

    Whoever says a word that the rule keeps from training goes there with all they say. Where no
    clip of a word is then left for validation, whole speakers are held out, of four or more: those
    with the lowest SHA-1, until they have a tenth of the clips of words. Of fewer it is every fifth
    clip of each speaker and word: what is then measured says nothing of how well a stranger is
    heard. Other data sets stay as they are.

    Args:
        clips: as the rule splits them, those of words not asked for as `_unknown_`.
    """
    for split in (clips, _holding_out(clips, _of_some_speakers(clips))):
        trained = _training_every_word(split)
        if any(clip.split == "validation" and clip.word not in NO_COMMAND for clip in trained):
            return trained
    return _holding_out(clips, _of_each_word(clips))


def _training_every_word(clips: Sequence[Clip]) -> Sequence[Clip]:
    """Moves to training whoever says a word that has no clips there."""
    trained = {clip.word for clip in clips if clip.split == "training"}
    needed = {clip.speaker for clip in clips if clip.word not in trained}
    return [replace(clip, split="training") if clip.speaker in needed else clip for clip in clips]


def _of_some_speakers(clips: Sequence[Clip]) -> set[Clip]:
    """The clips of some who say words, and of those who say none whom the rule holds out."""
    counts = Counter(clip.speaker for clip in clips if clip.word not in NO_COMMAND)
    chosen: set[str] = set()
    held_out = 0  # clips of words
    for speaker in sorted(counts, key=_order) if len(counts) >= FEWEST_SPEAKERS else ():
        if held_out < SPEAKERS_SHARE * counts.total():
            chosen.add(speaker)
            held_out += counts[speaker]
    chosen |= {clip.speaker for clip in clips if clip.split == "validation"} - counts.keys()
    return {clip for clip in clips if clip.speaker in chosen}


def _of_each_word(clips: Sequence[Clip]) -> set[Clip]:
    groups: dict[tuple[Path, str], list[Clip]] = {}
    for clip in sorted(clips, key=lambda clip: _order(clip.path.name)):
        groups.setdefault((clip.path.parent, clip.speaker), []).append(clip)
    counts = {key: max(1, len(group) // EVERY) for key, group in groups.items() if len(group) > 1}
    return {clip for key, count in counts.items() for clip in groups[key][:count]}


def _holding_out(clips: Sequence[Clip], held_out: Collection[Clip]) -> list[Clip]:
    return [replace(clip, split="validation" if clip in held_out else "training") for clip in clips]


def _order(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
