"""What listening costs, how late commands come, and whether memory stays flat.

    python benchmarks/stream.py                       ten minutes of the bundled clips
    python benchmarks/stream.py DATA                  commands of validation speakers, in noise
    python benchmarks/stream.py DATA --threshold 0.9

DATA is a folder in the layout of Speech Commands. Sound is fed in blocks of 50 ms, as a microphone
gives it, only faster. The cost is processor time over the time of the sound. A command is late by
the time from its end, as `prepare.edges` finds it in the clip, to the end of the block that brought
the event, and the time that the block took to work through; a negative lateness is an event that
came before the word was quite over.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np

import sayso
from sayso.corpus import read_corpus
from sayso.corpus.noise import Noise
from sayso.evaluation.streams import Spoken, Stream, corpus_streams, make_streams
from sayso.recognition import Detection, Detector
from sayso.recognition.sources import sound_blocks
from sayso.recognition.stream import listening_thresholds
from sayso.words import CORE

SNR_DB = 20.0
LATEST_S = 1.0  # an event after that is none of this command
MEBIBYTE = 1 << 20


def streams(data: Path | None) -> Iterator[Stream]:
    """Streams without end."""
    for seed in count():
        rng = np.random.default_rng(seed)
        if data:
            yield from corpus_streams(read_corpus(data), "validation", CORE, SNR_DB, rng)
        else:
            folder = Path(sayso.__file__).parent / "bundled" / "clips"
            clips = [(path.stem, path) for path in sorted(folder.glob("*.opus"))]
            yield from make_streams(clips, Noise([]), SNR_DB, rng)


def memory_mib() -> float:
    """What this process holds at the moment; only Linux tells."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return float("nan")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def first_event(
    spoken: Spoken, events: list[tuple[Detection, float]]
) -> tuple[Detection, float] | None:
    """The first event for a command and when it came; None where the command was missed."""
    for detection, came_s in events:
        of_this = spoken.start_s < came_s < spoken.end_s + LATEST_S
        if of_this and detection.word == spoken.word:
            return detection, came_s
    return None


def main() -> None:
    """Listens, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", metavar="DATA")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--threshold", type=float, help="for all words; else the model's own")
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    model = sayso.load(options.model).model
    words = Detector(model).words
    thresholds = dict.fromkeys(words, options.threshold) if options.threshold else None
    detector = Detector(model, thresholds=thresholds)
    print(f"thresholds {sorted(set(listening_thresholds(model, thresholds, words).tolist()))}")

    late, away, missed, busy_s = [], [], 0, 0.0
    for stream in streams(options.data):
        began_s = detector.heard_s
        events = []
        for block in sound_blocks(stream.samples):
            worked, clock = time.process_time(), time.perf_counter()
            found = detector.feed(block)
            busy_s += time.process_time() - worked
            came_s = detector.heard_s - began_s + time.perf_counter() - clock
            events += [(detection, came_s) for detection in found]
        for spoken in stream.spoken:
            event = first_event(spoken, events)
            if event is None:
                missed += 1
                continue
            detection, came_s = event
            late.append(1000 * (came_s - spoken.end_s))
            away.append(1000 * abs(detection.start_s - began_s - spoken.start_s))
        if detector.heard_s >= 60 * options.minutes:
            break
    heard_s, memory = detector.heard_s, memory_mib()
    median, most = np.percentile(late, [50, 95])
    print(f"sound      {heard_s / 60:.1f} min, {len(late) + missed} commands, {missed} missed")
    print(f"cost       {busy_s / heard_s:.2%} of one core, {100 * busy_s / heard_s:.2f} ms a hop")
    print(f"lateness   median {median:.0f} ms, 95 % {most:.0f} ms")
    median, most = np.percentile(away, [50, 90])
    print(f"beginning  right to {median:.0f} ms (median), {most:.0f} ms (90 %)")
    while detector.heard_s < 2 * heard_s:
        detector.feed(stream.samples)
    print(f"memory     {memory:.1f} MiB, {memory_mib():.1f} MiB after as much sound again")


if __name__ == "__main__":
    main()
