import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso import audio
from sayso.corpus.noise import Noise
from sayso.training.augment import (
    MICROPHONE_DB,
    augment,
    change_speed,
    colour,
    draw_masks,
    shift,
)
from sayso.training.recipe import Recipe


def sine(hertz: float, samples: int = 16_000, amplitude: float = 1.0) -> audio.Sound:
    wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(samples) / 16_000)
    return np.asarray(wave, dtype=np.float32)


@pytest.mark.parametrize("change", [-0.15, 0.1])
def test_a_faster_clip_is_shorter_and_higher(change: float) -> None:
    faster = change_speed(sine(1000), change)
    assert len(faster) == pytest.approx(16_000 / (1 + change), abs=2)
    spectrum = np.abs(np.fft.rfft(faster[:8000] * np.hanning(8000)))
    assert 2 * spectrum.argmax() == pytest.approx(1000 * (1 + change), abs=3)


def test_another_room_and_microphone_change_the_spectrum_and_not_the_loudness() -> None:
    click = np.zeros(16_000, np.float32)
    click[1_000] = 0.05
    quieter = []
    for seed in range(30):
        heard = colour(click, np.random.default_rng(seed))
        assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(click**2)), rel=1e-3)
        gains_db = 20 * np.log10(np.abs(np.fft.rfft(heard)) / 0.05)
        assert np.ptp(np.convolve(gains_db, np.ones(400) / 400, "valid")) > 2
        assert np.abs(np.median(gains_db)) < MICROPHONE_DB + 10
        first, last = (np.sum(heard[a : a + 1_000] ** 2) for a in (1_000, 4_000))
        quieter.append(first > 10 * last)
    assert all(quieter)  # the room's tail dies away


@given(st.integers(-50, 50))
def test_shift_moves_and_fills_with_zeros(later: int) -> None:
    moved = shift(np.arange(1, 51, dtype=np.float32), later)
    source = np.arange(50) - later
    expected = np.where((source >= 0) & (source < 50), source + 1, 0)
    np.testing.assert_array_equal(moved, expected)


@given(st.integers(0, 2**32 - 1))
def test_masks_stay_inside_and_are_no_wider_than_asked(seed: int) -> None:
    recipe = Recipe(mel_masks=1, frame_masks=3)
    masks = draw_masks(recipe, np.random.default_rng(seed))
    assert masks.shape == (2, 3, 2)
    widths = masks[:, :, 1] - masks[:, :, 0]
    assert (masks >= 0).all()
    assert (masks[0] <= 40).all()
    assert (masks[1] <= 98).all()
    assert widths[0, 0] <= recipe.mel_mask_width
    assert (widths[0, 1:] == 0).all()
    assert (widths[1] <= recipe.frame_mask_width).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 40_000))
def test_one_second_comes_out_and_the_same_for_the_same_seed(seed: int, samples: int) -> None:
    noise = Noise([sine(50, 48_000, 0.1)])
    clip = sine(400, samples, 0.5)
    once, again = (augment(clip, noise, Recipe(), np.random.default_rng(seed)) for _ in range(2))
    assert once.shape == (16_000,)
    assert once.dtype == np.float32
    assert np.abs(once).max() <= 1
    np.testing.assert_array_equal(once, again)
