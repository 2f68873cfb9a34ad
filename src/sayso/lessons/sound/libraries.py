"""The tables that `sayso bench audio` wrote, read back; the file beside this one is its page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

Row = dict[str, str]

_PAGE = Path(__file__).parent / "audio-libraries.md"


@cache
def tables() -> dict[str, Row]:
    """What is known of each library."""
    return read_tables(_PAGE.read_text(encoding="utf-8"))


def read_tables(page: str) -> dict[str, Row]:
    """For each library, the cells of its rows by their titles; empty where it has no such call."""
    found: dict[str, Row] = {}
    titles: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or line.startswith("| ---"):
            continue
        if cells[0] == "library":
            titles = cells
        else:
            found.setdefault(cells[0], {}).update(zip(titles[1:], cells[1:], strict=True))
    return found


def column(title: str) -> dict[str, float]:
    """The numbers of a column by library, without their units, the largest first."""
    cells = {name: row.get(title, "") for name, row in tables().items()}
    numbers = {
        name: float(cell.split()[0].replace(",", "")) for name, cell in cells.items() if cell
    }
    return dict(sorted(numbers.items(), key=lambda pair: -pair[1]))
