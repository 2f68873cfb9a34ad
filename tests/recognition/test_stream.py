from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sayso
from sayso import audio
from sayso.audio import SoundError
from sayso.recognition import Detector, ModelError
from sayso.recognition.events import detections, hop_probabilities
from sayso.recognition.model import Model
from sayso.recognition.stream import KEPT_S, listen, listening_thresholds
from sayso.recognition.thresholds import save_thresholds
from tone_model import CLASSES, TONES_HZ, Floats, silence, tone

CLIPS = sorted((Path(sayso.__file__).parent / "bundled" / "clips").iterdir())


def spoken(*words: str, pause_s: float = 0.8) -> Floats:
    """Tones of 0.4 s with pauses around them."""
    parts = [silence(pause_s)]
    for word in words:
        parts += [tone(word, 0.4), silence(pause_s)]
    return np.concatenate(parts)


SOUND = spoken("go", "stop", "stop", "left", pause_s=0.61)
NOISY = SOUND + np.random.default_rng(1).normal(0, 0.01, len(SOUND)).astype(np.float32)


@pytest.fixture(scope="module")
def model(tone_model: Path) -> Model:
    return Model(tone_model)


def test_words_come_in_order_with_their_places(model: Model) -> None:
    found = list(listen([SOUND], Detector(model)))
    assert [detection.word for detection in found] == ["go", "stop", "stop", "left"]
    for number, detection in enumerate(found):
        begin_s = 0.61 + number * 1.01
        assert detection.start_s == pytest.approx(begin_s, abs=0.2)
        assert detection.end_s == pytest.approx(begin_s + 0.4, abs=0.3)
        assert 0.5 <= detection.confidence <= 1


def test_the_packaged_model_hears_its_clips_once_each() -> None:
    sound = np.concatenate([np.pad(audio.read(path), (0, 8000)) for path in CLIPS])
    model = sayso.load().model
    sure = dict.fromkeys(Detector(model).words, 0.7)
    found = list(listen([sound], Detector(model, thresholds=sure)))
    assert [detection.word for detection in found] == [path.stem for path in CLIPS]
    for number, detection in enumerate(found):
        assert 1.5 * number - 0.1 <= detection.start_s < detection.end_s <= 1.5 * number + 1.2


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 9_000), max_size=40))
def test_events_do_not_depend_on_the_blocks(model: Model, sizes: list[int]) -> None:
    whole, cut = Detector(model), Detector(model)
    expected = whole.feed(NOISY) + whole.finish()
    found, begin = [], 0
    for size in [*sizes, len(NOISY)]:
        found += cut.feed(NOISY[begin : begin + size])
        begin += size
        heard = min(begin, len(NOISY))
        assert cut.heard_s == heard / 16_000
        np.testing.assert_array_equal(
            cut.sound(cut.heard_s - 1, cut.heard_s), NOISY[max(0, heard - 16_000) : heard]
        )
    assert found + cut.finish() == expected
    np.testing.assert_array_equal(cut.latest, whole.latest)
    assert len(expected) == 4


def test_each_event_comes_with_the_block_that_completes_it(model: Model) -> None:
    detector = Detector(model)
    for begin in range(0, len(SOUND), 800):
        for detection in detector.feed(SOUND[begin : begin + 800]):
            assert 0 <= detector.heard_s - detection.end_s <= 0.3


@pytest.mark.parametrize("samples", [0, 700, 16_000, len(NOISY)])
def test_a_detector_sees_what_hop_probabilities_gives(model: Model, samples: int) -> None:
    detector = Detector(model)
    expected = hop_probabilities(model, NOISY[:samples])
    found = detector.feed(NOISY[:samples]) + detector.finish()
    assert found == detections(expected, model.words, model.thresholds)
    np.testing.assert_array_equal(detector.latest, np.add.reduce(expected[-5:]) / np.float32(5))


def test_the_last_word_of_a_stream_is_heard_at_its_end(model: Model) -> None:
    detector = Detector(model)
    sound = np.concatenate([silence(1), tone("left", 0.4)])
    assert detector.feed(sound) == []
    (detection,) = detector.finish()
    assert detection.word == "left"
    assert detector.heard_s == 1.4
    np.testing.assert_array_equal(detector.sound(0, 9), sound)


def test_a_finished_detector_hears_no_more(model: Model) -> None:
    detector = Detector(model)
    detector.finish()
    assert detector.finish() == []
    with pytest.raises(SoundError, match="has ended: make a new Detector"):
        detector.feed(silence(1))


def test_before_the_first_hop_there_is_nothing(model: Model) -> None:
    detector = Detector(model)
    assert detector.feed(np.zeros(0, np.float32)) == []
    assert detector.feed(silence(0.09)) == []
    np.testing.assert_array_equal(detector.latest, np.zeros(len(CLASSES)))
    detector.feed(silence(0.01))
    assert detector.latest[CLASSES.index("_silence_")] > 0.1
    assert detector.sound(0.5, 0.2).shape == (0,)


def test_the_recent_past_can_be_heard_again(model: Model) -> None:
    detector = Detector(model)
    sound = np.random.default_rng(0).uniform(-0.1, 0.1, 41 * 16_000).astype(np.float32)
    for begin in range(0, len(sound), 12_345):
        detector.feed(sound[begin : begin + 12_345])
    np.testing.assert_array_equal(detector.sound(38.0, 39.5), sound[38 * 16_000 : 632_000])
    np.testing.assert_array_equal(detector.sound(0, 99), sound[-KEPT_S * 16_000 :])
    assert len(detector.sound(3, 5)) == 0
    copy = detector.sound(40, 41)
    copy[:] = 7
    np.testing.assert_array_equal(detector.sound(40, 41), sound[40 * 16_000 :])


def test_memory_does_not_grow(model: Model) -> None:
    detector = Detector(model)
    block = tone("go", 1.0)
    detector.feed(block)
    tracemalloc.start()
    for _ in range(20):
        detector.feed(block)
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(150):
        detector.feed(block)
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 5_000  # bytes; 150 s of sound are 9.6 million
    assert peak - before < 1_000_000


def test_integers_and_channels_are_taken_too(model: Model) -> None:
    expected = list(listen([SOUND], Detector(model)))
    integers = np.round(SOUND * 32768).astype(np.int16)
    blocks: list[Any] = [integers, np.column_stack([SOUND, SOUND])]
    for block in blocks:
        found = list(listen([block], Detector(model)))
        assert [(d.word, d.start_s) for d in found] == [(d.word, d.start_s) for d in expected]


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        (np.full(800, np.nan, np.float32), "not numbers"),
        (np.full(800, 20_000, np.float32), r"scale them to \[-1, 1\]"),
        (np.array(["a"]), "Sound is floats"),
    ],
)
def test_what_is_no_sound_is_refused_and_changes_nothing(
    model: Model, block: Floats, sentence: str
) -> None:
    detector = Detector(model)
    begun = detector.feed(SOUND[:20_000])
    with pytest.raises(SoundError, match=sentence):
        detector.feed(block)
    assert detector.heard_s == 1.25
    rest = detector.feed(SOUND[20_000:]) + detector.finish()
    assert begun + rest == list(listen([SOUND], Detector(model)))


def test_words_and_thresholds_are_chosen(model: Model) -> None:
    def heard(**choice: object) -> list[str]:
        return [d.word for d in listen([SOUND], Detector(model, **choice))]  # type: ignore[arg-type]

    assert heard(words=["left", "go"]) == ["go", "left"]
    assert heard(words=[]) == []
    assert heard(thresholds={"stop": 0.999}) == ["go", "left"]
    assert heard(thresholds={"stop": np.inf}, words=("stop", "left")) == ["left"]
    assert Detector(model, words=["left", "go"]).words == ("go", "left")
    assert Detector(model, thresholds={"left": np.inf}).words == ("go", "right", "stop")


def test_thresholds_begin_with_those_of_the_model(model: Model) -> None:
    np.testing.assert_array_equal(listening_thresholds(model), model.thresholds)
    changed = listening_thresholds(model, {"left": 0.8}, ["left", "go"])
    expected = [{"go": 0.5, "left": 0.8}.get(word, np.inf) for word in CLASSES]
    np.testing.assert_array_equal(changed, np.array(expected, np.float32))


@pytest.mark.parametrize("choice", [{"words": ["go", "halt"]}, {"thresholds": {"halt": 0.5}}])
def test_a_word_that_the_model_lacks_is_an_error(model: Model, choice: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=f"know 'halt': it knows {', '.join(TONES_HZ)}"):
        Detector(model, **choice)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["_silence_", "_unknown_"])
def test_what_is_no_command_cannot_be_listened_for(model: Model, word: str) -> None:
    with pytest.raises(ModelError, match="does not know"):
        Detector(model, words=[word])


@pytest.mark.parametrize("threshold", [0.0, -1.0, 80.0, np.nan])
def test_a_threshold_that_is_none_is_an_error(model: Model, threshold: float) -> None:
    with pytest.raises(ModelError, match=r"The threshold of go is .*: it must be above 0"):
        Detector(model, thresholds={"go": threshold})


def test_listening_is_lazy(model: Model) -> None:
    given: list[float] = []

    def blocks() -> Iterator[Floats]:
        for begin in range(0, len(SOUND), 1600):
            given.append(begin / 16_000)
            yield SOUND[begin : begin + 1600]

    first = next(listen(blocks(), Detector(model)))
    assert first.word == "go"
    assert given[-1] < 1.3


def test_a_recognizer_listens_to_any_iterable(
    tone_recognizer: sayso.Recognizer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def heard(**choice: object) -> list[str]:
        return [d.word for d in tone_recognizer.listen([SOUND], **choice)]  # type: ignore[arg-type]

    monkeypatch.setattr("sayso.recognition.thresholds.default_path", lambda: tmp_path / "t.json")
    assert heard() == ["go", "stop", "stop", "left"]
    assert heard(words={"go"}) == ["go"]
    save_thresholds(tone_recognizer.model, {"stop": 0.999})
    assert heard() == ["go", "left"]
    assert heard(thresholds={}) == ["go", "stop", "stop", "left"]
    with pytest.raises(ModelError):
        tone_recognizer.listen([SOUND], words=["halt"])
