"""`sayso data`: get a data set, count what is in it, look for faults, write the bundled sample."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.corpus.statistics import Statistics, Summary

app = typer.Typer(help="Gets, counts and checks recordings to train with.", no_args_is_help=True)

DataSet = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with a folder a word.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]

_MEGABYTE = 1_000_000


@app.command()
def get(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put it.")],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="URL|FILE", help="A mirror, or the archive already downloaded."
        ),
    ] = None,
) -> None:
    """Downloads Speech Commands v0.02 (2.4 GB, 4 GB unpacked); interrupted, it goes on later."""
    from sayso.corpus.published import SPEECH_COMMANDS, find_data_set, get_data_set

    if folder := find_data_set(SPEECH_COMMANDS, directory):
        console.out.print(f"{SPEECH_COMMANDS.name} is already in {folder}.", markup=False)
    else:
        with console.reporting("MB", _MEGABYTE) as report:
            folder = get_data_set(SPEECH_COMMANDS, directory, source, report)
        console.out.print(f"{SPEECH_COMMANDS.name} is now in {folder}.", markup=False)
    console.out.print(f"Licence: {SPEECH_COMMANDS.licence}")
    console.out.print(f"Cite: {SPEECH_COMMANDS.citation}")


@app.command()
def stats(directory: DataSet, as_json: Json = False) -> None:
    """Counts clips and speakers and measures durations, by word and by split."""
    from dataclasses import asdict

    from sayso.corpus.clips import read_corpus
    from sayso.corpus.statistics import compute_statistics

    corpus = read_corpus(directory)
    with console.reporting("clips") as report:
        statistics = compute_statistics(corpus, report)
    if as_json:
        typer.echo(json.dumps(asdict(statistics), indent=2))
    else:
        _print_table(statistics)


@app.command()
def verify(directory: DataSet, as_json: Json = False) -> None:
    """Looks for unusable, misplaced, missing and double clips, and for speakers in two splits."""
    from sayso.corpus.verify import verify_corpus

    with console.reporting("clips") as report:
        found = verify_corpus(directory, report)
    if as_json:
        faults = [
            {"kind": fault.kind, "path": str(fault.path), "problem": fault.problem}
            for fault in found.faults
        ]
        typer.echo(json.dumps({"files_read": found.files_read, "faults": faults}, indent=2))
    else:
        for fault in found.faults:
            console.out.print(f"{fault.kind}: {fault}", markup=False, soft_wrap=True)
        counts = Counter(fault.kind for fault in found.faults)
        told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        console.out.print(f"{found.files_read} sound files read, {told or 'no faults found'}.")
    if found.faults:
        raise typer.Exit(1)


@app.command()
def sample(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="An empty or new folder.")],
) -> None:
    """Writes the bundled sample: some 20 clips of each of the 35 words, no download needed."""
    from sayso.corpus.sample import write_sample

    write_sample(directory)
    console.out.print(
        f"A sample of Speech Commands is now in {directory}: see LICENSE.txt there.", markup=False
    )


def _print_table(statistics: Statistics) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    splits = list(statistics.by_split)
    table = Table(box=SIMPLE, padding=0)
    table.add_column("word", no_wrap=True)
    for heading in (*splits, "clips", "speakers", "min s", "mean s", "max s"):
        table.add_column(heading, justify="right", no_wrap=heading in splits)

    def add(name: str, clips: list[int], summary: Summary) -> None:
        counts = [*clips, summary.clips, summary.speakers]
        durations_s = (summary.shortest_s, summary.mean_s, summary.longest_s)
        table.add_row(name, *map(str, counts), *(f"{value:.2f}" for value in durations_s))

    for word, summary in statistics.by_word.items():
        held = statistics.by_word_and_split[word]
        add(word, [held[split].clips if split in held else 0 for split in splits], summary)
    table.add_section()
    for split, summary in statistics.by_split.items():
        add(split, [summary.clips if other == split else 0 for other in splits], summary)
    table.add_section()
    add("all", [summary.clips for summary in statistics.by_split.values()], statistics.total)
    console.out.print(table)
