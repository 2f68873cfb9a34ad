"""Accuracy on a split: among the words alone, and with `_unknown_` and `_silence_` beside them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Clip, Corpus, CorpusError, Split
from sayso.corpus.noise import SILENT_CLIPS, Noise
from sayso.corpus.progress import Report, silently
from sayso.recognition import Recognizer
from sayso.words import NO_COMMAND, SILENCE, UNKNOWN

CLIP_NAMES = ("clip", "truth", "word", "confidence", "probabilities", "waveform")


@dataclass(frozen=True)
class Share:
    """So many right of so many."""

    right: int
    clips: int

    @property
    def value(self) -> float:
        """The share; not a number where there are no clips."""
        return self.right / self.clips if self.clips else float("nan")

    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval after Wilson (1927), good for few clips and near 100 %."""
        if not self.clips:
            return 0.0, 1.0
        z = 1.96
        centre = self.value + z * z / (2 * self.clips)
        spread = (
            z * (self.value * (1 - self.value) / self.clips + (z / (2 * self.clips)) ** 2) ** 0.5
        )
        scale = 1 + z * z / self.clips
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True)
class Evaluation:
    """What a recognizer said of every clip of a split.

    Attributes:
        words: the recognizer's classes in order.
        label: `(clips,)`, the index of each clip's class.
        probabilities: `(clips, classes)`.
        paths: of the clips; None for a piece of noise.
    """

    words: tuple[str, ...]
    label: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float32]
    paths: tuple[Path | None, ...]

    @property
    def is_word(self) -> npt.NDArray[np.bool_]:
        """`(classes,)`, which of them are words."""
        return ~np.isin(self.words, NO_COMMAND)

    @property
    def spoken(self) -> npt.NDArray[np.bool_]:
        """`(clips,)`, in which of them a word is said."""
        return self.is_word[self.label]

    @property
    def unknown(self) -> npt.NDArray[np.bool_]:
        """`(clips,)`, in which of them something else is said."""
        return np.isin(self.words, UNKNOWN)[self.label]

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """`(clips,)`, whether the likeliest of all classes is the clip's."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.label)

    @cached_property
    def right_among_words(self) -> npt.NDArray[np.bool_]:
        """`(clips,)`, whether the likeliest of the words alone is the clip's."""
        return np.asarray(self._closed_answer() == self.label)

    def closed(self, among: Sequence[str] | None = None) -> Share:
        """Right answers on clips of words, the answer being the likeliest of the words alone.

        With all 35 words this is the 35-way accuracy that papers report.

        Args:
            among: look at the clips of these words only; the answer is still one of all words.
        """
        spoken = self.spoken
        looked_at = spoken if among is None else spoken & np.isin(self.label, self._index(among))
        return _share(self.right_among_words[looked_at])

    def open(self) -> Share:
        """Right answers on all clips, `_unknown_` and `_silence_` among them."""
        return _share(self.right)

    def by_class(self) -> dict[str, Share]:
        """Right answers for each class with clips: closed for a word, open for the other two."""
        right = np.where(self.spoken, self.right_among_words, self.right)
        return {
            word: _share(right[self.label == index])
            for index, word in enumerate(self.words)
            if (self.label == index).any()
        }

    def confusions(self) -> list[tuple[str, str, int]]:
        """Which class was taken for which, and how often, the most frequent first.

        As in `by_class`: a word for another word, what is none for any class.
        """
        answer = np.where(self.spoken, self._closed_answer(), self.probabilities.argmax(axis=1))
        pairs = zip(self.label, answer, strict=True)
        wrong = Counter((self.words[a], self.words[b]) for a, b in pairs if a != b)
        return [(*pair, count) for pair, count in wrong.most_common()]

    def confused_words(self) -> list[tuple[str, str, int]]:
        """Two words confused, either way round, and how often, the most frequent first."""
        pairs = Counter[tuple[str, str]]()
        for word, other, count in self.confusions():
            if word not in NO_COMMAND:
                pairs[min(word, other), max(word, other)] += count
        return [(*pair, count) for pair, count in pairs.most_common()]

    def _closed_answer(self) -> npt.NDArray[np.int64]:
        among_words = self.probabilities.copy()
        among_words[:, ~self.is_word] = -1.0
        return np.asarray(among_words.argmax(axis=1), dtype=np.int64)

    def _index(self, words: Sequence[str]) -> list[int]:
        return [index for index, word in enumerate(self.words) if word in words]


def evaluate(
    recognizer: Recognizer,
    corpus: Corpus,
    split: Split = "validation",
    report: Report = silently,
    change: Callable[[Sound, int], Sound] | None = None,
    look: Callable[..., None] | None = None,
) -> Evaluation:
    """Asks a recognizer about every clip of a split.

    A clip whose word the recognizer does not have counts as `_unknown_`, and is left out where the
    recognizer has no such class. Where a corpus has background noise and no clips of `_silence_`,
    pieces of what training leaves out stand for it.

    Args:
        recognizer: from `sayso.load`.
        corpus: from `read_corpus`.
        split: whose clips.
        report: told the clips judged.
        change: makes of each clip, given as `(16000,)` with its number, what is judged instead.
        look: called after each clip with what `CLIP_NAMES` lists.

    Raises:
        CorpusError: the split has no clips, or none that the recognizer has a class for.
        SoundError: a clip cannot be read.
    """
    index = {word: number for number, word in enumerate(recognizer.words)}
    clips = corpus.of(split)
    if not clips:
        raise CorpusError(f"{corpus.root} has no clips for {split}: name another split.")
    if UNKNOWN not in index:
        clips = tuple(clip for clip in clips if clip.word in index)
        if not clips:
            raise CorpusError(f"{corpus.root} has no clips of the model's words for {split}.")
    labels = [clip.word if clip.word in index else UNKNOWN for clip in clips]
    answers: list[npt.NDArray[np.float32]] = []

    def judge(number: int, clip: Clip) -> npt.NDArray[np.float32]:
        samples = audio.fit(audio.read(clip.path), SAMPLE_RATE)
        if change:
            samples = change(samples, number)
        return recognizer.probabilities(samples[np.newaxis])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for answer in pool.map(judge, range(len(clips)), clips):
            if look:
                path = clips[len(answers)].path
                look(
                    {"waveform": partial(audio.read, path)},
                    clip=path,
                    truth=labels[len(answers)],
                    word=recognizer.words[int(answer.argmax())],
                    confidence=float(answer.max()),
                    probabilities=dict(zip(recognizer.words, answer[0].tolist(), strict=True)),
                )
            answers.append(answer)
            report("evaluating", len(answers), len(clips))
    paths: list[Path | None] = [clip.path for clip in clips]
    if corpus.noise and SILENCE in index and SILENCE not in labels:
        noise = Noise.read(corpus.noise, held_out=True)
        for seed in range(SILENT_CLIPS):
            silence = noise.silence(np.random.default_rng(seed))
            answers.append(recognizer.probabilities(silence[np.newaxis]))
        labels += [SILENCE] * SILENT_CLIPS
        paths += [None] * SILENT_CLIPS
    label = np.array([index[word] for word in labels], np.int64)
    return Evaluation(recognizer.words, label, np.concatenate(answers), tuple(paths))


def _share(right: npt.NDArray[np.bool_]) -> Share:
    return Share(int(right.sum()), len(right))
