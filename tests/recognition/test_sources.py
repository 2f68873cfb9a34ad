from __future__ import annotations

import io
import os
import socket
import time
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso import audio
from sayso.audio import SoundError
from sayso.recognition import pcm_blocks
from sayso.recognition.sources import BLOCK, resampled, sound_blocks
from tone_model import Floats, tone

INTEGERS = np.random.default_rng(0).integers(-32768, 32767, 5000, np.int16)


def joined(blocks: object) -> Floats:
    return np.concatenate(list(blocks))  # type: ignore[call-overload]


def test_raw_samples_become_sound() -> None:
    sound = joined(pcm_blocks(io.BytesIO(INTEGERS.astype("<i2").tobytes())))
    assert sound.dtype == np.float32
    np.testing.assert_array_equal(sound, INTEGERS / 32768)


@settings(deadline=None)
@given(st.lists(st.integers(1, 3001), max_size=12))
def test_samples_may_be_cut_anywhere(cuts: list[int]) -> None:
    content = INTEGERS.astype("<i2").tobytes()

    class Pipe(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            return self.read(min(cuts.pop(), size or 1) if cuts else size)

    np.testing.assert_array_equal(joined(pcm_blocks(Pipe(content))), INTEGERS / 32768)


def test_a_pipe_is_read_as_soon_as_something_comes() -> None:
    end, begin = os.pipe()
    with open(end, "rb") as source, open(begin, "wb", buffering=0) as sink:  # noqa: PTH123
        sink.write(INTEGERS[:100].tobytes())
        blocks = pcm_blocks(source)
        assert len(next(blocks)) == 100
        sink.write(INTEGERS[100:103].tobytes())
        assert len(next(blocks)) == 3


def test_a_socket_is_a_source() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(INTEGERS.tobytes())
        theirs.shutdown(socket.SHUT_WR)
        with ours.makefile("rb") as file:
            np.testing.assert_array_equal(joined(pcm_blocks(file)), INTEGERS / 32768)


def test_an_unbuffered_file_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "samples.raw"
    path.write_bytes(INTEGERS.tobytes())
    with path.open("rb", buffering=0) as file:
        np.testing.assert_array_equal(joined(pcm_blocks(file)), INTEGERS / 32768)


def test_nothing_is_no_blocks() -> None:
    assert list(pcm_blocks(io.BytesIO())) == []


def test_half_a_sample_at_the_end_is_an_error_after_the_others() -> None:
    blocks = pcm_blocks(io.BytesIO(b"\x00\x40\x00\x20\x07"))
    np.testing.assert_array_equal(next(blocks), [0.5, 0.25])
    with pytest.raises(SoundError, match="ends in the middle of a sample"):
        next(blocks)


def test_a_wav_file_is_told_from_samples(tmp_path: Path) -> None:
    audio.write(tmp_path / "go.wav", tone("go", 0.5))
    with pytest.raises(SoundError, match="is a WAV file, not raw samples"):
        list(pcm_blocks(io.BytesIO((tmp_path / "go.wav").read_bytes())))


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_other_rates_are_resampled_without_seams(rate: int) -> None:
    sound = tone("left", 1.3, sample_rate=rate)
    blocks = np.array_split(sound, [1, 7, 900, 901, 20_000, 20_000])
    given = joined(resampled(blocks, rate))
    expected = soxr.resample(sound, rate, 16_000)
    assert len(given) == pytest.approx(1.3 * 16_000, abs=1)
    np.testing.assert_allclose(given, np.clip(expected, -1, 1)[: len(given)], atol=1e-4)


def test_resampling_stays_within_full_scale() -> None:
    square = np.sign(tone("go", 1.0, sample_rate=48_000))
    sound = joined(resampled([square], 48_000))
    assert np.abs(sound).max() == 1.0


def test_too_low_a_rate_is_an_error_at_once() -> None:
    with pytest.raises(SoundError, match=r"2000 Hz is too low: 4000 Hz are needed"):
        pcm_blocks(io.BytesIO(), 2_000)


def test_a_sound_comes_in_blocks() -> None:
    sound = tone("go", 0.512)
    blocks = list(sound_blocks(sound))
    assert [len(block) for block in blocks] == [BLOCK] * 10 + [192]
    np.testing.assert_array_equal(joined(blocks), sound)


def test_in_real_time_no_block_comes_before_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        assert seconds >= 0
        now[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", sleep)
    for number, _ in enumerate(sound_blocks(tone("go", 1.0), real_time=True), start=1):
        late_s = 0.17 if 5 < number <= 8 else 0.0
        assert now[0] == pytest.approx(100 + 0.05 * (5 if late_s else number) + late_s)
        if number == 5:
            now[0] += 0.17  # a listener that is busy for three blocks, then makes up for it
    assert number == 20


def test_after_a_pause_in_real_time_nothing_is_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    came_s = []
    for number, _ in enumerate(sound_blocks(tone("go", 1.0), real_time=True), start=1):
        came_s.append(now[0])
        if number == 5:
            now[0] += 30  # in a debugger, say
    np.testing.assert_allclose(np.diff(came_s), [0.05] * 4 + [30.0] + [0.05] * 14)
