"""Where labelled clips come from, and on which side of a split each one is."""

from sayso.corpus.clips import Clip, Corpus, CorpusError, read_corpus
from sayso.corpus.split import SPLITS, Split, speaker_of, split_of

__all__ = [
    "SPLITS",
    "Clip",
    "Corpus",
    "CorpusError",
    "Split",
    "read_corpus",
    "speaker_of",
    "split_of",
]
