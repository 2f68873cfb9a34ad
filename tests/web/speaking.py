"""A Chromium whose microphone speaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import soundfile
import soxr

from chromium import chromium
from sayso.audio import SAMPLE_RATE, Sound

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MICROPHONE_RATE = 48_000  # Hz, the only one that Chromium's false microphone takes


@contextmanager
def speaking_browser(said: Sound, folder: Path) -> Iterator[Browser]:
    """Starts Chromium; its microphone says a sound over and over, from a file in the folder."""
    file = folder / "said.wav"
    soundfile.write(
        file, soxr.resample(said, SAMPLE_RATE, MICROPHONE_RATE), MICROPHONE_RATE, subtype="PCM_16"
    )
    with chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
    ) as browser:
        yield browser
