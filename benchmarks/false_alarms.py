"""False alarms per hour on ten hours without commands, and misses: the tables of its page.

    python -m benchmarks.false_alarms DATA

DATA holds `speech_commands_v0.02`, `speech_without_words` and `unknown`. How the sound is made and
what the columns mean stands in docs/false-alarms.md, where the tables go. What the network says of
a sound is kept, so an interrupted run goes on where it stopped, and a second one takes a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.keyphrases import Found, find_keyphrases, keyphrase_events, strongest

from sayso import audio
from sayso.audio import Sound
from sayso.corpus import Clip, read_corpus, speaker_of, split_of
from sayso.corpus.noise import Noise
from sayso.evaluation.accuracy import Share
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import Score, score
from sayso.evaluation.streams import Stream, make_streams
from sayso.evaluation.stretch import Recording, Round, play_round
from sayso.evaluation.tuning import GRID, grid_thresholds, tune
from sayso.files import atomic_path, write_text
from sayso.recognition import Model, load
from sayso.recognition.events import Floats, hop_probabilities
from sayso.recognition.stream import listening_thresholds
from sayso.words import CORE, NO_COMMAND

ALLOWED = 0.5  # false alarms an hour
CHOICE_HOURS, REPORT_HOURS = 5.0, 10.0
KEYPHRASE_HOURS = 2.0  # of each: PocketSphinx takes two minutes an hour
CONDITIONS = {"clean": math.inf, "10 dB": 10.0}
SHOWN = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98)  # thresholds
SHOWN_KEYPHRASE = (-20, -15, -10, -5, 0, 5, 10, 15, 20, 30)  # log10 of them
SEED = 0
PAGE = Path(__file__).parents[1] / "docs" / "false-alarms.md"
BEGIN, END = "<!-- the tables: python -m benchmarks.false_alarms DATA -->", "<!-- end -->"


@dataclass(frozen=True)
class Part:
    """Sound to choose thresholds on, or to report on: no recording and no speaker is in both."""

    name: str
    recordings: list[Recording]
    noise: Noise
    commands: list[tuple[str, Path]]
    hours: float

    def rounds(self, *, stretched: bool) -> Iterator[Round]:
        """The recordings as they are, once; or stretched, round after round."""
        once_s = sum(len(each.samples) for each in self.recordings) / audio.SAMPLE_RATE
        for number in range(math.ceil(self.hours * 3600 / once_s) if stretched else 1):
            rng = np.random.default_rng([SEED, number])
            yield play_round(self.recordings, rng, self.noise if stretched else None)

    def streams(self, snr_db: float) -> Iterator[Stream]:
        """The commands, one after the other."""
        return make_streams(self.commands, self.noise, snr_db, np.random.default_rng(SEED))


def read_part(data: Path, phrase: str, half: int, hours: float) -> Part:
    """One half of what was held out: a phrase, and every second speaker and noise recording."""
    corpus = read_corpus(data / "speech_commands_v0.02")
    paths = sorted(corpus.noise)[half::2]
    noise = Noise.read(paths, held_out=True)
    phrases = audio.find(data / "speech_without_words" / phrase)
    recordings = [Recording(path.stem, phrase, audio.read(path)) for path in phrases]
    recordings += [
        Recording(path.stem, "unknown", audio.read(path))
        for path in audio.find(data / "unknown")
        if split_of(speaker_of(path.name)) == "validation" and _half(speaker_of(path.name)) == half
    ]
    recordings += [
        Recording(path.stem, "noise", samples)
        for path, samples in zip(paths, noise.recordings, strict=True)
    ]

    def belongs(clip: Clip) -> bool:
        return clip.word in CORE and _half(clip.speaker) == half

    commands = [(clip.word, clip.path) for clip in corpus.of("validation") if belongs(clip)]
    return Part(phrase, recordings, noise, commands, hours)


def _half(speaker: str) -> int:
    return hashlib.sha256(speaker.encode()).digest()[0] % 2


class Cache:
    """What was computed from sounds, kept in a folder by what it was computed by and from."""

    def __init__(self, folder: Path, by: str) -> None:
        self.folder, self.by = folder, by

    def get(
        self, samples: Sound, compute: Callable[[Sound], npt.NDArray[np.generic]]
    ) -> npt.NDArray[np.generic]:
        """Computes an array from a sound, or reads it where that was done before."""
        name = hashlib.sha256(self.by.encode() + samples.tobytes()).hexdigest()[:32]
        path = self.folder / f"{name}.npy"
        if path.exists():
            kept: npt.NDArray[np.generic] = np.load(path)
            return kept
        array = compute(samples)
        with atomic_path(path) as partial, partial.open("wb") as file:
            np.save(file, array)
        return array


@dataclass(frozen=True)
class Heard:
    """A part as a network heard it."""

    stretched: list[Listening]
    rounds: list[Round]
    recorded: list[Listening]
    commands: dict[str, list[Listening]]

    @classmethod
    def by(cls, model: Model, part: Part, folder: Path) -> Heard:
        """Runs the network over everything that is not in the cache."""
        cache = Cache(folder, hashlib.sha256(model.path.read_bytes()).hexdigest())

        def listen(stream: Stream | Round) -> Listening:
            probabilities = cache.get(stream.samples, lambda x: hop_probabilities(model, x))
            spoken = stream.spoken if isinstance(stream, Stream) else ()
            print(".", end="", flush=True)
            return Listening(model.words, probabilities.astype(np.float32), stream.seconds, spoken)

        stretched, rounds = [], []
        for each in part.rounds(stretched=True):
            stretched.append(listen(each))
            rounds.append(Round(each.samples[:0], each.passages))  # whose sound is not needed
        recorded = [listen(each) for each in part.rounds(stretched=False)]
        commands = {
            name: [listen(s) for s in part.streams(snr)] for name, snr in CONDITIONS.items()
        }
        print()
        return cls(stretched, rounds, recorded, commands)

    def missed(self, thresholds: Floats) -> str:
        """The cells of a table that say what is missed."""
        return " | ".join(
            percent(score(each, thresholds).missed) for each in self.commands.values()
        )

    def sources(self, thresholds: Floats) -> tuple[Counter[str], Counter[str], int]:
        """The false alarms by word and by kind of recording, and how many recordings cause them."""
        words, kinds, names = Counter[str](), Counter[str](), set()
        for listening, played in zip(self.stretched, self.rounds, strict=True):
            for event in listening.events(thresholds):
                recording = played.at(event.start_s)
                words[event.word] += 1
                kinds[recording.kind] += 1
                names.add(recording.name)
        return words, kinds, len(names)


def rate(total: Score) -> str:
    """False alarms per hour with their interval, as a cell."""
    low, high = total.false_alarms_interval()
    return f"{total.false_alarms_per_hour:.2f} ({low:.2f} to {high:.2f})"


def percent(share: Share) -> str:
    """A share as a cell."""
    return f"{share.value:.1%}"


def table(head: Sequence[str], rows: Sequence[str]) -> str:
    """A table in Markdown, the first column to the left."""
    rule = " | ".join(["---", *["---:"] * (len(head) - 1)])
    return "\n".join(f"| {row} |" for row in (" | ".join(head), rule, *rows))


def report_model(name: str, model: Model, choice: Heard, report: Heard, parts: list[Part]) -> str:
    """The section of one model."""
    everything = [word for word in model.words if word not in NO_COMMAND]

    def same(words: Sequence[str], threshold: float) -> Floats:
        return grid_thresholds(model.words, words, threshold)

    def lowest(heard: Heard) -> float:
        """The lowest threshold, one for all words, that keeps the allowed rate."""
        return min(
            threshold
            for threshold in map(float, GRID)
            if score(heard.stretched, same(CORE, threshold)).false_alarms_per_hour <= ALLOWED
        )

    def row(chosen_on: str, what: str, reported_on: int, chosen: Floats) -> str:
        heard = (choice, report)[reported_on]
        alarms = " | ".join(rate(score(x, chosen)) for x in (heard.stretched, heard.recorded))
        cells = (chosen_on, what, parts[reported_on].name, alarms, heard.missed(chosen))
        return " | ".join(cells)

    rows = []
    for on, by in ((0, 1), (1, 0)):
        heard, name_on = (choice, report)[on], parts[on].name
        commands = [each for condition in heard.commands.values() for each in condition]
        own = listening_thresholds(model, None, CORE)
        tuned = tune(heard.stretched, commands, own, CORE, ALLOWED)
        each = listening_thresholds(model, tuned.thresholds, CORE)
        one = lowest(heard)
        rows.append(row(name_on, f"{one:.4f} for all words", by, same(CORE, one)))
        rows.append(row(name_on, "each word its own, `sayso tune`", by, each))
    one = lowest(report)
    rows.append(row("the same sound", f"{one:.4f} for all words", 1, same(CORE, one)))
    figures = ("false alarms/h", "without stretching", *(f"missed {each}" for each in CONDITIONS))
    head = ("chosen on", "thresholds", "reported on", *figures)
    lines = [f"### {name}", "", table(head, rows), ""]

    rows = []
    for threshold in SHOWN:
        chosen = same(CORE, threshold)
        alarms = (score(x, chosen) for x in (report.stretched, report.recorded))
        wide = score(report.stretched, same(everything, threshold))
        cells = " | ".join(f"{each.false_alarms_per_hour:.1f}" for each in (*alarms, wide))
        rows.append(f"{threshold} | {cells} | {report.missed(chosen)}")
    head = ("threshold", *figures[:2], f"all {len(everything)} words/h", *figures[2:])
    lines += [table(head, rows), "", "Where they come from, at a threshold of 0.7:", ""]
    for heard, part in ((report, parts[1]), (choice, parts[0])):
        words, kinds, recordings = heard.sources(same(CORE, 0.7))
        lines.append(
            f"- {part.name}: {_counts(words)}; by sound {_counts(kinds)}; "
            f"{recordings} of {len(part.recordings)} recordings"
        )
    return "\n".join([*lines, ""])


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common(6)) or "none"


def report_keyphrases(parts: list[Part], folder: Path) -> str:
    """The section of PocketSphinx: threshold chosen on the first part, reported on the second."""
    cache = Cache(folder, "pocketsphinx" + ",".join(CORE))

    def find(stream: Stream | Round) -> Found:
        print(".", end="", flush=True)
        found = cache.get(stream.samples, lambda samples: find_keyphrases(samples, CORE))
        return strongest(found.astype(np.float64))

    def add_up(found: list[tuple[Found, Stream | Round]], threshold: float) -> Score:
        total = Score()
        for each, stream in found:
            events = keyphrase_events(each, CORE, threshold)
            spoken = stream.spoken if isinstance(stream, Stream) else ()
            total.add(spoken, events, stream.seconds)
        return total

    def all_of(streams: Iterator[Stream] | Iterator[Round]) -> list[tuple[Found, Stream | Round]]:
        return [(find(stream), stream) for stream in streams]

    short = [Part(p.name, p.recordings, p.noise, p.commands, KEYPHRASE_HOURS) for p in parts]
    choice, report = (all_of(part.rounds(stretched=True)) for part in short)
    recorded = all_of(short[1].rounds(stretched=False))
    commands = {name: all_of(short[1].streams(snr)) for name, snr in CONDITIONS.items()}
    print()

    def row(name: str, threshold: float) -> str:
        alarms = " | ".join(rate(add_up(each, threshold)) for each in (report, recorded))
        missed = " | ".join(percent(add_up(x, threshold).missed) for x in commands.values())
        return f"{name} | {alarms} | {missed}"

    grid = np.arange(-20, 80, 0.5)
    allowed = [t for t in grid if add_up(choice, t).false_alarms_per_hour <= ALLOWED]
    rows = [row(f"1e{threshold}", threshold) for threshold in SHOWN_KEYPHRASE]
    rows.append(row(f"chosen on {parts[0].name}: 1e{min(allowed):.1f}", min(allowed)))
    missed = (f"missed {each}" for each in CONDITIONS)
    head = ("threshold", "false alarms/h", "without stretching", *missed)
    return "\n".join(["### PocketSphinx keyword spotting", "", table(head, rows), ""])


def main() -> None:
    """Measures and writes the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", nargs="+", default=["base"], help="base or model files")
    parser.add_argument("--cache", type=Path, default=Path("build/false_alarms"))
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    parts = [
        read_part(given.data, "snowboy", 0, CHOICE_HOURS),
        read_part(given.data, "jarvis", 1, REPORT_HOURS),
    ]
    sections = [describe(parts)]
    for name in given.model:
        model = load(name).model
        choice, report = (Heard.by(model, part, given.cache) for part in parts)
        sections.append(report_model(Path(name).stem, model, choice, report, parts))
    if find_spec("pocketsphinx"):
        sections.append(report_keyphrases(parts, given.cache))
    else:
        print("Without PocketSphinx: pip install pocketsphinx")
    tables = "\n".join(sections)
    print(tables)
    before, rest = given.page.read_text(encoding="utf-8").split(BEGIN)
    write_text(given.page, f"{before}{BEGIN}\n\n{tables}\n{END}{rest.split(END)[1]}")


def describe(parts: list[Part]) -> str:
    """What the two parts are made of."""
    rows = []
    for use, part in zip(("choose", "report"), parts, strict=True):
        kinds = Counter(each.kind for each in part.recordings)
        minutes = sum(len(each.samples) for each in part.recordings) / audio.SAMPLE_RATE / 60
        rows.append(
            f"{use} | {part.name} | {kinds[part.name]} | {kinds['unknown']} | {kinds['noise']} | "
            f"{minutes:.1f} min | {part.hours:g} h | {len(part.commands)}"
        )
    head = ("to", "phrase", "of it", "unknown", "noises", "as recorded", "stretched to", "commands")
    return "\n".join([table(head, rows), ""])


if __name__ == "__main__":
    main()
