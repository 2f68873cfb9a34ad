"""`sayso evaluate`: how good a model is on a split of a data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli import console
from sayso.cli.evaluate_report import (
    Job,
    evaluate_clips,
    evaluate_other,
    print_comparison,
    write_evaluation_report,
)
from sayso.cli.evaluate_stream import StreamOptions, evaluate_stream
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.corpus import Split
    from sayso.evaluation import Evaluation, Share
    from sayso.evaluation.report import Other
    from sayso.recognition import Model

WELL_FILLED = 1000  # training clips; of rarer words a model knows less


def evaluate(
    model: Annotated[str, typer.Argument(help="A model file, or base for the packaged one.")],
    data: Annotated[Path, typer.Argument(metavar="DIR", help="The data set.")],
    split: Annotated[str, typer.Option(help="training, validation or testing.")] = "validation",
    stream: Annotated[
        bool, typer.Option("--stream", help="In long streams, as sayso listen would hear them.")
    ] = False,
    snr: Annotated[
        float | None,
        typer.Option(metavar="DB", help="Commands over noise; inf for none.  [default: 10]"),
    ] = None,
    words: Annotated[
        str | None, typer.Option(metavar="W,W…", help="Listen for these words only.")
    ] = None,
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Thresholds from sayso tune; else your own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Same seed, same streams.  [default: 0]")
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=f"Judge words from sayso teach too; yours: {console.OWN_PACK}."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write report.html and report.json there.")
    ] = None,
    noise: Annotated[
        bool, typer.Option("--noise", help="In the report, each noise too: 24 times as long.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Compare with another model, or base.")
    ] = None,
    break_when: console.BreakWhen = None,
    debugger: console.Debugger = "pdb",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measures how good a model is on clips of a data set.

    With --stream the clips are played one after the other, among pauses, noise and speech that is
    no command, and what a listener reports is held against what was said. --snr, --words,
    --thresholds and --seed are for it.

    --pack adds the words that the model was taught: a folder of clips named after one counts as
    that word. Without it the model is judged as its file is.

    --report makes a page to look at and to listen to; with --stream it has the streams as well.
    --against says whether the difference between two models is real.

    Example: sayso evaluate base speech_commands --split validation
    """
    if not stream and (snr, words, thresholds, seed) != (None,) * 4:
        raise typer.BadParameter("--snr, --words, --thresholds and --seed need --stream.")
    if stream and report is None and (against or break_when):
        raise typer.BadParameter("--against and --break-when look at clips: leave out --stream.")
    if report:
        console.need("web")
    elif noise:
        raise typer.BadParameter("--noise needs --report.")
    from sayso.corpus import read_corpus
    from sayso.recognition import load

    chosen = _split(split)
    recognizer = load(model, pack)
    corpus = read_corpus(data)
    streams = None
    if stream:
        options = StreamOptions(words, thresholds, 10.0 if snr is None else snr, seed or 0)
        streams = evaluate_stream(recognizer.model, corpus, chosen, options, as_json)
        if not report:
            return
    name = f"{model} with {pack.name}" if pack else model
    job = Job(name, recognizer, corpus, chosen)
    evaluation = evaluate_clips(job, break_when, debugger)
    other = evaluate_other(job, evaluation, against) if against else None
    groups = _groups(evaluation, recognizer.model)
    if not stream:
        _show(job, evaluation, groups, other, as_json)
    if report:
        write_evaluation_report(
            job, evaluation, groups, report, noise=noise, streams=streams, other=other
        )


def _split(name: str) -> Split:
    from sayso.corpus import SPLITS

    for split in SPLITS:
        if split == name:
            return split
    raise SaysoError(f"There is no split {name}: name one of {', '.join(SPLITS)}.")


def _show(
    job: Job,
    evaluation: Evaluation,
    groups: dict[str, Share],
    other: Other | None,
    as_json: bool,
) -> None:
    if as_json:
        figures = _as_json(evaluation, groups)
        if other:
            from sayso.evaluation.report import against

            figures["against"] = against(job.model, other)
        typer.echo(json.dumps(figures, indent=2))
        return
    _print(evaluation, groups)
    if other:
        print_comparison(job.model, other)


def _groups(evaluation: Evaluation, model: Model) -> dict[str, Share]:
    """The accuracies that stand for the whole, by what each is of; those of no clips left out."""
    from sayso.recognition.taught import TaughtModel
    from sayso.words import CORE, NO_COMMAND

    trained_on = _trained_on(model)
    words = [word for word in evaluation.words if word not in NO_COMMAND]
    filled = [word for word in words if trained_on.get(word, 0) >= WELL_FILLED]
    groups = {f"{len(words)} words": evaluation.closed()}
    if filled and len(filled) < len(words):
        name = f"the {len(filled)} words with {WELL_FILLED} training clips or more"
        groups[name] = evaluation.closed(filled)
    if set(CORE) < set(words):
        groups["the ten core commands"] = evaluation.closed(CORE)
    if isinstance(model, TaughtModel):
        groups["the words taught"] = evaluation.closed([each.word for each in model.taught])
    groups["all classes, _unknown_ and _silence_ included"] = evaluation.open()
    return {name: share for name, share in groups.items() if share.clips}


def _trained_on(model: Model) -> dict[str, int]:
    """Training clips by word; none where the model file does not tell."""
    try:
        clips = json.loads(model.metadata["training"])["data"]["clips"]
        return {word: int(counts.get("training", 0)) for word, counts in clips.items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _as_json(evaluation: Evaluation, groups: dict[str, Share]) -> dict[str, Any]:
    from sayso.evaluation.report import figures

    return {
        "accuracy": {name: figures(share) for name, share in groups.items()},
        "by_class": {word: figures(share) for word, share in evaluation.by_class().items()},
        "confusions": [
            {"word": word, "taken_for": other, "clips": count}
            for word, other, count in evaluation.confusions()
        ],
    }


def _print(evaluation: Evaluation, groups: dict[str, Share]) -> None:
    from rich.table import Table

    confusions = evaluation.confusions()
    table = Table(box=None, pad_edge=False)
    for name in ("word", "clips", "right", "taken for"):
        table.add_column(name, justify="right" if name in ("clips", "right") else "left")
    for word, share in evaluation.by_class().items():
        taken_for = [f"{other} {count}" for mine, other, count in confusions if mine == word]
        table.add_row(word, str(share.clips), f"{share.value:.1%}", ", ".join(taken_for[:3]))
    console.print_table(table)

    pairs = evaluation.confused_words()[:8]
    most = ", ".join(f"{one} and {two} {count}" for one, two, count in pairs)
    console.out.print(f"\nmost confused words: {most or 'none'}\n")
    table = Table(box=None, pad_edge=False)
    for name in ("accuracy among", "right", "95 % interval", "clips"):
        table.add_column(name, justify="left" if name.startswith("accuracy") else "right")
    for name, share in groups.items():
        low, high = share.interval()
        table.add_row(name, f"{share.value:.2%}", f"{low:.2%} to {high:.2%}", str(share.clips))
    console.print_table(table)
