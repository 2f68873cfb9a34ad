"""All that the checks need to know of a clip, from reading it once."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound, SoundError
from sayso.corpus import Clip
from sayso.corpus.progress import Report, silently
from sayso.pcm import decode_pcm
from sayso.prepare.measure import measure
from sayso.recognition import Model

WORTH_PROCESSES = 1000  # clips; fewer are read before the processes have started
BATCH = 64  # clips that a process is given at a time
LONGEST_S = 600.0  # longer is no clip of a word
FRAME = 512  # samples, 32 ms
QUIET_SHARE = 0.2  # of a clip's frames: what is left when nobody speaks
HIGH_HZ = 4000.0  # nothing of a telephone's sound is above
NOTHING_DB = -120.0


@dataclass(frozen=True, slots=True)
class Recording:
    """What one clip's file holds; levels in dB of full scale.

    Attributes:
        clip: where, which word, who, which split.
        error: why the file cannot be used, and then nothing else is known.
        content: the hash of the samples.
        kind: format, encoding, channels and rate, as the file's header says.
        rate: Hz, of the file.
        duration_s: seconds.
        peak: the largest sample.
        clipped: the share of the samples at full scale.
        high_db: the power above 4 kHz, relative to all.
        noise_db: the level of the quietest fifth of the frames.
        noise_high_db: the level of what of that is above 4 kHz.
        answer: the word that a recognizer hears, where one was asked.
        confidence: how sure it is.
        own: the probability that it gives to the word whose folder the clip is in; None where
            it does not know that word.
    """

    clip: Clip
    error: str | None = None
    content: str = ""
    kind: str = ""
    rate: int = 0
    duration_s: float = 0.0
    peak: float = 0.0
    clipped: float = 0.0
    high_db: float = NOTHING_DB
    noise_db: float = NOTHING_DB
    noise_high_db: float = NOTHING_DB
    answer: str | None = None
    confidence: float = 0.0
    own: float | None = None


def read_recordings(
    clips: Sequence[Clip], model: Path | None = None, report: Report = silently
) -> list[Recording]:
    """Reads clips, in processes where there are many.

    Args:
        clips: in the order of the answer.
        model: the file of a recognizer to be asked about each clip, if any.
        report: told the clips read.
    """
    recordings: list[Recording] = []
    for batch in _batches(clips, model):
        recordings += batch
        report("reading clips", len(recordings), len(clips))
    return recordings


def _batches(clips: Sequence[Clip], model: Path | None) -> Iterator[list[Recording]]:
    batches = [clips[start : start + BATCH] for start in range(0, len(clips), BATCH)]
    if len(clips) < WORTH_PROCESSES:
        reader = _Reader(model)
        yield from map(reader.read, batches)
        return
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=_begin, initargs=(model,)
    ) as pool:
        yield from pool.map(_read_in_process, batches)


class _Reader:
    """Reads and measures batches of clips, with a recognizer at hand."""

    def __init__(self, model: Path | None) -> None:
        self.model = None if model is None else Model(model)

    def read(self, clips: Sequence[Clip]) -> list[Recording]:
        recordings, sounds = [], []
        for clip in clips:
            try:
                content = clip.path.read_bytes()
                samples, rate, kind = _decode(content, str(clip.path))
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                recordings.append(Recording(clip, f"cannot be opened: {reason}."))
            except SoundError as error:
                sentence = str(error).removeprefix(f"{clip.path} ")
                recordings.append(Recording(clip, sentence))
            else:
                recordings.append(_measure(clip, samples, rate, kind))
                sounds.append(audio.fit(samples, SAMPLE_RATE))
        if self.model is None or not sounds:
            return recordings
        answers = iter(self.model.probabilities(np.stack(sounds)))
        return [
            recording if recording.error else _heard(recording, next(answers), self.model.words)
            for recording in recordings
        ]


def _heard(
    recording: Recording, answer: npt.NDArray[np.float32], words: tuple[str, ...]
) -> Recording:
    """A recording with what a recognizer says of it: the probabilities `(classes,)`."""
    best, word = int(answer.argmax()), recording.clip.word
    own = float(answer[words.index(word)]) if word in words else None
    return replace(recording, answer=words[best], confidence=float(answer[best]), own=own)


_readers: list[_Reader] = []  # of this process, one


def _begin(model: Path | None) -> None:
    _readers.append(_Reader(model))


def _read_in_process(clips: Sequence[Clip]) -> list[Recording]:
    return _readers[0].read(clips)


def _decode(content: bytes, name: str) -> tuple[Sound, int, str]:
    """The samples `(samples,)` at 16 kHz, the file's own rate in Hz, and what kind it is."""
    if decoded := decode_pcm(content):
        frames, rate = decoded
        kind = ("WAV", "PCM_16", frames.shape[1], rate)
        samples = audio.conform(frames[:, 0] if frames.shape[1] == 1 else frames, rate)
    else:
        file = io.BytesIO(content)
        file.name = name
        samples = audio.read(file, LONGEST_S)
        file.seek(0)
        info = soundfile.info(file)
        kind = (info.format, info.subtype, info.channels, info.samplerate)
    return samples, kind[3], f"{kind[0]} {kind[1]}, channels: {kind[2]}, {kind[3]} Hz"


def _measure(clip: Clip, samples: Sound, rate: int, kind: str) -> Recording:
    measures = measure(samples)
    high_db, noise_db, noise_high_db = _spectrum(samples)
    return Recording(
        clip,
        content=hashlib.blake2b(samples.tobytes(), digest_size=16).hexdigest(),
        kind=kind,
        rate=rate,
        duration_s=measures.duration_s,
        peak=10 ** (measures.peak_dbfs / 20),
        clipped=measures.clipped,
        high_db=high_db,
        noise_db=noise_db,
        noise_high_db=noise_high_db,
    )


def _spectrum(samples: Sound) -> tuple[float, float, float]:
    """The power above 4 kHz relative to all, and the level of the quietest frames, all and high."""
    if len(samples) < FRAME:
        samples = np.pad(samples, (0, FRAME - len(samples)))
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    spectra = np.fft.rfft((frames - frames.mean(axis=1, keepdims=True)) * _WINDOW, axis=1)
    power = np.square(spectra.real) + np.square(spectra.imag)  # (frames, bins)
    total, high = power.sum(axis=1), power[:, _HIGH_BIN:].sum(axis=1)
    quiet = np.argsort(total)[: max(1, round(QUIET_SHARE * len(total)))]
    return (
        _db(high.sum() / max(total.sum(), 1e-30)),
        _db(total[quiet].mean() * _SCALE),
        _db(high[quiet].mean() * _SCALE),
    )


def _db(power: np.floating | float) -> float:
    return max(NOTHING_DB, float(10 * np.log10(max(float(power), 1e-30))))


_WINDOW: npt.NDArray[np.float32] = np.hanning(FRAME).astype(np.float32)
_SCALE = 2 / (FRAME * float(np.square(_WINDOW).sum()))  # Parseval: mean square of the samples
_HIGH_BIN = round(HIGH_HZ * FRAME / SAMPLE_RATE)
