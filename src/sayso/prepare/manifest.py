"""The manifest: a CSV with a line a file, and what there is to be told of all of them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

from sayso.audio import SAMPLE_RATE
from sayso.prepare.ledger import Ledger
from sayso.prepare.problems import find_problems
from sayso.prepare.records import Row
from sayso.prepare.store import Store

NAME = "manifest.csv"
COLUMNS = (
    "source", "target", "word", "speaker", "split", "sha256", "cut_start_s", "cut_end_s",
    "duration_s", "sound_s", "loudness_dbfs", "peak_dbfs", "clipped", "dc", "snr_db",
    "problems", "duplicate_of", "error",
)  # fmt: skip
SHOWN = 200  # problems that the report lists; the manifest has them all


@dataclass
class Problems:
    """How often each problem is there, and the first clips that have one."""

    counts: Counter[str] = field(default_factory=Counter)
    clips: list[tuple[Row, list[str]]] = field(default_factory=list)

    def add(self, row: Row, kinds: list[str]) -> None:
        """Takes note of one clip's problems."""
        self.counts.update(kinds)
        if kinds and len(self.clips) < SHOWN:
            self.clips.append((row, kinds))


def write_manifest(ledger: Ledger, target: Store) -> Problems:
    """Writes the manifest line by line, in the order of the names, and sums up the problems."""
    problems = Problems()
    with target.create(NAME) as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(COLUMNS)
        for row in ledger.rows():
            kinds = find_problems(row)
            problems.add(row, kinds)
            lines.writerow(_line(row, kinds))
    return problems


def _line(row: Row, kinds: list[str]) -> list[object]:
    cut_s = [None if cut is None else cut / SAMPLE_RATE for cut in (row.cut_start, row.cut_end)]
    levels = [row.loudness_dbfs, row.peak_dbfs, row.clipped, row.dc, row.snr_db]
    return [
        row.source,
        "" if row.error else row.target,
        *(row.word, row.speaker, row.split, row.sha256),
        *(_short(value) for value in (*cut_s, row.duration_s, row.sound_s, *levels)),
        *(" ".join(kinds), row.duplicate_of, row.error),
    ]


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
