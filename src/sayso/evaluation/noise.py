"""Accuracy in noise: the same clips, with each of a corpus's noises mixed in, at several levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Corpus, CorpusError, Split
from sayso.corpus.noise import Noise, add_noise
from sayso.corpus.progress import Report, silently
from sayso.evaluation.accuracy import Evaluation, evaluate
from sayso.recognition import Recognizer

SNR_DB = (20.0, 10.0, 5.0, 0.0)


class InNoise(NamedTuple):
    """What a recognizer said of a split with one noise at one signal-to-noise ratio."""

    noise: str
    snr_db: float
    evaluation: Evaluation


def evaluate_in_noise(
    recognizer: Recognizer,
    corpus: Corpus,
    split: Split = "validation",
    snr_db: Sequence[float] = SNR_DB,
    report: Report = silently,
) -> Iterator[InNoise]:
    """Asks a recognizer about every clip of a split in each noise, the loudest last.

    The noise is the part of each recording that training leaves out; which piece of it a clip gets
    depends on the clip's place alone, so that every recognizer hears the same.

    Raises:
        CorpusError: the corpus has no noise, or the split no clips.
        SoundError: a clip cannot be read.
    """
    if not corpus.noise:
        raise CorpusError(f"{corpus.root} has no background noise: put some in _background_noise_.")
    for path in corpus.noise:
        noise = Noise.read([path], held_out=True)
        for level in snr_db:

            def mix(
                samples: Sound, number: int, noise: Noise = noise, level: float = level
            ) -> Sound:
                piece = noise.piece(SAMPLE_RATE, np.random.default_rng(number))
                return add_noise(samples, piece, level)

            yield InNoise(path.stem, level, evaluate(recognizer, corpus, split, report, mix))
