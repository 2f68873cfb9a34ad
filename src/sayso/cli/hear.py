"""`sayso hear`: the command in a file, the commands in a longer one, the answers for a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli import console

if TYPE_CHECKING:
    from rich.table import Table

    from sayso.breakpoints import Break
    from sayso.recognition import Heard, Scan


NAMES = ("file", "word", "confidence", "ranked", "start_s", "end_s", "ms", "waveform")


@dataclass(frozen=True)
class _Answer:
    file: str
    heard: Heard
    searched: bool
    found: bool  # whether a command is in the sound at all
    ms: float


def hear(
    sounds: Annotated[
        list[str],
        typer.Argument(metavar="SOUND", help="A file, a folder of files, - for standard input."),
    ],
    top: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many of the likeliest words to show.")
    ] = 2,
    model: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="small, or a file from sayso export.")
    ] = None,
    pack: console.Pack = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    break_when: console.BreakWhen = None,
    debugger: console.Debugger = "pdb",
) -> None:
    """Hears which command each sound holds.

    A sound of more than a second is searched, and every command found in it is listed. Where none
    is, the likeliest word is, marked as no command.

    Example: sayso hear turn.wav
    """
    if break_when and "-" in sounds and debugger == "pdb":
        raise typer.BadParameter(
            "Standard input brings the sound, so pdb has no keyboard: add --debugger debugpy, or "
            "name a file."
        )
    from sayso.audio import SAMPLE_RATE, SoundError, gather
    from sayso.recognition import load

    names = list(map(str, gather(map(Path, sounds))))
    sources = [BytesIO(sys.stdin.buffer.read()) if name == "-" else name for name in names]
    recognizer = console.with_taught(load(model), pack)
    answers: list[_Answer] = []
    failed, heard_s, started = 0, 0.0, perf_counter()
    with console.progress() as bar:
        look = console.break_when(break_when, NAMES, debugger, bar)
        task = bar.add_task("Hearing", total=len(names))
        with closing(recognizer.scan_all(sources, partial(bar.advance, task))) as scans:
            for name, source, (scan, seconds) in zip(names, sources, scans, strict=True):
                if isinstance(scan, SoundError):
                    console.err.print(f"sayso: {scan}", markup=False, soft_wrap=True)
                    failed += 1
                    continue
                heard_s += scan.samples / SAMPLE_RATE
                found = _answers(name, scan, 1000 * seconds)
                answers += found
                if look:
                    for answer in found:
                        _look(look, answer, source)
                if as_json:
                    _print_json(found, top)
    if answers and not as_json:
        console.print_table(_table(answers, top))
    if len(names) > 1:
        heard, elapsed_s = len(names) - failed, perf_counter() - started
        console.err.print(
            f"Heard {heard} of {len(names)} sounds, {heard_s:.1f} s long, in {elapsed_s:.1f} s: "
            f"{heard / elapsed_s:.0f} a second."
        )
    if failed:
        raise typer.Exit(1)


def _look(look: Break, answer: _Answer, source: str | BytesIO) -> None:
    from sayso import audio

    heard = answer.heard
    look(
        {"waveform": lambda: audio.read(source)},
        file=answer.file,
        word=heard.word,
        confidence=heard.confidence,
        ranked=dict(heard.ranked),
        start_s=heard.start_s,
        end_s=heard.end_s,
        ms=answer.ms,
    )


def _answers(name: str, scan: Scan, ms: float) -> list[_Answer]:
    """Every command found in a long sound; else, and where there is none, the best answer."""
    commands = scan.commands()
    heard = commands if commands and scan.searched else [scan.best()]
    return [_Answer(name, each, scan.searched, bool(commands), ms) for each in heard]


def _print_json(answers: Sequence[_Answer], top: int) -> None:
    for answer in answers:
        heard = answer.heard
        ranked = [{"word": w, "confidence": round(c, 4)} for w, c in heard.ranked[:top]]
        typer.echo(
            json.dumps(
                {
                    "file": answer.file,
                    **ranked[0],
                    "found": answer.found,
                    "start_s": round(heard.start_s, 3),
                    "end_s": round(heard.end_s, 3),
                    "ranked": ranked,
                    "ms": round(answer.ms, 1),
                }
            )
        )


def _table(answers: Sequence[_Answer], top: int) -> Table:
    """One row for each answer; where it was, if any of the sounds was searched."""
    from rich.table import Table
    from rich.text import Text

    searched = any(answer.searched for answer in answers)
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("word", style="bold")
    table.add_column("confidence", justify="right")
    if top > 1:
        table.add_column("second guess" if top == 2 else "next guesses")
    if searched:
        table.add_column("where", justify="right")
    table.add_column("time", justify="right")
    for answer in answers:
        heard = answer.heard
        cells = [heard.word, f"{heard.confidence:.1%}"]
        if top > 1:
            cells.append(", ".join(f"{w} {c:.1%}" for w, c in heard.ranked[1:top]))
        if searched:
            cells.append(_where(answer))
        table.add_row(Text(answer.file), *cells, f"{answer.ms:.1f} ms")
    return table


def _where(answer: _Answer) -> str:
    if not answer.searched:
        return ""
    heard = answer.heard
    return f"{heard.start_s:.1f}-{heard.end_s:.1f} s" if answer.found else "no command"
