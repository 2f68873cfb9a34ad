"""The training clips that sound most like a given one, to the model."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np

from sayso import audio
from sayso.recognition import Model
from sayso.recognition.events import Floats
from sayso.words import BACKGROUND_NOISE


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A clip of the bundled sample and how much it is like the one in question.

    Attributes:
        name: `<word>/<speaker>_nohash_<n>`.
        word: what is said in it.
        similarity: the cosine of the angle between the two embeddings, 1 for equal ones.
    """

    name: str
    word: str
    similarity: float


class Neighbours:
    """The clips of Speech Commands that are inside the package, by their embeddings.

    Decoding them takes seconds, so it is done when first asked for.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    def find(self, window: audio.Sound, count: int = 5) -> list[Neighbour]:
        """The clips whose embeddings point most nearly where that of a window `(16000,)` does."""
        similarity = self._embeddings @ _unit(self._model.embeddings(window[np.newaxis]))[0]
        nearest = np.argsort(-similarity, kind="stable")[:count]
        names = [self.names[index] for index in nearest]
        return [
            Neighbour(name, name.partition("/")[0], float(similarity[index]))
            for name, index in zip(names, nearest, strict=True)
        ]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The clips' names, without suffix."""
        with _sample() as sample:
            names = (name for name in sample.namelist() if name.endswith(".opus"))
            return tuple(
                name.removesuffix(".opus")
                for name in names
                if not name.startswith(f"{BACKGROUND_NOISE}/")
            )

    def read(self, name: str) -> audio.Sound:
        """One clip, `(samples,)`.

        Raises:
            KeyError: there is no clip of that name.
        """
        if name not in self.names:
            raise KeyError(name)
        with _sample() as sample:
            return _read(sample, name)

    @cached_property
    def _embeddings(self) -> Floats:
        """Of all clips, `(clips, width)`, each of length 1."""
        with _sample() as sample:
            windows = [audio.fit(_read(sample, name), audio.SAMPLE_RATE) for name in self.names]
        return _unit(self._model.embeddings(np.stack(windows)))


def _sample() -> zipfile.ZipFile:
    return zipfile.ZipFile(str(files("sayso") / "bundled" / "sample.zip"))


def _read(sample: zipfile.ZipFile, name: str) -> audio.Sound:
    return audio.read(io.BytesIO(sample.read(f"{name}.opus")))


def _unit(embeddings: Floats) -> Floats:
    """Each row scaled to length 1."""
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.asarray(embeddings / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
