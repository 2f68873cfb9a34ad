import numpy as np
import pytest

from sayso.evaluation import Evaluation, Share
from sayso.evaluation.confidence import passed
from sayso.evaluation.listening import Listening
from sayso.evaluation.scoring import score
from sayso.evaluation.streams import Spoken
from sayso.evaluation.tradeoff import passing_curve, stream_curve
from sayso.evaluation.tuning import GRID, grid_thresholds

WORDS = ("no", "yes", "_unknown_", "_silence_")


def judged(clips: int) -> Evaluation:
    rng = np.random.default_rng(clips)
    label = rng.integers(0, 4, clips)
    logits = rng.normal(size=(clips, 4)) + 2 * np.eye(4)[label]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Evaluation(WORDS, label, probabilities.astype(np.float32), (None,) * clips)


def test_each_point_counts_what_passes_at_its_threshold() -> None:
    evaluation = judged(300)
    curve = passing_curve(evaluation)
    answer = evaluation.probabilities.argmax(axis=1)
    confidence = evaluation.probabilities.max(axis=1)
    for point in curve:
        missed = taken = 0
        for label, word, sure in zip(evaluation.label, answer, confidence, strict=True):
            if label < 2 and not (word == label and sure >= point.threshold):
                missed += 1
            if label == 2 and word < 2 and sure >= point.threshold:
                taken += 1
        assert (point.missed.right, point.unknown.right) == (missed, taken)
    assert [point.threshold for point in curve] == sorted({point.threshold for point in curve})
    assert curve[-1].unknown.right == 0
    assert curve[-1].missed == Share(*[int(evaluation.spoken.sum())] * 2)


@pytest.mark.parametrize("clips", [1, 2, 40, 300])
@pytest.mark.parametrize("points", [2, 3, 17, 200, 10_000])
def test_the_thresholds_are_spread_evenly_over_all_that_can_happen(clips: int, points: int) -> None:
    evaluation = judged(clips)
    answer = evaluation.probabilities.argmax(axis=1)
    confidence = evaluation.probabilities.max(axis=1)
    possible = [(0, 0)]
    for threshold in sorted({0.0, *np.nextafter(confidence, 2).tolist()}):  # one past each clip
        passes = confidence >= np.float32(threshold)
        missed = sum((label < 2) and not (label == word and sure) for label, word, sure
                     in zip(evaluation.label, answer, passes, strict=True))  # fmt: skip
        taken = sum(label == 2 and word < 2 and sure for label, word, sure
                    in zip(evaluation.label, answer, passes, strict=True))  # fmt: skip
        if threshold == 0 or (missed, taken) != possible[-1]:
            possible = [*possible[threshold == 0 :], (missed, taken)]
    curve = [(each.missed.right, each.unknown.right) for each in passing_curve(evaluation, points)]
    assert (curve[0], curve[-1]) == (possible[0], possible[-1])
    assert curve == sorted(curve, key=possible.index)
    places = [possible.index(each) for each in curve]  # raises where one cannot happen
    assert len(places) == len(set(places)) == min(points, len(possible))
    gaps = np.diff(places)
    assert not len(gaps) or gaps.max() - gaps.min() <= 1


def test_the_point_at_five_per_cent_misses_lies_on_the_curve() -> None:
    evaluation = judged(150)
    curve = passing_curve(evaluation, points=10_000)
    pairs = {(point.missed, point.unknown) for point in curve}
    for share in (0.3, 0.5, 0.9):
        chosen = passed(evaluation, share)
        assert (chosen.missed, chosen.unknown) in pairs
    assert len(passing_curve(evaluation, points=7)) == 7


def test_streams_are_decided_upon_at_each_threshold() -> None:
    probabilities = np.zeros((120, 4), np.float32)
    probabilities[:, 3] = 1
    for start, word, sure in ((10, 0, 0.95), (50, 1, 0.7), (90, 0, 0.8)):
        probabilities[start : start + 10] = 0
        probabilities[start : start + 10, word] = sure
    listening = Listening(WORDS, probabilities, 12.0, [Spoken("no", 1.0, 1.6)])
    seen: list[int] = []
    curve = stream_curve([listening], ["no", "yes"], lambda _, done, __: seen.append(done))
    assert seen == list(range(1, len(GRID)))
    assert len({point.false_alarms for point in curve}) == 3  # both, that at 0.8 alone, none
    for point in curve:
        expected = score([listening], grid_thresholds(WORDS, ["no", "yes"], point.threshold))
        assert point.missed == expected.missed
        assert point.false_alarms == len(expected.false_alarms)
        assert point.hours == pytest.approx(12 / 3600)
    assert curve[0].missed == Share(0, 1)
    assert curve[-1].missed == Share(1, 1)
