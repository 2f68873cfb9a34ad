"""A Chromium whose microphone speaks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import playwright.sync_api as playwright
import pytest
import soundfile
import soxr

from sayso.audio import SAMPLE_RATE, Sound
from web.test_browser import _QUIET

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MICROPHONE_RATE = 48_000  # Hz, the only one that Chromium's false microphone takes


@contextmanager
def speaking_browser(said: Sound, folder: Path) -> Iterator[Browser]:
    """Starts Chromium; its microphone says a sound over and over, from a file in the folder."""
    path = os.environ.get("SAYSO_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("No Chromium: install the package chromium, or name one in SAYSO_CHROMIUM.")
    file = folder / "said.wav"
    soundfile.write(
        file, soxr.resample(said, SAMPLE_RATE, MICROPHONE_RATE), MICROPHONE_RATE, subtype="PCM_16"
    )
    arguments = [
        *_QUIET,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
    ]
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()
