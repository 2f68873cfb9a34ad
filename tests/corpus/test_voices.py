from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sayso import audio
from sayso.corpus.voices import VoiceError, find_voices, say
from tone_model import silence, tone

Install = Callable[..., None]
PROGRAM = """#!/bin/sh
exec {python} - "$@" 3<&0 <<'PYTHON'
import os, shutil, sys
text = os.read(3, 1000).decode()
with open({log!r}, "a") as log:
    log.write(repr([{name!r}, *sys.argv[1:], text]) + "\\n")
if {refused!r} in sys.argv:
    sys.exit(1)
given = sys.argv
target = given[given.index("-w" if "-w" in given else "-o") + 1]
shutil.copy({sound!r}, target)
PYTHON
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts here")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def install(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts synthesizers that copy a sound on a path where there is nothing else."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    (programs / "cat").symlink_to("/bin/cat")
    monkeypatch.setenv("PATH", str(programs))

    def add(name: str, sound: Path, refused: str = "nothing") -> None:
        program = PROGRAM.format(
            python=shlex.quote(sys.executable), log=str(log), name=name, refused=refused,
            sound=str(sound),
        )  # fmt: skip
        (programs / name).write_text(program)
        (programs / name).chmod(0o755)

    return add


@pytest.fixture
def word(tmp_path: Path) -> Path:
    audio.write(tmp_path / "word.wav", tone("go", 0.6, sample_rate=22_050), 22_050)
    return tmp_path / "word.wav"


def test_a_word_is_said_by_several_voices(install: Install, word: Path, log: Path) -> None:
    install("espeak-ng", word)
    said = say("lights on", 4)
    assert len({name for name, _ in said}) == 4
    for name, sound in said:
        assert name.startswith("espeak-ng en-")
        assert len(sound) == pytest.approx(0.6 * 16_000, abs=2)  # at the package's rate
    calls = log.read_text().splitlines()
    assert len(calls) == 4
    assert all("'--stdin', 'lights on']" in call for call in calls)


def test_synthesizers_take_turns(
    install: Install, word: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in ("espeak-ng", "flite", "text2wave", "say"):
        install(program, word)
    monkeypatch.setattr(sys, "platform", "darwin")
    names = [voice.name.split(" ")[0].removesuffix(",") for voice in find_voices()]
    assert names[:4] == ["espeak-ng", "flite", "festival", "say"]
    assert [name.split(" ")[0] for name, _ in say("{hello}", 4)] == names[:4]
    espeak, flite, festival, mac = log.read_text().splitlines()
    assert espeak.endswith("'{hello}']")
    assert "'-t', '{hello}', '-o'" in flite
    assert festival.startswith("['text2wave', '-o'")
    assert "'{hello}', '{hello}']" in mac


def test_only_macos_has_its_say(
    install: Install, word: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("say", word)  # another program of that name
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(VoiceError, match="no speech synthesizer on this machine: install espeak"):
        find_voices()


def test_a_voice_that_is_not_installed_is_passed_over(install: Install, word: Path) -> None:
    install("flite", word, refused="awb")
    assert [name for name, _ in say("go", 10)] == ["flite slt", "flite rms", "flite kal"]


def test_synthesizers_that_say_nothing_are_no_help(install: Install, tmp_path: Path) -> None:
    audio.write(tmp_path / "nothing.wav", silence(0.5))
    install("flite", tmp_path / "nothing.wav")
    with pytest.raises(VoiceError, match="do not say “go”"):
        say("go", 10)
