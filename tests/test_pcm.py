import io
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from sayso.pcm import decode_pcm


def wav(frames: np.ndarray, rate: int, subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, frames, rate, format="WAV", subtype=subtype)
    return file.getvalue()


@given(
    frames=st.integers(1, 60),
    channels=st.integers(1, 6),
    rate=st.sampled_from([8000, 16_000, 44_100, 192_000]),
    seed=st.integers(0, 99),
)
def test_it_decodes_what_libsndfile_decodes(
    frames: int, channels: int, rate: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    content = wav(rng.integers(-32768, 32768, (frames, channels)).astype(np.int16), rate)
    decoded = decode_pcm(content)
    assert decoded is not None
    expected, expected_rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
    assert decoded[1] == expected_rate
    assert decoded[0].dtype == np.float32
    np.testing.assert_array_equal(decoded[0], expected)


def test_chunks_before_the_samples_are_passed_over() -> None:
    content = wav(np.arange(9, dtype=np.int16), 16_000)
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # of odd length, so padded
    decoded = decode_pcm(content[:12] + odd + content[12:])
    assert decoded is not None
    np.testing.assert_array_equal(decoded[0][:, 0] * 32768, np.arange(9))


@pytest.mark.parametrize("subtype", ["PCM_24", "PCM_U8", "FLOAT", "ULAW"])
def test_other_kinds_of_wav_are_left_to_libsndfile(subtype: str) -> None:
    assert decode_pcm(wav(np.zeros(50, np.float32), 16_000, subtype)) is None


@given(st.integers(0, 143))
def test_a_file_that_is_cut_off_is_left_alone(length: int) -> None:
    content = wav(np.arange(50, dtype=np.int16), 16_000)
    assert len(content) == 144
    assert decode_pcm(content[:length]) is None


@given(st.binary(max_size=80))
def test_any_bytes_are_survived(tail: bytes) -> None:
    head = b"RIFF\0\0\0\0WAVE"
    for content in (tail, head + tail, head + b"fmt " + tail, head + b"data" + tail):
        decode_pcm(content)
