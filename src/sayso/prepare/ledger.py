"""What has been measured and written, kept in a small SQLite file so that work can be resumed.

Rows are looked up and read one by one, so a data set of any size needs no more memory than a small
one. `seen` marks the files that are there in this run: what an earlier run found and is gone now
stays out of every figure.
"""

from __future__ import annotations

import contextlib
import sqlite3
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso.errors import SaysoError
from sayso.prepare.labels import Label
from sayso.prepare.records import Found, Order, Row
from sayso.words import BACKGROUND_NOISE

_FOUND = [field for field in Found._fields if field != "name"]
_TABLES = f"""
CREATE TABLE IF NOT EXISTS clips (
    name TEXT PRIMARY KEY, target TEXT, same TEXT, word TEXT, speaker TEXT, split TEXT,
    measured_with TEXT, seen INTEGER, {", ".join(_FOUND)}
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS written (target TEXT PRIMARY KEY, key TEXT) WITHOUT ROWID;
"""
_GOOD = "seen AND error IS NULL"
CLIPS = f"{_GOOD} AND word <> '{BACKGROUND_NOISE}'"  # of the words, for `Ledger.rows`


class Ledger:
    """The state of one output, for as long as the context lasts; one process at a time."""

    def __init__(self, path: Path, place: str) -> None:
        self._path, self._place = path, place

    def __enter__(self) -> Ledger:
        with self._telling():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self._path, timeout=0)
            try:
                self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._database.execute("PRAGMA synchronous = OFF")  # a killed process loses nothing
                self._database.executescript(_TABLES)
                self._database.execute("UPDATE clips SET seen = 0")
                self._database.commit()
            except BaseException:
                self._database.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def known(self, names: Sequence[str], measured_with: str) -> dict[str, str]:
        """The SHA-256 of those files that were measured with these settings, by name."""
        marks = ", ".join("?" * len(names))
        with self._telling():
            return dict(
                self._database.execute(
                    "SELECT name, sha256 FROM clips WHERE error IS NULL"  # noqa: S608 - only marks
                    f" AND measured_with = ? AND name IN ({marks})",
                    (measured_with, *names),
                )
            )

    def see(
        self,
        batch: Iterable[tuple[Found | str, str, Label]],
        measured_with: str,
    ) -> None:
        """Notes what was found of files, or that they are as they were, with target and label."""
        columns = ["name", "target", "same", "word", "speaker", "split", "measured_with", "seen"]
        fresh, unchanged = [], []
        for found, target, label in batch:
            name = found if isinstance(found, str) else found.name
            row = (name, target, unicodedata.normalize("NFC", target), *label, measured_with, 1)
            if isinstance(found, str):
                unchanged.append((*row[1:], name))
            else:
                fresh.append((*row, *found[1:]))
        marks = ", ".join("?" * (len(columns) + len(_FOUND)))
        with self._telling():
            self._database.executemany(
                f"REPLACE INTO clips ({', '.join(columns + _FOUND)}) VALUES ({marks})",  # noqa: S608
                fresh,
            )
            self._database.executemany(
                f"UPDATE clips SET {', '.join(f'{c} = ?' for c in columns[1:])} WHERE name = ?",  # noqa: S608
                unchanged,
            )
            self._database.commit()

    def refuse_collisions(self) -> None:
        """Of good files that would get one name, whatever its Unicode form, keeps the first."""
        with self._telling():
            self._database.execute("CREATE INDEX IF NOT EXISTS by_same ON clips (same)")
            self._database.execute("CREATE INDEX IF NOT EXISTS by_content ON clips (content)")
            self._database.execute(
                "UPDATE clips SET error = name || ' would be written as the same file as ' || ("
                "  SELECT other.name FROM clips AS other WHERE other.seen AND other.error IS NULL"
                "  AND other.same = clips.same ORDER BY other.name LIMIT 1) || ': rename one.'"
                " WHERE seen AND error IS NULL AND EXISTS ("
                "  SELECT 1 FROM clips AS other WHERE other.seen AND other.error IS NULL"
                "  AND other.same = clips.same AND other.name < clips.name)"
            )
            self._database.commit()

    def count(self) -> int:
        """The clips that can be used, background noise left out."""
        with self._telling():
            found = self._database.execute(f"SELECT COUNT(*) FROM clips WHERE {CLIPS}")  # noqa: S608
            return int(found.fetchone()[0])

    def durations(self) -> dict[str, npt.NDArray[np.float64]]:
        """Of each word's clips that hold sound `(clips, 2)`: seconds recorded and seconds kept."""
        query = (
            "SELECT word, duration_s, sound_s FROM clips"  # noqa: S608
            f" WHERE {CLIPS} AND cut_start IS NOT NULL"
        )
        found: dict[str, array[float]] = {}
        with self._telling():
            for word, *seconds in self._database.execute(query):
                found.setdefault(word, array("d")).extend(seconds)
        return {word: np.frombuffer(found[word]).reshape(-1, 2) for word in sorted(found)}

    def orders(self) -> Iterator[tuple[Order, str | None]]:
        """All files to be written, each with the key it was last written with."""
        query = (
            "SELECT name, clips.target, cut_start, cut_end, word = ?, sha256, 0, written.key"  # noqa: S608
            f" FROM clips LEFT JOIN written USING (target) WHERE {_GOOD} ORDER BY name"
        )
        with self._telling():
            for *order, key in self._database.execute(query, (BACKGROUND_NOISE,)):
                yield Order(*order), key

    def wrote(self, done: Iterable[tuple[str, str]]) -> None:
        """Notes files written: target and key."""
        with self._telling():
            self._database.executemany("REPLACE INTO written VALUES (?, ?)", done)
            self._database.commit()

    def stale(self) -> list[str]:
        """Files that an earlier run wrote and that this one would not."""
        with self._telling():
            query = f"SELECT target FROM clips WHERE {_GOOD}"  # noqa: S608
            rows = self._database.execute(
                f"SELECT target FROM written WHERE target NOT IN ({query})"  # noqa: S608
            )
            return [row[0] for row in rows]

    def forget(self, targets: Iterable[str]) -> None:
        """Takes files out of what was written."""
        with self._telling():
            self._database.executemany(
                "DELETE FROM written WHERE target = ?", ((target,) for target in targets)
            )
            self._database.commit()

    def rows(self, order: str = "name", where: str = "1", limit: int = -1) -> Iterator[Row]:
        """The manifest's lines."""
        fields = ", ".join(f"clips.{field}" for field in ("name", *Row._fields[1:-1]))
        first = (
            "(SELECT other.name FROM clips AS other WHERE other.content = clips.content"
            " AND other.seen AND other.error IS NULL ORDER BY other.name LIMIT 1)"
        )
        query = (
            f"SELECT {fields}, NULLIF({first}, name) FROM clips"  # noqa: S608
            f" WHERE seen AND ({where}) ORDER BY {order} LIMIT ?"
        )
        with self._telling():
            for row in self._database.execute(query, (limit,)):
                yield Row(*row)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SaysoError(f"{self._place} cannot be written: {reason}.") from error
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise SaysoError(
                    f"Another run is writing to {self._place}: wait for it or name another folder."
                ) from error
            raise SaysoError(
                f"{self._path} cannot be used: {error}; make room, or remove it to begin anew."
            ) from error
