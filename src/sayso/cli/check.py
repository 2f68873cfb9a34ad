"""`sayso check`: the do's and don'ts, run on a data set, a training run or a release."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from sayso.cli import console
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.advice import Check, Finding

_COLOURS = {"ok": "green", "warning": "yellow", "fault": "bold red", "cannot say": "dim"}
_WIDTH = 11  # columns of a verdict


class Answer(NamedTuple):
    """What one check says of one thing."""

    about: str
    check: Check
    finding: Finding


def check(
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR|RUN]...", help="Data sets, and folders of training runs."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="The data set that the run was trained on."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Before a release: what is in the package, too.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="CHECK", help="Print the page of a check; all prints every one."),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="Name the checks.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
) -> None:
    """Looks for what makes a data set, a training run or a release worth less than it seems.

    Each check says ok, warning, fault or cannot say, with the numbers and what to do. The exit
    status is 1 where there is a fault.

    Example: sayso check recordings
    """
    if listing:
        _list(as_json)
        return
    if explain is not None:
        _explain(explain)
        return
    if not places and not everything:
        raise SaysoError("Name a data set or the folder of a training run, or give --all.")
    answers: list[Answer] = []
    for answer in _answers(places or [], data, everything):
        if not as_json:
            if not answers or answers[-1].about != answer.about:
                console.out.print(f"\n{answer.about}", style="bold", markup=False, soft_wrap=True)
            _print(answer)
        answers.append(answer)
    counts = Counter[str](answer.finding.verdict for answer in answers)
    if as_json:
        typer.echo(json.dumps(_as_json(answers), indent=2))
    else:
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _COLOURS if counts[verdict])
        console.out.print(f"\n{told}. About one of them: sayso check --explain CHECK")
    if counts["fault"]:
        raise typer.Exit(1)


def _answers(places: list[Path], data: Path | None, everything: bool) -> Iterator[Answer]:
    """Runs the checks, the cheapest things to be wrong about first."""
    from sayso.advice.dataset import read_data_set
    from sayso.recognition.recognizer import PACKAGED, PACKAGED_MODELS, find_model

    runs = [place for place in places if (place / "config.json").is_file()]
    folders = [place for place in places if place not in runs]
    if runs:
        console.need("train")
    if data and not runs:
        raise SaysoError("--data goes with the folder of a training run: name one.")
    if everything:
        from sayso.advice.release import read_release

        with TemporaryDirectory() as folder:
            for name in PACKAGED_MODELS:
                with console.reporting("clips") as report:
                    release = read_release(find_model(name), Path(folder, name), report)
                answers = list(_run("a release", f"the packaged model {name}", release))
                if find_model(name) == PACKAGED:
                    answers += _run("a data set", "the bundled sample", release.sample)
                yield from (_from_sample(answer, Path(folder, name)) for answer in answers)
    for place in folders:
        with console.reporting("clips") as report:
            found = read_data_set(place, PACKAGED, report)
        yield from _run("a data set", str(place), found)
    for place in runs:
        from sayso.advice.training import read_training_run

        whose = data or (folders[0] if len(folders) == 1 else None)
        yield from _run("a training run", str(place), read_training_run(place, whose))


def _run(subject: str, about: str, thing: object) -> Iterator[Answer]:
    from sayso.advice import checks_of

    for check in checks_of(subject):
        yield Answer(about, check, check.run(thing))


def _from_sample(answer: Answer, folder: Path) -> Answer:
    """Names files of the sample without the folder that it was unpacked into, soon to be gone."""
    finding = answer.finding
    files = tuple(path.relative_to(folder) for path in finding.files if folder in path.parents)
    if not files:
        return answer
    advice = f"{finding.advice} sayso data sample DIR writes these files.".lstrip()
    return answer._replace(finding=replace(finding, files=files, advice=advice))


def _print(answer: Answer) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from sayso.advice.verdict import FILES_SHOWN

    finding = answer.finding
    line = Text.assemble(
        (f"{finding.verdict:{_WIDTH}}", _COLOURS[finding.verdict]),
        (f"{answer.check.name}: ", "bold"),
        finding.says,
    )
    details = [] if finding.verdict == "ok" and not finding.files else list(finding.evidence)
    details += map(str, finding.files[:FILES_SHOWN])
    if more := len(finding.files[FILES_SHOWN:]):
        details.append(f"and {more} more files: --json names them all")
    if finding.advice:
        details.append(f"→ {finding.advice}")
    is_piped = not console.out.is_terminal
    console.out.print(line, soft_wrap=is_piped)
    for detail in details:
        indented = (
            Text(" " * _WIDTH + detail) if is_piped else Padding(Text(detail), (0, 0, 0, _WIDTH))
        )
        console.out.print(indented, soft_wrap=is_piped, markup=False)


def _as_json(answers: list[Answer]) -> dict[str, Any]:
    worst = min(
        (answer.finding.verdict for answer in answers),
        key=["fault", "warning", "cannot say", "ok"].index,
    )
    return {
        "verdict": worst,
        "checks": [
            {
                "about": answer.about,
                "check": answer.check.name,
                "verdict": answer.finding.verdict,
                "says": answer.finding.says,
                "evidence": list(answer.finding.evidence),
                "files": [str(path) for path in answer.finding.files],
                "advice": answer.finding.advice,
            }
            for answer in answers
        ],
    }


def _list(as_json: bool) -> None:
    from sayso.advice import MODULES, checks_of

    if as_json:
        found = {s: {check.name: check.title for check in checks_of(s)} for s in MODULES}
        typer.echo(json.dumps(found, indent=2))
        return
    for subject in MODULES:
        console.out.print(f"\nOf {subject}:", style="bold")
        for check in checks_of(subject):
            console.out.print(f"  {check.name:22}{check.title}", markup=False, soft_wrap=True)


def _explain(name: str) -> None:
    from rich.markdown import Markdown

    from sayso.advice import book, page

    text = book() if name == "all" else page(name)
    if console.out.is_terminal:
        console.out.print(Markdown(text))
    else:
        typer.echo(text, nl=False)
