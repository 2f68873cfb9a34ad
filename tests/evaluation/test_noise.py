from pathlib import Path
from typing import cast

import numpy as np
import pytest

import sayso
from sayso import audio
from sayso.audio import Sound
from sayso.corpus import CorpusError, read_corpus
from sayso.evaluation.noise import evaluate_in_noise
from tone_model import CLASSES, tone


class Listener:
    """A recognizer that keeps what it hears."""

    words = CLASSES

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    def probabilities(self, waveforms: Sound) -> Sound:
        self.heard.append(waveforms[0])
        return np.full((1, len(CLASSES)), 1 / len(CLASSES), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    audio.write(tmp_path / "go/a_nohash_0.wav", tone("go", 1.0, 0.1))
    (tmp_path / "validation_list.txt").write_text("go/a_nohash_0.wav")
    return tmp_path


def test_each_noise_is_mixed_in_at_each_level_and_the_same_for_everybody(folder: Path) -> None:
    for name, seed in (("hiss", 0), ("rain", 1)):
        noise = np.random.default_rng(seed).uniform(-0.5, 0.5, 60 * 16_000)
        audio.write(folder / "_background_noise_" / f"{name}.wav", noise.astype(np.float32))
    clean = audio.read(folder / "go/a_nohash_0.wav")
    heard = []
    for _ in range(2):
        listener = Listener()
        results = evaluate_in_noise(
            cast(sayso.Recognizer, listener), read_corpus(folder), snr_db=(20.0, 5.0)
        )
        names = [(result.noise, result.snr_db) for result in results]
        assert names == [("hiss", 20.0), ("hiss", 5.0), ("rain", 20.0), ("rain", 5.0)]
        first = [sound for sound in listener.heard if sound @ clean > 0.5 * clean @ clean]
        heard.append(np.stack(first))
    np.testing.assert_array_equal(heard[0], heard[1])
    for sound, snr_db in zip(heard[0], (20.0, 5.0, 20.0, 5.0), strict=True):
        ratio = np.mean(clean**2) / np.mean((sound - clean) ** 2)
        assert 10 * np.log10(ratio) == pytest.approx(snr_db, abs=0.1)


def test_without_noise_there_is_nothing_to_mix(
    folder: Path, tone_recognizer: sayso.Recognizer
) -> None:
    with pytest.raises(CorpusError, match="put some in _background_noise_"):
        next(evaluate_in_noise(tone_recognizer, read_corpus(folder)))
