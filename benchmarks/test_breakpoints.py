"""What `--break-when` costs, not used and never true: `make bench`.

Whole hops, clips and training steps without a breakpoint and with one, and the look alone, which is
too short to be seen in them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import sayso
from sayso import audio
from sayso.breakpoints import Break
from sayso.cli import hear
from sayso.cli.listen_break import break_at_hops
from sayso.corpus import Clip, Corpus
from sayso.recognition import Detector
from sayso.recognition.events import HOP

SECOND = np.random.default_rng(0).uniform(-0.1, 0.1, audio.SAMPLE_RATE).astype(np.float32)
BATCH = 16  # clips; steps as short as anybody's
STEPS = 20  # of an epoch
EITHER = pytest.mark.parametrize("breaks", [False, True], ids=["not used", "never true"])

Look = Callable[..., None] | None


@pytest.fixture(scope="module")
def recognizer() -> sayso.Recognizer:
    """The packaged one."""
    return sayso.load()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of noise."""
    path = tmp_path_factory.mktemp("noise") / "clip.wav"
    audio.write(path, SECOND)
    return path


def watched(recognizer: sayso.Recognizer) -> Detector:
    """A detector with a breakpoint that never opens."""
    detector = Detector(recognizer.model)
    expression = "event and confidence > 1 or word == 'stop' and confidence > threshold > 2"
    break_at_hops(expression, "pdb", detector, recognizer.model.thresholds)
    return detector


def hearing() -> Break:
    """One for `sayso hear`."""
    return Break("confidence > 1 and word == 'stop'", hear.NAMES)


def training() -> Break:
    """One for `sayso train`."""
    pytest.importorskip("torch")
    from sayso.training.loop import STEP_NAMES

    return Break("loss > 1e9 and epoch > 0", STEP_NAMES)


@EITHER
def test_a_hop(benchmark: BenchmarkFixture, recognizer: sayso.Recognizer, breaks: bool) -> None:
    """100 ms of `sayso listen`."""
    detector = watched(recognizer) if breaks else Detector(recognizer.model)
    benchmark(detector.feed, SECOND[:HOP])


@EITHER
def test_a_clip(
    benchmark: BenchmarkFixture, recognizer: sayso.Recognizer, clip: Path, breaks: bool
) -> None:
    """A file of `sayso hear`."""
    look = hearing() if breaks else None

    def hear_it() -> None:
        for answer in hear._answers(str(clip), recognizer.scan(clip), 1.0):
            if look:
                hear._look(look, answer, str(clip))

    benchmark(hear_it)


@EITHER
def test_20_steps(benchmark: BenchmarkFixture, clip: Path, tmp_path: Path, breaks: bool) -> None:
    """An epoch of `sayso train` in small batches, with what a run begins and ends with."""
    look = training() if breaks else None
    runs = (tmp_path / str(number) for number in range(100))
    steps_s: list[float] = []

    def train_it() -> None:
        steps_s.extend(np.diff(train_an_epoch(clip, next(runs), look)))

    benchmark.pedantic(train_it, rounds=3)  # type: ignore[no-untyped-call]
    benchmark.extra_info["median ms a step"] = round(1000 * float(np.median(steps_s)), 2)


@pytest.mark.parametrize("what", ["hop", "clip", "step"])
def test_the_look_alone(
    benchmark: BenchmarkFixture,
    recognizer: sayso.Recognizer,
    clip: Path,
    tmp_path: Path,
    what: str,
) -> None:
    """What a breakpoint that is never true adds to each."""
    if what == "hop":
        detector = watched(recognizer)
        benchmark(lambda: detector.look and detector.look(0.1, None))
    elif what == "clip":
        (answer,) = hear._answers(str(clip), recognizer.scan(clip), 1.0)
        benchmark(hear._look, hearing(), answer, str(clip))
    else:
        shown: list[tuple[Any, dict[str, Any]]] = []
        train_an_epoch(clip, tmp_path / "run", lambda later, **here: shown.append((later, here)))
        later, here = shown[-1]
        benchmark(partial(training(), later, **here))


class Stopwatch:
    """A watcher of a run that notes when each step was done."""

    def __init__(self) -> None:
        self.steps_s: list[float] = []

    def start(self, *_: object) -> None:
        """Nothing yet."""

    def step(self, *_: object) -> None:
        """A step is done."""
        self.steps_s.append(time.perf_counter())

    def epoch(self, *_: object) -> None:
        """All are."""


def train_an_epoch(clip: Path, run: Path, look: Look) -> list[float]:
    """Trains the packaged model's network on one clip again and again: when each step was done."""
    from sayso.training.loop import train
    from sayso.training.recipe import Recipe

    clips = [Clip(clip, ("go", "no")[n % 2], str(n), "training") for n in range(STEPS * BATCH)]
    corpus = Corpus(clip.parent, (*clips, Clip(clip, "go", "last", "validation")), ())
    watch = Stopwatch()
    train(corpus, Recipe(epochs=1, batch_size=BATCH), run, watch, workers=0, look=look)
    return watch.steps_s
