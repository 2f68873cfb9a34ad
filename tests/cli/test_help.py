from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def help_page() -> str:
    page = runpy.run_path(str(ROOT / "tools" / "help_page.py"))["help_page"]()
    assert isinstance(page, str)
    return page


def test_the_help_page_is_what_the_commands_print() -> None:
    written = (ROOT / "docs" / "help.md").read_text(encoding="utf-8")
    assert written == help_page(), "run python tools/help_page.py"


def test_the_help_page_knows_commands_and_the_commands_below_them() -> None:
    page = help_page()
    assert "\n## sayso hear\n" in page
    assert "\n## sayso data get\n" in page


def test_the_help_page_is_the_same_in_every_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    page = help_page()
    for name, value in {"COLUMNS": "40", "TERMINAL_WIDTH": "40", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert help_page() == page
    assert "\x1b" not in page
