from pathlib import Path

import numpy as np
import pytest

from sayso import audio
from sayso.prepare.synthetic import marked_clip


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A data set of twelve words in noise, two words by three speakers, in a folder of its own."""
    return write_recordings(tmp_path / "in", 12)


def write_recordings(folder: Path, count: int) -> Path:
    rng = np.random.default_rng(11)
    for index in range(count):
        clip = marked_clip(rng, 25, length_s=float(rng.uniform(0.9, 1.4)))
        word, speaker = ("go", "stop")[index % 2], f"speaker{index % 3}"
        audio.write(folder / word / f"{speaker}_nohash_{index}.wav", clip.samples)
    return folder
