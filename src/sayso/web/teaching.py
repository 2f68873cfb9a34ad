"""The words that a server is taught: takes that are kept for a while, and the pack they go into."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound, SoundError
from sayso.evaluation import sample_speech
from sayso.recognition import Model
from sayso.recognition.packs import Pack
from sayso.recognition.taught import FEWEST, MOST, Floats, Recording, Speech, Taught, TeachingError
from sayso.recognition.teaching import (
    embed,
    find_fault,
    find_pack,
    forget,
    teach_into,
)

LONGEST_S = 10.0  # of a take; a word takes one
KEPT = 1000  # takes: of each a few hundred numbers, no sound


class Teaching:
    """Teaches words to one model, into one pack. Threads may share it.

    Args:
        model: that hears, without taught words.
        path: of the pack.
    """

    def __init__(self, model: Model, path: Path) -> None:
        self.model = model
        self.path = path
        self._takes: dict[str, Floats] = {}  # embeddings `(width,)`, the oldest take first
        self._lock = Lock()
        self._closed = False

    def pack(self) -> Pack | None:
        """The pack as it is now; None where nothing has been taught.

        Raises:
            PackError: it is damaged, or for another model.
        """
        return find_pack(self.path, self.model)

    @cached_property
    def speech(self) -> Speech:
        """What other words sound like to the model: to hear it takes seconds, once."""
        return sample_speech.hear_sample(self.model, self._go_on)

    def add(self, sound: Sound) -> str:
        """Judges a take and remembers what the model makes of it.

        Returns:
            the name by which it can be taught from.

        Raises:
            SoundError: it is too long, too quiet, clipped, or holds no speech.
        """
        if len(sound) > LONGEST_S * SAMPLE_RATE:
            raise SoundError(f"A take of a word has at most {LONGEST_S:g} s: cut it.")
        if fault := find_fault(sound):
            raise SoundError(fault)
        embeddings, silent = embed(self.model, [sound])
        if silent[0]:
            raise SoundError("No speech was heard in it: say the word again.")
        name = hashlib.sha256(sound.tobytes()).hexdigest()
        with self._lock:
            self._takes.pop(name, None)
            self._takes[name] = embeddings[0]
            while len(self._takes) > KEPT:
                del self._takes[next(iter(self._takes))]
        return name

    def find(self, names: Sequence[str]) -> dict[str, Floats]:
        """The embeddings of the takes of those names, each once.

        Raises:
            TeachingError: there are too few or too many, or one is not remembered.
        """
        different = list(dict.fromkeys(names))
        if not FEWEST <= len(different) <= MOST:
            raise TeachingError(
                f"A word is taught from {FEWEST} to {MOST} different takes, not {len(different)}."
            )
        with self._lock:
            found = {name: self._takes[name] for name in different if name in self._takes}
        if len(found) < len(different):
            raise TeachingError("A take is not remembered, or no longer: send it again.")
        return found

    def teach(self, word: str, takes: Mapping[str, Floats]) -> Taught:
        """Teaches a word, in place of what was taught by that name before.

        Args:
            word: from `check_name`.
            takes: from `find`.

        Raises:
            PackError: the pack is damaged, or for another model.
            SaysoError: it cannot be written.
        """
        recordings = [Recording(f"take {number}", name) for number, name in enumerate(takes, 1)]
        embeddings = np.stack([*takes.values()])
        taught, _ = teach_into(self.path, self.model, word, recordings, embeddings, self.speech)
        return taught

    def forget(self, word: str) -> None:
        """Forgets a word.

        Raises:
            TeachingError: it was not taught.
            PackError: the pack is damaged, or for another model.
            SaysoError: it cannot be written.
        """
        if self.pack() is None:
            raise TeachingError(f"{word} was not taught: there is no pack of words yet.")
        forget(self.path, word)

    def close(self) -> None:
        """Ends what is under way, so that a server need not wait for it."""
        self._closed = True

    def _go_on(self, _what: str, _done: int, _total: int) -> None:
        if self._closed:
            raise CancelledError
