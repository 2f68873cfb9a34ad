from __future__ import annotations

import io
import itertools
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sayso
from sayso import audio
from sayso.audio import SoundError
from tone_model import (
    CLASSES,
    TONES_HZ,
    Floats,
    expected_probabilities,
    save_tone_model,
    silence,
    tone,
)


def test_a_sound_of_a_second_is_judged_as_a_whole(tone_recognizer: sayso.Recognizer) -> None:
    sound = tone("left", 1.0, 0.4) + tone("go", 1.0, 0.2) + tone("stop", 1.0, 0.3)
    expected = expected_probabilities(sound)
    heard = tone_recognizer.recognize(sound)
    assert (heard.word, heard.start_s, heard.end_s) == ("left", 0.0, 1.0)
    assert heard.confidence == pytest.approx(expected[1], abs=1e-4)
    assert [word for word, _ in heard.ranked[:3]] == ["left", "stop", "go"]
    assert dict(heard.ranked) == pytest.approx(dict(zip(CLASSES, expected, strict=True)), abs=1e-4)


@pytest.mark.parametrize("samples", [1, 7_999, 12_345, 15_999])
def test_a_shorter_sound_is_padded_on_both_sides(
    tone_recognizer: sayso.Recognizer, samples: int
) -> None:
    sound = np.random.default_rng(samples).uniform(-0.5, 0.5, samples).astype(np.float32)
    before = (16_000 - samples) // 2
    expected = expected_probabilities(np.pad(sound, (before, 16_000 - samples - before)))
    heard = tone_recognizer.recognize(sound)
    assert heard.confidence == pytest.approx(expected.max(), abs=1e-4)
    assert (heard.start_s, heard.end_s) == (0.0, samples / 16_000)


def test_silence_is_an_answer_too(tone_recognizer: sayso.Recognizer) -> None:
    assert tone_recognizer.recognize(silence(0.3)).word == "_silence_"
    assert tone_recognizer.recognize(silence(3.0)).word == "_silence_"
    assert tone_recognizer.search(silence(3.0)) == []


@pytest.mark.parametrize("before_s", [0.0, 0.37, 1.0, 2.5, 3.5])
def test_the_word_in_a_long_sound_is_found_with_its_place(
    tone_recognizer: sayso.Recognizer, before_s: float
) -> None:
    sound = np.concatenate([silence(before_s), tone("stop", 0.5), silence(3.5 - before_s)])
    heard = tone_recognizer.recognize(sound)
    assert heard.word == "stop"
    assert heard.start_s <= before_s + 1e-9
    assert heard.end_s >= before_s + 0.5 - 1e-9
    assert heard.end_s - heard.start_s == pytest.approx(1.0)


def test_files_arrays_streams_and_rates_give_the_same_answer(
    tone_recognizer: sayso.Recognizer, tmp_path: Path
) -> None:
    path = tmp_path / "left.flac"
    audio.write(path, tone("left", 0.8))
    fast = tone("left", 0.8, sample_rate=48_000)
    answers = [
        tone_recognizer.recognize(path),
        tone_recognizer.recognize(str(path)),
        tone_recognizer.recognize(io.BytesIO(path.read_bytes())),
        tone_recognizer.recognize(tone("left", 0.8)),
        tone_recognizer.recognize(fast, sample_rate=48_000),
        tone_recognizer.recognize(np.column_stack([fast, fast]), sample_rate=48_000),
    ]
    assert {heard.word for heard in answers} == {"left"}
    assert [heard.confidence for heard in answers] == pytest.approx(
        [answers[0].confidence] * len(answers), abs=1e-3
    )


@settings(max_examples=30, deadline=None)
@given(
    words=st.lists(st.sampled_from(sorted(TONES_HZ)), min_size=1, max_size=6),
    gaps_s=st.lists(st.floats(0.9, 2.0), min_size=7, max_size=7),
    word_s=st.floats(0.3, 0.8),
)
def test_search_finds_every_word_once_and_in_order(
    tone_recognizer: sayso.Recognizer, words: list[str], gaps_s: list[float], word_s: float
) -> None:
    parts, places, position_s = [silence(gaps_s[-1])], [], gaps_s[-1]
    for word, gap_s in zip(words, gaps_s, strict=False):
        places.append((position_s, position_s + word_s))
        parts += [tone(word, word_s), silence(gap_s)]
        position_s += word_s + gap_s
    heard = tone_recognizer.search(np.concatenate(parts))
    assert [command.word for command in heard] == words
    for command, (start_s, end_s) in zip(heard, places, strict=True):
        middle_s = (start_s + end_s) / 2
        assert command.start_s < middle_s < command.end_s
        assert (command.start_s + command.end_s) / 2 == pytest.approx(middle_s, abs=0.11)


def test_different_words_may_follow_each_other_closely(tone_recognizer: sayso.Recognizer) -> None:
    for first, second in itertools.permutations(TONES_HZ, 2):
        sound = np.concatenate(
            [silence(0.5), tone(first, 0.5), silence(0.4), tone(second, 0.5), silence(0.5)]
        )
        heard = tone_recognizer.search(sound)
        assert [command.word for command in heard] == [first, second]


def test_search_keeps_to_the_thresholds_of_the_file(tmp_path: Path) -> None:
    sound = np.concatenate([silence(1.0), tone("go", 0.5), silence(1.0), tone("left", 0.5)])
    strict = sayso.load(save_tone_model(tmp_path / "strict.onnx", threshold='{"go": 0.999}'))
    assert [command.word for command in strict.search(sound)] == ["left"]


def test_a_long_sound_is_scanned_as_its_windows_are_one_by_one(
    tone_recognizer: sayso.Recognizer,
) -> None:
    sound = np.random.default_rng(3).uniform(-1, 1, 60_123).astype(np.float32)
    shares: list[float] = []
    scan = tone_recognizer.scan(sound, progress=shares.append)
    assert scan.starts.tolist() == [*range(0, 44_123, 1_600), 44_123]
    for start, row in zip(scan.starts, scan.probabilities, strict=True):
        np.testing.assert_allclose(
            row, expected_probabilities(sound[start : start + 16_000]), atol=1e-4
        )
    assert len(shares) > 1
    assert sum(shares) == pytest.approx(1.0)


def test_searching_a_long_sound_takes_little_more_memory_than_the_sound(
    tone_recognizer: sayso.Recognizer,
) -> None:
    sound = silence(300.0)
    tracemalloc.start()
    scan = tone_recognizer.scan(sound)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(scan.starts) == 2_991
    every_window = len(scan.starts) * 16_000 * 4  # bytes: 191 MB
    assert peak < every_window / 3


def test_a_batch_gives_what_each_sound_gives_alone(
    tone_recognizer: sayso.Recognizer, tmp_path: Path
) -> None:
    sounds: list[Floats | Path] = [
        np.concatenate([silence(i % 3), tone(word, 0.6)]) for i, word in enumerate([*TONES_HZ] * 10)
    ]
    audio.write(tmp_path / "go.wav", tone("go", 0.5))
    sounds.append(tmp_path / "go.wav")
    assert tone_recognizer.recognize_batch(sounds) == [
        tone_recognizer.recognize(sound) for sound in sounds
    ]
    assert tone_recognizer.recognize_batch([]) == []


def test_a_batch_with_a_bad_file_names_it(
    tone_recognizer: sayso.Recognizer, tmp_path: Path
) -> None:
    with pytest.raises(SoundError, match=r"missing\.wav cannot be opened"):
        tone_recognizer.recognize_batch([tone("go", 0.5), tmp_path / "missing.wav"])


def test_scanning_many_gives_errors_in_their_place(
    tone_recognizer: sayso.Recognizer, tmp_path: Path
) -> None:
    shares: list[float] = []
    sounds: list[Floats | Path] = [tone("go", 0.5), tmp_path / "missing.wav", silence(5.0)]
    results = list(tone_recognizer.scan_all(sounds, shares.append))
    assert [isinstance(scan, SoundError) for scan, _ in results] == [False, True, False]
    assert all(seconds > 0 for _, seconds in results)
    assert sum(shares) == pytest.approx(3.0)


def test_scanning_many_can_be_left_early(tone_recognizer: sayso.Recognizer) -> None:
    done: list[float] = []
    scans = tone_recognizer.scan_all([silence(1.0), *[silence(120.0)] * 20], done.append)
    next(scans)
    scans.close()
    assert sum(done) < 10


def test_what_is_not_sound_is_refused(tone_recognizer: sayso.Recognizer) -> None:
    with pytest.raises(SoundError, match="channels first"):
        tone_recognizer.recognize(np.zeros((2, 16_000), np.float32))
    with pytest.raises(SoundError, match="0 samples"):
        tone_recognizer.search(np.zeros(0, np.float32))
