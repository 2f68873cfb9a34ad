from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import CorpusError, read_corpus
from sayso.corpus.noise import Noise
from sayso.evaluation.streams import (
    COMMANDS,
    GAP_S,
    SPEECH_DBFS,
    Stream,
    corpus_streams,
    make_streams,
)
from tone_model import silence, tone

RNG = np.random.default_rng


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A word of 400 ms in the middle of a second that hums a little."""
    hum = 1e-3 * RNG(0).standard_normal(SAMPLE_RATE)
    sound = np.concatenate([silence(0.3), tone("go", 0.4), silence(0.3)]) + hum
    path = tmp_path / "go.wav"
    audio.write(path, sound.astype(np.float32))
    return path


@pytest.fixture
def noise() -> Noise:
    return Noise([(0.02 * RNG(1).standard_normal(20 * SAMPLE_RATE)).astype(np.float32)])


def streams(clip: Path, noise: Noise, snr_db: float, count: int, seed: int = 0) -> list[Stream]:
    return list(make_streams([("go", clip)] * count, noise, snr_db, RNG(seed)))


def power_db(samples: Sound) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def test_every_command_is_played_once_where_it_is_said_to_be(clip: Path, noise: Noise) -> None:
    made = streams(clip, noise, math.inf, 2 * COMMANDS + 5)
    assert [len(stream.spoken) for stream in made] == [COMMANDS, COMMANDS, 5]
    for stream in made:
        loud = np.abs(stream.samples) > 0.02
        for spoken in stream.spoken:
            start, end = (round(s * SAMPLE_RATE) for s in (spoken.start_s, spoken.end_s))
            assert end - start == pytest.approx(0.4 * SAMPLE_RATE, abs=0.02 * SAMPLE_RATE)
            assert loud[start:end].mean() > 0.9
            assert not loud[start - SAMPLE_RATE // 2 : start - 400].any()
            assert not loud[end + 400 : end + SAMPLE_RATE // 2].any()


def test_gaps_are_random_and_as_long_as_stated(clip: Path, noise: Noise) -> None:
    (stream,) = streams(clip, noise, math.inf, COMMANDS)
    starts_s = np.array([spoken.start_s for spoken in stream.spoken])
    gaps_s = np.diff(starts_s) - 1.0  # each clip lasts a second
    assert gaps_s.min() >= GAP_S[0] - 1e-3
    assert gaps_s.max() <= GAP_S[1] + 1e-3
    assert gaps_s.std() > 0.2


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 25.0])
def test_the_signal_to_noise_ratio_is_the_stated_one(
    clip: Path, noise: Noise, snr_db: float
) -> None:
    clean, noisy = (streams(clip, noise, snr, 12)[0].samples for snr in (math.inf, snr_db))
    background = noisy - clean  # the same seed draws the same gaps
    assert power_db(background) == pytest.approx(SPEECH_DBFS - snr_db, abs=0.1)
    first = clean[np.flatnonzero(clean)[0] :][:SAMPLE_RATE]
    assert power_db(first) == pytest.approx(SPEECH_DBFS, abs=0.1)


def test_a_quiet_clip_is_played_as_loud_as_the_others(
    clip: Path, noise: Noise, tmp_path: Path
) -> None:
    audio.write(tmp_path / "soft.wav", 0.1 * audio.read(clip))
    loud, soft = (
        next(make_streams([("go", path)], noise, math.inf, RNG(0))).samples
        for path in (clip, tmp_path / "soft.wav")
    )
    assert power_db(loud) == pytest.approx(power_db(soft), abs=0.1)


def test_the_seed_decides(clip: Path, noise: Noise) -> None:
    first, again, other = (streams(clip, noise, 5.0, 3, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.spoken == again.spoken
    assert first.spoken != other.spoken


def test_the_words_of_a_split_are_commands_and_the_rest_is_other_speech(tmp_path: Path) -> None:
    clips = {"go": 6, "left": 4, "house": 30, "_silence_": 30}
    names = []
    for word, count in clips.items():
        sound = (
            silence(0.6) if word == "_silence_" else tone("stop" if word == "house" else word, 0.6)
        )
        for number in range(count):
            names.append(f"{word}/a_nohash_{number}.wav")
            audio.write(tmp_path / names[-1], sound)
    audio.write(tmp_path / "go" / "b_nohash_0.wav", tone("right", 0.6))  # of training
    (tmp_path / "validation_list.txt").write_text("\n".join(names))
    corpus = read_corpus(tmp_path)
    (stream,) = corpus_streams(corpus, "validation", ("go", "left"), math.inf, RNG(0))
    assert Counter(spoken.word for spoken in stream.spoken) == {"go": 6, "left": 4}
    spectrum = np.abs(np.fft.rfft(stream.samples))
    at = {
        word: spectrum[round(hz * stream.seconds)]
        for word, hz in (("go", 500), ("left", 1000), ("right", 1500), ("stop", 2000))
    }
    assert at["stop"] > 0.1 * at["go"]  # other speech
    assert at["right"] < 0.01 * at["go"]
    with pytest.raises(CorpusError, match="has no clips of these words for testing"):
        corpus_streams(corpus, "testing", ("go",), 10.0, RNG(0))
