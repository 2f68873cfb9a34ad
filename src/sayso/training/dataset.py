"""Clips as PyTorch data sets: as they are, and as an epoch of training draws and changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Clip
from sayso.corpus.noise import SILENT_CLIPS, Noise
from sayso.training.augment import augment, draw_masks
from sayso.training.beeps import add_beeps
from sayso.training.recipe import Recipe
from sayso.training.unknown import make_unknown
from sayso.training.vocabulary import NONE, backwards, vocabulary
from sayso.words import NO_COMMAND, SILENCE, UNKNOWN


class Example(NamedTuple):
    """Sound `(16000,)`, its class, and what of its features is to be hidden `(2, stretches, 2)`.

    `spoken` is the place of what is said in the vocabulary of the second task, see `vocabulary`.
    """

    waveform: Tensor
    label: int
    masks: Tensor
    spoken: int = NONE


def classes_of(words: Sequence[str]) -> tuple[str, ...]:
    """A recognizer's classes in order: its words, then `_unknown_`, then `_silence_`."""
    return (*words, *NO_COMMAND)


class ClipDataset(Dataset[Example]):
    """Every clip once, unchanged, then pieces of noise as `_silence_`: for validation."""

    def __init__(self, clips: Sequence[Clip], words: Sequence[str], noise: Noise) -> None:
        self.clips = clips
        self.noise = noise
        self.label = {word: label for label, word in enumerate(classes_of(words))}

    def __len__(self) -> int:
        return len(self.clips) + SILENT_CLIPS

    def __getitem__(self, index: int) -> Example:
        if index < len(self.clips):
            clip = self.clips[index]
            samples = audio.fit(audio.read(clip.path), SAMPLE_RATE)
            return _example(samples, self.label[clip.word], _NO_MASKS)
        if index >= len(self):
            raise IndexError(index)
        samples = self.noise.silence(np.random.default_rng(index - len(self.clips)))
        return _example(samples, self.label[SILENCE], _NO_MASKS)


class TrainingEpoch(Dataset[Example]):
    """One epoch of training: which clips, in which order, changed how.

    Whatever is random about an example comes from the seed, the epoch and its position alone. So it
    does not matter which worker or which machine makes it, or whether the run was interrupted.
    """

    def __init__(
        self,
        clips: Sequence[Clip],
        words: Sequence[str],
        noise: Noise,
        recipe: Recipe,
        seed: int,
        epoch: int,
    ) -> None:
        self.clips = clips
        self.noise = noise
        self.recipe = recipe
        self.key = (seed, epoch)
        self.label = {word: label for label, word in enumerate(classes_of(words))}
        names = vocabulary(clips, words, recipe)
        self.spoken = {name: place for place, name in enumerate(names)}
        kinds = [_OTHER if names and clip.other else clip.word for clip in clips]
        chance = draw_chances(kinds, recipe)
        rng = np.random.default_rng(self.key)
        self.drawn = rng.choice(len(chance), size=len(clips), p=chance)

    def __len__(self) -> int:
        return len(self.drawn)

    def __getitem__(self, position: int) -> Example:
        rng = np.random.default_rng((*self.key, position))
        masks = draw_masks(self.recipe, rng)
        if self.drawn[position] == len(self.clips):
            samples = self.noise.silence(rng)
            if rng.random() < self.recipe.beep_share:
                samples = add_beeps(samples, rng)
            return _example(samples, self.label[SILENCE], masks)
        clip = self.clips[self.drawn[position]]
        samples = audio.read(clip.path)
        if clip.word == UNKNOWN and len(samples) > SAMPLE_RATE:  # any second of it is no command
            start = rng.integers(len(samples) - SAMPLE_RATE)
            samples = samples[start : start + SAMPLE_RATE]
        word, spoken = clip.word, clip.other or clip.word
        if word not in NO_COMMAND and rng.random() < self.recipe.made_unknown_share:
            other = self.clips[int(rng.integers(len(self.clips)))]
            pair = (audio.fit(x, SAMPLE_RATE) for x in (samples, audio.read(other.path)))
            samples, turned = make_unknown(next(pair), word, next(pair), rng)
            word, spoken = UNKNOWN, backwards(word) if turned else UNKNOWN
        samples = augment(samples, self.noise, self.recipe, rng)
        return _example(samples, self.label[word], masks, self.spoken.get(spoken, NONE))


def draw_chances(words: Sequence[str], recipe: Recipe) -> npt.NDArray[np.float64]:
    """The chance of each clip to be drawn, and last the chance of silence; the sum is one.

    Args:
        words: the word of each clip.
        recipe: `balance`, `unknown_share`, `other_words_share`, `silence_share`.
    """
    names, of_clip, count = np.unique(words, return_inverse=True, return_counts=True)
    share = count**recipe.balance
    unknown, other, silent = names == UNKNOWN, names == _OTHER, names == SILENCE
    noise_share = 0.0 if silent.any() else recipe.silence_share
    special = unknown * recipe.unknown_share + silent * recipe.silence_share
    special += other * recipe.other_words_share
    spoken = ~(unknown | other | silent)
    share = np.where(spoken, share, 0.0)
    share = share / share.sum() * (1.0 - special.sum() - noise_share) + special
    return np.append((share / count)[of_clip], noise_share)


_NO_MASKS = np.zeros((2, 0, 2), np.int64)
_OTHER = "/"  # the kind of a clip whose word is known but not asked for; no folder is named so


def _example(
    samples: Sound, label: int, masks: npt.NDArray[np.int64], spoken: int = NONE
) -> Example:
    waveform = torch.from_numpy(np.ascontiguousarray(samples))
    return Example(waveform, label, torch.from_numpy(masks), spoken)
