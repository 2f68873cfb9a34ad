from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sayso import audio
from sayso.advice import recordings
from sayso.advice.recordings import read_recordings
from sayso.corpus import Clip
from tone_model import tone


def clip(path: Path, word: str = "go") -> Clip:
    return Clip(path, word, "somebody", "training")


@pytest.fixture
def noise() -> audio.Sound:
    return np.random.default_rng(0).normal(0, 0.01, 16_000).astype(np.float32)


def test_the_level_of_noise_is_what_it_was_made_with(tmp_path: Path, noise: audio.Sound) -> None:
    said = noise.copy()
    said[6000:10_000] += tone("go", 0.25)
    audio.write(tmp_path / "a.wav", said)
    (found,) = read_recordings([clip(tmp_path / "a.wav")])
    assert found.noise_db == pytest.approx(-40, abs=1)  # 0.01 of full scale
    assert found.noise_high_db == pytest.approx(-43, abs=1)  # half of the band
    assert found.high_db < -15
    assert found.kind == "WAV PCM_16, channels: 1, 16000 Hz"


def test_high_tones_are_missed_in_what_was_a_telephone_call(
    tmp_path: Path, noise: audio.Sound
) -> None:
    telephone = audio.resample(audio.resample(noise, 16_000, 8_000), 8_000, 16_000)
    audio.write(tmp_path / "wide.wav", noise)
    audio.write(tmp_path / "narrow.wav", telephone)
    narrow, wide = read_recordings([clip(path) for path in audio.find(tmp_path)])
    assert wide.high_db == pytest.approx(-3, abs=0.2)
    assert narrow.high_db < -20


def test_the_same_sound_has_the_same_content_in_another_format(
    tmp_path: Path, noise: audio.Sound
) -> None:
    steps = np.rint(noise * 32768).astype(np.int16)  # writers round floats in ways of their own
    for name, samples in (("a.wav", steps), ("b.flac", steps), ("c.wav", steps[::-1])):
        soundfile.write(tmp_path / name, samples, 16_000)
    a, b, c = read_recordings([clip(path) for path in audio.find(tmp_path)])
    assert a.content == b.content != c.content
    assert a.kind != b.kind


def test_rates_and_durations_are_the_file_s_own(tmp_path: Path, noise: audio.Sound) -> None:
    soundfile.write(tmp_path / "a.wav", noise, 8000)
    (found,) = read_recordings([clip(tmp_path / "a.wav")])
    assert found.rate == 8000
    assert found.duration_s == pytest.approx(2.0, abs=0.01)


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path, noise: audio.Sound, tone_model: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    (tmp_path / "b.wav").write_text("not sound")
    audio.write(tmp_path / "c.wav", noise)
    audio.write(tmp_path / "d.wav", tone("stop", 1.0))
    clips = [clip(path, "stop") for path in audio.find(tmp_path)]
    a, b, c, d = read_recordings([*clips[:3], clips[3]], tone_model)
    assert a.error == "is empty (0 bytes): record it again."
    assert b.error
    assert b.error.startswith("is not sound")
    assert c.answer == "_silence_"
    assert d.answer == "stop"
    assert d.own == pytest.approx(d.confidence)
    missing, _ = read_recordings([clip(tmp_path / "z.wav"), clips[3]])
    assert missing.error == "cannot be opened: no such file or directory."


def test_a_word_that_the_recognizer_does_not_know_is_not_judged(
    tmp_path: Path, tone_model: Path
) -> None:
    audio.write(tmp_path / "a.wav", tone("stop", 1.0))
    (found,) = read_recordings([clip(tmp_path / "a.wav", "avocado")], tone_model)
    assert found.answer == "stop"
    assert found.own is None


def test_processes_find_the_same(
    tmp_path: Path, tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):  # more than a batch
        audio.write(tmp_path / f"{number:02}.wav", tone("left", 0.2, amplitude=0.01 * (number + 1)))
    clips = [clip(path, "left") for path in audio.find(tmp_path)]
    told: list[int] = []
    here = read_recordings(clips, tone_model)
    monkeypatch.setattr(recordings, "WORTH_PROCESSES", 0)
    there = read_recordings(clips, tone_model, lambda _, done, __: told.append(done))
    assert there == here
    assert told == [64, 70]
