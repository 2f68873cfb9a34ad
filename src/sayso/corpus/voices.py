"""Recordings of a word by the speech synthesizers that this machine has.

They are run as their own programs: espeak-ng, flite, festival's text2wave, and `say` of macOS.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from sayso import audio
from sayso.audio import Sound, SoundError
from sayso.errors import SaysoError

_LONGEST_S = 30.0  # for one program to say one word
_FLITE_TEMPO = {"slt": 1.0, "awb": 1.1, "rms": 0.95, "kal": 0.9}  # of the durations, by voice


class VoiceError(SaysoError):
    """No synthesizer is installed, or the ones that are say nothing."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One way to say a word.

    Attributes:
        name: of the program and its voice.
        command: to run; `{file}` stands for the WAV file to write, and the word comes on standard
            input or, where the command says `{word}`, there.
    """

    name: str
    command: tuple[str, ...]


def _espeak() -> list[Voice]:
    ways = [
        ("en-us", 160), ("en-gb+f2", 150), ("en-us+m3", 180), ("en-gb-scotland+f4", 165),
        ("en-us+f3", 140), ("en-gb+m7", 170), ("en-029+f5", 155), ("en-us+m1", 130),
        ("en-gb-x-rp+f1", 175), ("en-gb-x-gbcwmd", 160),
    ]  # fmt: skip
    return [
        Voice(
            f"espeak-ng {voice}, {pace} words a minute",
            ("espeak-ng", "-v", voice, "-s", str(pace), "-w", "{file}", "--stdin"),
        )
        for voice, pace in ways
    ]


def _flite() -> list[Voice]:
    return [
        Voice(
            f"flite {voice}",
            ("flite", "-voice", voice, "--setf", f"duration_stretch={tempo}",
             "-t", "{word}", "-o", "{file}"),
        )
        for voice, tempo in _FLITE_TEMPO.items()
    ]  # fmt: skip


def _festival() -> list[Voice]:
    return [Voice("festival", ("text2wave", "-o", "{file}"))]


def _macos() -> list[Voice]:
    ways = [("Samantha", 175), ("Daniel", 165), ("Karen", 155), ("Fred", 175), ("Moira", 160)]
    return [
        Voice(
            f"say {voice}, {pace} words a minute",
            ("say", "-v", voice, "-r", str(pace), "-o", "{file}",
             "--data-format=LEI16@16000", "{word}"),
        )
        for voice, pace in ways
    ]  # fmt: skip


_SYNTHESIZERS: dict[str, Callable[[], list[Voice]]] = {
    "espeak-ng": _espeak, "flite": _flite, "text2wave": _festival, "say": _macos,
}  # fmt: skip


def find_voices() -> list[Voice]:
    """The voices of the synthesizers installed, those of different ones taking turns.

    Raises:
        VoiceError: none is installed.
    """
    installed = [
        voices()
        for program, voices in _SYNTHESIZERS.items()
        if shutil.which(program) and (program != "say" or sys.platform == "darwin")
    ]
    if not installed:
        raise VoiceError(
            "There is no speech synthesizer on this machine: install espeak-ng or flite, or give "
            "recordings."
        )
    return [voice for turn in zip_longest(*installed) for voice in turn if voice]


def say(word: str, most: int) -> list[tuple[str, Sound]]:
    """Has a word said by different voices; a voice that the machine lacks is passed over.

    Args:
        word: what to say.
        most: voices.

    Returns:
        the name of each voice, and what it said, `(samples,)`.

    Raises:
        VoiceError: no synthesizer is installed, or none says anything.
    """
    said: list[tuple[str, Sound]] = []
    with TemporaryDirectory() as folder:
        for number, voice in enumerate(find_voices()):
            if len(said) == most:
                break
            samples = _run(voice, word, Path(folder, f"{number}.wav"))
            if samples is not None:
                said.append((voice.name, samples))
    if not said:
        raise VoiceError(f"The speech synthesizers of this machine do not say “{word}”.")
    return said


def _run(voice: Voice, word: str, target: Path) -> Sound | None:
    """What a voice says; None where it is not installed or says nothing."""
    command = [part.format(file=target, word=word) for part in voice.command]
    try:
        done = subprocess.run(  # noqa: S603, the program is one of ours; no shell reads the word
            command, input=word.encode(), capture_output=True, timeout=_LONGEST_S, check=False
        )
        samples = audio.read(target) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, SoundError):
        return None
    return samples if samples is not None and samples.any() else None
