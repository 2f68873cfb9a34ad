"""What a clip's place in its data set tells: word, speaker, split."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from sayso.corpus.clips import read_lists, speaker_in, stem_of
from sayso.corpus.split import Split, split_of
from sayso.prepare.store import Store
from sayso.words import BACKGROUND_NOISE

LISTS = ("validation_list.txt", "testing_list.txt")
_NESTED = ("SpeechCommands/speech_commands_v0.02/", "speech_commands_v0.02/")  # torchaudio's


class Label(NamedTuple):
    """Empty where the file's place does not tell."""

    word: str
    speaker: str
    split: str


class Labels:
    """Tells the label of each file of a store, by its name and the lists of splits beside it."""

    def __init__(self, source: Store) -> None:
        self.lists: dict[str, bytes] = {}
        """The lists found, by name, to be written beside the prepared clips."""
        for prefix in ("", *_NESTED):
            for name in LISTS:
                if source.exists(prefix + name):
                    self.lists[prefix + name] = source.read(prefix + name)
        self._splits = self._read()

    def of(self, name: str) -> Label:
        """The label of `word/clip.wav` or `word/speaker/clip.wav`."""
        name = _below_root(name)
        word, in_folder, _ = name.partition("/")
        if not in_folder:
            return Label("", "", "")
        if word == BACKGROUND_NOISE:
            return Label(BACKGROUND_NOISE, "", "")
        speaker = speaker_in(name)
        if self._splits is None:
            return Label(word, speaker, split_of(speaker))
        return Label(word, speaker, self._splits.get(stem_of(name), "training"))

    def _read(self) -> dict[str, Split] | None:
        if not self.lists:
            return None
        with tempfile.TemporaryDirectory() as folder:
            for name, content in self.lists.items():
                Path(folder, Path(name).name).write_bytes(content)
            lists = read_lists(Path(folder))
        return {stem: split for split, stems in lists.items() for stem in stems}


def _below_root(name: str) -> str:
    for prefix in _NESTED:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name
