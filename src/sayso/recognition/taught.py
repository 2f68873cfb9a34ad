"""Words taught by a few recordings: how near a sound lies to them, in what a model hears.

A word is the mean direction of its recordings' embeddings (the prototype of Snell et al.,
"Prototypical Networks for Few-shot Learning", arXiv 1703.05175), and a sound is as near to it as
the cosine between the two, less what a known word takes that lies near as well: known words compete
(`Space.rivalry`).

Before, embeddings are whitened by the covariance within words, so that what tells speakers and
microphones apart counts little (Hatch et al., "Within-class covariance normalization", Interspeech
2006). And what all speech has in common that the model does not know is taken out: to the model it
is one class, so that new words would lie near all the rest of it (nuisance attribute projection,
Solomonoff et al., "Advances in channel compensation for SVM speaker recognition", ICASSP 2005).
Nothing is trained.

An embedding here is what all layers of a model make of a sound, `Model.layers`: earlier ones know
more of words that the model does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sayso.audio import Sound
from sayso.errors import SaysoError
from sayso.recognition.model import Model
from sayso.words import NO_COMMAND

Floats = npt.NDArray[np.float32]
Chosen = npt.NDArray[np.bool_]

FEWEST, MOST = 3, 10  # recordings that teaching a word asks for
_SHRINKAGE = 0.6  # towards equal variances: 625 clips tell little of some 750 dimensions
_SHARED = 3  # directions that all speech has in common which the model does not know
_WIDE = 10  # numbers of an embedding for each such direction: of few, none can be spared
_RIVAL = 0.4  # cosine to a known word, from which that is a rival
_KNOWN, _SILENT = 0.95, 0.99  # share of known words, and of noise, that the threshold lies above
_ROOM = 0.3  # of the way from there to the word's own recordings, where it is set
_OTHERS = 0.99  # share of known words, and of no speech, that says whether a word is like them
_ALONE = 0.5  # cosine of two recordings of a word by two speakers, typically: for a single one
_SOFTNESS = 0.04  # nearness; as far above the threshold, a confidence of 73 %, twice as far 88 %
_NARROW = 0.15  # cosine from other speech to a word; clear words have 0.2 to 0.5
_COUNTS = 0.5  # the confidence from which a taught word counts: that at its threshold


class TeachingError(SaysoError):
    """A word that cannot be taught: its name is taken, or its recordings hold nothing."""


@dataclass(frozen=True)
class Speech:
    """Labelled speech as a model hears it, to know what other words sound like.

    Attributes:
        embeddings: `(clips, width)`.
        words: what is said in each clip; `_silence_` where nothing is. A word with several clips is
            known, one with a single clip is an example of what is not.
    """

    embeddings: Floats
    words: tuple[str, ...]

    @property
    def kinds(self) -> tuple[Chosen, Chosen, Chosen]:
        """Which clips are of known words, which of other words, which of none: `(clips,)` each."""
        _, word, count = np.unique(self.words, return_inverse=True, return_counts=True)
        spoken = ~np.isin(self.words, NO_COMMAND)
        several = count[word] > 1
        return spoken & several, spoken & ~several, ~spoken

    def without(self, *words: str) -> Speech:
        """The clips of all other words; capitals do not matter."""
        gone = {word.casefold() for word in words}
        kept = np.array([word.casefold() not in gone for word in self.words], bool)
        return Speech(self.embeddings[kept], tuple(np.array(self.words)[kept].tolist()))


@dataclass(frozen=True)
class Space:
    """Where embeddings are compared: centred, whitened, of length 1.

    Attributes:
        mean: `(width,)`.
        whitening: `(width, width)`; without what all unknown words share.
        known: the words that taught ones compete with.
        prototypes: `(known, width)`, the mean direction of each, of length 1.
    """

    mean: Floats
    whitening: Floats
    known: tuple[str, ...]
    prototypes: Floats

    @classmethod
    def fit(cls, speech: Speech) -> Space:
        """The space in which a direction counts less, the more a word's recordings differ in it.

        Those in which unknown words differ from known ones the most do not count at all.
        """
        chosen, unknown, _ = speech.kinds
        embeddings = speech.embeddings[chosen]
        known, word = np.unique(np.array(speech.words)[chosen], return_inverse=True)
        mean = embeddings.mean(axis=0, dtype=np.float32)
        whitening = _whitening(embeddings.astype(np.float64), word)
        strange = (speech.embeddings[unknown] - mean) @ whitening
        count = min(_SHARED, len(mean) // _WIDE)
        shared = np.linalg.svd(strange, full_matrices=False).Vh[:count]  # (count, width)
        whitening -= whitening @ shared.T @ shared
        prototypes = _unit(_means(_unit((embeddings - mean) @ whitening), word))
        return cls(mean, whitening.astype(np.float32), tuple(known.tolist()), prototypes)

    def directions(self, embeddings: Floats) -> Floats:
        """Unit vectors `(batch, width)` of embeddings `(batch, width)`."""
        return _unit((embeddings - self.mean) @ self.whitening)

    def rivals(self, words: Sequence[str]) -> Chosen:
        """Which known words compete with taught ones, `(words, known)`: all of another name."""
        known = [each.casefold() for each in self.known]
        return np.array([[each != word.casefold() for each in known] for word in words], bool)

    def rivalry(self, directions: Floats, rivals: Chosen) -> Floats:
        """What known words take from the nearness of sounds to taught ones.

        Args:
            directions: `(batch, width)`, of length 1.
            rivals: `(words, known)`, from `rivals`.

        Returns:
            `(batch, words)`: the cosine to the nearest rival, as far as it is more than 0.4.
        """
        cosines = directions @ self.prototypes.T  # (batch, known)
        near = np.where(rivals, cosines[:, np.newaxis], -1)  # (batch, words, known)
        return np.asarray(near.max(axis=2, initial=_RIVAL) - _RIVAL, np.float32)


@dataclass(frozen=True)
class Recording:
    """What a word was taught from.

    Attributes:
        name: of the file, or what made the sound.
        sha256: of the file's bytes, or of the samples where there was no file.
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class Fit:
    """How a word's recordings lie among each other and among other sound.

    Attributes:
        directions: `(recordings, width)`, of length 1.
        others: the cosine to the word that 99 % of known words, and of noise, stays below.
        like: what is said in most of the sound that comes nearer; `_silence_` where nothing is.
    """

    directions: Floats
    others: float
    like: str

    @property
    def similarities(self) -> Floats:
        """The cosine of each recording with the mean of the others, `(recordings,)`.

        It is 0.5 for a single one, which has no others.
        """
        if len(self.directions) == 1:
            return np.array([_ALONE], np.float32)
        others = _unit(self.directions.sum(axis=0) - self.directions)
        return np.asarray((self.directions * others).sum(axis=1), np.float32)


@dataclass(frozen=True)
class TaughtWord:
    """A word that a model was taught.

    Attributes:
        word: its name.
        prototype: `(width,)`, the mean direction of its recordings, of length 1.
        threshold: the nearness from which a sound counts as the word.
        recordings: what it was taught from.
        fit: how its recordings lie; None in packs that were made before it was kept.
    """

    word: str
    prototype: Floats
    threshold: float
    recordings: tuple[Recording, ...]
    fit: Fit | None = None

    def warnings(self, taught: Sequence[TaughtWord] = ()) -> tuple[str, ...]:
        """What the user should know about it, in sentences.

        Args:
            taught: all words taught, to tell which are too near; the word itself may be among them.
        """
        if self.fit is None:
            return ()
        count = len(self.recordings)
        similarities = self.fit.similarities
        warnings = []
        if float(similarities.mean()) - self.fit.others < (_NARROW if count >= FEWEST else 0):
            like = self.fit.like
            sound = "sound without speech" if like in NO_COMMAND else f"“{like}”"
            warnings.append(
                f"{self.word} is hard to tell from other sound, {sound} above all: expect it to be "
                "missed and mistaken, or choose another word."
            )
        elif count >= FEWEST:
            warnings += [
                f"{recording.name} sounds unlike the other recordings of {self.word}: listen to "
                "it, and if it is bad teach the word again without it."
                for recording, similarity in zip(self.recordings, similarities, strict=True)
                if similarity < self.threshold
            ]
        for each in taught:
            taken = int((self.fit.directions @ each.prototype >= each.threshold).sum())
            if each.word.casefold() != self.word.casefold() and taken:
                warnings.append(
                    f"{taken} of {count} recordings of {self.word} would pass for {each.word}, "
                    "another word of yours: the nearer one wins, so expect mistakes."
                )
        if count < FEWEST:
            warnings.append(
                f"{self.word} has {_counted(count)}: with {FEWEST} to {MOST}, by several people "
                "where several will say it, it is missed less often."
            )
        return tuple(warnings)


@dataclass(frozen=True)
class Taught:
    """A word just taught, and what is to be said about it.

    Attributes:
        word: the word.
        warnings: sentences for the user.
    """

    word: TaughtWord
    warnings: tuple[str, ...]


def teach(
    word: str,
    recordings: Sequence[Recording],
    embeddings: Floats,
    space: Space,
    speech: Speech,
    taught: Sequence[TaughtWord] = (),
) -> Taught:
    """Learns a word from a few recordings.

    The threshold lies between what other sound stays below, 95 % of known words and 99 % of noise,
    and the nearness of the recordings, each to the others: at three tenths of the way.

    Args:
        word: its name.
        recordings: where each comes from.
        embeddings: `(recordings, width)`, as the model hears them.
        space: where they are compared.
        speech: that holds other words; clips of this very word in it are left out.
        taught: the words taught before, to warn where they are too near.

    Raises:
        TeachingError: there are no recordings.
    """
    if not len(embeddings):
        raise TeachingError(f"{word} has no recordings: name {FEWEST} to {MOST} sound files.")
    directions = space.directions(embeddings)
    prototype = _unit(directions.mean(axis=0))
    other = speech.without(word)
    strange = space.directions(other.embeddings) @ prototype
    known, _, silent = (strange[chosen] for chosen in other.kinds)
    kinds = ((known, _KNOWN), (silent, _SILENT))
    others = max(float(np.quantile(kind, _OTHERS)) for kind, _ in kinds if len(kind))
    names, counts = np.unique(np.array(other.words)[strange >= others], return_counts=True)
    fit = Fit(directions, others, str(names[counts.argmax()]))
    lost = space.rivalry(directions, space.rivals([word]))[:, 0]
    own = float((fit.similarities - lost).mean())
    floor = max(float(np.quantile(kind, share)) for kind, share in kinds if len(kind))
    threshold = floor + _ROOM * max(0.0, own - floor)
    learned = TaughtWord(word, prototype, threshold, tuple(recordings), fit)
    return Taught(learned, learned.warnings(taught))


class TaughtModel(Model):
    """A model that knows taught words besides its own; used like any model.

    The network runs once for both. A taught word's odds are those of a logistic curve over its
    nearness, even at the threshold; what is left goes to the model's own classes.

    Args:
        model: that hears.
        space: where embeddings are compared.
        taught: the words; their classes come after the model's words.

    Attributes:
        base: the model that hears.

    Raises:
        TeachingError: the model knows one of the words itself.
    """

    def __init__(self, model: Model, space: Space, taught: Sequence[TaughtWord]) -> None:
        for each in taught:
            if each.word in model.words:
                raise TeachingError(f"The model knows {each.word} itself: teach another word.")
        self.base = model
        self.path, self.sha256, self.metadata = model.path, model.sha256, model.metadata
        self._session, self._layers = model._session, model._layers
        self.taught = tuple(taught)
        self._space = space
        self._prototypes = np.array([each.prototype for each in taught], np.float32)
        self._thresholds = np.array([each.threshold for each in taught], np.float32)
        self._place = sum(word not in NO_COMMAND for word in model.words)
        names = [each.word for each in taught]
        self._rivals = space.rivals(names)
        place = self._place
        self.words = (*model.words[:place], *names, *model.words[place:])
        self.thresholds = np.insert(model.thresholds, place, np.full(len(names), _COUNTS)).astype(
            np.float32
        )

    def probabilities(self, waveforms: Sound) -> Floats:
        """Probabilities `(batch, classes)` of waveforms `(batch, 16000)`.

        Raises:
            SoundError: the array has another shape.
        """
        return self.extend(*self._run(("probabilities", self._layers), waveforms))

    def extend(self, own: Floats, embeddings: Floats) -> Floats:
        """Probabilities `(batch, classes)`, from what the model says of sounds.

        Args:
            own: `(batch, classes of the model)`, its own probabilities.
            embeddings: `(batch, width)`.
        """
        directions = self._space.directions(embeddings)
        rivalry = self._space.rivalry(directions, self._rivals)
        nearness = directions @ self._prototypes.T - rivalry  # (batch, taught)
        odds = np.exp((nearness - self._thresholds) / _SOFTNESS)
        left = 1 / (1 + odds.sum(axis=1, keepdims=True))  # (batch, 1)
        place = self._place
        parts = (own[:, :place] * left, odds * left, own[:, place:] * left)
        return np.concatenate(parts, axis=1).astype(np.float32)


def _whitening(
    embeddings: npt.NDArray[np.float64], word: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """The matrix `(width, width)` that makes recordings of one word differ alike in all directions.

    Args:
        embeddings: `(clips, width)`.
        word: `(clips,)`, the number of each clip's word.
    """
    scale = embeddings.std(axis=0)
    scale = np.maximum(scale, max(float(scale.max()), 1e-12) * 1e-4)  # what never changes
    embeddings = embeddings / scale
    within = embeddings - _means(embeddings, word)[word]
    covariance = within.T @ within / max(1, len(within) - int(word.max()) - 1)
    width = len(covariance)
    even = max(float(np.trace(covariance)) / width, 1e-12)  # 1e-12: of clips that are all alike
    variances, axes = np.linalg.eigh(
        (1 - _SHRINKAGE) * covariance + _SHRINKAGE * even * np.eye(width)
    )
    return np.asarray((axes / np.sqrt(variances) @ axes.T) / scale[:, np.newaxis])


def _means(
    vectors: npt.NDArray[np.floating], group: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """The mean of the vectors `(vectors, width)` of each group, `(groups, width)`."""
    count = np.bincount(group)
    means = np.zeros((len(count), vectors.shape[1]))
    np.add.at(means, group, vectors / count[group, np.newaxis])
    return means


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)


def _counted(recordings: int) -> str:
    return "one recording" if recordings == 1 else f"{recordings} recordings"
