"""How fast recognition is: `make bench`, or `pytest benchmarks --benchmark-only`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import sayso
from sayso import audio


def noise(*shape: int) -> audio.Sound:
    """Noise; how long recognition takes does not depend on what is said."""
    return np.random.default_rng(0).uniform(-0.1, 0.1, shape).astype(np.float32)


@pytest.fixture(scope="module")
def recognizer() -> sayso.Recognizer:
    """The packaged one."""
    return sayso.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 500 WAV files of one second."""
    path = tmp_path_factory.mktemp("clips")
    for number in range(500):
        audio.write(path / f"{number:03}.wav", noise(audio.SAMPLE_RATE))
    return path


@pytest.mark.parametrize("batch", [1, 64])
def test_probabilities(
    benchmark: BenchmarkFixture, recognizer: sayso.Recognizer, batch: int
) -> None:
    """From samples to probabilities on one thread; goal: 2 ms a clip."""
    benchmark(recognizer.probabilities, noise(batch, audio.SAMPLE_RATE))


def test_decoding_a_clip(benchmark: BenchmarkFixture, folder: Path) -> None:
    """Opening, checking and reading one WAV file."""
    benchmark(audio.read, folder / "000.wav")


def test_decoding_a_minute(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Reading and resampling a minute of 44.1 kHz."""
    audio.write(tmp_path / "minute.wav", noise(60 * 44_100), 44_100)
    benchmark(audio.read, tmp_path / "minute.wav")


def test_searching_a_minute(benchmark: BenchmarkFixture, recognizer: sayso.Recognizer) -> None:
    """The 591 windows of a minute, on all cores."""
    benchmark(recognizer.search, noise(60 * audio.SAMPLE_RATE))


def test_first_answer(benchmark: BenchmarkFixture, folder: Path) -> None:
    """The whole program, from its start to its end, for one clip; goal: 0.7 s."""
    command = [sys.executable, "-m", "sayso", "hear", str(folder / "000.wav"), "--json"]
    benchmark(subprocess.run, command, check=True, capture_output=True)


def test_a_folder(benchmark: BenchmarkFixture, recognizer: sayso.Recognizer, folder: Path) -> None:
    """500 files, decoded and recognized on all cores; goal: 1 s on two."""
    benchmark(recognizer.recognize_batch, sorted(folder.iterdir()))
