import numpy as np
import pytest

from sayso.audio import SAMPLE_RATE
from sayso.training.beeps import BEEP_HZ, GLIDE, HARMONICS, LEVEL_DB, add_beeps, make_beep

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_added_is_as_loud_as_it_may_be(seed: int) -> None:
    quiet = np.zeros(SAMPLE_RATE, np.float32)
    heard = add_beeps(quiet, np.random.default_rng(seed))
    assert heard.dtype == np.float32
    assert heard.shape == quiet.shape
    level_db = 20 * np.log10(np.abs(heard).max())
    assert LEVEL_DB[0] - 0.01 <= level_db <= LEVEL_DB[1] + 0.01
    assert not quiet.any()


def test_the_room_stays() -> None:
    noise = (0.01 * np.random.default_rng(1).standard_normal(SAMPLE_RATE)).astype(np.float32)
    silent = np.zeros(SAMPLE_RATE, np.float32)
    alone, both = (add_beeps(room, np.random.default_rng(2)) for room in (silent, noise))
    np.testing.assert_allclose(both - alone, noise, atol=1e-6)


def test_no_two_are_alike() -> None:
    heard = [add_beeps(np.zeros(SAMPLE_RATE, np.float32), np.random.default_rng(s)) for s in SEEDS]
    assert len({each.tobytes() for each in heard}) == len(SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_beep_has_its_pitch_and_no_edge(seed: int) -> None:
    beep = make_beep(np.random.default_rng(seed))
    power = np.abs(np.fft.rfft(beep)) ** 2
    hertz = np.fft.rfftfreq(len(beep), 1 / SAMPLE_RATE)
    lowest = BEEP_HZ[0] / 2**GLIDE - 50  # of a beep of 40 ms a line is 25 Hz wide
    highest = min(BEEP_HZ[1] * 2**GLIDE * HARMONICS, SAMPLE_RATE / 2)
    inside = (hertz >= lowest) & (hertz <= highest)
    assert power[inside].sum() > 0.98 * power.sum()
    assert abs(beep[0]) == abs(beep[-1]) == 0
