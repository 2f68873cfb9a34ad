"""`sayso prepare`: every clip of a data set trimmed, measured and equally long."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.corpus.progress import Report
    from sayso.prepare import Summary

LISTED = 20  # files that could not be used, on the screen; report.json has more


def prepare(
    source: Annotated[str, typer.Argument(metavar="IN", help="A folder of recordings, or a URL.")],
    target: Annotated[str, typer.Argument(metavar="OUT", help="Where the clips go; not in IN.")],
    length: Annotated[
        str, typer.Option(help="mean, median, p95, max, none, or a time as 750ms or 1s.")
    ] = "mean",
    method: Annotated[
        str, typer.Option(help="How silence is told from sound: energy, vad or none.")
    ] = "energy",
    margin_ms: Annotated[float, typer.Option(help="Kept on both sides of the sound.")] = 50,
    keep: Annotated[
        str, typer.Option(help="What of a longer clip: energy, start, center or end.")
    ] = "energy",
    pad: Annotated[
        str, typer.Option(help="Where a shorter clip is padded: both, start, end or random.")
    ] = "both",
    fill: Annotated[
        str, typer.Option(help="What with: noise like the clip's own, or zeros.")
    ] = "noise",
    measure: Annotated[
        bool, typer.Option("--measure/--no-measure", help="Measure loudness, noise and the like.")
    ] = True,
    format_: Annotated[str, typer.Option("--format", help="wav or flac, 16-bit.")] = "wav",
    rate: Annotated[int, typer.Option(metavar="HZ", help="The sample rate written.")] = 16_000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write only the reports.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes.  [default: one a core]")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="URL", help="A Dask scheduler, as tcp://host:8786.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print report.json.")] = False,
) -> None:
    """Trims the silence of all clips, measures them and makes them equally long.

    The originals stay as they are. Interrupted, the same command goes on where it was. OUT gets
    the clips, manifest.csv with all that was measured, and report.html to look at.

    Example: sayso prepare recordings prepared
    """
    from sayso.prepare import Settings, prepare_clips

    choices: dict[str, Any] = {"method": method, "keep": keep, "pad": pad, "fill": fill}
    settings = Settings(
        **choices | {"format": format_},
        margin_ms=margin_ms,
        measure=measure,
        length=length,
        rate=rate,
        seed=seed,
    )
    with _reporting() as report:
        summary = prepare_clips(
            source,
            target,
            settings,
            jobs=jobs,
            scheduler=scheduler,
            dry_run=dry_run,
            report=report,
        )
    if as_json:
        typer.echo(json.dumps(asdict(summary), indent=2, ensure_ascii=False))
    else:
        _tell(summary, dry_run)
    for error in summary.unusable[:LISTED]:
        console.err.print(f"sayso: {error}", markup=False, soft_wrap=True)
    if summary.unusable:
        count = summary.problems["unusable"]
        console.err.print(f"sayso: {count} files could not be used, see manifest.csv.")
        raise typer.Exit(1)


def _tell(summary: Summary, dry_run: bool) -> None:
    written = "none" if dry_run else f"{summary.written:,}"
    recorded, trimmed = summary.lengths.recorded, summary.lengths.trimmed
    lines = [
        f"{summary.clips:,} clips, {written} written now. {summary.why}",
        f"Recorded {recorded.mean:.3f} s on average, {trimmed.mean:.3f} s after trimming.",
    ]
    if summary.problems:
        named = (f"{count:,} {name}" for name, count in summary.problems.items())
        lines.append(f"Problems: {', '.join(named)}.")
    page = summary.html or 'report.json (for a page: pip install "sayso[web]")'
    lines.append(f"All about it: {summary.target.rstrip('/')}/{page}")
    console.out.print("\n".join(lines), markup=False, soft_wrap=True)


@contextmanager
def _reporting() -> Iterator[Report]:
    """A bar for each stage, with its rate."""
    with console.progress() as bar:
        begun: dict[str, tuple[Any, float]] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in begun:
                begun[what] = (bar.add_task(what, total=total), time.monotonic())
            task, start = begun[what]
            rate = done / max(time.monotonic() - start, 0.001)
            bar.update(task, completed=done, description=f"{what}, {rate:,.0f} clips/s")

        yield report
