"""What is done to clips, a batch at a time, in this process or in any other."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Sequence

import numpy as np
import soundfile

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.prepare.edges import Edges
from sayso.prepare.equalise import equalise
from sayso.prepare.measure import measure
from sayso.prepare.records import Found, Order, Row
from sayso.prepare.settings import Settings
from sayso.prepare.store import Store
from sayso.prepare.trim import find_cut

LONGEST_S = 600.0  # a clip; what is longer is a recording to be cut into clips first


class _Bytes(io.BytesIO):
    """A file in memory that errors can call by its name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def measure_batch(
    source: Store, settings: Settings, batch: Sequence[tuple[str, str | None, bool]]
) -> list[Found | str]:
    """Measures some files.

    Args:
        source: where they are.
        settings: how.
        batch: of each file its name, the SHA-256 it had when it was last measured so, and whether
            it is to be kept whole.

    Returns:
        What was found, or only the name where the bytes are still the same.
    """
    return [_measure(source, settings, *item) for item in batch]


def write_batch(
    source: Store, target: Store, settings: Settings, length: int | None, batch: Sequence[Order]
) -> list[tuple[str, str, bool]]:
    """Writes some files; gives each one's target, its key, and whether it had to be written.

    Raises:
        SaysoError: a file can no longer be read, or the target cannot be written to.
    """
    done = []
    for order in batch:
        there = order.done and target.exists(order.target)
        if not there:
            samples = read_clip(source, order.name)
            sound = shape(samples, order, settings, None if order.whole else length)
            target.write(order.target, encode(sound, settings))
        done.append((order.target, settings.writing_key(length, order.sha256), not there))
    return done


def shape(samples: Sound, clip: Order | Row, settings: Settings, length: int | None) -> Sound:
    """A clip's kept part at the rate that is written, of the length that all have.

    Whatever is random in it follows from the seed and the SHA-256 of the source, so it does not
    matter who writes it, and after which others.
    """
    kept = samples[clip.cut_start : clip.cut_end]
    kept = audio.resample(kept, SAMPLE_RATE, settings.rate)
    if length is None:
        return kept
    rng = np.random.default_rng([settings.seed, int((clip.sha256 or "0")[:16], 16)])
    return equalise(kept, length, settings.keep, settings.pad, settings.fill, rng)


def encode(samples: Sound, settings: Settings) -> bytes:
    """A sound file of 16 bits a sample; what was read from such a file comes out the same."""
    pcm = np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2")
    file = io.BytesIO()
    if settings.format == "wav":  # by hand: ten times faster than through libsndfile
        with wave.open(file, "wb") as out:
            out.setparams((1, 2, settings.rate, len(pcm), "NONE", ""))
            out.writeframesraw(pcm.tobytes())
    else:
        soundfile.write(file, pcm, settings.rate, format=settings.format.upper())
    return file.getvalue()


def read_clip(source: Store, name: str) -> Sound:
    """Reads one file as `(samples,)` at 16 kHz."""
    return _decode(source.read(name), name)


def _measure(
    source: Store, settings: Settings, name: str, known: str | None, whole: bool
) -> Found | str:
    try:
        content = source.read(name)
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 == known:
            return name
        samples = _decode(content, name)
    except SaysoError as error:
        return Found(name, None, None, None, None, error=str(error))
    cut: Edges | None = Edges(0, len(samples))
    if not whole:
        cut = find_cut(samples, SAMPLE_RATE, settings.method, settings.margin_ms)
    digest = hashlib.sha256(samples.tobytes()).hexdigest()
    start, end = cut or (None, None)
    found = Found(name, sha256, digest, start, end)
    if settings.measure:
        return found._replace(**measure(samples, SAMPLE_RATE, cut)._asdict())
    sound_s = (cut.end - cut.start) / SAMPLE_RATE if cut else 0.0
    return found._replace(duration_s=len(samples) / SAMPLE_RATE, sound_s=sound_s)


def _decode(content: bytes, name: str) -> Sound:
    return audio.read(_Bytes(content, name), LONGEST_S)
