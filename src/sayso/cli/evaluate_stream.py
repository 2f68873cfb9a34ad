"""`sayso evaluate --stream`: what a listener gets right, misses and imagines in long streams."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.corpus import Corpus, Split
    from sayso.evaluation.listening import Listening
    from sayso.evaluation.scoring import Score
    from sayso.recognition import Model


@dataclass(frozen=True)
class StreamOptions:
    """What the command line says of the streams: words, thresholds, dB of signal to noise, seed."""

    words: str | None
    thresholds: Path | None
    snr_db: float
    seed: int


class Streams(NamedTuple):
    """What the network said of the streams, and the words listened for."""

    listenings: list[Listening]
    words: list[str]


def evaluate_stream(
    model: Model, corpus: Corpus, split: Split, options: StreamOptions, as_json: bool
) -> Streams:
    """Plays the clips of a split as streams and prints how a listener does."""
    import numpy as np

    from sayso.evaluation.listening import Listening
    from sayso.evaluation.scoring import Score
    from sayso.evaluation.streams import corpus_streams
    from sayso.recognition.stream import listening_thresholds
    from sayso.recognition.thresholds import default_path, load_thresholds

    if math.isnan(options.snr_db):
        raise typer.BadParameter("--snr is a number of dB, or inf for no noise.")
    tuned = load_thresholds(model, options.thresholds)
    asked = None if options.words is None else [word.strip() for word in options.words.split(",")]
    thresholds = listening_thresholds(model, tuned, asked)
    listened = [
        word for word, each in zip(model.words, thresholds, strict=True) if math.isfinite(each)
    ]
    total = sum(clip.word in listened for clip in corpus.of(split))
    score, done = Score(), 0
    streams = Streams([], listened)
    rng = np.random.default_rng(options.seed)
    with console.reporting("commands") as report:
        for stream in corpus_streams(corpus, split, listened, options.snr_db, rng):
            listening = Listening.to(stream, model)
            streams.listenings.append(listening)
            score.add(stream.spoken, listening.events(thresholds), stream.seconds)
            done += len(stream.spoken)
            report("listening", done, total)
    if as_json:
        typer.echo(json.dumps(_as_json(score, options, tuned), indent=2))
        return streams
    _print(score)
    source = options.thresholds or default_path() if tuned else "the model file"
    console.err.print(f"The thresholds are those of {source}.", markup=False, soft_wrap=True)
    return streams


def _as_json(score: Score, options: StreamOptions, tuned: dict[str, float]) -> dict[str, Any]:
    def figures(missed: int, commands: int, interval: tuple[float, float]) -> dict[str, Any]:
        return {
            "commands": commands,
            "missed": missed,
            "interval": [round(end, 5) for end in interval],
        }

    latencies_s = _latencies_s(score)
    return {
        "snr_db": options.snr_db if math.isfinite(options.snr_db) else None,
        "seed": options.seed,
        "thresholds": "tuned" if tuned else "of the model file",
        "hours": round(score.hours, 5),
        **figures(score.missed.right, score.missed.clips, score.missed.interval()),
        "another_word_instead": len(score.mixups),
        "false_alarms": len(score.false_alarms),
        "false_alarms_per_hour": round(score.false_alarms_per_hour, 4),
        "false_alarms_interval": [round(end, 4) for end in score.false_alarms_interval()],
        "latency_s": None
        if latencies_s is None
        else dict(zip(("median", "p90"), latencies_s, strict=True)),
        "words": {
            word: figures(share.right, share.clips, share.interval())
            for word, share in score.missed_by_word().items()
        },
    }


def _latencies_s(score: Score) -> tuple[float, float] | None:
    """The median latency and the one that nine of ten events keep; None without a hit."""
    import numpy as np

    if not score.hits:
        return None
    median, most = np.quantile(score.latencies_s(), (0.5, 0.9))
    return round(float(median), 3), round(float(most), 3)


def _print(score: Score) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("word", "commands", "missed", "95 % interval", "false alarms"):
        table.add_column(name, justify="left" if name == "word" else "right")
    alarms = Counter(event.word for event in score.false_alarms)
    rows = {**score.missed_by_word(), "all": score.missed}
    for word, share in rows.items():
        low, high = share.interval()
        count = alarms.total() if word == "all" else alarms[word]
        table.add_row(
            word, str(share.clips), f"{share.value:.1%}", f"{low:.1%} to {high:.1%}", str(count)
        )
    console.print_table(table)
    low, high = score.false_alarms_interval()
    console.out.print(
        f"\n{score.false_alarms_per_hour:.2f} false alarms an hour (95 %: {low:.2f} to {high:.2f}) "
        f"in {score.hours:.2f} hours.",
        soft_wrap=True,
    )
    pairs = Counter((command.word, event.word) for command, event in score.mixups)
    most = ", ".join(f"{event} for {said} {n}" for (said, event), n in pairs.most_common(5))
    console.out.print(
        f"Another word in the place of {len(score.mixups)} commands: {most or '-'}.", soft_wrap=True
    )
    if latencies_s := _latencies_s(score):
        median, p90 = latencies_s
        console.out.print(
            f"From the end of the word to the event: {1000 * median:.0f} ms in the median, "
            f"{1000 * p90:.0f} ms or less for nine of ten.",
            soft_wrap=True,
        )
