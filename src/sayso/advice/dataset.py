"""A data set as the checks see it: every clip in its split, faults and all, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sayso.advice.recordings import Recording, read_recordings
from sayso.corpus import CorpusError
from sayso.corpus.clips import find_clips, find_root, read_lists
from sayso.corpus.few import split_few
from sayso.corpus.progress import Report, silently
from sayso.words import NO_COMMAND

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class DataSet:
    """A data set's clips with all that was measured of them.

    Attributes:
        root: the folder of the words' folders.
        recordings: one a clip, in the order of their paths, unreadable ones too.
        has_lists: whether lists decide the splits, and not the rule.
        was_heard: whether a recognizer was asked.
    """

    root: Path
    recordings: tuple[Recording, ...]
    has_lists: bool
    was_heard: bool

    @cached_property
    def usable(self) -> tuple[Recording, ...]:
        """The recordings that could be read."""
        return tuple(recording for recording in self.recordings if recording.error is None)

    @cached_property
    def spoken(self) -> tuple[Recording, ...]:
        """The usable recordings of words, `_unknown_` and `_silence_` left out."""
        return tuple(r for r in self.usable if r.clip.word not in NO_COMMAND)

    @cached_property
    def by_word(self) -> dict[str, list[Recording]]:
        """The usable recordings of each word, in alphabetical order."""
        return dict(sorted(group((r.clip.word, r) for r in self.spoken).items()))

    @cached_property
    def twins(self) -> list[list[Recording]]:
        """Recordings with the same samples; nothing at all sounds the same and is not meant."""
        alike = group((r.content, r) for r in self.usable if r.peak)
        return [recordings for recordings in alike.values() if len(recordings) > 1]


def read_data_set(folder: Path, model: Path | None = None, report: Report = silently) -> DataSet:
    """Reads all of a data set.

    Other than `read_corpus` it takes what is faulty as it is, so that the checks can tell.

    Args:
        folder: the data set, or the folder that torchaudio unpacked it into.
        model: the file of a recognizer to be asked about each clip, if any.
        report: told the clips read.

    Raises:
        CorpusError: there are no clips, or a list is not text.
        ModelError: the model cannot be used.
    """
    root = find_root(folder)
    lists = read_lists(root)
    clips = find_clips(root, lists)
    if not clips:
        raise CorpusError(
            f"{root} holds neither a training run nor clips: put the recordings of each word in "
            "a folder named after it."
        )
    if not lists:
        clips = split_few(clips)
    recordings = read_recordings(clips, model, report)
    return DataSet(root, tuple(recordings), bool(lists), model is not None)


def group(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """The values of each key, in the order given."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
