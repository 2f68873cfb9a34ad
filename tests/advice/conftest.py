from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sayso import audio
from sayso.advice.dataset import DataSet, read_data_set
from sayso.advice.release import CLIPS
from sayso.corpus import read_corpus
from sayso.training import dataset
from sayso.training.loop import train
from sayso.training.recipe import Recipe
from tones_corpus import Quiet, write_tones

WORDS = ("cat", "go", "no", "stop", "up", "yes")


@pytest.fixture(scope="session")
def some_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few words of the bundled sample."""
    folder = tmp_path_factory.mktemp("sample") / "mine"
    with zipfile.ZipFile(CLIPS.parent / "sample.zip") as sample:
        for name in sample.namelist():
            if name.split("/")[0] in WORDS:
                sound = audio.read(io.BytesIO(sample.read(name)))
                audio.write((folder / name).with_suffix(".wav"), sound)
        listed = sample.read("validation_list.txt").decode().split()
    names = [name for name in listed if name.split("/")[0] in WORDS]
    (folder / "validation_list.txt").write_text("\n".join(names))
    return folder


@pytest.fixture(scope="session")
def clean(some_words: Path) -> DataSet:
    from sayso.recognition.recognizer import PACKAGED

    return read_data_set(some_words, PACKAGED)


@pytest.fixture(scope="session")
def a_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data set `mine`, tones, and a finished `run` on it."""
    folder = tmp_path_factory.mktemp("training")
    recipe = Recipe(
        architecture="residual-small",
        epochs=12,
        batch_size=20,
        learning_rate=4e-3,
        averaging=0.5,
        noise_probability=0.1,
        made_unknown_share=0.0,
        unknown_share=0.0,
        silence_share=0.05,
        colour_probability=0.0,
        mel_masks=0,
        frame_masks=0,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset, "SILENT_CLIPS", 10)
        corpus = read_corpus(write_tones(folder / "mine"))
        assert train(corpus, recipe, folder / "run", Quiet(), workers=0)
    return folder
