"""`sayso tune`: thresholds for as many false alarms as one can live with."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.corpus import Corpus
    from sayso.evaluation.scoring import Score
    from sayso.evaluation.tuning import Tuned
    from sayso.recognition import Model

HOURS = {"h": 1, "hour": 1, "d": 24, "day": 24, "week": 168}
SEED = 0  # which clips, and in which order


def tune(
    background: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="SOUND",
            help="Your own background, without commands: a file or a folder; may be repeated.  "
            "[default: a minute of noise inside sayso]",
        ),
    ] = None,
    commands: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Recordings of the commands, a folder for each word.  "
            "[default: the sample inside sayso]",
        ),
    ] = None,
    words: Annotated[
        str | None, typer.Option(metavar="W,W…", help="The words you will listen for.")
    ] = None,
    max_false_alarms: Annotated[
        str,
        typer.Option(metavar="N/h", help="Allowed for all words together: 0.5/h, 3/day, 1/week."),
    ] = "0.5/h",
    model: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="small, or a file from sayso export.")
    ] = None,
    pack: console.Pack = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the thresholds go.  [default: where sayso listen finds them]",
        ),
    ] = None,
    page: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the picture of it goes.")
    ] = Path("tune.html"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Chooses a threshold for each word: few missed commands at an allowed rate of false alarms.

    Record an hour or more of what your microphone hears all day, the radio and talk included, but
    none of the commands. At most a hundred recordings of each command are used.

    A taught word needs recordings of its own, a folder of its name in --commands; without any it
    keeps the threshold that it was taught with.

    Example: sayso tune --background kitchen.wav --words yes,no,stop --max-false-alarms 3/day
    """
    per_hour = parse_rate(max_false_alarms)
    import numpy as np

    from sayso import audio
    from sayso.evaluation.recordings import hear_background, hear_commands
    from sayso.evaluation.scoring import score
    from sayso.evaluation.tuning import tune
    from sayso.recognition import load
    from sayso.recognition.stream import listening_thresholds
    from sayso.recognition.thresholds import save_thresholds

    chosen_model = console.with_taught(load(model), pack).model
    asked = None if words is None else [word.strip() for word in words.split(",")]
    own = listening_thresholds(chosen_model, None, asked)
    listened = [
        word for word, each in zip(chosen_model.words, own, strict=True) if math.isfinite(each)
    ]
    rng = np.random.default_rng(SEED)
    with _recordings(background, commands) as (sounds, corpus):
        kept = _without_recordings(chosen_model, corpus).intersection(listened)
        chosen = [word for word in listened if word not in kept]
        paths = audio.gather(sounds)
        with console.reporting("recordings") as report:
            heard, noise = hear_background(paths, chosen_model, report)
        with console.reporting("clips") as report:
            said = hear_commands(corpus, chosen or listened, noise, chosen_model, rng, report)
    everything = [each for condition in said.values() for each in condition]
    with console.reporting("of all") as report:
        tuned = tune(heard, everything, own, chosen, per_hour, report)
    thresholds = listening_thresholds(chosen_model, tuned.thresholds, listened)
    scores = {name: score(condition, thresholds) for name, condition in said.items()}
    figures = _figures(tuned, scores, per_hour)
    target = save_thresholds(chosen_model, tuned.thresholds, out, tuned_on=figures["tuned_on"])
    drawn = _draw(tuned, page)
    sounded = Counter(event.word for event in score(heard, thresholds).false_alarms)
    for word in sorted(kept):
        times = "once" if sounded[word] == 1 else f"{sounded[word]} times"
        console.err.print(
            f"{word} has no recordings among the commands: it keeps the threshold that it was "
            f"taught with, and sounded {times} in the background.",
            markup=False,
            soft_wrap=True,
        )
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    _print(tuned, scores, per_hour)
    if drawn:
        console.err.print(f"The curves are in {page}.", markup=False, soft_wrap=True)
    use = "sayso listen uses them" if out is None else f"use them with --thresholds {out}"
    console.err.print(f"The thresholds are in {target}: {use}.", markup=False, soft_wrap=True)


def parse_rate(text: str) -> float:
    """False alarms per hour, of text like `0.5/h`, `3/day` or `1/week`.

    Raises:
        typer.BadParameter: it is no such text.
    """
    match = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*/\s*([a-z]+)\s*", text)
    if match is None or match[2] not in HOURS or not float(match[1]):
        raise typer.BadParameter(f"{text!r} is no rate: write it as 0.5/h, 3/day or 1/week.")
    return float(match[1]) / HOURS[match[2]]


def _without_recordings(model: Model, corpus: Corpus) -> set[str]:
    """The taught words that nothing is known of: the model is less sure of them than of its own."""
    from sayso.recognition.taught import TaughtModel

    taught = model.taught if isinstance(model, TaughtModel) else ()
    return {each.word for each in taught} - set(corpus.words)


@contextmanager
def _recordings(
    background: list[Path] | None, commands: Path | None
) -> Iterator[tuple[list[Path], Corpus]]:
    """The background and the commands: those named, else those of the bundled sample."""
    from sayso.corpus import read_corpus
    from sayso.corpus.sample import write_sample

    if background and commands:
        yield background, read_corpus(commands)
        return
    with TemporaryDirectory() as folder:
        sample = Path(folder, "sample")
        write_sample(sample)
        bundled = read_corpus(sample)
        corpus = read_corpus(commands) if commands else bundled
        yield background or list(bundled.noise), corpus


def _draw(tuned: Tuned, page: Path) -> bool:
    """Draws the curves where the library for it is installed."""
    if find_spec("plotly") is None:
        console.err.print('No picture: that takes pip install "sayso\\[web]".')
        return False
    from sayso.evaluation.picture import draw_tuning

    draw_tuning(tuned, page)
    return True


def _figures(tuned: Tuned, scores: Mapping[str, Score], per_hour: float) -> dict[str, Any]:
    hours = tuned.curves.hours
    missed = {name: score.missed_by_word() for name, score in scores.items()}
    return {
        "words": {
            word: {
                "threshold": None if math.isinf(threshold) else threshold,
                "false_alarms": tuned.false_alarms[word],
                "recordings": int(tuned.curves.said[index]) // len(scores),
                "missed": {name: by_word[word].right for name, by_word in missed.items()
                           if word in by_word},
            }
            for index, (word, threshold) in enumerate(tuned.thresholds.items())
        },
        "false_alarms_per_hour": round(tuned.false_alarms.total() / hours, 4),
        "upper_bound_per_hour": round(tuned.upper_per_hour, 4),
        "tuned_on": {
            "background_hours": round(hours, 4),
            "recordings": int(tuned.curves.said.sum()) // len(scores),
            "max_false_alarms_per_hour": per_hour,
        },
    }  # fmt: skip


def _print(tuned: Tuned, scores: Mapping[str, Score], per_hour: float) -> None:
    from rich.table import Table

    from sayso.evaluation.intervals import poisson_upper

    table = Table(box=None, pad_edge=False)
    table.add_column("word")
    for name in ("threshold", "false alarms", *(f"missed {name}" for name in scores)):
        table.add_column(name, justify="right")
    missed = [score.missed_by_word() for score in scores.values()]
    for word, threshold in tuned.thresholds.items():
        shares = [by_word.get(word) for by_word in missed]
        cells = [f"{share.right} of {share.clips}" if share else "no recording" for share in shares]
        limit = "never" if math.isinf(threshold) else f"{threshold:.4f}"
        table.add_row(word, limit, str(tuned.false_alarms[word]), *cells)
    totals = [f"{score.missed.value:.1%}" for score in scores.values()]
    table.add_row("all", "", str(tuned.false_alarms.total()), *totals)
    console.print_table(table)
    hours, upper = tuned.curves.hours, tuned.upper_per_hour
    alarms = tuned.false_alarms.total()
    console.out.print(
        f"\n{alarms} false alarm{'s' * (alarms != 1)} in {_duration(hours)} of background: fewer "
        f"than {upper:.3g} an hour, with 95 % confidence, in sound like it.",
        soft_wrap=True,
    )
    needed_h = poisson_upper(0) / per_hour
    if upper > per_hour:
        more = (
            "that takes more background."
            if hours > needed_h
            else (f"even without a false alarm that takes {_duration(needed_h)} of background.")
        )
        console.out.print(f"To be as sure of {per_hour:.3g} an hour: {more}", soft_wrap=True)


def _duration(hours: float) -> str:
    if hours >= 1:
        return f"{hours:.1f} h"
    return f"{60 * hours:.0f} min" if hours >= 1 / 60 else f"{3600 * hours:.0f} s"
