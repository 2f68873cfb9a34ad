"""A dozen clips to look at and to listen to: some drawn at random, and the extreme ones."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sayso.audio import Sound
from sayso.prepare.ledger import CLIPS, Ledger
from sayso.prepare.records import Row
from sayso.prepare.settings import Settings
from sayso.prepare.store import Store
from sayso.prepare.work import encode, read_clip, shape

COLUMNS = 320  # of a drawn waveform
LONGEST_S = 10.0  # what is longer makes the page heavy
_USABLE = f"{CLIPS} AND cut_start IS NOT NULL AND duration_s <= {LONGEST_S}"
_CHOICES = (  # why, order, how many
    ("drawn at random", "content", 6),  # a hash is as good as chance, and always the same
    ("cut most", "sound_s / duration_s, name", 2),
    ("longest word", "sound_s DESC, name", 2),
    ("noisiest", "snr_db IS NULL, snr_db, name", 2),
)


@dataclass(frozen=True)
class Example:
    """One clip before and after; sounds are `(samples,)`."""

    row: Row
    why: str
    recorded: Sound
    prepared: Sound
    """At the rate that is written."""


def choose_examples(
    ledger: Ledger, source: Store, settings: Settings, length: int | None
) -> Iterator[Example]:
    """Yields up to a dozen clips, none twice."""
    chosen: set[str] = set()
    for why, order, count in _CHOICES:
        rows = ledger.rows(order, _USABLE, count + len(chosen))
        fresh = [row for row in rows if row.source not in chosen][:count]
        for row in fresh:
            chosen.add(row.source)
            recorded = read_clip(source, row.source)
            prepared = shape(recorded, row, settings, length)
            yield Example(row, why, recorded, prepared)


def draw_waveform(
    samples: Sound, rate: int, width_s: float, cut_s: tuple[float, float] | None = None
) -> str:
    """Draws a sound as SVG: its envelope, and what lies outside the cut pale.

    Args:
        samples: `(samples,)`.
        rate: Hz.
        width_s: the seconds that the whole width stands for.
        cut_s: what is kept; None to mark nothing.
    """
    scale = COLUMNS / width_s
    end = len(samples) / rate * scale
    starts = np.linspace(0, len(samples), max(1, round(end)), endpoint=False).astype(int)
    highest, lowest = np.maximum.reduceat(samples, starts), np.minimum.reduceat(samples, starts)
    lines = "".join(
        f"M{x}.5 {29.5 - 28 * high:.1f}V{30.5 - 28 * low:.1f}"
        for x, (high, low) in enumerate(zip(highest, lowest, strict=True))
    )
    marks = ""
    if cut_s is not None:
        first, last = (edge * scale for edge in cut_s)
        marks = (
            "".join(
                f'<rect x="{left:.1f}" width="{right - left:.1f}" height="60"/>'
                for left, right in ((0, first), (last, end))
            )
            + f'<path class="cut" d="M{first:.1f} 0V60M{last:.1f} 0V60"/>'
        )
    return (
        f'<svg viewBox="0 0 {COLUMNS} 60" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="wave" d="{lines}"/>{marks}</svg>'
    )


def embed(samples: Sound, rate: int) -> str:
    """A sound as a URL that holds it, 16-bit WAV."""
    wav = encode(samples, Settings(rate=rate))
    return f"data:audio/wav;base64,{base64.b64encode(wav).decode()}"
