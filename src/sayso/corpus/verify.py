"""What is wrong with a data set: clips that cannot be used, or that make a figure untrue."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import soundfile

from sayso import audio
from sayso.corpus.clips import CorpusError, find_root, read_lists, speaker_in, stem_of
from sayso.corpus.progress import Report, silently
from sayso.corpus.split import Split
from sayso.words import BACKGROUND_NOISE

SILENT_PEAK = 0.001  # -60 dBFS: 33 steps of 16 bits
_CLIPS_WORTH_A_POOL = 4000  # decoding fewer takes no longer than starting processes

FaultKind: TypeAlias = Literal[
    "unreadable", "empty", "silent", "misplaced", "missing", "speaker in two splits", "duplicate"
]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `problem` goes on after the path: what it is, and what to do."""

    kind: FaultKind
    path: Path
    problem: str

    def __str__(self) -> str:
        return f"{self.path} {self.problem}"


@dataclass(frozen=True)
class Verification:
    """The number of sound files read, noise included, and the faults found."""

    files_read: int
    faults: tuple[Fault, ...]


def verify_corpus(folder: Path, report: Report = silently) -> Verification:
    """Reads all of a data set and looks for faults.

    They are: clips that are unreadable, empty, silent or have the same samples as another; files
    outside a word's folder or not sound; listed clips that are not there; speakers in two splits.

    Args:
        folder: the data set, or the folder that torchaudio unpacked it into.
        report: told the clips read.

    Raises:
        CorpusError: there is no such folder, nothing is in it, or a list is not text.
    """
    root = find_root(folder)
    clips, misplaced = _walk(root)
    faults = [*misplaced, *_check_lists(root, clips), *_check_sound(clips, report)]
    if not clips and not faults:
        raise CorpusError(
            f"{root} holds no clips: put the recordings of each word in a folder named after it."
        )
    return Verification(len(clips), tuple(faults))


def _walk(root: Path) -> tuple[list[Path], list[Fault]]:
    """The sound files in the folders, and the faults of files that do not belong where they are."""
    clips: list[Path] = []
    faults: list[Fault] = []
    for where, folders, names in os.walk(root):
        folders.sort()
        for path in (Path(where, name) for name in sorted(names) if not name.startswith(".")):
            is_sound = path.suffix.lower() in audio.SUFFIXES
            is_outside = path.parent == root
            if is_sound and not is_outside:
                clips.append(path)
            elif is_sound:
                problem = "is not in the folder of a word: move it there."
                faults.append(Fault("misplaced", path, problem))
            elif not is_outside and path.parent.name != BACKGROUND_NOISE:
                problem = "is not a sound file: move it out of the words' folders."
                faults.append(Fault("misplaced", path, problem))
    return clips, faults


def _check_lists(root: Path, clips: Sequence[Path]) -> Iterator[Fault]:
    """Without a list the SHA-1 rule decides, which puts no speaker in two splits."""
    lists = read_lists(root)
    names = [path.relative_to(root).as_posix() for path in clips]
    present = {stem_of(name): name for name in names if not name.startswith(BACKGROUND_NOISE)}
    sides: list[tuple[Split, Sequence[str]]] = list(lists.items())
    if lists:
        sides.append(("training", sorted(set(present).difference(*lists.values()))))
    splits: dict[str, Split] = {}
    for split, stems in sides:
        for stem in stems:
            name = present.get(stem, f"{stem}.wav")
            if stem not in present:
                problem = f"is in {split}_list.txt and not here: copy it here or mend the list."
                yield Fault("missing", root / name, problem)
            other = splits.setdefault(speaker_in(name), split)
            if other != split:
                problem = f"is in {split}, another clip of this speaker in {other}: mend the lists."
                yield Fault("speaker in two splits", root / name, problem)


def _check_sound(clips: Sequence[Path], report: Report) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for path, outcome in zip(clips, _listen_to_all(clips, report), strict=True):
        if isinstance(outcome, Fault):
            yield outcome
            continue
        twin = first.setdefault(outcome, path)
        if twin == path:
            continue
        if twin.parent.name == path.parent.name:
            advice = "remove one of them."
        else:
            advice = "listen to it and remove the one in the wrong folder."
        yield Fault("duplicate", path, f"has the same samples as {twin}: {advice}")


def _listen_to_all(clips: Sequence[Path], report: Report) -> Iterator[str | Fault]:
    """Decodes in processes: most of the time is spent where threads would wait for each other."""
    if len(clips) < _CLIPS_WORTH_A_POOL:
        for done, path in enumerate(clips, start=1):
            report("reading clips", done, len(clips))
            yield _listen(path)
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for done, outcome in enumerate(pool.map(_listen, clips, chunksize=200), start=1):
            report("reading clips", done, len(clips))
            yield outcome


def _listen(path: Path) -> str | Fault:
    """The hash of a clip's samples, or what is wrong with them."""
    try:
        samples = audio.read(path)
    except audio.SoundError as error:
        kind: FaultKind = "empty" if _is_empty(path) else "unreadable"
        return Fault(kind, path, str(error).removeprefix(f"{path} "))
    if np.abs(samples).max() < SILENT_PEAK:
        return Fault("silent", path, "is silent (below -60 dBFS): record it again or remove it.")
    return hashlib.blake2b(samples.tobytes(), digest_size=16).hexdigest()


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0 or int(soundfile.info(path).frames) == 0
    except (OSError, soundfile.LibsndfileError):
        return False
