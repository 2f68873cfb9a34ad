from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from command_line import Run
from sayso import audio, breakpoints
from sayso.audio import Sound
from sayso.cli.listen_break import NAMES, break_at_hops, last_seconds
from sayso.cli.meter import level_dbfs
from sayso.recognition import Detection, Detector, Model
from sayso.recognition.events import HOP
from sayso.recognition.stream import listening_thresholds
from tone_model import silence, tone

SOUND = np.concatenate([silence(0.6), tone("go", 0.4), silence(0.8), tone("left", 0.4)])
QUIET = silence(1.2)
Seen = list[dict[str, Any]]


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    audio.write(tmp_path / "talk.wav", SOUND)
    return tmp_path / "talk.wav"


def hops(
    model: Path, sound: Sound, block: int, monkeypatch: pytest.MonkeyPatch, **options: Any
) -> tuple[Seen, list[Detection]]:
    """What a breakpoint is shown at each hop, and the events."""
    seen: Seen = []

    def look(_: object, later: Mapping[str, Any], **here: Any) -> None:
        assert sorted([*here, *later]) == sorted(NAMES)
        seen.append(here | {name: worked_out() for name, worked_out in later.items()})

    monkeypatch.setattr(breakpoints.Break, "__call__", look)
    detector = Detector(Model(model), **options)
    break_at_hops("event", "pdb", detector, listening_thresholds(detector.model, **options))
    found = []
    for start in range(0, len(sound), block):
        found += detector.feed(sound[start : start + block])
    return seen, found + detector.finish()


def test_every_hop_is_looked_at_with_what_it_decided(
    tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["go", "left", "right"]
    seen, events = hops(tone_model, SOUND, 800, monkeypatch, words=words)
    count = len(SOUND) // HOP + 10  # those after the end, in which the last word slides through
    assert [hop["time_s"] for hop in seen] == pytest.approx(np.arange(1, count + 1) / 10)
    assert [hop["event"] for hop in seen if hop["event"]] == events
    assert [event.word for event in events] == ["go", "left"]
    for hop in seen:
        listened = {word: hop["probabilities"][word] for word in words}
        best = max(listened, key=listened.__getitem__)
        assert hop["word"] == (hop["event"].word if hop["event"] else best)
        assert hop["confidence"] == listened[hop["word"]]
        assert hop["threshold"] == 0.5
        end = round(hop["time_s"] * 16_000)
        padded = np.concatenate([silence(2), SOUND, silence(2)])
        np.testing.assert_array_equal(hop["waveform"], padded[end : end + 32_000])
        assert hop["level_dbfs"] == level_dbfs(padded[end + 16_000 : end + 32_000])
    again, _ = hops(tone_model, SOUND, 12_345, monkeypatch, words=words)
    for one, other in zip(seen, again, strict=True):
        np.testing.assert_array_equal(one.pop("waveform"), other.pop("waveform"))
        assert one == other


def test_a_word_that_only_nearly_passes_is_seen(
    tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, events = hops(tone_model, SOUND, HOP, monkeypatch, thresholds={"go": 0.99, "left": 0.6})
    assert [event.word for event in events] == ["left"]
    near = {hop["word"] for hop in seen if 0.5 < hop["confidence"] < hop["threshold"]}
    assert "go" in near
    (moment,) = (hop for hop in seen if hop["event"])
    assert (moment["word"], moment["threshold"]) == ("left", np.float32(0.6))
    assert moment["confidence"] >= np.float32(0.6)


def test_two_seconds_are_always_two_seconds(tone_model: Path) -> None:
    detector = Detector(Model(tone_model))
    detector.feed(SOUND[:4000])
    assert last_seconds(detector, 0.2).shape == (32_000,)
    np.testing.assert_array_equal(last_seconds(detector, 0.2)[-3200:], SOUND[:3200])
    assert not last_seconds(detector, 0.2)[:-3200].any()


def sayso(*arguments: object, typed: str = "", **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sayso", "listen", *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


def test_a_file_stops_at_its_events_and_goes_on(tone_model: Path, talk: Path) -> None:
    typed = "p word, event.word, time_s < 2, len(waveform)\nc\nc\n"
    status, out, err = sayso(
        "--file", talk, "--model", tone_model, "--break-when", "event", typed=typed
    )
    assert status == 0
    assert "('go', 'go', True, 32000)" in out
    assert out.count("(Pdb)") == 3
    assert re.findall(r"(go|left) +\d+\.\d%", out) == ["go", "left"]  # none is lost
    first, second, last = err.splitlines()
    assert first == second == "Stopped: the file goes on from here."
    assert last == "Heard 2 commands in 2.2 s."


def test_q_ends_it(tone_model: Path, talk: Path) -> None:
    options = ("--file", talk, "--model", tone_model)
    status, out, err = sayso(*options, "--break-when", "confidence > 0.5", typed="q\n")
    assert status == 1
    assert out.count("(Pdb)") == 1
    assert err.splitlines()[-1] == "Ended in the debugger."
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        (("--break-when", "loss > 1"), 1, "There is no loss here: use time_s, word, confidence"),
        (("--break-when", "word ="), 1, "'word =' is not an expression"),
        (("--break-when", "event.word"), 1, "'event.word' failed: AttributeError"),
        (("--break-when", "word", "--debugger", "gdb"), 1, "no debugger gdb"),
    ],
)
def test_an_expression_that_means_nothing(
    run: Run, tone_model: Path, talk: Path, options: tuple[str, ...], status: int, sentence: str
) -> None:
    done = run("listen", "--file", talk, "--model", tone_model, *options)
    assert (done.status, done.out) == (status, "")
    assert done.err.count("sayso: ") == 1
    assert sentence in done.err


@pytest.mark.parametrize("command", [("listen", "-"), ("hear", "-")])
def test_pdb_needs_a_keyboard(run: Run, tone_model: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "--model", tone_model, "--break-when", "word", stdin=b"")
    assert done.status == 2
    said = " ".join(done.err.replace("│", " ").split())
    assert "pdb has no keyboard: add --debugger debugpy" in said


@pytest.mark.parametrize("command", [("listen", "-"), ("hear", "-")])
def test_another_debugger_needs_none(
    run: Run, tone_model: Path, command: tuple[str, ...], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    stops: list[int] = []
    monkeypatch.setattr("sayso.breakpoints._wait_for_editor", lambda: lambda: stops.append(1))
    audio.write(tmp_path / "go.wav", SOUND[:16_000])
    stdin = (tmp_path / "go.wav").read_bytes()[44 if command[0] == "listen" else 0 :]
    expression = "word == 'go' and confidence > 0.5 and abs(waveform).max() > 0.4"
    done = run(
        *command, "--model", tone_model, "--break-when", expression, "--debugger", "debugpy",
        stdin=stdin,
    )  # fmt: skip
    assert done.status == 0, done.err
    assert stops


@pytest.fixture
def fake_microphone(tmp_path: Path) -> dict[str, str]:
    """The environment in which a microphone hears "go", and "left" over and over after it.

    It is five times as fast as speech.
    """
    later = np.concatenate([tone("left", 0.4), silence(0.6)])
    np.save(tmp_path / "sound.npy", np.concatenate([SOUND[:16_000], QUIET, *[later] * 120]))
    (tmp_path / "sounddevice.py").write_text(
        "import sys, fake_sounddevice, numpy\n"
        f"sound = numpy.load({str(tmp_path / 'sound.npy')!r})\n"
        "sys.modules[__name__] = fake_sounddevice.FakeSounddevice(sound, pause_s=0.01)\n"
    )
    return {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[1]}", "TERM": "xterm"}


class Terminal:
    """A terminal with `sayso listen` in it, and somebody who types."""

    def __init__(self, *arguments: object, **environment: str) -> None:
        self.process, self._keys = pty.fork()
        if not self.process:
            command = [sys.executable, "-m", "sayso", "listen", *map(str, arguments)]
            os.execve(sys.executable, command, {**os.environ, **environment})  # noqa: S606

    def until(self, text: str) -> str:
        """What is written from here on until a text has been."""
        written = ""
        while text not in written:
            assert select.select([self._keys], [], [], 30)[0], written
            written += os.read(self._keys, 1 << 16).decode()
        return written

    def drawn_in(self, seconds: float) -> str:
        """What is written in the next seconds."""
        written, ends = "", time.monotonic() + seconds
        while (left_s := ends - time.monotonic()) > 0:
            if select.select([self._keys], [], [], left_s)[0]:
                written += os.read(self._keys, 1 << 16).decode()
        return written

    def type(self, keys: str) -> None:
        os.write(self._keys, keys.encode())


def test_at_the_microphone_the_terminal_is_free_and_what_is_said_is_skipped(
    tone_model: Path, fake_microphone: dict[str, str]
) -> None:
    expression = "event and event.word == 'go'"
    terminal = Terminal("--model", tone_model, "--break-when", expression, **fake_microphone)
    try:
        began = terminal.until("(Pdb) ")
        meter, stopped, below = began.partition("Stopped: what is said until you go on is skipped.")
        assert stopped
        assert "dB" in meter
        assert "dB" not in below
        assert terminal.drawn_in(2.5) == ""  # 12 s of sound
        terminal.type("p time_s < 2\n")
        assert "True" in terminal.until("(Pdb) ")
        terminal.type("c\n")
        after = terminal.until("left")
        assert "dB" in after  # the meter is back
        start_s = float(re.findall(r"([\d.]+) s", after)[-1])
        terminal.type("\x03")
        end = terminal.until(" s.")  # listening is ended, not stopped again
        assert re.search(r"Heard \d+ commands in [\d.]+ s\.", end)
        assert "(Pdb)" not in end
        assert "lost" not in after + end
        assert os.waitstatus_to_exitcode(os.waitpid(terminal.process, 0)[1]) == 0
        assert start_s < 10  # "left" was said from second 2.2 on, and for 12 s while stopped
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(terminal.process, signal.SIGKILL)
