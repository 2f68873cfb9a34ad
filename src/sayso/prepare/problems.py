"""What may be wrong with a clip, by name; each is reported, none is thrown away."""

from __future__ import annotations

from sayso.prepare.records import Row
from sayso.words import BACKGROUND_NOISE

SHORT_S = 0.16  # too short to find edges in
SOFT_DBFS = -50.0
CLIPPED_SHARE = 0.001
DC_OFFSET = 0.01
NOISY_DB = 10.0

MEANINGS = {
    "unusable": "could not be prepared",
    "silent": "nothing stands out from the noise; kept whole",
    "short": f"shorter than {SHORT_S * 1000:.0f} ms",
    "soft": f"softer than {SOFT_DBFS:g} dBFS",
    "clipped": f"more than {CLIPPED_SHARE:.1%} of the samples at full scale",
    "offset": f"a mean (DC) of more than {DC_OFFSET:g}",
    "noisy": f"less than {NOISY_DB:g} dB between word and noise",
    "duplicate": "the same sound as another file",
}


def find_problems(row: Row) -> list[str]:
    """The names of a clip's problems, in the order of `MEANINGS`."""
    if row.error is not None:
        return ["unusable"]
    if row.word == BACKGROUND_NOISE:
        return ["duplicate"] if row.duplicate_of else []
    short = (row.duration_s or 0) < SHORT_S
    has = {
        "silent": row.cut_start is None and not short,
        "short": short,
        "soft": row.loudness_dbfs is not None and row.loudness_dbfs < SOFT_DBFS,
        "clipped": row.clipped is not None and row.clipped > CLIPPED_SHARE,
        "offset": row.dc is not None and abs(row.dc) > DC_OFFSET,
        "noisy": row.snr_db is not None and row.snr_db < NOISY_DB,
        "duplicate": row.duplicate_of is not None,
    }
    return [name for name, is_so in has.items() if is_so]
