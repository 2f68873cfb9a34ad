import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.audio import Sound
from sayso.training.unknown import FRAGMENT_SHARE, fragments, make_unknown, nonsense

WORD = slice(4_000, 12_000)


def word(value: float) -> Sound:
    """A clip whose word is a constant."""
    clip = np.zeros(16_000, np.float32)
    clip[WORD] = value
    return clip


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_one_second_comes_out_whatever_comes_in(seed: int, clips: int) -> None:
    drawn = np.random.default_rng(clips)
    loud = drawn.integers(0, 2, (2, 1))
    first, second = (loud * drawn.uniform(-1, 1, (2, 16_000))).astype(np.float32)
    made, _ = make_unknown(first, "yes", second, np.random.default_rng(seed))
    assert made.shape == (16_000,)
    assert made.dtype == np.float32
    assert np.abs(made).max() <= 1


def test_nonsense_is_half_of_one_word_and_half_of_the_other_backwards() -> None:
    rising = (word(1.0) * np.arange(16_000) / 16_000).astype(np.float32)
    made = nonsense(word(0.5), rising)
    first, second = made[4_300:7_600], made[8_400:11_000]
    np.testing.assert_array_equal(first, 0.5)
    assert (np.diff(second) < 0).all()  # it rose, so backwards it falls
    assert np.flatnonzero(made)[[0, -1]] == pytest.approx([4_000, 13_000], abs=1_000)


def test_fragments_are_short_and_at_the_edges() -> None:
    for seed in range(50):
        made = fragments(word(0.25), word(0.75), np.random.default_rng(seed))
        end_of_first, start_of_second = np.flatnonzero(made == 0)[[0, -1]] + (0, 1)
        longest = FRAGMENT_SHARE * 8_000
        assert 0 < end_of_first <= longest
        assert 0 < 16_000 - start_of_second <= longest
        np.testing.assert_array_equal(made[:end_of_first], 0.25)
        np.testing.assert_array_equal(made[start_of_second:], 0.75)


def test_of_the_three_ways_each_is_taken_but_never_no_backwards() -> None:
    clip = np.linspace(-0.5, 0.5, 16_000, dtype=np.float32)
    turned = {}
    for spoken in ("yes", "no"):
        made = [make_unknown(clip, spoken, word(0.1), np.random.default_rng(n)) for n in range(300)]
        assert all(np.array_equal(sound, clip[::-1]) == told for sound, told in made)
        turned[spoken] = np.mean([told for _, told in made])
    assert turned["yes"] == pytest.approx(0.4, abs=0.1)
    assert turned["no"] == 0
