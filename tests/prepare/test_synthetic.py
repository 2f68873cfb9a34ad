import numpy as np
import pytest

from sayso.prepare.synthetic import marked_clip


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [30, 10])
def test_word_and_noise_stand_in_the_ratio_asked_for(colour: str, snr_db: float) -> None:
    powers = []
    for seed in range(40):
        clip = marked_clip(np.random.default_rng(seed), snr_db, colour, length_s=4)  # type: ignore[arg-type]
        inside = np.mean(clip.samples[clip.start : clip.end] ** 2)
        outside = np.mean(np.delete(clip.samples, slice(clip.start, clip.end)) ** 2)
        powers.append(10 * np.log10((inside - outside) / outside))
    assert np.mean(powers) == pytest.approx(snr_db, abs=0.5)


def test_pink_noise_falls_by_3_db_an_octave() -> None:
    clip = marked_clip(np.random.default_rng(0), 0, "pink", length_s=30)
    noise = np.delete(clip.samples, slice(clip.start, clip.end))
    power = np.abs(np.fft.rfft(noise)) ** 2
    hz = np.fft.rfftfreq(len(noise), 1 / clip.rate)
    octaves = [power[(hz >= low) & (hz < 2 * low)].mean() for low in (250, 500, 1000, 2000)]
    assert np.diff(10 * np.log10(octaves)) == pytest.approx([-3] * 3, abs=0.5)


def test_a_seed_makes_the_same_clip_again() -> None:
    one, same = (marked_clip(np.random.default_rng(3), 20) for _ in range(2))
    np.testing.assert_array_equal(one.samples, same.samples)
    assert (one.start, one.end) == (same.start, same.end)
    assert np.abs(one.samples).max() <= 1
