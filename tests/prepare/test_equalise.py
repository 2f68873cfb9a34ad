import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import SaysoError
from sayso.prepare import equalise
from sayso.prepare.equalise import STEP_SAMPLES, noise_like


@given(
    length=st.integers(0, 5000),
    wanted=st.integers(1, 5000),
    keep=st.sampled_from(["energy", "start", "center", "end"]),
    pad=st.sampled_from(["both", "start", "end", "random"]),
    fill=st.sampled_from(["noise", "zeros"]),
)
@settings(max_examples=200, deadline=None)
def test_any_clip_gets_the_length_and_stays_in_one_piece(
    length: int, wanted: int, keep: str, pad: str, fill: str
) -> None:
    clip = np.arange(1, length + 1, dtype=np.float32) / 5000
    found = equalise(clip, wanted, keep, pad, fill)  # type: ignore[arg-type]
    assert found.shape == (wanted,)
    assert found.dtype == np.float32
    kept = min(length, wanted)
    windows = np.lib.stride_tricks.sliding_window_view
    if not kept:
        return
    if length >= wanted:
        assert (windows(clip, kept) == found).all(axis=1).any()
    else:
        assert (windows(found, kept) == clip).all(axis=1).any()


@given(seed=st.integers(0, 1000), length=st.integers(200, 4000))
@settings(max_examples=50, deadline=None)
def test_the_stretch_kept_is_the_loudest(seed: int, length: int) -> None:
    rng = np.random.default_rng(seed)
    clip = (rng.standard_normal(4000) * rng.random(4000) ** 4).astype(np.float32)
    kept = equalise(clip, length)
    total = np.concatenate([[0], np.cumsum(clip.astype(np.float64) ** 2)])
    held = total[length:] - total[:-length]
    nearest = held[::STEP_SAMPLES]  # what a search in steps can find; its windows are whole steps
    slack = np.sort(clip.astype(np.float64) ** 2)[-2 * STEP_SAMPLES :].sum()
    assert np.sum(kept.astype(np.float64) ** 2) >= nearest.max() - slack


def test_a_word_among_silence_is_kept_whole() -> None:
    clip = np.zeros(16_000, np.float32)
    for start in range(0, 8_000, 777):
        clip[:] = 0
        clip[start : start + 4000] = 0.5
        assert np.count_nonzero(equalise(clip, 5000)) == 4000


@pytest.mark.parametrize(
    ("keep", "expected"), [("start", [0, 1, 2]), ("center", [3, 4, 5]), ("end", [7, 8, 9])]
)
def test_a_part_is_kept_by_name(keep: str, expected: list[int]) -> None:
    clip = np.arange(10, dtype=np.float32)
    np.testing.assert_array_equal(equalise(clip, 3, keep=keep), expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(("pad", "before"), [("both", 500), ("start", 1000), ("end", 0)])
def test_zeros_are_put_where_they_were_wished(pad: str, before: int) -> None:
    clip = np.full(300, 0.5, np.float32)
    found = equalise(clip, 1300, pad=pad, fill="zeros")  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, np.pad(clip, (before, 1000 - before)))


def test_a_random_place_is_everywhere_and_follows_the_seed() -> None:
    clip = np.ones(10, np.float32)
    places = [
        int(equalise(clip, 30, pad="random", fill="zeros", rng=seed).argmax())
        for seed in range(500)
    ]
    assert set(places) == set(range(21))
    again = [
        int(equalise(clip, 30, pad="random", fill="zeros", rng=seed).argmax())
        for seed in range(500)
    ]
    assert places == again


def test_noise_has_the_level_and_the_spectrum_of_the_clips_floor() -> None:
    rng = np.random.default_rng(0)
    b, a = scipy.signal.butter(2, [500, 3000], "bandpass", fs=16_000)
    floor = scipy.signal.lfilter(b, a, rng.standard_normal(16_000)) * 0.01
    clip = floor.copy()
    clip[5_000:11_000] += 0.3 * np.sin(np.arange(6_000))
    found = np.concatenate(
        [noise_like(clip.astype(np.float32), 16_000, np.random.default_rng(s)) for s in range(5)]
    )
    assert 10 * np.log10(np.mean(found**2) / np.mean(floor**2)) == pytest.approx(0, abs=2.5)
    hz, density = scipy.signal.welch(found, 16_000, nperseg=256)
    inside, outside = density[(hz > 700) & (hz < 2500)].mean(), density[hz > 6000].mean()
    assert inside / outside > 100
    assert abs(found.mean()) < 0.01 * found.std() + 1e-4


def test_noise_never_repeats_with_another_seed_and_always_with_the_same() -> None:
    clip = np.random.default_rng(0).standard_normal(4000).astype(np.float32) * 0.01
    one, same, other = (equalise(clip, 8000, rng=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one[:2000], other[:2000])


def test_noise_is_the_same_for_float64() -> None:
    clip = np.random.default_rng(0).standard_normal(4000).astype(np.float32) * 0.01
    double = equalise(clip.astype(np.float64), 8000)
    np.testing.assert_allclose(double, equalise(clip, 8000), atol=1e-7)


def test_a_clip_of_zeros_is_padded_with_zeros() -> None:
    assert not equalise(np.zeros(100, np.float32), 1000).any()


def test_the_original_is_untouched() -> None:
    clip = np.random.default_rng(0).standard_normal(4000).astype(np.float32)
    before = clip.copy()
    equalise(clip, 3000)
    equalise(clip, 5000)
    np.testing.assert_array_equal(clip, before)


@pytest.mark.parametrize(
    "arguments", [{"keep": "best"}, {"pad": "left"}, {"fill": "music"}, {"length": 0}]
)
def test_a_wrong_choice_is_told(arguments: dict[str, object]) -> None:
    with pytest.raises(SaysoError):
        equalise(np.ones(10, np.float32), **{"length": 5, **arguments})  # type: ignore[arg-type]
