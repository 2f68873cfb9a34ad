"""What is known of a file at each stage: found out, to be written, told in the manifest."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """What was found out about one file."""

    name: str
    sha256: str | None
    """Of the file's bytes."""
    content: str | None
    """The SHA-256 of the decoded sound, so that a copy in another format counts as the same."""
    cut_start: int | None
    """In samples at 16 kHz; None where the clip holds nothing but silence."""
    cut_end: int | None
    duration_s: float | None = None
    sound_s: float | None = None
    loudness_dbfs: float | None = None
    peak_dbfs: float | None = None
    clipped: float | None = None
    dc: float | None = None
    snr_db: float | None = None
    error: str | None = None


class Order(NamedTuple):
    """A file to be written."""

    name: str
    target: str
    cut_start: int | None
    cut_end: int | None
    whole: bool
    """Neither trimmed nor made equally long: it is background noise and no clip."""
    sha256: str
    """Of the source."""
    done: bool
    """Whether the same was written before: then it is only looked for."""


class Row(NamedTuple):
    """One line of the manifest."""

    source: str
    target: str
    word: str
    speaker: str
    split: str
    sha256: str | None
    content: str | None
    cut_start: int | None
    cut_end: int | None
    duration_s: float | None
    sound_s: float | None
    loudness_dbfs: float | None
    peak_dbfs: float | None
    clipped: float | None
    dc: float | None
    snr_db: float | None
    error: str | None
    duplicate_of: str | None
