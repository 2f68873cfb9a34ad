from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import soxr

import sayso
from sayso import audio
from sayso.audio import Sound
from sayso.recognition import ModelError
from sayso.recognition.stream import Detector
from sayso.web.stream import Stream, StreamError
from tone_model import CLASSES, silence, tone
from web.serving import pcm

TALK = np.concatenate(
    [silence(0.8), tone("left", 0.6), silence(1.2), tone("stop", 0.7), silence(0.9)]
)
END_S = (1.4, 3.3)  # of the two tones


def answers(stream: Stream, sound: Sound, block: int) -> list[dict[str, Any]]:
    found = []
    content = pcm(sound)
    for at in range(0, len(content), 2 * block):
        for piece in stream.take(content[at : at + 2 * block]):
            found += stream.hear(piece)
    return found + stream.finish()


def test_a_stream_says_what_the_detector_says(tone_recognizer: sayso.Recognizer) -> None:
    detector = Detector(tone_recognizer.model)
    samples = audio.conform(np.frombuffer(pcm(TALK), np.int16))
    detections = detector.feed(samples) + detector.finish()
    found = answers(Stream(tone_recognizer.model, {}, {}), TALK, 640)
    commands = [answer for answer in found if answer["type"] == "command"]
    assert [each["word"] for each in commands] == ["left", "stop"]
    for command, detection in zip(commands, detections, strict=True):
        assert command["word"] == detection.word
        for name in ("confidence", "start_s", "end_s"):
            assert command[name] == pytest.approx(getattr(detection, name), abs=1e-3)
    assert found[-1] == {"type": "end", "at_s": pytest.approx(len(TALK) / 16_000)}


@pytest.mark.parametrize("block", [1, 7, 1600, 20_000])
def test_the_size_of_the_blocks_does_not_matter(
    tone_recognizer: sayso.Recognizer, block: int
) -> None:
    expected = answers(Stream(tone_recognizer.model, {}, {"hops": True}), TALK, 640)
    assert answers(Stream(tone_recognizer.model, {}, {"hops": True}), TALK, block) == expected


def test_the_end_of_the_sound_is_found_apart_from_the_model(
    tone_recognizer: sayso.Recognizer,
) -> None:
    noisy = TALK + np.random.default_rng(0).normal(0, 3e-4, len(TALK)).astype(np.float32)
    found = answers(Stream(tone_recognizer.model, {}, {}), noisy, 640)
    for command, end_s in zip(found, END_S, strict=False):
        if command["quiet_s"] is None:  # found while the tone still sounded
            assert command["at_s"] <= end_s + 0.05
        else:
            assert command["quiet_s"] == pytest.approx(end_s, abs=0.03)
            assert command["quiet_s"] < command["at_s"]


def test_another_rate_is_resampled(tone_recognizer: sayso.Recognizer) -> None:
    stream = Stream(tone_recognizer.model, {}, {"rate": 44_100})
    found = answers(stream, soxr.resample(TALK, 16_000, 44_100), 1024)
    commands = [answer for answer in found if answer["type"] == "command"]
    assert [each["word"] for each in commands] == ["left", "stop"]
    plain = answers(Stream(tone_recognizer.model, {}, {}), TALK, 640)
    for command, expected in zip(commands, plain, strict=False):
        assert command["end_s"] == pytest.approx(expected["end_s"], abs=0.11)  # a hop
    assert found[-1]["at_s"] == pytest.approx(len(TALK) / 16_000, abs=1e-3)


def test_hops_carry_the_probabilities(tone_recognizer: sayso.Recognizer) -> None:
    found = answers(Stream(tone_recognizer.model, {}, {"hops": True}), TALK, 640)
    hops = [answer for answer in found if answer["type"] == "hop"]
    assert [hop["at_s"] for hop in hops] == pytest.approx([n / 10 for n in range(1, 43)])
    detector = Detector(tone_recognizer.model)
    for number, hop in enumerate(hops):
        block = np.frombuffer(pcm(TALK), np.int16)[1600 * number : 1600 * (number + 1)]
        detector.feed(audio.conform(block))
        assert len(hop["probabilities"]) == len(CLASSES)
        assert hop["probabilities"] == pytest.approx(detector.latest.tolist(), abs=5e-4)


def test_some_words_and_thresholds(tone_recognizer: sayso.Recognizer) -> None:
    def heard(thresholds: dict[str, float], **config: Any) -> list[str]:
        found = answers(Stream(tone_recognizer.model, thresholds, config), TALK, 640)
        return [answer["word"] for answer in found if answer["type"] == "command"]

    assert heard({}, words=["stop", "go"]) == ["stop"]
    assert heard({"stop": float("inf")}) == ["left"]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"rate": 44_100.0}, "a whole number"),
        ({"rate": True}, "a whole number"),
        ({"rate": "16000"}, "a whole number"),
        ({"rate": 7}, "8000 to 96000"),
        ({"rate": 10**9}, "8000 to 96000"),
        ({"words": "yes"}, "a list of the words"),
        ({"words": []}, "a list of the words"),
        ({"words": [1]}, "a list of the words"),
        ({"hops": 1}, "hops is true or false"),
        ({"wrods": ["yes"]}, "'wrods'"),
    ],
)
def test_a_wish_that_cannot_be_met(
    tone_recognizer: sayso.Recognizer, config: dict[str, Any], told: str
) -> None:
    with pytest.raises(StreamError, match=told):
        Stream(tone_recognizer.model, {}, config)


def test_an_unknown_word(tone_recognizer: sayso.Recognizer) -> None:
    with pytest.raises(ModelError, match="'jump'"):
        Stream(tone_recognizer.model, {}, {"words": ["jump"]})


def test_half_a_sample(tone_recognizer: sayso.Recognizer) -> None:
    with pytest.raises(StreamError, match="even number of bytes; this one has 3"):
        Stream(tone_recognizer.model, {}, {}).take(b"abc")
