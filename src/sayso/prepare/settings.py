"""What is wished of a data set: one value for each choice, checked at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from sayso.audio import LOWEST_RATE, SAMPLE_RATE
from sayso.errors import SaysoError
from sayso.prepare.durations import parse_length
from sayso.prepare.equalise import Fill, Keep, Pad, check_equalise
from sayso.prepare.trim import MARGIN_MS, Method, check_trim

Format: TypeAlias = Literal["wav", "flac"]

_MEASURING = 1  # raised when trimming or measuring changes, so that old results are not reused
_WRITING = 1  # raised when the same wishes give other bytes


@dataclass(frozen=True, slots=True)
class Settings:
    """How clips are prepared; see `trim`, `measure`, `target_s` and `equalise` for the choices.

    Attributes:
        method: how the edges are found.
        margin_ms: milliseconds kept around the sound.
        measure: whether loudness, peak, clipping, DC and SNR are measured as well.
        length: how long all clips shall be, as a wish that `parse_length` reads.
        keep: what a longer clip keeps.
        pad: where a shorter clip is padded.
        fill: what with.
        format: the kind of file written, 16-bit either way.
        rate: Hz of what is written; sound is read at 16 000 Hz, so a higher one would hold no more.
        seed: of the noise and the random places.
    """

    method: Method = "energy"
    margin_ms: float = MARGIN_MS
    measure: bool = True
    length: str = "mean"
    keep: Keep = "energy"
    pad: Pad = "both"
    fill: Fill = "noise"
    format: Format = "wav"
    rate: int = SAMPLE_RATE
    seed: int = 0

    def __post_init__(self) -> None:
        check_trim(self.method, self.margin_ms)
        parse_length(self.length)
        check_equalise(self.keep, self.pad, self.fill)
        if self.format not in get_args(Format):
            raise SaysoError(f'"{self.format}" is no format: choose {", ".join(get_args(Format))}.')
        if not LOWEST_RATE <= self.rate <= SAMPLE_RATE:
            raise SaysoError(
                f"A rate of {self.rate} Hz cannot be written: give {LOWEST_RATE} to {SAMPLE_RATE}."
            )
        if self.seed < 0:
            raise SaysoError(f"A seed of {self.seed} is none: give 0 or more.")

    def measuring_key(self) -> str:
        """The same for settings that find the same cuts and measures."""
        return _digest(_MEASURING, self.method, self.margin_ms, self.measure)

    def writing_key(self, length: int | None, sha256: str) -> str:
        """The same where the same source (its SHA-256) gives the same file at this length."""
        choices = (self.keep, self.pad, self.fill, self.format, self.rate, self.seed)
        return _digest(_WRITING, self.measuring_key(), length, *choices, sha256)


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
