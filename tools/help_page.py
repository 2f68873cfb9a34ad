"""Writes docs/help.md: what `--help` prints for every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from sayso.cli import app

PAGE = Path(__file__).parents[1] / "docs" / "help.md"
WIDTH = 80  # columns, whatever the terminal's


def help_page() -> str:
    """The whole page, from the commands as they are."""
    parts = ["# Help\n\nWhat `--help` prints, written by `python tools/help_page.py`.\n"]
    for names in _commands(get_command(app), ()):
        command = " ".join(("sayso", *names))
        result = CliRunner().invoke(
            app, [*names, "--help"], prog_name="sayso", terminal_width=WIDTH, color=False
        )
        parts.append(f"## {command}\n\n```\n{result.stdout.strip()}\n```\n")
    return "\n".join(parts)


def _commands(command: object, names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words that lead to a command and to each of those below it."""
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*names, name))


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(help_page(), encoding="utf-8")
