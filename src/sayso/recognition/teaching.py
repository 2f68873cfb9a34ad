"""Teaching step by step, for the command and the page: name, recordings, and where they go."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.recognition.model import Model
from sayso.recognition.packs import Pack, load_pack, new_pack, read_pack, save_pack
from sayso.recognition.taught import (
    Floats,
    Recording,
    Space,
    Speech,
    Taught,
    TaughtWord,
    TeachingError,
    teach,
)
from sayso.words import ANY, SILENCE

LONGEST_NAME = 40  # characters; it becomes the name of a folder where clips are saved
_JOINTS = frozenset(" '\u2019-")  # what a name may hold besides letters, their marks, and digits
_QUIET = 0.02  # peak amplitude, below which a recording is made again
_LOUD, _MOST_LOUD = 0.99, 20  # amplitude, and the samples beyond it that are no chance: clipped
_SILENT = 0.5  # confidence of silence


def check_name(text: str, model: Model) -> str:
    """A word's name as it will be written, found to be one that can be taught.

    Args:
        text: letters and digits, with spaces, hyphens and apostrophes between them.
        model: that will be taught.

    Raises:
        TeachingError: it is no name, or one that the model knows itself.
    """
    word = unicodedata.normalize("NFC", " ".join(text.split()))
    kinds = [unicodedata.category(letter)[0] for letter in word]  # letter, mark, number, …
    allowed = all(
        kind in "LMN" or letter in _JOINTS for kind, letter in zip(kinds, word, strict=True)
    )
    if not allowed or not 0 < len(word) <= LONGEST_NAME or kinds[0] not in "LN":
        shown = f"{text[:LONGEST_NAME]}…" if len(text) > LONGEST_NAME else text
        raise TeachingError(
            f"{shown!r} is no name for a word: write it as it is spoken, such as jarvis or "
            "“lights on”."
        )
    if word.casefold() == ANY:
        raise TeachingError(f"{word} stands for every word in --on {ANY}=…: teach another name.")
    if word.casefold() in {known.casefold() for known in model.words}:
        raise TeachingError(f"The model knows {word} itself: teach another word.")
    return word


def find_fault(sound: Sound) -> str | None:
    """What is wrong with a recording's level, in a sentence."""
    loudness = abs(sound)
    if loudness.max(initial=0) < _QUIET:
        return "That was very quiet: come nearer."
    if (loudness > _LOUD).sum() > _MOST_LOUD:
        return "That was too loud: move away a little."
    return None


def embed(model: Model, sounds: Sequence[Sound]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What the model makes of the loudest second of each sound.

    Returns:
        the embeddings `(sounds, width)`, and whether each sound holds no speech.
    """
    windows = np.stack([audio.fit(sound, SAMPLE_RATE) for sound in sounds])
    silent = np.zeros(len(sounds), np.bool_)
    if SILENCE in model.words:
        silent = model.probabilities(windows)[:, model.words.index(SILENCE)] > _SILENT
    return model.layers(windows), silent


def name_recording(name: str, sound: Sound) -> Recording:
    """A recording that was never a file, known by its samples."""
    return Recording(name, hashlib.sha256(sound.tobytes()).hexdigest())


def teach_into(
    path: Path,
    model: Model,
    word: str,
    recordings: Sequence[Recording],
    embeddings: Floats,
    speech: Speech,
) -> tuple[Taught, TaughtWord | None]:
    """Teaches a word and puts it into a pack, which is read anew: others may have changed it.

    Args:
        path: of the pack, which is made where it is missing.
        model: that heard, without taught words.
        word: from `check_name`.
        recordings: what the word is taught from.
        embeddings: of the recordings.
        speech: that holds other words.

    Returns:
        the word, and what was taught by that name before, if anything.

    Raises:
        PackError: the pack is damaged, or for another model.
        SaysoError: it cannot be written.
    """
    pack = find_pack(path, model) or new_pack(model, Space.fit(speech.without(word)))
    taught = teach(word, recordings, embeddings, pack.space, speech, pack.words)
    save_pack(pack.having(taught.word), path)
    return taught, pack.find(word)


def forget(path: Path, word: str) -> None:
    """Takes a word out of a pack.

    Raises:
        TeachingError: it is not in it.
        PackError: the pack is missing or damaged.
        SaysoError: it cannot be written.
    """
    pack = read_pack(path)
    if pack.find(word) is None:
        names = ", ".join(each.word for each in pack.words) or "none"
        raise TeachingError(f"{word} was not taught in {path}: the words there are {names}.")
    save_pack(pack.without(word), path)


def find_pack(path: Path, model: Model) -> Pack | None:
    """The pack at a path, if there is one.

    Raises:
        PackError: it is damaged, or for another model.
    """
    return load_pack(model, path) if path.exists() else None
