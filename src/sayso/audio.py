"""Any sound in, one kind of sound inside: float32, mono, `(samples,)`, in [-1, 1], 16 000 Hz.

Files are decoded by libsndfile (`soundfile`) and resampled by `soxr`. Whatever cannot be turned
into that one kind raises `SoundError`, in a sentence that says what to do.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from sayso.errors import SaysoError
from sayso.files import atomic_path
from sayso.pcm import decode_pcm
from sayso.truncation import is_cut_off

Sound: TypeAlias = npt.NDArray[np.float32]

SAMPLE_RATE = 16_000  # Hz
SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3")
LOWEST_RATE = 4_000  # Hz; below it there is too little of speech left to recognize
LONGEST_S = 2 * 3600.0  # two hours are 460 MB of samples at 16 kHz
LARGEST_SAMPLE = 2.0  # floats beyond it are not "slightly clipped", they are on another scale
SMALL_BYTES = 1 << 20  # of a WAV that is read at once: half a minute
BLOCK_FRAMES = 1 << 18  # decoded at a time, so that a long file with many channels fits in memory
_NOT_STATED = 2**63 - 1  # frames; libsndfile's for a FLAC whose writer could not go back to say it
_MP3_DECODED = 0.8  # share of the bytes; below it libsndfile guessed too low a number of frames


class SoundError(SaysoError):
    """A sound that cannot be used: missing, unreadable, empty, cut off, not finite, too long."""


def read(source: str | os.PathLike[str] | BinaryIO, longest_s: float = LONGEST_S) -> Sound:
    """Reads a sound file of any format, rate and number of channels that libsndfile knows.

    Args:
        source: a path, or a binary file object such as `io.BytesIO` or `sys.stdin.buffer`.
        longest_s: seconds; a longer sound is refused rather than read.

    Returns:
        `(samples,)` float32 at 16 kHz, the mean of the channels.

    Raises:
        SoundError: the file is missing, not sound, empty, cut off, not finite or too long.
    """
    if not isinstance(source, (str, os.PathLike)):
        return _read(source, str(getattr(source, "name", "The sound given")), longest_s)
    path = Path(source)
    if path.is_dir():
        raise SoundError(f"{path} is a folder: name a sound file in it.")
    try:
        with path.open("rb") as file:
            return _read(file, str(path), longest_s)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SoundError(f"{path} cannot be opened: {reason}.") from error


def conform(samples: npt.ArrayLike, sample_rate: int = SAMPLE_RATE) -> Sound:
    """Turns an array into the package's one kind of sound.

    Args:
        samples: `(samples,)` or `(samples, channels)`; floats in [-1, 1], or integers of 16 or 32
            bits.
        sample_rate: Hz.

    Returns:
        `(samples,)` float32 at 16 kHz.

    Raises:
        SoundError: the array's shape, type, rate or values are not those of sound.
    """
    array = np.asarray(samples)
    if array.ndim not in (1, 2):
        raise SoundError(
            f"Sound is an array (samples,) or (samples, channels), not of shape {array.shape}."
        )
    if not array.size:
        raise SoundError("The array holds no sound (0 samples).")
    if array.ndim == 2 and array.shape[0] < array.shape[1]:
        raise SoundError(
            f"An array of shape {array.shape} has its channels first: pass it transposed, "
            "as (samples, channels)."
        )
    if array.dtype in (np.int16, np.int32):
        array = array / -np.float32(np.iinfo(array.dtype).min)
    if array.dtype.kind != "f":
        raise SoundError(
            f"Sound is floats in [-1, 1] or 16- or 32-bit integers, not {array.dtype}."
        )
    return _conform(array, sample_rate, "The array")


def resample(samples: Sound, from_rate: int, to_rate: int) -> Sound:
    """Resamples `(samples,)` from one rate (Hz) to another with soxr's high quality."""
    if from_rate == to_rate:
        return samples
    return np.asarray(soxr.resample(samples, from_rate, to_rate), dtype=np.float32)


def fit(samples: Sound, length: int) -> Sound:
    """Gives a sound exactly `length` samples.

    A shorter one gets zeros on both sides; of a longer one the loudest stretch is kept: the one
    with the most energy.
    """
    missing = length - len(samples)
    if missing > 0:
        return np.pad(samples, (missing // 2, missing - missing // 2))
    if missing == 0:
        return samples
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return samples[start : start + length]


def write(path: str | os.PathLike[str], samples: Sound, sample_rate: int = SAMPLE_RATE) -> None:
    """Writes `(samples,)` as 16-bit sound in the format that the path's suffix names, atomically.

    Args:
        path: where; its folder is made where it is missing.
        samples: floats in [-1, 1].
        sample_rate: Hz.

    Raises:
        SoundError: the suffix is none of `SUFFIXES`, or the format does not know the sample rate.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SoundError(f"{path} names no kind of sound: end it in one of {', '.join(SUFFIXES)}.")
    name = "OGG" if suffix == ".opus" else suffix[1:].upper()
    subtype = {".ogg": "VORBIS", ".opus": "OPUS", ".mp3": "MPEG_LAYER_III"}.get(suffix, "PCM_16")
    with atomic_path(path) as partial:
        try:
            soundfile.write(partial, samples, sample_rate, format=name, subtype=subtype)
        except soundfile.LibsndfileError as error:
            reason = error.error_string.removeprefix("Error : ").rstrip(".")
            raise SoundError(f"{path} cannot be written at {sample_rate} Hz: {reason}.") from error


def find(folder: Path) -> Iterator[Path]:
    """Walks a folder and those in it, in the order of their names, and yields the sound files."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(where, name)


def gather(places: Iterable[Path]) -> list[Path]:
    """The sound files named, and those in the folders named, in this order.

    Raises:
        SoundError: a folder holds none.
    """
    paths: list[Path] = []
    for place in places:
        found = list(find(place)) if place.is_dir() else [place]
        if not found:
            raise SoundError(f"{place} holds no sound files: none ends in {', '.join(SUFFIXES)}.")
        paths += found
    return paths


def _read(file: BinaryIO, name: str, longest_s: float) -> Sound:
    if not file.seekable():
        file = io.BytesIO(file.read())
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise SoundError(f"{name} is empty (0 bytes): record it again.")
    if size <= SMALL_BYTES:
        file.seek(0)
        if decoded := decode_pcm(file.read()):
            _check_length(len(decoded[0]), decoded[1], name, longest_s)
            return _conform(*decoded, name)
    return _read_by_libsndfile(file, name, size, longest_s)


def _read_by_libsndfile(file: BinaryIO, name: str, size: int, longest_s: float) -> Sound:
    if is_cut_off(file):
        raise SoundError(f"{name} is cut off: copy or record it again.")
    try:
        sound = soundfile.SoundFile(file)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name that ends in .raw
        raise SoundError(
            f"{name} is not sound that can be read: give a WAV, FLAC, OGG, Opus or MP3 file."
        ) from error
    with sound:
        if sound.frames == _NOT_STATED:
            raise SoundError(f"{name} does not state its length: convert it to WAV.")
        _check_length(sound.frames, sound.samplerate, name, longest_s)
        try:
            samples = _decode(sound, name)
        except soundfile.LibsndfileError as error:
            raise SoundError(f"{name} is damaged or cut off: copy or record it again.") from error
        if sound.format == "MP3" and file.tell() < _MP3_DECODED * size:
            raise SoundError(f"{name} does not state its length: convert it to WAV.")
        return samples


def _conform(samples: npt.NDArray[np.floating], sample_rate: int, name: str) -> Sound:
    """Makes mono at 16 kHz of floats `(samples,)` or `(samples, channels)`."""
    _check_rate(sample_rate, name)
    _check_values(samples, name)
    mono = samples[:, 0] if samples.shape[1:] == (1,) else samples
    mono = mono if mono.ndim == 1 else mono.mean(axis=1, dtype=np.float32)
    sound = _clip(resample(mono.astype(np.float32, copy=False), sample_rate, SAMPLE_RATE))
    if not len(sound):
        raise SoundError(f"{name} holds no sound (0 samples): record it again.")
    return sound


def _decode(sound: soundfile.SoundFile, name: str) -> Sound:
    """Decodes, averages the channels and resamples block by block, so that memory stays bounded."""
    stream = None
    if sound.samplerate != SAMPLE_RATE:
        stream = soxr.ResampleStream(sound.samplerate, SAMPLE_RATE, 1, dtype="float32")
    allowed = LARGEST_SAMPLE if sound.subtype in ("FLOAT", "DOUBLE") else np.inf
    pieces: list[Sound] = []
    while len(block := sound.read(BLOCK_FRAMES, "float32", always_2d=True)):
        _check_values(block, name, allowed)  # a lossy file that was too loud overshoots far
        mono = block[:, 0] if sound.channels == 1 else block.mean(axis=1)
        pieces.append(_clip(mono if stream is None else stream.resample_chunk(mono)))
    if stream is not None:
        pieces.append(_clip(stream.resample_chunk(np.zeros(0, np.float32), last=True)))
    if not any(map(len, pieces)):
        raise SoundError(f"{name} holds no sound (0 samples): record it again.")
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _clip(samples: Sound) -> Sound:
    return np.asarray(np.clip(samples, -1.0, 1.0), np.float32)


def _check_rate(sample_rate: int, name: str) -> None:
    if sample_rate < LOWEST_RATE:
        raise SoundError(
            f"{name} has a sample rate of {sample_rate} Hz: at least {LOWEST_RATE} Hz are needed."
        )


def _check_length(frames: int, sample_rate: int, name: str, longest_s: float) -> None:
    _check_rate(sample_rate, name)
    if frames > longest_s * sample_rate:
        raise SoundError(
            f"{name} is {frames / sample_rate / 60:.0f} min long, more than the "
            f"{longest_s / 60:g} min that are read at once: cut it into parts."
        )


def _check_values(
    samples: npt.NDArray[np.floating], name: str, allowed: float = LARGEST_SAMPLE
) -> None:
    largest = float(np.abs(samples).max(initial=0.0))
    if not np.isfinite(largest):
        raise SoundError(
            f"{name} holds samples that are not numbers (NaN or infinite): export it again."
        )
    if largest > allowed:
        raise SoundError(
            f"{name} holds samples up to {largest:g}: scale them to [-1, 1], "
            "16-bit values by dividing by 32768."
        )
