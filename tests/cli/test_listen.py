from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from command_line import Run
from fake_sounddevice import FakeSounddevice, device
from sayso import audio
from sayso.recognition.model import Model
from sayso.recognition.thresholds import save_thresholds
from tone_model import Floats, silence, tone

SOUND = np.concatenate(
    [
        silence(0.6),
        tone("go", 0.4),
        silence(0.8),
        tone("left", 0.4),
        silence(0.8),
        tone("stop", 0.4),
    ]
)


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    audio.write(path, SOUND)
    return path


def pcm(sound: Floats) -> bytes:
    return np.round(sound * 32767).astype("<i2").tobytes()


def words(out: str) -> list[str]:
    return [line.split()[2] for line in out.splitlines()]


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_the_commands_in_a_file_are_a_line_each(run: Run, tone_model: Path, talk: Path) -> None:
    done = run("listen", "--file", talk, "--model", tone_model)
    assert done.status == 0
    rows = [line.split() for line in done.out.splitlines()]
    assert [row[2] for row in rows] == ["go", "left", "stop"]
    for row, begin_s in zip(rows, (0.6, 1.8, 3.0), strict=True):
        assert float(row[0]) == pytest.approx(begin_s, abs=0.2)
        assert 50 <= float(row[3].removesuffix("%")) <= 100
    assert done.err == "Heard 3 commands in 3.4 s.\n"


def test_json_is_an_object_a_line(run: Run, tone_model: Path, talk: Path) -> None:
    answers = objects(run("listen", "--file", talk, "--model", tone_model, "--json").out)
    assert [answer["word"] for answer in answers] == ["go", "left", "stop"]
    for answer, end_s in zip(answers, (1.0, 2.2, 3.4), strict=True):
        assert set(answer) == {"word", "confidence", "start_s", "end_s", "at_s"}
        assert answer["end_s"] == pytest.approx(end_s, abs=0.25)
        assert answer["end_s"] <= answer["at_s"] + 0.1
        assert 0.5 <= answer["confidence"] <= 1


@pytest.mark.parametrize("rate", [None, 16_000, 44_100])
def test_raw_samples_come_from_standard_input(run: Run, tone_model: Path, rate: int | None) -> None:
    sound = audio.resample(SOUND, 16_000, rate or 16_000)
    options = ["--rate", rate] if rate else []
    done = run("listen", "-", *options, "--model", tone_model, stdin=pcm(sound))
    assert (done.status, words(done.out)) == (0, ["go", "left", "stop"])


def test_only_some_words_are_listened_for(run: Run, tone_model: Path, talk: Path) -> None:
    done = run("listen", "--file", talk, "--model", tone_model, "--words", "stop, right,go")
    assert words(done.out) == ["go", "stop"]


def test_a_threshold_holds_for_all_words(run: Run, tone_model: Path, talk: Path) -> None:
    options = ("--file", talk, "--model", tone_model)
    assert words(run("listen", *options, "--threshold", 0.3).out) == ["go", "left", "stop"]
    done = run("listen", *options, "--threshold", 0.9999)
    assert (done.status, done.out, done.err) == (0, "", "Heard 0 commands in 3.4 s.\n")
    assert run("listen", *options, "--threshold", 0).status == 2


def test_tuned_thresholds_are_found(
    run: Run, tone_model: Path, talk: Path, tmp_path: Path, settings: Path
) -> None:
    options = ("listen", "--file", talk, "--model", tone_model)
    written = save_thresholds(Model(tone_model), {"left": 0.9999})
    assert settings in written.parents
    done = run(*options)
    assert words(done.out) == ["go", "stop"]
    assert done.err.startswith(f"With the thresholds that sayso tune wrote to {written}.\n")
    save_thresholds(Model(tone_model), {"go": np.inf}, tmp_path / "others.json")
    done = run(*options, "--thresholds", tmp_path / "others.json")
    assert words(done.out) == ["left", "stop"]
    assert words(run(*options, "--threshold", 0.5).out) == ["go", "left", "stop"]
    assert run(*options, "--thresholds", tmp_path / "none.json").status == 1


def test_a_program_runs_at_each_word(run: Run, tone_model: Path, talk: Path) -> None:
    script = "import sys; print(*sys.argv[1:])"
    done = run(
        "listen", "--file", talk, "--model", tone_model, "--json",
        "--on", f"stop={sys.executable} -c '{script}' end {{word}}",
        "--on", f"any={sys.executable} -c '{script}' {{word}} at {{start_s}}",
        "--on", "left=no-such-program",
    )  # fmt: skip
    starts = [f"{answer['word']} at {answer['start_s']:.2f}" for answer in objects(done.out)]
    expected = [
        "end stop",
        *starts,
        "--on left: no-such-program cannot be run: no such file or directory.",
    ]
    assert done.status == 0
    assert sorted(done.err.splitlines()) == sorted([*expected, "Heard 3 commands in 3.4 s."])


def test_in_real_time_a_file_takes_as_long_as_it_is(
    run: Run, tone_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("sayso.recognition.sources.time.sleep", slept.append)
    monkeypatch.setattr("sayso.recognition.sources.time.monotonic", lambda: 0.0)
    path = tmp_path / "go.wav"
    audio.write(path, SOUND[:16_000])
    done = run("listen", "--file", path, "--real-time", "--model", tone_model)
    assert words(done.out) == ["go"]
    assert slept == pytest.approx([0.05 * number for number in range(1, 21)])


def test_the_microphone_is_listened_to_until_ctrl_c(tone_model: Path, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text(
        "import os, signal, sys\n"
        "import fake_sounddevice, numpy\n"
        f"fake = fake_sounddevice.FakeSounddevice(numpy.load({str(tmp_path / 'sound.npy')!r}),\n"
        "    overflows=[7], pause_s=0.01, then=lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "sys.modules[__name__] = fake\n"
    )
    np.save(tmp_path / "sound.npy", np.concatenate([SOUND, silence(1.5)]))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sayso", "listen", "--model", tone_model],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[1]}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert words(done.stdout) == ["go", "left", "stop"]
    first, second, last = done.stderr.splitlines()
    assert first == "Listening to Webcam (ctrl-C ends it)."
    assert second == "Sound is being lost: this machine is too busy to listen."
    assert last.startswith("Heard 3 commands in ")
    assert last.endswith(" s, sound was lost once.")
    assert done.returncode == 0


def test_ctrl_c_cuts_a_stream_short(tone_model: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sayso", "listen", "-", "--json", "--model", tone_model],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(pcm(SOUND[:24_000]))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["word"] == "go"  # comes at once
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (out, process.returncode) == (b"", 130)
    assert re.fullmatch(rb"Heard 1 command in 1\.\d s\.\n", err)


def test_a_microphone_is_chosen_by_name(
    run: Run, tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [device("Webcam"), device("USB Mic")]
    fake = FakeSounddevice(SOUND, devices=known, dies_after=70)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    monkeypatch.setattr("sayso.recognition.microphone.SILENT_S", 0.1)
    for chosen, status in (("usb", 1), ("1", 1)):
        done = run("listen", "--device", chosen, "--model", tone_model)
        assert (done.status, words(done.out)) == (status, ["go", "left", "stop"])
        assert done.err.startswith("Listening to USB Mic (ctrl-C ends it).\n")
        assert "sayso: The microphone USB Mic sends no sound" in done.err
        assert fake.opened[-1].closed
    done = run("listen", "--device", "phone", "--model", tone_model)
    assert (done.status, done.out) == (1, "")
    assert done.err == ("sayso: There is no microphone phone: there are 0 (Webcam), 1 (USB Mic).\n")


def test_microphones_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [device("Speaker", channels=0), device("USB [2]", channels=2), device("Webcam")]
    fake = FakeSounddevice(devices=known, default=2)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    rows = [line.split("  ") for line in run("listen", "--devices").out.splitlines()]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells == [
        ["number", "name", "system", "channels", "rate"],
        ["1", "USB [2]", "ALSA", "2", "48000 Hz"],
        ["2", "Webcam", "ALSA", "1", "48000 Hz", "the default"],
    ]
    first, second = objects(run("listen", "--devices", "--json").out)
    assert (first["index"], first["name"], first["is_default"]) == (1, "USB [2]", False)
    assert second["is_default"]
    fake.devices = []
    assert run("listen", "--devices").err == "sayso: There is no microphone: connect one.\n"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (pcm(SOUND)[:-1], "sayso: The sound ends in the middle of a sample"),
        (b"RIFF" + bytes(100), "sayso: This is a WAV file, not raw samples"),
    ],
)
def test_what_is_no_raw_sound_is_an_error(
    run: Run, tone_model: Path, given: bytes, sentence: str
) -> None:
    done = run("listen", "-", "--model", tone_model, stdin=given)
    assert done.status == 1
    assert done.err.splitlines()[-1].startswith(sentence)
    assert len(words(done.out)) == (3 if len(given) > 1000 else 0)


def test_a_keyboard_is_no_source_of_sound(
    tone_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import pty  # no such thing on Windows

    from sayso.cli import main

    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "argv", ["sayso", "listen", "-", "--model", str(tone_model)])
        monkeypatch.setattr(sys, "stdin", terminal)
        with pytest.raises(SystemExit, match="1"):
            main()
    os.close(ours)
    assert capsys.readouterr().err.startswith("sayso: Standard input is the keyboard: send sound")


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("talk.wav",), 2, "--file talk.wav"),
        (("-", "--file", "a.wav"), 2, "Choose one of -, --file and --device."),
        (("--file", "a.wav", "--device", "1"), 2, "Choose one of"),
        (("--real-time",), 2, "--real-time is for --file."),
        (("--rate", "8000"), 2, "- is missing"),
        (("--threshold", ".5", "--thresholds", "a.json"), 2, "Choose one of --threshold"),
        (("--words", "go,halt"), 1, "does not know 'halt'"),
        (("--words", ""), 1, "does not know ''"),
        (("-", "--rate", "100"), 1, "A rate of 100 Hz is too low"),
        (("-", "--rate", "0"), 1, "A rate of 0 Hz is too low"),
        (("--on", "halt=ls"), 1, "--on halt: it is not listened for"),
        (("--words", "go", "--on", "left=ls"), 1, "--on left: it is not listened for"),
        (("--file", "none.wav"), 1, "none.wav cannot be opened"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    run: Run, tone_model: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    done = run("listen", *arguments, "--model", tone_model)
    assert (done.status, done.out) == (status, "")
    assert sentence in " ".join(done.err.split()).replace("│ ", "")


def test_on_a_terminal_there_is_a_meter_below_the_words(
    run: Run, tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    from sayso.cli import console

    written = io.StringIO()
    monkeypatch.setattr("sayso.cli.meter.REFRESH_S", 0.0)
    monkeypatch.setattr(console, "err", Console(file=written, force_terminal=True, width=80))
    monkeypatch.setattr(console, "out", Console(file=written, force_terminal=True, width=80))
    run("listen", "-", "--model", tone_model, stdin=pcm(SOUND))
    screen = written.getvalue()
    assert "dB" in screen
    for word in ("go", "left", "stop"):
        line = screen[: screen.index(word)].rsplit("\n", 1)[-1]
        assert line.rsplit("\x1b[2K", 1)[-1].strip().endswith("s  \x1b[1m")  # on a cleared line
