from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sayso
from command_line import Run
from sayso import audio

SAYSO = [sys.executable, "-m", "sayso"]


def test_version(run: Run) -> None:
    done = run("--version")
    assert (done.status, done.out) == (0, f"sayso {sayso.__version__}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command(run: Run, flag: str) -> None:
    done = run(flag)
    assert done.status == 0
    assert "Usage: sayso [OPTIONS] COMMAND" in done.out
    assert "hear " in done.out


def test_wrong_usage(run: Run) -> None:
    assert run("listen-to").status == 2
    assert run("hear", "--loud", "x.wav").status == 2


def test_python_m_sayso_is_sayso() -> None:
    done = subprocess.run([*SAYSO, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == f"sayso {sayso.__version__}\n"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupting_ends_long_work_with_status_130(tone_model: Path, tmp_path: Path) -> None:
    audio.write(tmp_path / "clip.wav", np.zeros(16_000, np.float32))
    audio.write(tmp_path / "long.wav", np.zeros(16_000 * 600, np.float32))
    sounds = [tmp_path / "clip.wav", *[tmp_path / "long.wav"] * 500]
    arguments = ["hear", *map(str, sounds), "--json", "--model", str(tone_model)]
    with subprocess.Popen(  # noqa: S603
        [*SAYSO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first answer: it is under way
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_has_had_enough_is_no_error(tone_model: Path, tmp_path: Path) -> None:
    audio.write(tmp_path / "clip.wav", np.zeros(16_000, np.float32))
    sounds = [str(tmp_path / "clip.wav")] * 2_000
    arguments = ["hear", *sounds, "--json", "--model", str(tone_model)]
    with subprocess.Popen(  # noqa: S603
        [*SAYSO, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"{")
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_is_told_in_a_sentence(
    tone_model: Path, tmp_path: Path, options: list[str]
) -> None:
    audio.write(tmp_path / "clip.wav", np.zeros(16_000, np.float32))
    arguments = ["hear", str(tmp_path / "clip.wav"), "--model", str(tone_model), *options]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run([*SAYSO, *arguments], stdout=full, stderr=subprocess.PIPE)  # noqa: S603
    assert (done.returncode, done.stderr) == (1, b"sayso: no space left on device.\n")


def test_what_the_system_refuses_is_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path) -> bool:
        raise PermissionError(13, "Permission denied", "closed/no.opus")

    monkeypatch.setattr(Path, "is_dir", refuse)
    done = run("hear", "closed/no.opus")
    assert (done.status, done.err) == (1, "sayso: closed/no.opus: permission denied.\n")
