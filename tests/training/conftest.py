from pathlib import Path

import pytest

from sayso.training.recipe import Recipe
from tones_corpus import write_tones


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tones(tmp_path_factory.mktemp("tones"))


@pytest.fixture
def recipe() -> Recipe:
    """A recipe for the tones: a few small steps.

    In no other rooms: a tone that a microphone hardly hears makes rounding errors grow.
    """
    return Recipe(
        epochs=3, batch_size=20, learning_rate=2e-3, averaging=0.9, colour_probability=0.0
    )
