from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

import sayso
from sayso import audio
from sayso.corpus import CorpusError, read_corpus
from sayso.corpus.noise import SILENT_CLIPS
from sayso.evaluation import Evaluation, Share, evaluate
from tone_model import silence, tone

WORDS = ("no", "yes", "_unknown_", "_silence_")


@pytest.fixture
def judged() -> Evaluation:
    """Six clips whose answers are easily counted."""
    answers = [
        # no    yes   unkn  sil    label
        ((0.7, 0.2, 0.1, 0.0), 0),  # right
        ((0.2, 0.3, 0.5, 0.0), 0),  # among the words yes; open: unknown
        ((0.1, 0.2, 0.0, 0.7), 1),  # among the words right; open: silence
        ((0.1, 0.9, 0.0, 0.0), 1),  # right
        ((0.0, 0.9, 0.1, 0.0), 2),  # unknown taken for yes
        ((0.1, 0.1, 0.1, 0.7), 3),  # right
    ]
    probabilities = np.array([row for row, _ in answers], np.float32)
    label = np.array([label for _, label in answers])
    return Evaluation(WORDS, label, probabilities, (None,) * len(answers))


def test_closed_looks_at_words_alone(judged: Evaluation) -> None:
    assert judged.closed() == Share(3, 4)
    assert judged.closed(["yes"]) == Share(2, 2)


def test_open_looks_at_everything(judged: Evaluation) -> None:
    assert judged.open() == Share(3, 6)


def test_which_answers_are_right(judged: Evaluation) -> None:
    assert judged.right.tolist() == [True, False, False, True, False, True]
    assert judged.right_among_words.tolist() == [True, False, True, True, False, False]


def test_by_class_and_confusions(judged: Evaluation) -> None:
    assert judged.by_class() == {
        "no": Share(1, 2),
        "yes": Share(2, 2),
        "_unknown_": Share(0, 1),
        "_silence_": Share(1, 1),
    }
    assert judged.confusions() == [("no", "yes", 1), ("_unknown_", "yes", 1)]


def test_confused_words_count_both_ways_round() -> None:
    words = ("no", "up", "yes", "_unknown_")
    label, answer = np.array([2, 0, 0, 1, 3, 1]), np.array([0, 2, 2, 0, 2, 1])
    judged = Evaluation(words, label, np.eye(4, dtype=np.float32)[answer], (None,) * 6)
    assert judged.confused_words() == [("no", "yes", 3), ("no", "up", 1)]


@pytest.mark.parametrize(("right", "clips"), [(0, 5), (97, 100), (100, 100), (3, 4198)])
def test_the_interval_is_scipys_wilson(right: int, clips: int) -> None:
    expected = binomtest(right, clips).proportion_ci(0.95, method="wilson")
    low, high = Share(right, clips).interval()
    assert low == pytest.approx(expected.low, abs=1e-4)
    assert high == pytest.approx(expected.high, abs=1e-4)


@given(st.integers(1, 5000))
def test_an_interval_ends_where_shares_do(clips: int) -> None:
    assert Share(0, clips).interval()[0] >= 0
    assert Share(clips, clips).interval()[1] <= 1


def test_no_share_is_printed_as_less_than_none() -> None:
    assert f"{Share(0, 5).interval()[0]:.1%}" == "0.0%"
    assert f"{Share(5, 5).interval()[1]:.1%}" == "100.0%"


def test_a_model_is_held_against_a_data_set(
    tmp_path: Path, tone_recognizer: sayso.Recognizer
) -> None:
    clips = {
        "go/a_nohash_0.wav": tone("go", 1.0),
        "go/a_nohash_1.wav": tone("left", 1.0),  # wrong
        "left/a_nohash_0.wav": tone("left", 1.0),
        "house/a_nohash_0.wav": silence(0.5),  # a word that the model does not have
        "go/b_nohash_0.wav": tone("go", 1.0),  # training
    }
    for name, samples in clips.items():
        audio.write(tmp_path / name, samples)
    names = [name for name in clips if "/a_" in name]
    (tmp_path / "validation_list.txt").write_text("\n".join(names))
    audio.write(tmp_path / "_background_noise_" / "hush.wav", silence(60.0))
    corpus = read_corpus(tmp_path)
    seen: list[tuple[int, int]] = []
    evaluation = evaluate(
        tone_recognizer, corpus, "validation", lambda _, done, total: seen.append((done, total))
    )
    assert evaluation.closed() == Share(2, 3)
    assert evaluation.confusions() == [("go", "left", 1), ("_unknown_", "_silence_", 1)]
    by_class = evaluation.by_class()
    assert by_class["_silence_"] == Share(SILENT_CLIPS, SILENT_CLIPS)
    assert by_class["_unknown_"] == Share(0, 1)  # digital silence is _silence_ to the tone model
    assert evaluation.open() == Share(2 + SILENT_CLIPS, 4 + SILENT_CLIPS)
    assert seen == [(done, 4) for done in range(1, 5)]
    with pytest.raises(CorpusError, match="has no clips for testing: name another split"):
        evaluate(tone_recognizer, corpus, "testing")
