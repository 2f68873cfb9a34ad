"""Where a stream of sound can come from, besides a microphone: raw samples, a sound at hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import numpy as np
import soxr

from sayso.audio import LOWEST_RATE, SAMPLE_RATE, Sound, SoundError

BLOCK = SAMPLE_RATE // 20  # samples of a sound given at a time: 50 ms
_SAMPLE_BYTES = 2  # 16 bits
_LARGEST_READ = _SAMPLE_BYTES * BLOCK  # bytes
_WAV = b"RIFF"
_PAUSE_S = 1.0  # a reader that is later than that has paused: no blocks are hurried after it


def pcm_blocks(file: BinaryIO, sample_rate: int = SAMPLE_RATE) -> Iterator[Sound]:
    """Yields blocks of sound at 16 kHz from raw samples, as soon as they come.

    Args:
        file: 16-bit signed PCM, little endian, mono, without any header: a pipe, an opened file,
            `socket.makefile("rb")`.
        sample_rate: of the samples, in Hz.

    Raises:
        SoundError: the bytes are those of a WAV file, or they end in the middle of a sample.
    """
    return resampled(_pcm(file), sample_rate)


def resampled(blocks: Iterable[Sound], sample_rate: int) -> Iterator[Sound]:
    """Yields the blocks of a stream at 16 kHz, whatever their rate in Hz, without seams.

    Raises:
        SoundError: the rate is too low for speech.
    """
    if sample_rate < LOWEST_RATE:
        raise SoundError(f"A rate of {sample_rate} Hz is too low: {LOWEST_RATE} Hz are needed.")
    return iter(blocks) if sample_rate == SAMPLE_RATE else _resample(blocks, sample_rate)


def sound_blocks(samples: Sound, *, real_time: bool = False) -> Iterator[Sound]:
    """Yields a sound `(samples,)` in blocks of 50 ms; in real time, each when it is over."""
    over = time.monotonic()
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        if real_time:
            over += len(block) / SAMPLE_RATE
            late_s = time.monotonic() - over
            time.sleep(max(0.0, -late_s))
            if late_s > _PAUSE_S:
                over += late_s
        yield block


def _pcm(file: BinaryIO) -> Iterator[Sound]:
    read: Callable[[int], bytes] = getattr(file, "read1", file.read)  # what is there, at once
    chunk = read(_LARGEST_READ)
    if chunk.startswith(_WAV):
        raise SoundError("This is a WAV file, not raw samples: name it with --file, or send raw.")
    rest = b""
    while chunk:
        content = rest + chunk
        whole = len(content) // _SAMPLE_BYTES * _SAMPLE_BYTES
        rest = content[whole:]
        yield np.frombuffer(content[:whole], "<i2") * np.float32(1 / 32768)
        chunk = read(_LARGEST_READ)
    if rest:
        raise SoundError("The sound ends in the middle of a sample: it must be 16-bit PCM.")


def _resample(blocks: Iterable[Sound], sample_rate: int) -> Iterator[Sound]:
    stream = soxr.ResampleStream(sample_rate, SAMPLE_RATE, 1, dtype="float32")
    for block in blocks:
        yield _resampled_chunk(stream, block)
    yield _resampled_chunk(stream, np.zeros(0, np.float32), last=True)


def _resampled_chunk(stream: soxr.ResampleStream, block: Sound, *, last: bool = False) -> Sound:
    samples = stream.resample_chunk(np.asarray(block, np.float32), last=last)
    return np.asarray(np.clip(samples, -1.0, 1.0), np.float32)
