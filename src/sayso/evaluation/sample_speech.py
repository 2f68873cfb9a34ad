"""The bundled sample as a model hears it: what other words, and no words, sound like."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import read_corpus
from sayso.corpus.progress import Report, silently
from sayso.corpus.sample import write_sample
from sayso.recognition import Model
from sayso.recognition.taught import Speech
from sayso.words import SILENCE, UNKNOWN


def hear_sample(model: Model, report: Report = silently) -> Speech:
    """Embeds every clip of the bundled sample, other speech too, and each second of its noise.

    Args:
        model: what hears.
        report: told the clips done.
    """
    with TemporaryDirectory() as folder:
        write_sample(Path(folder, "sample"), other_speech=True)
        corpus = read_corpus(Path(folder, "sample"))
        seconds = [np.zeros(SAMPLE_RATE, np.float32)]
        for path in corpus.noise:
            noise = audio.read(path)
            whole = len(noise) // SAMPLE_RATE * SAMPLE_RATE
            seconds += list(noise[:whole].reshape(-1, SAMPLE_RATE))
        embeddings = [model.layers(np.stack(seconds))]
        for done, clip in enumerate(corpus.clips, 1):
            window = audio.fit(audio.read(clip.path), SAMPLE_RATE)
            embeddings.append(model.layers(window[np.newaxis]))
            report("Listening to other words", done, len(corpus.clips))
    said = [clip.speaker if clip.word == UNKNOWN else clip.word for clip in corpus.clips]
    words = [SILENCE] * len(seconds) + said
    return Speech(np.concatenate(embeddings), tuple(words))
