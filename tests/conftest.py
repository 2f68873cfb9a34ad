"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sayso
from command_line import Finished, Run
from tone_model import save_tone_model

os.environ["OMP_NUM_THREADS"] = "1"  # tiny tensors: more threads only wait for each other
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a job that a shell put behind
    signal.signal(signal.SIGINT, signal.default_int_handler)  # or commands would ignore ctrl-C too


@pytest.fixture(scope="session")
def tone_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file whose words are tones, see `tone_model.py`."""
    return save_tone_model(tmp_path_factory.mktemp("model") / "tones.onnx")


@pytest.fixture(scope="session")
def tone_recognizer(tone_model: Path) -> sayso.Recognizer:
    """The recognizer of `tone_model`."""
    return sayso.load(tone_model)


@pytest.fixture(autouse=True)
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for what a user's commands keep, empty; nobody's own words or thresholds are used."""
    folder = tmp_path_factory.mktemp("settings")
    with pytest.MonkeyPatch.context() as environment:  # of its own: it is the last to be undone
        for name in ("XDG_CONFIG_HOME", "APPDATA", "HOME"):
            environment.setenv(name, str(folder))
        yield folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `sayso` with the arguments given, and bytes as its standard input."""
    from sayso.cli import main

    def run_sayso(*arguments: object, stdin: bytes = b"") -> Finished:
        monkeypatch.setattr(sys, "argv", ["sayso", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return Finished(int(exit_.value.code or 0), captured.out, captured.err)

    return run_sayso
