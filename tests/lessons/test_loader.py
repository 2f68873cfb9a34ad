from __future__ import annotations

import math
import time

import numpy as np
import pytest

pytest.importorskip("torch", reason="the lesson needs the extra train")

import torch
from torch.utils.data import Dataset

from sayso.lessons.glass import clip_words
from sayso.lessons.loader import measured as measuring
from sayso.lessons.loader import panels
from sayso.lessons.loader.functions import by_hand, cut, measure, with_loader, work
from sayso.lessons.loader.measured import Loaded, Measured
from sayso.lessons.loader.timing import CLIPS, SIZE, epoch, loaders
from sayso.lessons.loader.values import BATCHES, LEARN_S, enough_workers, order_of, values
from sayso.training.loader import Batches


@pytest.mark.parametrize("size", [1, 4, 5, 12, 20])
def test_by_hand_and_with_the_loader_are_the_same(size: int) -> None:
    words, order = clip_words(), order_of(3)
    hand, loaded = list(by_hand(words, order, size)), list(with_loader(words, order, size))
    assert len(hand) == len(loaded) == math.ceil(len(words) / size)
    for (sounds, labels), (same_sounds, same_labels) in zip(hand, loaded, strict=True):
        assert torch.equal(sounds, same_sounds)
        assert torch.equal(labels, same_labels)
    assert [int(label) for _, labels in hand for label in labels] == order


@pytest.mark.parametrize("clips", [0, 1, 15, 16, 17, 100])
def test_cutting_right_is_what_the_packages_sampler_does(clips: int) -> None:
    expected = [list(batch) for batch in Batches(clips, 16, whole=False)]
    assert [list(batch) for batch in cut(clips, 16, first=0, step=16)] == expected


@pytest.mark.parametrize("size", [5, 8, 16, 32])
def test_what_each_mistake_does(size: int) -> None:
    assert set(panels.used(size, 0)) == {1}
    early, late = panels.used(size, 1), panels.used(size, 2)
    assert sum(early) == sum(min(size, 100 - start) for start in range(0, 100, size - 1))
    assert late.count(0) == len(range(size, 100, size + 1))
    assert max(late) == 1
    assert panels.used(size, 3) == [0] + [1] * 99


def test_the_sampler_uses_each_clip_once() -> None:
    for mistake in range(4):
        assert list(panels.epoch(16, mistake).figure.data[1].y) == [1] * 100


def test_the_batches_shown_do_not_differ() -> None:
    picture = panels.equal(2)
    assert picture.caption.endswith("the largest difference is 0.")
    loaded, hand = picture.figure.data[:2]
    np.testing.assert_array_equal(loaded.y, hand.y)


@pytest.mark.parametrize("make_s", [0.05, 0.1, 0.3])
def test_without_workers_each_waits_for_the_other(make_s: float) -> None:
    times = work(8, make_s, 0.1, 0)
    np.testing.assert_allclose([end for *_, end in times], (make_s + 0.1) * np.arange(1, 9))


@pytest.mark.parametrize("workers", [1, 2, 3, 5])
@pytest.mark.parametrize("make_s", [0.05, 0.1, 0.35, 0.9])
def test_with_workers_the_slower_side_decides(workers: int, make_s: float) -> None:
    times = work(2000, make_s, 0.1, workers)
    begun, ready, learned = np.array(times).T
    np.testing.assert_allclose(ready - begun, make_s)
    assert (learned >= ready).all()
    assert (np.diff(learned) >= 0.1 - 1e-9).all()
    assert learned[-1] / 2000 == pytest.approx(max(0.1, make_s / workers), rel=2e-3)


@pytest.mark.parametrize("make_s", [0.05, 0.1, 0.2, 0.3, 0.4, 0.5])
def test_enough_workers_is_making_over_learning(make_s: float) -> None:
    assert enough_workers(make_s) == max(1, math.ceil(make_s / LEARN_S - 1e-9))


def test_the_bars_are_the_times() -> None:
    making, learning = panels.waiting(2, 0.3).figure.data
    times = np.array(work(BATCHES, 0.3, LEARN_S, 2))
    np.testing.assert_allclose(np.array(making.base, float) + making.x, times[:, 1])
    np.testing.assert_allclose(np.array(learning.base, float) + learning.x, times[:, 2])


def test_what_the_prose_claims_of_loading() -> None:
    told = values()
    assert told["apart"] == 0
    assert float(told["clip_ms"]) > 0


class Slow(Dataset[int]):
    """Five clips, of which each takes a twentieth of a second."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> int:
        if i >= 5:
            raise IndexError(i)
        time.sleep(0.05)
        return i


def test_a_batch_is_there_when_its_clips_are_made() -> None:
    times = measure(Slow(), 2, 0)
    assert len(times) == 3
    least = [0.1, 0.2, 0.25]
    assert all(found >= right for found, right in zip(times, least, strict=True))
    assert sorted(times) == times


def test_what_is_timed_is_an_epoch_of_training() -> None:
    made = epoch()
    assert len(made) == CLIPS
    assert CLIPS % SIZE == 0
    assert {clip.word for clip in made.clips} == set(clip_words())
    waveform, label, *_ = made[3]
    assert waveform.shape == (16_000,)
    assert made.clips[made.drawn[3]].word == clip_words()[label] or label > len(clip_words()) - 1


def test_loaders_are_measured_in_a_process_of_its_own() -> None:
    found = measuring.measured()
    assert measuring.measured() is found
    while found.ended is None:
        time.sleep(0.1)
    if not found.ended:  # a machine may be too busy
        assert [(run.workers, run.start) for run in found.runs] == loaders()
        assert found.clip_s > 0
        assert found.read_s > 0
    for run in found.runs:
        assert len(run.times) == CLIPS // SIZE
        assert sorted(run.times) == [*run.times]


def test_a_measurement_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "_MODULE", "sayso.lessons.loader.clockwork")
    found = Measured()
    measuring._measure(found)
    assert "No module named sayso.lessons.loader.clockwork" in str(found.ended)
    monkeypatch.setattr(panels, "measured", lambda: found)
    picture = panels.timed(SIZE)
    assert picture.complete
    assert picture.caption.startswith("This could not be measured: ")


def test_a_measurement_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "LIMIT_S", 0.01)
    found = Measured()
    measuring._measure(found)
    assert found.ended == "it took longer than 0.01 s"


def test_the_times_are_told_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Measured(0.005, 0.001)
    monkeypatch.setattr(panels, "measured", lambda: found)
    times = [0.1 * n for n in range(1, CLIPS // SIZE + 1)]
    found.runs.append(Loaded(0, "fork", tuple(times)))
    picture = panels.timed(3 * SIZE)
    assert not picture.complete
    assert ": 1 of " in picture.caption
    np.testing.assert_allclose(picture.figure.data[0].y, [0, *times])
    found.runs.append(Loaded(1, "fork", tuple(time + 1 for time in times)))
    found.ended = ""
    picture = panels.timed(3 * SIZE)
    assert picture.complete
    assert len(picture.figure.data) == 2
    grey = "Grey, no workers: 0.30 s (first batch 0.10 s)"
    orange = "orange, 1 worker by fork: 1.30 s (first batch 1.10 s)"
    assert picture.caption.startswith(f"36 clips. {grey}; {orange}. ")
    assert "takes 5.0 ms, decoding it 1.0 ms of them. Measured on " in picture.caption
