"""The same four tasks done by the libraries people use for them, each in its own usual way.

All take and give mono sound as `(samples,)` float32 at 16 kHz unless said otherwise; a task that a
library has no call for is None. `trim` gives the edges of what would be kept, as samples.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.prepare.edges import Edges, find_edges
from sayso.prepare.equalise import equalise
from sayso.prepare.vad import vad_edges

RECORDED_RATE = 44_100  # Hz, of what is resampled to 16 kHz
RELEASES_SEEN = "November 2026"  # when the dates of the last releases were looked up

Decode: TypeAlias = Callable[[str], Any]
Resample: TypeAlias = Callable[[Sound], Any]
Trim: TypeAlias = Callable[[Sound], Edges | None]
Pad: TypeAlias = Callable[[Sound, int], Any]


@dataclass(frozen=True)
class Library:
    """One library, or program, and how it does each task."""

    name: str
    package: str | None
    """As pip calls it; None for a program."""
    released: str
    """The month of its last release."""
    decode: Decode | None = None
    resample: Resample | None = None
    trim: Trim | None = None
    pad: Pad | None = None


def installed_libraries() -> list[Library]:
    """Those of the libraries that are installed, the package's own functions first."""
    makers = {
        "sayso": _ours,
        "soundfile": _soundfile,
        "soxr": _soxr,
        "scipy": _scipy,
        "librosa": _librosa,
        "audiomentations": _audiomentations,
        "pydub": _pydub,
        "webrtcvad": _webrtcvad,
    }
    found = [make() for module, make in makers.items() if find_spec(module)]
    return [*found, _sox()] if shutil.which("sox") else found


def _ours() -> Library:
    return Library(
        "sayso",
        "sayso",
        "this one",
        decode=audio.read,
        resample=lambda samples: audio.resample(samples, RECORDED_RATE, SAMPLE_RATE),
        trim=find_edges,
        pad=equalise,
    )


def _soundfile() -> Library:
    import soundfile

    return Library("soundfile", "soundfile", "2026-06", decode=lambda path: soundfile.read(path)[0])


def _soxr() -> Library:
    import soxr

    return Library(
        "soxr",
        "soxr",
        "2026-05",
        resample=lambda samples: soxr.resample(samples, RECORDED_RATE, SAMPLE_RATE),
    )


def _scipy() -> Library:
    from scipy.io import wavfile
    from scipy.signal import resample_poly

    return Library(
        "scipy",
        "scipy",
        "2026-08",
        decode=lambda path: wavfile.read(path)[1],
        resample=lambda samples: resample_poly(samples, 160, 441),
    )


def _librosa() -> Library:
    librosa: Any = import_module("librosa")
    return Library(
        "librosa",
        "librosa",
        "2026-08",
        decode=lambda path: librosa.load(path, sr=None, mono=False)[0],
        resample=lambda samples: librosa.resample(
            samples, orig_sr=RECORDED_RATE, target_sr=SAMPLE_RATE
        ),
        trim=lambda samples: Edges(*map(int, librosa.effects.trim(samples)[1])),
        pad=lambda samples, length: librosa.util.pad_center(samples, size=length),
    )


def _audiomentations() -> Library:
    audiomentations: Any = import_module("audiomentations")
    trim = audiomentations.Trim(p=1.0)
    resample = audiomentations.Resample(SAMPLE_RATE, SAMPLE_RATE, p=1.0)

    def pad(samples: Sound, length: int) -> Any:
        fit = audiomentations.AdjustDuration(duration_samples=length, p=1.0)
        return fit(samples, SAMPLE_RATE)

    return Library(
        "audiomentations",
        "audiomentations",
        "2025-09",
        resample=lambda samples: resample(samples, RECORDED_RATE),
        trim=lambda samples: _locate(samples, trim(samples, SAMPLE_RATE)),
        pad=pad,
    )


def _pydub() -> Library:
    pydub: Any = import_module("pydub")
    detect_nonsilent = import_module("pydub.silence").detect_nonsilent

    def segment(samples: Sound, rate: int) -> Any:
        data = (samples * 32767).astype("<i2").tobytes()
        return pydub.AudioSegment(data=data, sample_width=2, frame_rate=rate, channels=1)

    def trim(samples: Sound) -> Edges | None:
        sound = segment(samples, SAMPLE_RATE)
        parts = detect_nonsilent(sound, min_silence_len=100, silence_thresh=sound.dBFS - 16)
        if not parts:
            return None
        return Edges(parts[0][0] * SAMPLE_RATE // 1000, parts[-1][1] * SAMPLE_RATE // 1000)

    def pad(samples: Sound, length: int) -> Any:
        missing_ms = 1000 * (length - len(samples)) / SAMPLE_RATE
        silence = pydub.AudioSegment.silent(missing_ms, SAMPLE_RATE)
        return segment(samples, SAMPLE_RATE) + silence

    return Library(
        "pydub",
        "pydub",
        "2021-03",
        decode=lambda path: np.array(pydub.AudioSegment.from_wav(path).get_array_of_samples()),
        resample=lambda samples: segment(samples, RECORDED_RATE).set_frame_rate(SAMPLE_RATE),
        trim=trim,
        pad=pad,
    )


def _webrtcvad() -> Library:
    return Library("webrtcvad", "webrtcvad-wheels", "2026-10", trim=vad_edges)


def _sox() -> Library:
    """One process a clip, sound through pipes: what calling the program costs."""

    def run(samples: Sound, rate: int, *effects: str) -> Sound:
        raw = ["-t", "f32", "-c", "1", "-"]
        command = ["sox", "-r", str(rate), *raw, *raw, *effects]
        done = subprocess.run(  # noqa: S603 - fixed arguments
            command, input=samples.tobytes(), stdout=subprocess.PIPE, check=True
        )
        return np.frombuffer(done.stdout, np.float32)

    silence = ("silence", "1", "0.02", "1%", "reverse")
    return Library(
        "sox",
        None,
        "2015-02",
        resample=lambda samples: run(samples, RECORDED_RATE, "rate", str(SAMPLE_RATE)),
        trim=lambda samples: _locate(samples, run(samples, SAMPLE_RATE, *silence, *silence)),
        pad=lambda samples, length: run(
            samples, SAMPLE_RATE, "pad", "0", f"{length - len(samples)}s"
        ),
    )


def _locate(samples: Sound, part: Sound) -> Edges | None:
    """Where in a sound a part of it was taken from, for libraries that give only the part."""
    probe = part[:32]
    if len(probe) < 32:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(samples, len(probe))
    starts = np.flatnonzero(np.isclose(windows[:, 0], probe[0], atol=1e-6))
    same = np.isclose(windows[starts], probe, atol=1e-6).all(axis=1)  # sox rounds
    if not same.any():
        return None
    start = int(starts[same.argmax()])
    return Edges(start, start + len(part))
