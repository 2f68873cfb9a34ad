import pytest

from sayso.evaluation import Share
from sayso.evaluation.listening import Event
from sayso.evaluation.scoring import ONSET_TOLERANCE_S, Score
from sayso.evaluation.streams import Spoken


def scored(
    spoken: list[tuple[str, float]], events: list[tuple[str, float]], seconds: float = 3600
) -> Score:
    score = Score()
    score.add(
        [Spoken(word, start_s, start_s + 0.4) for word, start_s in spoken],
        [Event(word, start_s, start_s + 0.6) for word, start_s in events],
        seconds,
    )
    return score


def counts(score: Score) -> tuple[int, int, int, int]:
    return len(score.hits), len(score.misses), len(score.mixups), len(score.false_alarms)


@pytest.mark.parametrize(
    ("spoken", "events", "expected"),
    [
        ([("go", 5)], [("go", 5.0)], (1, 0, 0, 0)),
        ([("go", 5)], [], (0, 1, 0, 0)),
        ([], [("go", 5)], (0, 0, 0, 1)),
        ([("go", 5)], [("go", 5 + ONSET_TOLERANCE_S)], (1, 0, 0, 0)),  # the last that counts
        ([("go", 5)], [("go", 5 - ONSET_TOLERANCE_S)], (1, 0, 0, 0)),
        ([("go", 5)], [("go", 5.01 + ONSET_TOLERANCE_S)], (0, 1, 0, 1)),
        ([("go", 5)], [("go", 4.99 - ONSET_TOLERANCE_S)], (0, 1, 0, 1)),
        ([("go", 5)], [("go", 5), ("go", 5.2)], (1, 0, 0, 1)),  # one utterance, two events
        ([("go", 5), ("go", 5.5)], [("go", 5.2)], (1, 1, 0, 0)),  # two utterances, one event
        ([("go", 5)], [("left", 5)], (0, 1, 1, 0)),  # taken for another
        ([("go", 5)], [("left", 5), ("go", 5.1)], (1, 0, 0, 1)),  # right, and one too many
        ([("go", 5)], [("left", 5), ("right", 5)], (0, 1, 1, 1)),
        ([("go", 5), ("left", 5.6)], [("left", 5.3)], (1, 1, 0, 0)),
        # the event nearest to the first command is the only one that can be the second's
        ([("go", 5), ("go", 6)], [("go", 4.4), ("go", 5.3)], (2, 0, 0, 0)),
    ],
)
def test_hits_misses_mixups_and_false_alarms(
    spoken: list[tuple[str, float]],
    events: list[tuple[str, float]],
    expected: tuple[int, int, int, int],
) -> None:
    assert counts(scored(spoken, events)) == expected
    assert counts(scored(spoken[::-1], events[::-1])) == expected  # in whatever order


def test_streams_add_up() -> None:
    score = scored([("go", 1), ("left", 4)], [("go", 1)], 1800)
    score.add([Spoken("left", 2, 2.5)], [Event("left", 2.2, 2.7), Event("go", 9, 10)], 5400)
    assert counts(score) == (2, 1, 0, 1)
    assert score.hours == 2
    assert score.missed == Share(1, 3)
    assert score.missed_by_word() == {"go": Share(0, 1), "left": Share(1, 2)}
    assert score.false_alarms_per_hour == 0.5
    low, high = score.false_alarms_interval()
    assert (low, high) == pytest.approx((0.0253 / 2, 5.572 / 2), abs=1e-3)  # one event, exact
    assert score.latencies_s() == pytest.approx([0.2, 0.2])
