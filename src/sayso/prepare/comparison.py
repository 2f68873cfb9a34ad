"""Which library for what: speed, edges found, size and habits, measured in one run."""

from __future__ import annotations

import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from sayso.corpus.progress import Report, silently
from sayso.prepare.libraries import RECORDED_RATE, RELEASES_SEEN, Library, installed_libraries
from sayso.prepare.synthetic import MarkedClip, marked_clip
from sayso.prepare.trim import MARGIN_MS

SNRS_DB = (30, 20, 10)
TASKS = ("decode", "resample", "trim", "pad")
LONG = 24_000  # samples that a clip of one second is padded to
PATIENCE_S = 2.0  # a task; what is slow is timed on fewer clips
LOST_MS = 20.0  # of a word: more is heard


def compare_libraries(clips: int, seed: int = 0, report: Report = silently) -> str:
    """Measures all installed libraries on the same synthetic clips.

    Args:
        clips: for each signal-to-noise ratio and each of white and pink noise.
        seed: of the clips.
        report: told how far the work has come.

    Returns:
        A page of Markdown with two tables.
    """
    rng = np.random.default_rng(seed)
    marked = {
        snr_db: [
            marked_clip(rng, snr_db, colour) for colour in ("white", "pink") for _ in range(clips)
        ]
        for snr_db in SNRS_DB
    }
    libraries = installed_libraries()
    habits, edges = [], []
    with tempfile.TemporaryDirectory() as folder:
        stereo = Path(folder, "stereo.wav")
        soundfile.write(stereo, np.zeros((1000, 2)), 16_000)
        paths = _write(marked[20], Path(folder))
        for done, library in enumerate(libraries, 1):
            speeds = _speeds(library, marked[20], paths)
            habits.append([library.name, *speeds, *_array(library, stereo), *_package(library)])
            if library.trim:
                edges.append([library.name, *_edges(library, marked)])
            report("Comparing", done, len(libraries))
    return _page(clips, habits, edges)


def _write(clips: Iterable[MarkedClip], folder: Path) -> list[str]:
    paths = []
    for index, clip in enumerate(clips):
        paths.append(str(folder / f"{index}.wav"))
        soundfile.write(paths[-1], clip.samples, clip.rate)
    return paths


def _speeds(library: Library, clips: list[MarkedClip], paths: list[str]) -> Iterator[str]:
    second = np.resize(clips[0].samples, RECORDED_RATE)
    calls: dict[str, Callable[[int], Any] | None] = {
        "decode": library.decode and (lambda index: library.decode(paths[index])),
        "resample": library.resample and (lambda _: library.resample(second)),
        "trim": library.trim and (lambda index: library.trim(clips[index].samples)),
        "pad": library.pad and (lambda index: library.pad(clips[index].samples, LONG)),
    }
    for task in TASKS:
        call = calls[task]
        yield "" if call is None else f"{_clips_per_s(call, len(clips)):,.0f}"


def _clips_per_s(call: Callable[[int], Any], clips: int) -> float:
    """The best of three rounds, after a first call that may compile or load something."""
    call(0)
    start = time.perf_counter()
    call(0)
    count = max(3, min(clips, int(PATIENCE_S / 3 / max(time.perf_counter() - start, 1e-6))))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for index in range(count):
            call(index % clips)
        best = min(best, time.perf_counter() - start)
    return count / best


def _array(library: Library, stereo: Path) -> list[str]:
    """The order of the axes and the type of what two channels are decoded to."""
    if library.decode is None:
        return ["", ""]
    array = library.decode(str(stereo))
    shapes = {
        (1000, 2): "(samples, channels)",
        (2, 1000): "(channels, samples)",
        (2000,): "(samples * channels,)",
        (1000,): "(samples,), mixed",
    }
    return [shapes[array.shape], str(array.dtype)]


def _package(library: Library) -> list[str]:
    """Version, size with all that it needs, and last release."""
    if library.package is None:
        return ["", "", library.released]
    try:
        version = metadata.version(library.package)
    except metadata.PackageNotFoundError:  # run from a source tree
        return ["", "", library.released]
    size = sum(_bytes(name) for name in _needed(library.package, set()))
    return [version, f"{size / 1e6:.1f} MB", library.released]


def _needed(name: str, seen: set[str]) -> set[str]:
    """A distribution and the installed ones that it requires, extras left out."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    try:
        requires = metadata.requires(normal) or []
    except metadata.PackageNotFoundError:
        return seen
    if normal not in seen:
        seen.add(normal)
        for required in requires:
            if "extra ==" not in required:
                _needed(re.split(r"[^\w.-]", required, maxsplit=1)[0], seen)
    return seen


def _bytes(name: str) -> int:
    return sum(
        path.stat().st_size
        for file in metadata.files(name) or []
        if (path := Path(str(file.locate()))).is_file()
    )


def _edges(library: Library, marked: dict[int, list[MarkedClip]]) -> Iterator[str]:
    """For each ratio the median error of an edge, and how many words lose more than 20 ms."""
    trim = library.trim
    for clips in marked.values():
        few = clips if library.name != "sox" else clips[:: max(1, len(clips) // 60)]
        found = [(clip, trim(clip.samples)) for clip in few] if trim else []
        errors_ms, lost = [], 0
        for clip, edges in found:
            if edges is None:
                lost += 1
                continue
            early, late = edges.start - clip.start, clip.end - edges.end
            errors_ms += [abs(early) * 1000 / clip.rate, abs(late) * 1000 / clip.rate]
            lost += max(early, late) * 1000 / clip.rate - MARGIN_MS > LOST_MS
        yield f"{np.median(errors_ms):.0f} ms" if errors_ms else "none found"
        yield f"{100 * lost / len(found):.1f} %"


def _page(clips: int, habits: list[list[str]], edges: list[list[str]]) -> str:
    ratios = [title for snr in SNRS_DB for title in (f"error at {snr} dB", f"cut into at {snr} dB")]
    return "\n".join(
        (
            "# Which library for what",
            "",
            "Written by `sayso bench audio`; `make bench-audio` installs the libraries first.",
            f"Python {platform.python_version()}, {os.cpu_count()} cores, one of them used;"
            f" {2 * clips} synthetic clips of one second for each ratio, half in white and half in"
            " pink noise.",
            "",
            "## Speed, arrays, size",
            "",
            "Clips a second, one after the other: `decode` a WAV of 16 kHz, `resample` from 44.1 to"
            " 16 kHz, `trim`, `pad` to 1.5 s. Array and type are those of two channels decoded with"
            " the library's defaults; sayso pads with noise like the clip's own, the others with"
            " zeros. Size is that of the package and all it needs. Last releases"
            f" as of {RELEASES_SEEN}.",
            "",
            *_table(
                [
                    "library",
                    *TASKS,
                    "array",
                    "type",
                    "version",
                    "installed",
                    "last release",
                ],
                habits,
            ),
            "",
            "## Trimming: is the word whole?",
            "",
            "The true edges are known to the sample. `error` is the median distance between a true"
            " edge and the one found; `cut into` is the share of words that lose more than"
            f" {LOST_MS:g} ms although a margin of {MARGIN_MS:g} ms is left, or are not found."
            " librosa and audiomentations with their default thresholds (60 and 30 dB below the"
            " loudest frame), pydub 16 dB below the mean, webrtcvad at its mode 2, sox at 1 %.",
            "",
            *_table(["library", *ratios], edges),
            "",
        )
    )


def _table(titles: list[str], rows: list[list[str]]) -> list[str]:
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
