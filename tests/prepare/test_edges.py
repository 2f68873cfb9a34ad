import itertools

import numpy as np
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.prepare import find_edges, trim
from sayso.prepare.edges import band_powers, block_samples
from sayso.prepare.synthetic import MarkedClip, marked_clip

CLIPS = 150


def _clips(snr_db: float) -> list[MarkedClip]:
    rng = np.random.default_rng(20)
    return [marked_clip(rng, snr_db, colour) for colour in ("white", "pink") for _ in range(CLIPS)]


@pytest.mark.parametrize(("snr_db", "median_ms"), [(30, 15), (20, 15), (10, 30)])
def test_edges_are_near_the_true_ones_and_words_are_whole(snr_db: float, median_ms: float) -> None:
    errors_ms, lost_ms = [], []
    for clip in _clips(snr_db):
        edges = find_edges(clip.samples, clip.rate)
        assert edges is not None
        to_ms = 1000 / clip.rate
        errors_ms += [abs(edges.start - clip.start) * to_ms, abs(edges.end - clip.end) * to_ms]
        lost_ms.append(max(edges.start - clip.start, clip.end - edges.end) * to_ms - 50)
    assert np.median(errors_ms) <= median_ms
    assert np.mean(np.array(lost_ms) > 20) <= 0.01  # with the margin of 50 ms that `trim` leaves


def test_most_of_the_silence_goes_even_in_noise() -> None:
    for clip in _clips(20):
        kept = len(trim(clip.samples, clip.rate))
        assert kept <= clip.end - clip.start + 0.25 * clip.rate


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("level", [0.3, 1e-3])
def test_noise_alone_holds_no_edges(colour: str, level: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        noise = rng.standard_normal(16_000)
        if colour == "pink":
            noise = scipy.fft.irfft(scipy.fft.rfft(noise) / np.sqrt(np.arange(8001) + 20.0), 16_000)
        noise *= level / np.abs(noise).max()
        assert find_edges(noise.astype(np.float32)) is None


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(16_000, np.float32),
        np.full(1_000_000, 0.5, np.float32),
        np.full(160, 0.3, np.float32),
        np.zeros(0, np.float32),
        np.full(7, 0.1, np.float32),
    ],
)
def test_silence_direct_current_and_scraps_hold_no_edges(samples: np.ndarray) -> None:
    assert find_edges(samples) is None


@given(
    seed=st.integers(0, 50),
    gain_db=st.floats(-30, 0),
    offset=st.floats(-0.3, 0.3),
)
@settings(max_examples=30, deadline=None)
def test_neither_gain_nor_direct_current_moves_the_edges(
    seed: int, gain_db: float, offset: float
) -> None:
    clip = marked_clip(np.random.default_rng(seed), 20)
    edges = find_edges(clip.samples)
    other = find_edges((clip.samples * 10 ** (gain_db / 20) + offset).astype(np.float32))
    assert edges is not None
    assert other is not None
    assert np.allclose(edges, other, atol=2 * block_samples(16_000))


@given(seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_a_clip_read_backwards_has_its_edges_swapped(seed: int) -> None:
    clip = marked_clip(np.random.default_rng(seed), 20)
    edges, turned = find_edges(clip.samples), find_edges(clip.samples[::-1].copy())
    assert edges is not None
    assert turned is not None
    assert np.allclose((len(clip.samples) - turned.end, len(clip.samples) - turned.start), edges)


def test_a_click_far_from_the_word_does_not_count() -> None:
    clip = marked_clip(np.random.default_rng(4), 30)
    samples = np.concatenate([clip.samples[: clip.start], clip.samples[clip.start :]])
    padding = np.tile(clip.samples[-800:], 20)
    samples = np.concatenate([padding, samples])
    expected = find_edges(samples)
    samples[1600:1660] += 0.5
    assert expected is not None
    assert find_edges(samples) == expected


@pytest.mark.parametrize("snr_db", [10, 30])
def test_a_hiss_of_40_ms_is_sound_and_a_click_of_4_ms_is_none(snr_db: float) -> None:
    rng = np.random.default_rng(12)
    for _ in range(30):
        noise = rng.standard_normal(16_000) * 0.003
        start = int(rng.integers(3_000, 12_000))
        hiss = np.diff(rng.standard_normal(641)) / np.sqrt(2) * 0.003 * 10 ** (snr_db / 20)
        click, short = noise.copy(), noise.copy()
        click[start : start + 64] += hiss[:64]
        short[start : start + 640] += hiss
        assert find_edges(click.astype(np.float32)) is None
        edges = find_edges(short.astype(np.float32))
        assert edges is not None
        assert edges.start <= start + 160
        assert edges.end >= start + 640 - 160


def test_a_pause_between_two_words_is_kept() -> None:
    rng = np.random.default_rng(5)
    first, second = marked_clip(rng, 30), marked_clip(rng, 30)
    edges = find_edges(np.concatenate([first.samples, second.samples]))
    assert edges is not None
    assert edges.start == pytest.approx(first.start, abs=320)
    assert edges.end == pytest.approx(len(first.samples) + second.end, abs=320)


def test_a_word_padded_with_zeros_is_still_found() -> None:
    clip = marked_clip(np.random.default_rng(6), 20)
    edges = find_edges(np.pad(clip.samples, 4000))
    assert edges is not None
    assert edges.start == pytest.approx(clip.start + 4000, abs=480)
    assert edges.end == pytest.approx(clip.end + 4000, abs=480)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_any_rate_finds_the_same_word(rate: int) -> None:
    clip = marked_clip(np.random.default_rng(7), 20, rate=rate)
    edges = find_edges(clip.samples, rate)
    assert edges is not None
    assert edges.start == pytest.approx(clip.start, abs=0.02 * rate)
    assert edges.end == pytest.approx(clip.end, abs=0.02 * rate)


def test_band_powers_are_those_of_scipys_cosine_transform() -> None:
    samples = np.random.default_rng(8).standard_normal(1630).astype(np.float32) * 0.1
    groups = scipy.fft.dct(samples[:1600].reshape(-1, 8), norm="ortho", axis=1)
    groups[:, 0] -= groups[:, 0].mean()
    expected = (groups**2).reshape(20, 10, 8).sum(axis=1) / 80
    np.testing.assert_allclose(band_powers(samples, 16_000), expected, rtol=1e-4)


def test_an_evidence_sum_gives_the_stretch_that_a_loop_finds() -> None:
    from sayso.prepare.edges import ENOUGH, _stretch

    rng = np.random.default_rng(9)
    for _ in range(100):
        evidence = np.clip(rng.normal(-0.3, 2.0, 80), -0.5 - rng.random(80) / 9, 4)
        assert _stretch(evidence) == _page_by_loop(evidence, ENOUGH)


def _page_by_loop(evidence: np.ndarray, enough: float) -> tuple[int, int] | None:
    """Page's test, block by block, in its usual recursive form."""

    def onset(points: np.ndarray) -> int | None:
        total, began = 0.0, 0
        for index, point in enumerate(points):
            total = max(0.0, total + point)
            if total == 0.0:
                began = index + 1
            if total > enough:
                return began
        return None

    first, last = onset(evidence), onset(evidence[::-1])
    return None if first is None or last is None else (first, len(evidence) - last)


def test_all_blocks_have_whole_groups() -> None:
    for rate, bands in itertools.product((8_000, 11_025, 16_000, 22_050, 44_100, 96_000), (8,)):
        assert block_samples(rate) % bands == 0
        assert block_samples(rate) / rate == pytest.approx(0.005, rel=0.1)
