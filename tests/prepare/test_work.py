import io

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from sayso.prepare import Settings
from sayso.prepare.work import encode


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=50))
@pytest.mark.parametrize("format_", ["wav", "flac"])
def test_16_bit_sound_goes_through_unchanged(format_: str, values: list[int]) -> None:
    pcm = np.array(values, np.int16)
    content = encode(pcm.astype(np.float32) / 32768, Settings(format=format_))  # type: ignore[arg-type]
    found, rate = soundfile.read(io.BytesIO(content), dtype="int16")
    assert rate == 16_000
    np.testing.assert_array_equal(found, pcm)


@pytest.mark.parametrize("format_", ["wav", "flac"])
def test_other_sound_is_rounded_and_what_is_too_loud_clipped(format_: str) -> None:
    samples = np.array([0.4 / 32768, 0.6 / 32768, -0.6 / 32768, 1.0, 1.5, -1.5], np.float32)
    content = encode(samples, Settings(format=format_, rate=8_000))  # type: ignore[arg-type]
    found, rate = soundfile.read(io.BytesIO(content), dtype="int16")
    assert rate == 8_000
    np.testing.assert_array_equal(found, [0, 1, -1, 32767, 32767, -32768])
