"""Data sets of few speakers, which the rule leaves without clips to validate or to train with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sayso.corpus.clips import Clip

FEWEST_SPEAKERS = 4  # of fewer, one held out is a third of the voices or more
SPEAKERS_SHARE = 0.1  # of the clips at least, by the speakers who are held out
EVERY = 5  # one of so many clips of a word is held out where speakers are too few


def split_few(clips: Sequence[Clip]) -> Sequence[Clip]:
    """Holds clips out for validation where the rule by speaker holds out none, or all of a word.

    Of four speakers or more whole ones are held out, those with the lowest SHA-1, until they have
    a tenth of the clips. Of fewer it is every fifth clip of each speaker and word: what is then
    measured says nothing of how well a stranger is heard. Other data sets stay as they are.

    Args:
        clips: of the folders of all words.
    """
    if _suffices(clips):
        return clips
    by_speaker = _holding_out(clips, _of_some_speakers(clips))
    return by_speaker if _suffices(by_speaker) else _holding_out(clips, _of_each_word(clips))


def _suffices(clips: Sequence[Clip]) -> bool:
    """Whether there are clips to validate with, and of each word some to train on."""
    trained = {clip.word for clip in clips if clip.split == "training"}
    return trained == {clip.word for clip in clips} and any(
        clip.split == "validation" for clip in clips
    )


def _of_some_speakers(clips: Sequence[Clip]) -> set[Clip]:
    speakers = sorted({clip.speaker for clip in clips}, key=_order)
    held_out: set[Clip] = set()
    for speaker in speakers if len(speakers) >= FEWEST_SPEAKERS else ():
        if len(held_out) < SPEAKERS_SHARE * len(clips):
            held_out |= {clip for clip in clips if clip.speaker == speaker}
    return held_out


def _of_each_word(clips: Sequence[Clip]) -> set[Clip]:
    groups: dict[tuple[str, str], list[Clip]] = {}
    for clip in sorted(clips, key=lambda clip: _order(clip.path.name)):
        groups.setdefault((clip.word, clip.speaker), []).append(clip)
    counts = {key: max(1, len(group) // EVERY) for key, group in groups.items() if len(group) > 1}
    return {clip for key, count in counts.items() for clip in groups[key][:count]}


def _holding_out(clips: Sequence[Clip], held_out: Collection[Clip]) -> list[Clip]:
    return [replace(clip, split="validation" if clip in held_out else "training") for clip in clips]


def _order(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
