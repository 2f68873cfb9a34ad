"""The whole way of a data set: measured, a common length chosen, written, reported."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from sayso.corpus.clips import stem_of
from sayso.corpus.progress import Report, silently
from sayso.errors import SaysoError
from sayso.prepare.durations import durations, target_s, target_samples
from sayso.prepare.labels import Label, Labels
from sayso.prepare.ledger import Ledger
from sayso.prepare.manifest import write_manifest
from sayso.prepare.records import Found, Order
from sayso.prepare.settings import Settings
from sayso.prepare.store import Folder, Store, check_apart, open_store
from sayso.prepare.summary import Summary, sum_up, write_summary
from sayso.prepare.work import measure_batch, write_batch
from sayso.prepare.workers import Workers, open_workers, run_batches
from sayso.words import BACKGROUND_NOISE

LEDGER = ".prepare.sqlite"
BATCH = 64  # files: long enough to be worth sending, short enough for the progress to move

T = TypeVar("T")


def prepare_clips(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    dry_run: bool = False,
    report: Report = silently,
) -> Summary:
    """Prepares all recordings below a folder: trims, measures, makes equally long, reports.

    Interrupted, the same call goes on where it was: a file whose bytes and settings are unchanged
    is neither measured nor written again. The bytes written do not depend on who does the work.

    Args:
        source: a folder, or a URL that fsspec knows; nothing in it is changed.
        target: the same; what an earlier run wrote there and this one would not is removed.
        settings: the choices; None for the usual ones.
        jobs: processes on this machine; None for one a core.
        scheduler: the address of a Dask scheduler whose workers reach both places.
        dry_run: whether only the manifest and the reports are written.
        report: told how far the work has come.

    Returns:
        What was done; files that could not be used are in `unusable`.

    Raises:
        SaysoError: source or target cannot be used, or no clip has sound in it.
    """
    settings = settings or Settings()
    from_, to = open_store(os.fspath(source)), open_store(os.fspath(target))
    check_apart(from_, to)
    files = sum(1 for _ in from_.find())
    if not files:
        raise SaysoError(f"{source} holds no sound files: name the folder with the recordings.")
    jobs = max(1, min(jobs or os.cpu_count() or 1, files // BATCH))
    with _open_ledger(to) as ledger:
        run = _Run(from_, to, settings, ledger, files, report)
        with open_workers(jobs, scheduler) as workers:
            labels = Labels(from_)
            run.measure(workers, labels)
            length_s = run.choose_length()
            written = 0 if dry_run else run.write(workers, labels, length_s)
        problems = write_manifest(ledger, to)
        summary = sum_up(ledger, problems, settings, length_s, str(from_), str(to), written)
        write_summary(ledger, problems, summary, from_, to)
    return summary


@dataclass(frozen=True)
class _Run:
    source: Store
    target: Store
    settings: Settings
    ledger: Ledger
    files: int
    report: Report

    def measure(self, workers: Workers, labels: Labels) -> None:
        """Measures all files whose bytes are not known yet."""
        measure, done = partial(measure_batch, self.source, self.settings), 0
        for found in run_batches(workers, measure, self._questions(labels)):
            names = [item if isinstance(item, str) else item.name for item in found]
            targets = [f"{stem_of(name)}.{self.settings.format}" for name in names]
            rows = zip(found, targets, map(labels.of, names), strict=True)
            self.ledger.see(rows, self.settings.measuring_key())
            done += len(found)
            self.report("Measuring", done, self.files)
        self.ledger.refuse_collisions()

    def choose_length(self) -> float | None:
        """The length of all clips in seconds; None where each keeps its own."""
        seconds = [*self.ledger.durations().values()]
        if not seconds:
            bad = self.ledger.rows(where="error IS NOT NULL", limit=1)
            first = next((str(row.error) for row in bad), "")
            raise SaysoError(f"{self.source} holds no clip with sound in it. {first}".strip())
        return target_s(self.settings.length, durations(np.concatenate(seconds)[:, 1]))

    def write(self, workers: Workers, labels: Labels, length_s: float | None) -> int:
        """Writes all files that are not there yet, and removes those that are out of date."""
        length = target_samples(length_s, self.settings.rate)
        write = partial(write_batch, self.source, self.target, self.settings, length)
        done = written = 0
        for batch in run_batches(workers, write, _batches(self._orders(length))):
            self.ledger.wrote((name, key) for name, key, _ in batch)
            written += sum(new for *_, new in batch)
            done += len(batch)
            self.report("Writing", done, self.files)
        stale = self.ledger.stale()
        for name in stale:
            self.target.remove(name)
        self.ledger.forget(stale)
        for name, content in labels.lists.items():
            self.target.write(name, content)
        return written

    def _questions(self, labels: Labels) -> Iterator[list[tuple[str, str | None, bool]]]:
        """Tells the workers of each file what is known of it; names that are no text end here."""
        key = self.settings.measuring_key()
        for batch in _batches(self.source.find()):
            texts = [name for name in batch if _is_text(name)]
            for name in set(batch) - set(texts):
                shown = name.encode(errors="backslashreplace").decode()
                error = f"{shown} has a name that is not UTF-8: rename it."
                lost = Found(shown, None, None, None, None, error=error)
                self.ledger.see([(lost, shown, Label("", "", ""))], key)
            known = self.ledger.known(texts, key)
            yield [
                (name, known.get(name), labels.of(name).word == BACKGROUND_NOISE) for name in texts
            ]

    def _orders(self, length: int | None) -> Iterator[Order]:
        for order, key in self.ledger.orders():
            yield order._replace(done=key == self.settings.writing_key(length, order.sha256))


@contextlib.contextmanager
def _open_ledger(store: Store) -> Iterator[Ledger]:
    """The ledger beside the clips; of a remote place a copy, which goes back in the end."""
    if isinstance(store, Folder):
        with Ledger(store.root / LEDGER, str(store)) as ledger:
            yield ledger
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, LEDGER)
        if store.exists(LEDGER):
            copy.write_bytes(store.read(LEDGER))
        try:
            with Ledger(copy, str(store)) as ledger:
                yield ledger
        finally:
            store.write(LEDGER, copy.read_bytes())


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch
