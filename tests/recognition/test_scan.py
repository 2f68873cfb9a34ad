from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.recognition.scan import APART, HOP, Scan, window_starts

WORDS = ("no", "yes", "_unknown_", "_silence_")
THRESHOLDS = np.array([0.5, 0.7, np.inf, np.inf], np.float32)


def scan_of(*answers: tuple[str, float]) -> Scan:
    """A scan whose windows have the given top class and confidence, the rest spread evenly."""
    rows = []
    for word, confidence in answers:
        row = np.full(len(WORDS), (1 - confidence) / (len(WORDS) - 1))
        row[WORDS.index(word)] = confidence
        rows.append(row)
    samples = 16_000 + HOP * (len(rows) - 1)
    return Scan(WORDS, THRESHOLDS, np.array(rows, np.float32), window_starts(samples), samples)


def found(scan: Scan) -> list[tuple[str, float]]:
    return [(heard.word, heard.start_s) for heard in scan.commands()]


NOTHING = ("_silence_", 0.9)


@given(st.integers(1, 200_000))
def test_windows_cover_the_sound_and_end_with_it(samples: int) -> None:
    starts = window_starts(samples)
    covered = np.zeros(max(samples, 16_000), bool)
    for start in starts:
        covered[start : start + 16_000] = True
    assert covered.all()
    assert starts[-1] + 16_000 == len(covered)
    assert (np.diff(starts[:-1]) == 1_600).all()
    assert (np.diff(starts) > 0).all()
    assert (np.diff(starts) <= 1_600).all()


def test_one_hop_more_than_a_second_gives_two_windows() -> None:
    assert window_starts(16_000).tolist() == [0]
    assert window_starts(16_001).tolist() == [0, 1]
    assert window_starts(17_600).tolist() == [0, 1_600]
    assert window_starts(17_601).tolist() == [0, 1_600, 1_601]


def test_a_window_is_averaged_with_its_neighbours() -> None:
    rows = scan_of(("yes", 0.1), ("yes", 0.4), ("yes", 0.9), ("yes", 0.3)).smoothed
    assert rows[:, WORDS.index("yes")] == pytest.approx([0.2, 1.4 / 3, 1.6 / 3, 0.5])
    assert rows.sum(axis=1) == pytest.approx(1.0)


def test_one_window_is_taken_as_it_is() -> None:
    heard = scan_of(("yes", 0.8)).best()
    assert (heard.word, heard.start_s, heard.end_s) == ("yes", 0.0, 1.0)
    assert heard.confidence == pytest.approx(0.8)
    assert [word for word, _ in heard.ranked] == ["yes", "no", "_unknown_", "_silence_"]
    assert [confidence for _, confidence in heard.ranked] == pytest.approx([0.8, *[0.2 / 3] * 3])


def test_a_sound_shorter_than_a_window_ends_where_it_ends() -> None:
    scan = Scan(WORDS, THRESHOLDS, np.full((1, 4), 0.25, np.float32), window_starts(4_000), 4_000)
    assert (scan.best().start_s, scan.best().end_s) == (0.0, 0.25)


def test_best_is_the_most_confident_command() -> None:
    yes, no, unknown = [("yes", 0.9)] * 3, [("no", 0.8)] * 3, [("_unknown_", 0.99)] * 3
    best = scan_of(*no, *yes, *unknown).best()
    assert (best.word, best.start_s, best.end_s) == ("yes", 0.4, 1.4)
    assert best.confidence == pytest.approx(0.9)


def test_best_prefers_a_window_in_which_the_command_wins() -> None:
    doubt, sure = [[0.45, 0.0, 0.55, 0.0]] * 3, [[0.4, 0.2, 0.2, 0.2]] * 3
    probabilities = np.array([*doubt, *sure], np.float32)
    best = Scan(WORDS, THRESHOLDS, probabilities, window_starts(24_000), 24_000).best()
    assert best.word == "no"
    assert best.start_s >= 0.3


def test_best_of_no_command_is_where_one_was_likeliest() -> None:
    silence, unknown = [("_silence_", 0.9)] * 3, [("_unknown_", 0.7)] * 3
    best = scan_of(*silence, *unknown, *silence).best()
    assert (best.word, best.start_s) == ("_unknown_", 0.4)


def test_an_utterance_is_found_once_in_the_middle_of_its_windows() -> None:
    (heard,) = scan_of(*[NOTHING] * 4, *[("yes", 0.95)] * 5, *[NOTHING] * 4).commands()
    assert (heard.word, heard.start_s, heard.end_s) == ("yes", 0.6, 1.6)
    assert heard.confidence == pytest.approx(0.95)


def test_half_a_word_does_not_move_its_place() -> None:
    answers = [NOTHING, *[("yes", 0.75)] * 4, *[("yes", 0.99)] * 3]
    (heard,) = scan_of(*answers).commands()
    assert heard.start_s == 0.6


def test_what_does_not_reach_its_threshold_is_not_reported() -> None:
    gap = [NOTHING] * 10
    answers = [*[("yes", 0.69)] * 4, *gap, *[("no", 0.51)] * 3, *gap, *[("no", 0.49)] * 4]
    assert found(scan_of(*answers)) == [("no", 1.5)]


def test_no_command_is_never_reported() -> None:
    assert found(scan_of(("_unknown_", 0.99), ("_silence_", 0.99))) == []


def test_a_likeness_in_a_single_window_is_not_reported() -> None:
    assert found(scan_of(*[NOTHING] * 5, ("yes", 0.99), *[NOTHING] * 5)) == []


def test_a_moment_of_doubt_does_not_make_two_of_one() -> None:
    yes, doubt = [("yes", 0.9)] * 3, [("_unknown_", 0.9)] * 2
    assert len(found(scan_of(*yes, *doubt, *yes))) == 1


def test_the_more_confident_of_two_that_overlap_stays() -> None:
    no, yes = [("no", 0.8)] * 4, [("yes", 0.95)] * 4
    assert [word for word, _ in found(scan_of(*no, *yes))] == ["yes"]
    assert [word for word, _ in found(scan_of(*yes, *no))] == ["yes"]


def test_two_words_in_succession_are_both_found() -> None:
    no, yes = [("no", 0.8)] * 7, [("yes", 0.95)] * 9
    assert [word for word, _ in found(scan_of(*no, *yes))] == ["no", "yes"]
    assert [word for word, _ in found(scan_of(*yes, *[NOTHING] * 5, *yes))] == ["yes", "yes"]


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.floats(0.3, 1.0)), min_size=1, max_size=80))
def test_findings_are_commands_in_order_that_reach_their_threshold_and_keep_apart(
    answers: list[tuple[str, float]],
) -> None:
    scan = scan_of(*answers)
    heard = scan.commands()
    for command in heard:
        assert command.word in ("no", "yes")
        assert command.confidence >= THRESHOLDS[WORDS.index(command.word)]
    starts: npt.NDArray[np.float64] = np.array([command.start_s for command in heard])
    assert (np.diff(starts) >= APART / 16_000 - 1e-9).all()
    likeliest = scan.smoothed.argmax(axis=1)
    assert bool(heard) == any(
        row[best] >= THRESHOLDS[best] for row, best in zip(scan.smoothed, likeliest, strict=True)
    )
