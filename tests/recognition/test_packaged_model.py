"""The model and the clips that come with the package."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import sayso
from command_line import Run
from sayso import audio
from sayso.recognition.recognizer import PACKAGED_MODELS, find_model
from sayso.words import NO_COMMAND, SPEECH_COMMANDS

CLIPS = sorted((Path(sayso.__file__).parent / "bundled" / "clips").glob("*.opus"))
GAP = np.zeros(audio.SAMPLE_RATE // 2, np.float32)  # half a second between two clips


@pytest.fixture(scope="module", params=PACKAGED_MODELS)
def recognizer(request: pytest.FixtureRequest) -> sayso.Recognizer:
    return sayso.load(request.param)


@pytest.fixture(params=CLIPS, ids=lambda path: path.stem)
def clip(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_there_are_two_models() -> None:
    assert PACKAGED_MODELS == ("base", "small")
    sizes = [find_model(name).stat().st_size for name in PACKAGED_MODELS]
    assert sum(sizes) <= 3_000_000
    assert [sayso.load(name).model.path for name in PACKAGED_MODELS] == [
        find_model(name) for name in PACKAGED_MODELS
    ]
    counts = [int(sayso.load(name).model.metadata["parameters"]) for name in PACKAGED_MODELS]
    assert counts[0] <= 400_000
    assert counts[1] <= 100_000


def test_there_are_clips() -> None:
    assert len(CLIPS) >= 10


def test_a_clip_is_heard_as_its_word(recognizer: sayso.Recognizer, clip: Path) -> None:
    heard = recognizer.recognize(clip)
    assert heard.word == clip.stem
    assert heard.confidence > 0.5


def test_a_clip_is_heard_at_half_the_volume(recognizer: sayso.Recognizer, clip: Path) -> None:
    assert recognizer.recognize(audio.read(clip) / 2).word == clip.stem


def test_a_clip_is_heard_in_stereo_at_another_rate(
    recognizer: sayso.Recognizer, clip: Path
) -> None:
    fast = audio.resample(audio.read(clip), 16_000, 44_100)
    assert recognizer.recognize(np.column_stack([fast, fast]), 44_100).word == clip.stem


def test_a_clip_is_found_in_a_longer_sound(recognizer: sayso.Recognizer, clip: Path) -> None:
    sound = audio.read(clip)
    before = np.zeros(2 * audio.SAMPLE_RATE, np.float32)
    heard = recognizer.recognize(np.concatenate([before, sound, before]))
    assert heard.word == clip.stem
    assert heard.start_s < 2 + len(sound) / audio.SAMPLE_RATE
    assert heard.end_s > 2


def test_clips_in_a_row_are_found_in_order_and_once(recognizer: sayso.Recognizer) -> None:
    sounds = [part for path in CLIPS for part in (GAP, audio.read(path))]
    heard = recognizer.search(np.concatenate(sounds))
    missed = {path.stem for path in CLIPS} - {command.word for command in heard}
    assert len(missed) <= (recognizer.model.path.stem == "small")  # it misses one in twelve
    assert [command.word for command in heard] == [
        path.stem for path in CLIPS if path.stem not in missed
    ]
    assert all(before.start_s < after.start_s for before, after in pairwise(heard))


@pytest.mark.parametrize("level", [0.0, 1e-4, 1e-2])
def test_a_minute_without_speech_holds_no_command(
    recognizer: sayso.Recognizer, level: float
) -> None:
    noise = np.random.default_rng(0).standard_normal(60 * audio.SAMPLE_RATE)
    assert recognizer.search((level * noise).astype(np.float32)) == []


def test_silence_is_silence(recognizer: sayso.Recognizer) -> None:
    assert recognizer.recognize(np.zeros(16_000, np.float32)).word == "_silence_"


def test_probabilities_are_probabilities(recognizer: sayso.Recognizer) -> None:
    rng = np.random.default_rng(0)
    given = recognizer.probabilities(rng.uniform(-1, 1, (20, 16_000)).astype(np.float32))
    assert given.shape == (20, len(recognizer.words))
    assert (given >= 0).all()
    np.testing.assert_allclose(given.sum(axis=1), 1.0, atol=1e-5)


def test_the_file_says_what_it_is(recognizer: sayso.Recognizer) -> None:
    metadata = recognizer.model.metadata
    assert recognizer.words == (*SPEECH_COMMANDS, *NO_COMMAND)
    assert set(json.loads(metadata["threshold"])) == set(SPEECH_COMMANDS)
    assert int(metadata["parameters"]) > 0
    assert json.loads(metadata["training"])


def test_hear_answers_for_the_packaged_clips(run: Run) -> None:
    done = run("hear", CLIPS[0].parent, "--json")
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 0
    assert [answer["word"] for answer in answers] == [path.stem for path in CLIPS]
