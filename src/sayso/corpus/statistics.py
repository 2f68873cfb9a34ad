"""How much of what a data set holds: clips, speakers and durations, by word and by split."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import soundfile

from sayso.corpus.clips import Clip, Corpus, CorpusError
from sayso.corpus.progress import Report, silently
from sayso.corpus.split import SPLITS, Split


@dataclass(frozen=True)
class Summary:
    """What some clips have in common: their number, their speakers, their durations in seconds."""

    clips: int
    speakers: int
    shortest_s: float
    mean_s: float
    longest_s: float


@dataclass(frozen=True)
class Statistics:
    """The summaries of a data set; a word or split without clips is left out."""

    by_word_and_split: dict[str, dict[Split, Summary]]
    by_word: dict[str, Summary]
    by_split: dict[Split, Summary]
    total: Summary


def compute_statistics(corpus: Corpus, report: Report = silently) -> Statistics:
    """Counts clips and speakers and measures durations, from the files' headers alone.

    Args:
        corpus: the data set.
        report: told the clips read.

    Raises:
        CorpusError: a clip's header cannot be read.
    """
    measured = []
    for clip in corpus.clips:
        measured.append((clip, _duration_s(clip)))
        report("reading headers", len(measured), len(corpus.clips))
    words = sorted({clip.word for clip in corpus.clips})
    splits = [split for split in SPLITS if corpus.of(split)]
    by_word = {word: [pair for pair in measured if pair[0].word == word] for word in words}
    return Statistics(
        by_word_and_split={
            word: {
                split: _summarize(chosen)
                for split in splits
                if (chosen := [pair for pair in pairs if pair[0].split == split])
            }
            for word, pairs in by_word.items()
        },
        by_word={word: _summarize(pairs) for word, pairs in by_word.items()},
        by_split={
            split: _summarize(pair for pair in measured if pair[0].split == split)
            for split in splits
        },
        total=_summarize(measured),
    )


def _duration_s(clip: Clip) -> float:
    try:
        with soundfile.SoundFile(clip.path) as sound:
            return float(sound.frames / sound.samplerate)
    except (soundfile.LibsndfileError, OSError) as error:
        raise CorpusError(
            f"{clip.path} cannot be read: sayso data verify lists all such clips."
        ) from error


def _summarize(measured: Iterable[tuple[Clip, float]]) -> Summary:
    clips, durations_s = zip(*measured, strict=True)
    return Summary(
        clips=len(clips),
        speakers=len({clip.speaker for clip in clips}),
        shortest_s=min(durations_s),
        mean_s=sum(durations_s) / len(durations_s),
        longest_s=max(durations_s),
    )
