"""What a model knew before: clips of it, learned along with new words so that it is not forgotten.

A model's own data set need not be at hand. The sample inside the package has some clips of each of
the 35 words: of words to be kept they are examples, of all others speech that is none of the new
words, without which a network takes whatever it hears for one of them. Where all words are kept,
that is left to the synthetic words which are inside the package too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from sayso.corpus import Corpus
from sayso.training.best import read_origin
from sayso.training.run import RunError
from sayso.words import UNKNOWN

ALL = ("all",)  # of the words


def rehearse(corpus: Corpus, sample: Corpus, start: Path, keep: Collection[str] = ()) -> Corpus:
    """Adds to a data set what the sample has of the words that a model knows.

    Speakers of the data set are left out, and so are words that the model does not know. So is
    other speech, whose clips have the word for a speaker, that says a word to be told apart. Where
    the data set has no background noise it gets the sample's.

    Args:
        corpus: the data set.
        sample: the bundled sample, unpacked, with or without other speech.
        start: the model's file, or the folder of its run.
        keep: words of the model to tell apart besides the data set's; `ALL` for all of them.

    Raises:
        RunError: the model does not know a word to be kept, or the sample has no clips of it.
    """
    known = read_origin(start).words
    kept = set(known if tuple(keep) == ALL else keep)
    if strange := kept - set(known):
        raise RunError(f"{start} does not know {_listed(strange)}: keep words that it knows.")
    spoken = kept | set(corpus.words)
    left_out = spoken | {clip.speaker for clip in corpus.clips}
    clips = [
        clip if clip.word in spoken else replace(clip, word=UNKNOWN)
        for clip in sample.clips
        if clip.word in (*known, UNKNOWN) and clip.speaker not in left_out
    ]
    if missing := kept - {clip.word for clip in (*clips, *corpus.clips)}:
        raise RunError(
            f"There are no clips of {_listed(missing)} inside sayso to keep it with: put "
            f"recordings of it into {corpus.root}."
        )
    return Corpus(corpus.root, (*corpus.clips, *clips), corpus.noise or sample.noise)


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
