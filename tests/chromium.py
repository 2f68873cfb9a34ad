"""Chromium, for the tests of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import playwright.sync_api as playwright
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WAITED_MS = 60_000  # in vain; a busy machine is slow
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Starts the Chromium of this machine; a test that needs it is skipped where there is none."""
    path = os.environ.get("SAYSO_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("No Chromium: install the package chromium, or name one in SAYSO_CHROMIUM.")
    playwright.expect.set_options(timeout=WAITED_MS)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*_QUIET, *arguments])
        yield browser
        browser.close()
