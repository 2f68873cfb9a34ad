"""`sayso learn`: the lessons in the browser, an exercise in the terminal, a class's exercises."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from sayso.cli import console
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.lessons.checking import Verdict
    from sayso.lessons.lesson import Lesson


def learn(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A lesson, to do its exercise in this terminal."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the lessons and how far you are, here.")
    ] = False,
    checked: Annotated[
        Path | None,
        typer.Option(
            "--check",
            metavar="DIR",
            help="Check the exercises in a folder and in the folders in it, one for each pupil.",
        ),
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option(
            "--export", metavar="DIR", help="Write the lessons as files that need no server."
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=65535, help="Where to serve the lessons.")
    ] = 8000,
) -> None:
    """Opens the lessons in the browser, or an exercise in this terminal.

    The exercise is a file beside you: edit it, and each save is checked.

    Example: sayso learn growth
    """
    if sum(map(bool, (name, listed, checked, exported))) > 1:
        raise typer.BadParameter("give one of NAME, --list, --check and --export.")
    if name:
        _teach(name)
    elif listed:
        _print_progress()
    elif checked:
        _check_class(checked)
    elif exported:
        _export(exported)
    else:
        _serve(port)


def _teach(name: str) -> None:
    """Watches the reader's copy of an exercise until it is right; in a pipe, looks once."""
    from sayso.lessons import find_lesson
    from sayso.lessons.checking import check
    from sayso.lessons.keys import single_keys
    from sayso.lessons.watch import begin, follow

    lesson = find_lesson(name)
    path = begin(lesson, Path())
    if not (sys.stdin.isatty() and console.out.is_terminal):
        once = check(lesson, path)
        _print_verdict(lesson, once)
        raise typer.Exit(once.problem is not None)
    hint = ""
    with single_keys() as wait:
        for event in follow(path, wait):
            if event == "hint":
                console.out.print(hint, style="yellow", markup=False)
                continue
            verdict = check(lesson, path)
            console.out.clear()
            _print_verdict(lesson, verdict)
            if verdict.problem is None:
                return
            hint = verdict.problem.hint
            console.out.print(f"\n[dim]Edit {path} and save it. h: a hint, q: enough.[/dim]")


def _print_verdict(lesson: Lesson, verdict: Verdict) -> None:
    """The first thing that is wrong, or the solution."""
    from rich.syntax import Syntax

    console.out.print(
        f"[bold]{lesson.title}[/bold]: {verdict.passed} of {verdict.total} are right."
    )
    if verdict.printed:
        console.out.print(verdict.printed, style="dim", markup=False)
    problem = verdict.problem
    if problem is None:
        console.out.print("\nWell done. This is one way to write it:\n")
        console.out.print(
            Syntax(lesson.source("solution.py"), "python", background_color="default")
        )
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for title in ("call", "expected", "got"):
        table.add_row(title, Text(getattr(problem, title)))
    console.out.print()
    console.out.print(table)
    console.out.print(f"\n{problem.remark}", markup=False)


def _progress(folder: Path) -> dict[str, Verdict | None]:
    """The verdict on each lesson's exercise in a folder; none where it is not begun."""
    from sayso.lessons import find_lessons
    from sayso.lessons.checking import check

    def judge(lesson: Lesson) -> Verdict | None:
        path = folder / f"{lesson.name}.py"
        return check(lesson, path) if path.is_file() else None

    lessons = find_lessons()
    with ThreadPoolExecutor() as pool:
        return dict(zip((lesson.name for lesson in lessons), pool.map(judge, lessons), strict=True))


def _told(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return "done" if verdict.problem is None else f"{verdict.passed} of {verdict.total}"


def _print_progress() -> None:
    from sayso.lessons import find_lessons

    verdicts = _progress(Path())
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for lesson in find_lessons():
        table.add_row(lesson.name, _told(verdicts[lesson.name]), lesson.point)
    console.print_table(table)


def _check_class(folder: Path) -> None:
    """One row for each pupil; status 1 unless all that was begun is done."""
    from sayso.lessons import find_lessons

    if not folder.is_dir():
        raise SaysoError(f"{folder} is not a folder: name one that holds exercises.")
    folders = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    rows = {place: _progress(place) for place in folders}
    rows = {place: row for place, row in rows.items() if any(row.values())}
    if not rows:
        names = ", ".join(f"{lesson.name}.py" for lesson in find_lessons())
        raise SaysoError(f"{folder} and the folders in it hold no exercise: {names}.")
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for lesson in find_lessons():
        table.add_column(lesson.name)
    for place, row in rows.items():
        table.add_row(Text(place.name or "."), *map(_told, row.values()))
    console.print_table(table)
    verdicts = [verdict for row in rows.values() for verdict in row.values() if verdict]
    raise typer.Exit(any(verdict.problem for verdict in verdicts))


def _export(folder: Path) -> None:
    console.need("web")
    from sayso.web.export import export_lessons

    with console.reporting("lessons") as report:
        export_lessons(folder, report)
    console.out.print(f"The lessons are now in {folder}: open index.html there.", markup=False)


def _serve(port: int) -> None:
    console.need("web")
    from sayso.web.serve import serve

    _print_progress()
    serve(port, lambda address: console.err.print(f"\nOpen {address}/lessons/ (ctrl-C ends it)."))
