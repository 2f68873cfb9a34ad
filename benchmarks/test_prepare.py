"""How fast clips are prepared: run `pytest benchmarks/test_prepare.py --benchmark-only`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sayso import audio
from sayso.prepare import Settings, equalise, find_cut, measure, prepare_clips
from sayso.prepare.synthetic import MarkedClip, marked_clip

CLIPS = 500
FILES = 4000
LENGTH = 10_400  # samples: some clips are shortened, the others padded


@pytest.fixture(scope="module")
def clips() -> list[MarkedClip]:
    """One-second clips in pink noise, at three ratios."""
    rng = np.random.default_rng(0)
    return [marked_clip(rng, (30, 20, 10)[index % 3], "pink") for index in range(CLIPS)]


def _prepare(clips: list[MarkedClip]) -> None:
    rng = np.random.default_rng(0)
    for clip in clips:
        cut = find_cut(clip.samples, clip.rate)
        measure(clip.samples, clip.rate, cut)
        kept = clip.samples if cut is None else clip.samples[cut.start : cut.end]
        equalise(kept, LENGTH, rng=rng)


def test_trimmed_measured_and_equalised_in_memory(benchmark: Any, clips: list[MarkedClip]) -> None:
    """Arithmetic only, on one core."""
    benchmark.pedantic(_prepare, (clips,), rounds=7, warmup_rounds=1)
    benchmark.extra_info["clips_per_s"] = CLIPS / benchmark.stats.stats.min


def test_files_to_files(benchmark: Any, clips: list[MarkedClip], tmp_path: Path) -> None:
    """The whole command, on all cores."""
    for index in range(FILES):
        clip = clips[index % CLIPS]
        audio.write(tmp_path / "in" / str(index % 35) / f"{index}.wav", clip.samples)
    places = iter(range(100))

    def prepare() -> None:
        out = tmp_path / f"out{next(places)}"
        prepare_clips(tmp_path / "in", out, Settings(), jobs=os.cpu_count())

    benchmark.pedantic(prepare, rounds=3)
    benchmark.extra_info["clips_per_s"] = FILES / benchmark.stats.stats.min
