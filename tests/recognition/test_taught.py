from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sayso.recognition import Detector, Model, Recognizer
from sayso.recognition.events import Floats
from sayso.recognition.taught import (
    Recording,
    Space,
    Speech,
    Taught,
    TaughtModel,
    TaughtWord,
    TeachingError,
    teach,
)
from sayso.words import SILENCE
from tone_model import CLASSES, silence, tone

WIDTH = 12
WITHIN = np.diag(np.linspace(0.5, 4, WIDTH)) + 0.3  # covariance of a word's embeddings


def spoken(rng: np.random.Generator, word: int, clips: int) -> Floats:
    """Embeddings of a made-up word: its own place, and speakers who differ by `WITHIN`."""
    centre = 8 * np.random.default_rng(1000 + word).standard_normal(WIDTH)
    scatter = rng.multivariate_normal(np.zeros(WIDTH), WITHIN, clips)
    return (5 + centre + scatter).astype(np.float32)


def speech_of(words: int, clips: int) -> Speech:
    rng = np.random.default_rng(0)
    embeddings = np.concatenate([spoken(rng, word, clips) for word in range(words)])
    return Speech(embeddings, tuple(np.repeat([f"w{n}" for n in range(words)], clips).tolist()))


SPEECH = speech_of(words=20, clips=100)
SPACE = Space.fit(SPEECH)


def learn(embeddings: Floats, word: str = "new", taught: tuple[TaughtWord, ...] = ()) -> Taught:
    recordings = [Recording(f"{n}.wav", str(n)) for n in range(len(embeddings))]
    return teach(word, recordings, embeddings, SPACE, SPEECH, taught)


def test_the_more_a_words_recordings_scatter_in_a_direction_the_less_it_counts() -> None:
    scale = SPEECH.embeddings.std(axis=0)
    within = WITHIN / np.outer(scale, scale)
    variance, axis = np.linalg.eigh(within)
    weight = 1 / np.sqrt(0.4 * variance + 0.6 * variance.mean())
    expected = axis @ np.diag(weight) @ axis.T / scale[:, np.newaxis]
    assert SPACE.whitening == pytest.approx(expected, rel=0.1, abs=0.02 * abs(expected).max())
    assert weight[0] > 1.2 * weight[-1]


def test_in_its_space_everything_is_centred_and_of_length_one() -> None:
    assert SPACE.mean == pytest.approx(SPEECH.embeddings.mean(axis=0), abs=1e-4)
    directions = SPACE.directions(SPEECH.embeddings)
    assert np.linalg.norm(directions, axis=1) == pytest.approx(1, abs=1e-5)


def test_how_large_a_number_of_the_embedding_is_does_not_matter() -> None:
    factors = np.linspace(0.01, 40, WIDTH).astype(np.float32)
    louder = Space.fit(Speech(SPEECH.embeddings * factors, SPEECH.words))
    directions = louder.directions(SPEECH.embeddings * factors)
    assert directions == pytest.approx(SPACE.directions(SPEECH.embeddings), abs=1e-3)


def test_sound_without_speech_does_not_shape_the_space() -> None:
    noise = np.full((50, WIDTH), 99, np.float32)
    noisy = Speech(np.concatenate([SPEECH.embeddings, noise]), (*SPEECH.words, *[SILENCE] * 50))
    assert np.array_equal(Space.fit(noisy).whitening, SPACE.whitening)


def test_clips_that_are_all_alike_still_give_a_space() -> None:
    space = Space.fit(Speech(np.ones((4, 3), np.float32), ("a", "a", "b", "b")))
    assert np.isfinite(space.whitening).all()
    assert np.isfinite(space.directions(np.ones((1, 3), np.float32))).all()


def whole_speech() -> Speech:
    """`SPEECH`, 60 other words that were heard once each, and noise."""
    rng = np.random.default_rng(8)
    once = [spoken(rng, word, 1) for word in range(100, 160)]
    noise = 5 + rng.standard_normal((50, WIDTH)).astype(np.float32)
    names = [f"once{n}" for n in range(60)]
    embeddings = np.concatenate([SPEECH.embeddings, *once, noise])
    return Speech(embeddings, (*SPEECH.words, *names, *[SILENCE] * 50))


@pytest.mark.parametrize("word", [77, 3])  # unlike all, like w3
def test_the_threshold_lies_between_other_sound_and_the_word(word: int) -> None:
    speech = whole_speech()
    embeddings = spoken(np.random.default_rng(2), word, 5)
    recordings = [Recording(str(n), "") for n in range(5)]
    learned = teach("new", recordings, embeddings, SPACE, speech)
    assert bool(learned.warnings) == (word == 3)
    taught = learned.word

    def direction(embedding: Floats) -> Floats:
        whitened = SPACE.whitening.T @ (embedding - SPACE.mean)
        return np.asarray(whitened / np.sqrt(whitened @ whitened))

    examples = [direction(each) for each in embeddings]
    total = np.sum(examples, axis=0)
    assert taught.prototype == pytest.approx(total / np.sqrt(total @ total), abs=1e-5)
    own = [each @ (total - each) / np.sqrt((total - each) @ (total - each)) for each in examples]
    assert taught.fit is not None
    assert taught.fit.similarities == pytest.approx(own, abs=1e-5)
    cosines = np.array([direction(each) @ taught.prototype for each in speech.embeddings])
    known, noise = cosines[:2000], cosines[2060:]
    assert taught.fit.others == pytest.approx(
        max(np.quantile(known, 0.99), np.quantile(noise, 0.99))
    )
    nearness = own - SPACE.rivalry(np.array(examples), SPACE.rivals(["new"]))[:, 0]
    floor = max(np.quantile(known, 0.95), np.quantile(noise, 0.99))
    expected = floor + 0.3 * max(0, nearness.mean() - floor)
    assert taught.threshold == pytest.approx(expected, abs=1e-5)


def test_known_words_are_rivals_unless_they_bear_the_name() -> None:
    rng = np.random.default_rng(9)
    sounds = SPACE.directions(np.concatenate([spoken(rng, 3, 100), spoken(rng, 77, 100)]))
    cosines = sounds @ SPACE.prototypes.T
    rivalry = SPACE.rivalry(sounds, SPACE.rivals(["new", "W3"]))
    assert rivalry[:, 0] == pytest.approx(np.maximum(0, cosines.max(axis=1) - 0.4), abs=1e-5)
    assert (rivalry[:100, 0] > 0.3).all()
    others = np.delete(cosines, SPACE.known.index("w3"), axis=1)
    assert rivalry[:, 1] == pytest.approx(np.maximum(0, others.max(axis=1) - 0.4), abs=1e-5)
    alone = Space(SPACE.mean, SPACE.whitening, (), np.zeros((0, WIDTH), np.float32))
    assert not alone.rivalry(sounds, alone.rivals(["new"])).any()


def test_what_unknown_words_have_in_common_does_not_count() -> None:
    speech = whole_speech()
    space = Space.fit(speech)
    _, unknown, _ = speech.kinds
    assert unknown.sum() == 60
    strange = (speech.embeddings[unknown] - SPACE.mean) @ SPACE.whitening
    axis = np.linalg.eigh(strange.T @ strange).eigenvectors[:, -1]
    expected = SPACE.whitening - np.outer(SPACE.whitening @ axis, axis)
    assert space.whitening == pytest.approx(expected, abs=1e-4)
    assert space.known == tuple(sorted({*SPEECH.words}))
    for word, prototype in zip(space.known, space.prototypes, strict=True):
        total = space.directions(SPEECH.embeddings[np.array(SPEECH.words) == word]).sum(axis=0)
        assert prototype == pytest.approx(total / np.sqrt(total @ total), abs=1e-4)


def test_a_new_word_is_not_all_that_the_model_does_not_know() -> None:
    rng = np.random.default_rng(10)
    unknown = (12 * rng.standard_normal(WIDTH)).astype(np.float32)  # what says: no command

    def strange(word: int, clips: int) -> Floats:
        return spoken(rng, word, clips) + unknown

    once = np.concatenate([strange(word, 1) for word in range(100, 160)])
    names = tuple(f"once{n}" for n in range(60))
    speech = Speech(np.concatenate([SPEECH.embeddings, once]), SPEECH.words + names)
    recordings = [Recording(str(n), "") for n in range(5)]
    new = strange(77, 5)
    said, others = strange(77, 300), np.concatenate([strange(word, 5) for word in range(200, 260)])

    def taken(sounds: Floats, other: Speech) -> float:
        space = Space.fit(other)
        word = teach("new", recordings, new, space, other).word
        return float((space.directions(sounds) @ word.prototype >= word.threshold).mean())

    assert taken(said, speech) > 0.95
    assert taken(others, speech) < 0.1
    assert taken(others, SPEECH) > 0.3  # nothing tells what they have in common


def test_people_who_were_not_recorded_are_recognized_and_other_words_are_not() -> None:
    rng = np.random.default_rng(3)
    word = learn(spoken(rng, 77, 5)).word
    said = SPACE.directions(spoken(rng, 77, 500)) @ word.prototype
    other = SPACE.directions(np.concatenate([spoken(rng, n, 50) for n in range(20, 60)]))
    assert (said >= word.threshold).mean() > 0.98
    assert (other @ word.prototype >= word.threshold).mean() < 0.03


@pytest.mark.parametrize("word", ["w5", "W5"])
def test_the_word_itself_in_the_sample_does_not_count_as_other_speech(word: str) -> None:
    embeddings = spoken(np.random.default_rng(4), 5, 5)
    assert learn(embeddings, word).warnings == ()
    (warning,) = learn(embeddings, "new").warnings
    assert "new is hard to tell from other sound, “w5” above all" in warning


def test_a_recording_of_something_else_is_named() -> None:
    rng = np.random.default_rng(5)
    embeddings = np.concatenate([spoken(rng, 77, 4), spoken(rng, 80, 1)])
    (warning,) = learn(embeddings).warnings
    assert warning.startswith("4.wav sounds unlike the other recordings of new")


def test_a_word_like_one_taught_before_is_named() -> None:
    rng = np.random.default_rng(6)
    before = learn(spoken(rng, 77, 5), "jarvis").word
    (warning,) = learn(spoken(rng, 77, 5), "travis", (before,)).warnings
    assert "5 of 5 recordings of travis would pass for jarvis" in warning
    assert learn(spoken(rng, 77, 5), "jarvis", (before,)).warnings == ()  # the same word again


def test_few_recordings_are_enough_to_begin_with() -> None:
    taught = learn(spoken(np.random.default_rng(7), 77, 1))
    assert taught.word.fit is not None
    assert taught.word.fit.similarities.tolist() == [0.5]
    assert taught.warnings[-1].startswith("new has one recording: with 3 to 10")
    with pytest.raises(TeachingError, match="new has no recordings"):
        learn(np.zeros((0, WIDTH), np.float32))


# With the tone model: its embedding is the amplitude of each of its four tones.


def chord(seconds: float, amplitude: float = 0.4) -> Floats:
    return tone("go", seconds, amplitude) + tone("stop", seconds, amplitude)


@pytest.fixture
def chords(tone_model: Path) -> TaughtModel:
    rng = np.random.default_rng(0)
    embeddings = np.concatenate([np.eye(4, dtype=np.float32)] * 5) * 0.4
    embeddings += 0.02 * rng.standard_normal((20, 4)).astype(np.float32)
    model = Model(tone_model)
    speech = Speech(embeddings.astype(np.float32), CLASSES[:4] * 5)
    space = Space.fit(speech)
    windows = np.stack([chord(1, 0.38), chord(1), chord(1, 0.42)])
    recordings = [Recording(str(n), "") for n in range(3)]
    word = teach("chord", recordings, model.embeddings(windows), space, speech).word
    return TaughtModel(model, space, [word])


def test_a_taught_word_is_a_class_of_the_model(chords: TaughtModel, tone_model: Path) -> None:
    own = Model(tone_model)
    assert chords.words == (*CLASSES[:4], "chord", *CLASSES[4:])
    assert chords.thresholds.tolist() == [*own.thresholds[:4], 0.5, np.inf, np.inf]
    assert chords.path == own.path
    windows = np.stack([chord(1), tone("go", 1), silence(1), tone("left", 1, 0.3)])
    probabilities = chords.probabilities(windows)
    assert probabilities.dtype == np.float32
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    answers = [chords.words[index] for index in probabilities.argmax(axis=1)]
    assert answers == ["chord", "go", "_silence_", "left"]
    rest = np.delete(probabilities, 4, axis=1)
    expected = own.probabilities(windows) * (1 - probabilities[:, 4:5])
    assert rest == pytest.approx(expected, abs=1e-5)
    assert np.array_equal(chords.embeddings(windows), own.embeddings(windows))


def test_at_its_threshold_a_taught_word_takes_over(chords: TaughtModel) -> None:
    (word,) = chords.taught
    mixed = np.array([[0.4, 0, 0, second] for second in np.linspace(0, 0.4, 200)], np.float32)
    directions = chords._space.directions(mixed)
    rivals = chords._space.rivals(["chord"])
    lost = chords._space.rivalry(directions, rivals)[:, 0]
    assert lost.any()
    nearness = directions @ word.prototype - lost
    own = np.tile(np.eye(6, dtype=np.float32)[0], (200, 1))  # sure that it is "go"
    answers = chords.extend(own, mixed).argmax(axis=1)
    assert {*answers.tolist()} == {0, 4}
    assert np.array_equal(answers == 4, nearness > word.threshold)


def test_of_two_taught_words_the_one_further_past_its_threshold_wins(chords: TaughtModel) -> None:
    (word,) = chords.taught
    strict = TaughtWord("strict", word.prototype, word.threshold + 0.05, ())
    both = TaughtModel(Model(chords.path), chords._space, [strict, word])
    (probabilities,) = both.probabilities(chord(1)[np.newaxis])
    assert both.words[probabilities.argmax()] == "chord"
    assert probabilities[4] / probabilities[5] == pytest.approx(np.exp(-0.05 / 0.04), rel=1e-3)


def test_the_network_runs_once_a_window(chords: TaughtModel) -> None:
    session, calls = chords._session, []

    def run(outputs: Any, inputs: Any) -> Any:
        calls.append(len(inputs["waveform"]))
        return session.run(outputs, inputs)

    chords._session = SimpleNamespace(run=run)
    chords.probabilities(np.stack([chord(1)] * 20))
    assert calls == [16, 4]


def test_it_is_found_in_long_sounds_and_in_streams(chords: TaughtModel) -> None:
    sound = np.concatenate(
        [silence(1), chord(0.6), silence(1), tone("left", 0.6), silence(1), chord(0.6), silence(1)]
    )
    assert [heard.word for heard in Recognizer(chords).search(sound)] == ["chord", "left", "chord"]
    detector = Detector(chords)
    found = [*detector.feed(sound), *detector.finish()]
    assert [each.word for each in found] == ["chord", "left", "chord"]
    assert all(1.3 < later.start_s - first.start_s < 1.9 for first, later in pairwise(found))
    assert Detector(chords, words=["chord"]).words == ("chord",)


def test_a_word_of_the_models_own_cannot_be_taught(chords: TaughtModel) -> None:
    (word,) = chords.taught
    taken = TaughtWord("left", word.prototype, word.threshold, ())
    with pytest.raises(TeachingError, match="knows left itself"):
        TaughtModel(Model(chords.path), chords._space, [taken])
