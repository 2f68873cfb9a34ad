"""False alarms per hour on ten hours without commands, and misses: the tables of its page.

    python -m benchmarks.false_alarms DATA

DATA holds `speech_commands_v0.02`, `speech_without_words` and `unknown`. How the sound is made and
what the columns mean stands in docs/false-alarms.md, where the tables go. What the network says of
a sound is kept, so an interrupted run goes on where it stopped, and a second one takes minutes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from benchmarks.cross_validation import cross_validate, each_its_own, one_for_all
from benchmarks.held_out import CONDITIONS, SPLITS, Cache, Heard, Side, read_sides
from benchmarks.keyphrases import Found, find_keyphrases, keyphrase_events, strongest

from sayso.audio import SAMPLE_RATE
from sayso.evaluation.accuracy import Share
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import Score, score
from sayso.evaluation.streams import Stream
from sayso.evaluation.stretch import Round
from sayso.evaluation.tuning import GRID, grid_thresholds, tune
from sayso.files import write_text
from sayso.recognition import Model, load
from sayso.recognition.events import Floats
from sayso.recognition.stream import listening_thresholds
from sayso.words import CORE, NO_COMMAND

ALLOWED = 0.5  # false alarms an hour
HOURS = 5.0  # that each side is stretched to: ten in all
KEYPHRASE_HOURS = 2.0  # of each: PocketSphinx takes two minutes an hour
SHOWN = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)  # thresholds
SHOWN_KEYPHRASE = (-20, -15, -10, -5, 0, 5, 10, 15, 20, 30)  # log10 of them
FIGURES = ("false alarms/h", "without stretching", *(f"missed {name}" for name in CONDITIONS))
PAGE = Path(__file__).parents[1] / "docs" / "false-alarms.md"
BEGIN, END = "<!-- the tables: python -m benchmarks.false_alarms DATA -->", "<!-- end -->"


def rate(total: Score) -> str:
    """False alarms per hour with their interval, as a cell."""
    low, high = total.false_alarms_interval()
    return f"{total.false_alarms_per_hour:.2f} ({low:.2f} to {high:.2f})"


def percent(share: Share) -> str:
    """A share as a cell."""
    return f"{share.value:.1%}"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """A table in Markdown, the first column to the left."""
    rule = " | ".join(["---", *["---:"] * (len(head) - 1)])
    return "\n".join(f"| {row} |" for row in (" | ".join(head), rule, *rows))


def describe(splits: dict[str, list[Side]]) -> str:
    """What the sides are made of."""
    rows = []
    for split, sides in splits.items():
        for side in sides:
            kinds = Counter(each.kind for each in side.recordings)
            minutes = sum(len(each.samples) for each in side.recordings) / SAMPLE_RATE / 60
            counts = (kinds[kind] for kind in (*SPLITS["phrase"], "unknown", "noise"))
            cells = " | ".join(map(str, counts))
            rows.append(
                f"{split} | {side.name} | {cells} | {minutes:.1f} min | {len(side.commands)}"
            )
    kinds_of = (*(f'"{phrase}"' for phrase in SPLITS["phrase"]), "unknown", "noises")
    return table(("split by", "side", *kinds_of, "as recorded", "commands"), rows) + "\n"


def alike(model: Model, threshold: float) -> Floats:
    """The same threshold for each of the ten words, `(classes,)`."""
    return grid_thresholds(model.words, CORE, threshold)


def lowest(model: Model, heard: Heard) -> float:
    """The lowest threshold, one for all words, that keeps the allowed rate."""
    return min(
        threshold
        for threshold in map(float, GRID)
        if score(heard.stretched, alike(model, threshold)).false_alarms_per_hour <= ALLOWED
    )


def figures(pairs: Sequence[tuple[Heard, Floats]]) -> str:
    """False alarms and misses of sides together, each at its thresholds, as cells."""

    def total(listenings: Callable[[Heard], list[Listening]]) -> Score:
        result = Score()
        for heard, thresholds in pairs:
            for each in listenings(heard):
                result.add(each.spoken, each.events(thresholds), each.seconds)
        return result

    def missed(name: str) -> str:
        return percent(total(lambda heard: heard.commands[name]).missed)

    alarms = (total(lambda heard: heard.stretched), total(lambda heard: heard.recorded))
    return " | ".join((*map(rate, alarms), *map(missed, CONDITIONS)))


def choices(model: Model, split: str, sides: Sequence[Heard]) -> tuple[list[str], list[str]]:
    """Thresholds chosen on each side and reported on the other: rows, and what was chosen."""
    lines = []
    own = listening_thresholds(model, None, CORE)
    pairs: dict[str, list[tuple[Heard, Floats]]] = {"one for all": [], "`sayso tune`": []}
    names = []
    for on, by in ((sides[0], sides[1]), (sides[1], sides[0])):
        commands = [each for condition in on.commands.values() for each in condition]
        one = lowest(model, on)
        tuned = tune(on.stretched, commands, own, CORE, ALLOWED).thresholds
        names.append(f"{on.side.name} | {by.side.name}")
        pairs["one for all"].append((by, alike(model, one)))
        pairs["`sayso tune`"].append((by, listening_thresholds(model, tuned, CORE)))
        each = ", ".join(f"{word} {threshold:.4f}" for word, threshold in tuned.items())
        lines.append(f"- {on.side.name}: {one:.4f} for all; {each}")
    rows = []
    for what, chosen in pairs.items():
        for name, pair in zip(names, chosen, strict=True):
            rows.append(f"{split} | {what} | {name} | {figures([pair])}")
        rows.append(f"**{split}** | {what} | each side | the other | {figures(chosen)}")
    return rows, lines


def held_out_voices(sides: Sequence[Heard]) -> str:
    """Both ways to choose, cross-validated within each side."""
    rules = {"one for all": one_for_all, "`sayso tune`": each_its_own}
    rows = []
    for side in sides:
        for rule, result in cross_validate(side, rules, ALLOWED).items():
            missed = " | ".join(f"{share:.1%}" for share in result.missed)
            rows.append(
                f"{side.side.name} | {rule} | {result.false_alarms_per_hour:.2f} | {missed}"
            )
    head = ("within", "thresholds", "false alarms/h", *FIGURES[2:])
    return table(head, rows)


def curve(model: Model, heard: Sequence[Heard]) -> str:
    """The figures at one threshold after the other."""
    rows = []
    for each in SHOWN:
        thresholds = alike(model, each)
        rows.append(f"{each} | {figures([(side, thresholds) for side in heard])}")
    return table(("threshold", *FIGURES), rows)


def sources(model: Model, heard: Heard, threshold: float) -> str:
    """The false alarms by word and by kind of recording, and how many recordings cause them."""
    words, kinds, names = Counter[str](), Counter[str](), set()
    for listening, played in zip(heard.stretched, heard.rounds, strict=True):
        for event in listening.events(alike(model, threshold)):
            recording = played.at(event.start_s)
            words[event.word] += 1
            kinds[recording.kind] += 1
            names.add(recording.name)
    return (
        f"- {heard.side.name}: {_counts(words)}; by sound {_counts(kinds)}; "
        f"{len(names)} of {len(heard.side.recordings)} recordings"
    )


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common(6)) or "none"


def report_model(name: str, model: Model, heard: dict[str, list[Heard]]) -> str:
    """The section of one model."""
    rows, lines = [], []
    for split, sides in heard.items():
        chosen_rows, chosen = choices(model, split, sides)
        rows += chosen_rows
        lines += chosen
    head = ("split by", "thresholds", "chosen on", "reported on", *FIGURES)
    everything = [word for word in model.words if word not in NO_COMMAND]
    speakers, phrases = heard["speaker"], heard["phrase"]
    wide = score(
        [each for side in speakers for each in side.stretched],
        grid_thresholds(model.words, everything, 0.9),
    )
    return "\n".join(
        [
            f"### {name}\n",
            table(head, rows),
            "\nThe thresholds chosen:\n",
            *lines,
            "\nChosen on four fifths of the voices of a side, counted on the others:\n",
            held_out_voices([*speakers, *phrases]),
            "\nOne threshold for all words, both sides of the split by speaker together "
            f"({2 * HOURS:g} hours; listening for all {len(everything)} words instead, at 0.9: "
            f"{rate(wide)} false alarms an hour):\n",
            curve(model, speakers),
            *(f"\nThe same, {side.side.name} alone:\n\n{curve(model, [side])}" for side in phrases),
            "\nWhere they come from, at a threshold of 0.7:\n",
            *(sources(model, side, 0.7) for side in (*speakers, *phrases)),
            "",
        ]
    )


def report_keyphrases(sides: list[Side], folder: Path) -> str:
    """The section of PocketSphinx: threshold chosen on the first side, reported on the second."""
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

    choice, report = (all_of(side.rounds(KEYPHRASE_HOURS)) for side in sides)
    recorded = all_of(sides[1].rounds(None))
    commands = {name: all_of(sides[1].streams(snr)) for name, snr in CONDITIONS.items()}
    print()

    def row(name: str, threshold: float) -> str:
        alarms = " | ".join(rate(add_up(each, threshold)) for each in (report, recorded))
        missed = " | ".join(percent(add_up(x, threshold).missed) for x in commands.values())
        return f"{name} | {alarms} | {missed}"

    grid = np.arange(-20, 80, 0.5)
    allowed = [t for t in grid if add_up(choice, t).false_alarms_per_hour <= ALLOWED]
    rows = [row(f"1e{threshold}", threshold) for threshold in SHOWN_KEYPHRASE]
    rows.append(row(f"chosen on {sides[0].name}: 1e{min(allowed):.1f}", min(allowed)))
    return "\n".join(
        ["### PocketSphinx keyword spotting", "", table(("threshold", *FIGURES), rows), ""]
    )


def main() -> None:
    """Measures and writes the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", nargs="+", default=["base"], help="base or model files")
    parser.add_argument("--cache", type=Path, default=Path("build/false_alarms"))
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    splits = {split: read_sides(given.data, split) for split in SPLITS}
    sections = [describe(splits)]
    for name in given.model:
        model = load(None if name == "base" else name).model
        heard = {
            split: [Heard.by(model, side, HOURS, given.cache) for side in sides]
            for split, sides in splits.items()
        }
        sections.append(report_model(Path(name).stem, model, heard))
    if find_spec("pocketsphinx"):
        sections.append(report_keyphrases(splits["phrase"], given.cache))
    else:
        print("Without PocketSphinx: pip install pocketsphinx")
    tables = "\n".join(sections)
    print(tables)
    before, rest = given.page.read_text(encoding="utf-8").split(BEGIN)
    write_text(given.page, f"{before}{BEGIN}\n\n{tables}\n{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
