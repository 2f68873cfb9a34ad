"""`sayso evaluate`: how good a model is on a split of a data set."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli import console
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.evaluation import Evaluation, Share

WELL_FILLED = 1000  # training clips; of rarer words a model knows less


def evaluate(
    model: Annotated[str, typer.Argument(help="A model file, or base for the packaged one.")],
    data: Annotated[Path, typer.Argument(metavar="DIR", help="The data set.")],
    split: Annotated[str, typer.Option(help="training, validation or testing.")] = "validation",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measures how good a model is on clips of a data set.

    Example: sayso evaluate base speech_commands --split validation
    """
    from sayso.corpus import SPLITS, read_corpus
    from sayso.evaluation import evaluate
    from sayso.recognition import load

    chosen = next((name for name in SPLITS if name == split), None)
    if chosen is None:
        raise SaysoError(f"There is no split {split}: name one of {', '.join(SPLITS)}.")
    recognizer = load(None if model == "base" else model)
    corpus = read_corpus(data)
    with console.reporting("clips") as report:
        evaluation = evaluate(recognizer, corpus, chosen, report)
    trained_on = json.loads(recognizer.model.metadata["training"])["data"]["clips"]
    groups = _groups(evaluation, {word: count["training"] for word, count in trained_on.items()})
    if as_json:
        typer.echo(json.dumps(_as_json(evaluation, groups), indent=2))
    else:
        _print(evaluation, groups)


def _groups(evaluation: Evaluation, trained_on: dict[str, int]) -> dict[str, Share]:
    """The accuracies that stand for the whole, by what each is of."""
    from sayso.words import CORE, NO_COMMAND

    words = [word for word in evaluation.words if word not in NO_COMMAND]
    filled = [word for word in words if trained_on.get(word, 0) >= WELL_FILLED]
    groups = {f"{len(words)} words": evaluation.closed()}
    if filled and len(filled) < len(words):
        name = f"the {len(filled)} words with {WELL_FILLED} training clips or more"
        groups[name] = evaluation.closed(filled)
    if set(CORE) < set(words):
        groups["the ten core commands"] = evaluation.closed(CORE)
    groups["all classes, _unknown_ and _silence_ included"] = evaluation.open()
    return groups


def _as_json(evaluation: Evaluation, groups: dict[str, Share]) -> dict[str, Any]:
    def figures(share: Share) -> dict[str, Any]:
        return {"right": share.right, "clips": share.clips, "accuracy": round(share.value, 5)}

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

    pairs = Counter[tuple[str, str]]()
    for word, other, count in confusions:
        pairs[min(word, other), max(word, other)] += count
    most = ", ".join(f"{one} and {two} {count}" for (one, two), count in pairs.most_common(8))
    console.out.print(f"\nmost confused: {most or 'none'}\n")
    table = Table(box=None, pad_edge=False)
    for name in ("accuracy among", "right", "95 % interval", "clips"):
        table.add_column(name, justify="left" if name.startswith("accuracy") else "right")
    for name, share in groups.items():
        low, high = share.interval()
        table.add_row(name, f"{share.value:.2%}", f"{low:.2%} to {high:.2%}", str(share.clips))
    console.print_table(table)
