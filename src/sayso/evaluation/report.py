"""The evaluation report's figures: everything that `report.json` says and the page draws."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sayso.evaluation.accuracy import Evaluation, Share
from sayso.evaluation.comparison import Comparison, Paired, verdict
from sayso.evaluation.confidence import calibration_error, passed, reliability
from sayso.evaluation.intervals import poisson_interval
from sayso.evaluation.noise import InNoise
from sayso.evaluation.speed import Speed
from sayso.evaluation.spread import FEWEST_CLIPS, by_speaker, spread
from sayso.evaluation.tradeoff import InStreams, passing_curve

HARDEST = 24  # clips shown with what was heard
WORST_SPEAKERS = 12
DIGITS = 5  # of shares

Counts = npt.NDArray[np.int64]


class Other(NamedTuple):
    """A second model on the same clips."""

    name: str
    evaluation: Evaluation
    comparison: Comparison


@dataclass(frozen=True)
class Findings:
    """What was measured of a model, to be reported.

    Attributes:
        model: its name.
        data: the data set's folder; clips are named from there.
        split: whose clips.
        evaluation: what the model said of them.
        speakers: `(clips,)`; None for what nobody said.
        groups: the accuracies that stand for the whole, by what each is of.
        speed: size and time.
        metadata: what the model file says of itself.
        in_noise: the same clips with noise, if that was measured.
        in_streams: misses and false alarms at each threshold, if that was measured.
        other: a second model, if there is one.
    """

    model: str
    data: Path
    split: str
    evaluation: Evaluation
    speakers: Sequence[str | None]
    groups: Mapping[str, Share]
    speed: Speed
    metadata: Mapping[str, str]
    in_noise: Sequence[InNoise] = ()
    in_streams: Sequence[InStreams] = ()
    other: Other | None = None


def describe(findings: Findings) -> dict[str, Any]:
    """All figures of the report, as JSON can hold them."""
    evaluation = findings.evaluation
    matrix = confusion_matrix(evaluation)
    return {
        "model": findings.model,
        "data": str(findings.data),
        "split": findings.split,
        "clips": len(evaluation.label),
        "accuracy": {name: figures(share) for name, share in findings.groups.items()},
        "by_class": {word: figures(share) for word, share in evaluation.by_class().items()},
        "confusion": {
            "words": list(evaluation.words),
            "matrix": matrix.tolist(),
            "orders": orders(matrix),
        },
        "confidence": _confidence(evaluation),
        "speakers": _speakers(evaluation, findings.speakers),
        "noise": _noise(findings),
        "streams": [_in_streams(point) for point in findings.in_streams],
        "speed": {
            "file_bytes": findings.speed.file_bytes,
            "parameters": findings.speed.parameters,
            "median_ms": round(findings.speed.median_ms, 3),
            "fastest_ms": round(findings.speed.fastest_ms, 3),
            "runs": findings.speed.runs,
            "machine": findings.speed.machine,
        },
        "metadata": {name: _parsed(text) for name, text in findings.metadata.items()},
        "against": findings.other and against(findings.model, findings.other),
        "hardest": hardest(evaluation),
        "answers": {str(number): _answer(findings, number) for number in shown(findings)},
    }


def figures(share: Share) -> dict[str, Any]:
    """So many of so many, the share and its 95 % interval."""
    value = None if math.isnan(share.value) else round(share.value, DIGITS)
    interval = [round(end, DIGITS) for end in share.interval()]
    return {"right": share.right, "clips": share.clips, "accuracy": value, "interval": interval}


def confusion_matrix(evaluation: Evaluation) -> Counts:
    """Clips by class (row) and by the likeliest of all classes (column), `(classes, classes)`."""
    matrix = np.zeros((len(evaluation.words),) * 2, np.int64)
    np.add.at(matrix, (evaluation.label, evaluation.probabilities.argmax(axis=1)), 1)
    return matrix


def orders(matrix: Counts) -> dict[str, list[int]]:
    """Ways to sort the classes of a confusion matrix: their numbers, in order."""
    clips = matrix.sum(axis=1)
    accuracy = matrix.diagonal() / np.maximum(clips, 1)
    taken = matrix.sum(axis=0) - matrix.diagonal()
    return {
        "by name": list(range(len(matrix))),
        "confused words together": together(matrix),
        "least accurate first": np.lexsort((-clips, np.where(clips, accuracy, 2.0))).tolist(),
        "most often wrongly heard first": np.argsort(-taken, kind="stable").tolist(),
        "most clips first": np.argsort(-clips, kind="stable").tolist(),
    }


def together(matrix: Counts) -> list[int]:
    """An order in which classes that are confused stand side by side.

    The two groups that share the most confusions, in proportion to their sizes, are joined until
    one is left; each joint puts the ends together that are confused most.
    """
    confused = (matrix + matrix.T).astype(np.float64)
    np.fill_diagonal(confused, 0)
    groups = [[number] for number in range(len(matrix))]
    while len(groups) > 1:
        pairs = [(one, two) for one in range(len(groups)) for two in range(one + 1, len(groups))]
        links = [confused[np.ix_(groups[one], groups[two])].mean() for one, two in pairs]
        one, two = pairs[int(np.argmax(links))]
        second = groups.pop(two)
        joints = [
            (left, right)
            for left in (groups[one], groups[one][::-1])
            for right in (second, second[::-1])
        ]
        left, right = max(joints, key=lambda joint: confused[joint[0][-1], joint[1][0]])
        groups[one] = left + right
    return groups[0]


def hardest(evaluation: Evaluation, count: int = HARDEST) -> list[int]:
    """Numbers of the clips whose own class was given the lowest probabilities, lowest first."""
    order: list[int] = np.argsort(_given(evaluation), kind="stable")[:count].tolist()
    return order


def examples(evaluation: Evaluation) -> list[int]:
    """The least sure right answer of each class: what is barely recognized."""
    given = _given(evaluation)
    found = []
    for index in range(len(evaluation.words)):
        clips = np.flatnonzero(evaluation.right & (evaluation.label == index))
        if len(clips):
            found.append(int(clips[given[clips].argmin()]))
    return found


def wrong(evaluation: Evaluation) -> list[int]:
    """The wrong answers: first one of each cell of the confusion matrix, then the next of each."""
    answer = evaluation.probabilities.argmax(axis=1)
    given = _given(evaluation)
    numbers = np.flatnonzero(~evaluation.right).tolist()
    seen: dict[tuple[int, int], int] = {}
    turns = {}
    for number in sorted(numbers, key=lambda number: given[number]):
        cell = int(evaluation.label[number]), int(answer[number])
        turns[number] = seen[cell] = seen.get(cell, -1) + 1
    return sorted(turns, key=turns.__getitem__)


def shown(findings: Findings) -> list[int]:
    """Numbers of the clips that the report names, those to be heard first at the front."""
    other = findings.other
    one_alone = other.comparison.only_first + other.comparison.only_second if other else []
    evaluation = findings.evaluation
    numbers = [*hardest(evaluation), *examples(evaluation), *wrong(evaluation), *one_alone]
    return list(dict.fromkeys(numbers))


def against(name: str, other: Other) -> dict[str, Any]:
    """The comparison of a model with another, as JSON can hold it."""
    comparison = other.comparison
    return {
        "other": other.name,
        "verdict": verdict(comparison.all_classes, name, other.name),
        "all_classes": _paired(comparison.all_classes),
        "words": _paired(comparison.words),
        "by_word": [
            {"word": change.word, **_paired(change.paired), "real": change.real}
            for change in comparison.by_word
        ],
        "only_model": comparison.only_first,
        "only_other": comparison.only_second,
        "words_only_model": comparison.words_only_first,
        "words_only_other": comparison.words_only_second,
    }


def _paired(paired: Paired) -> dict[str, Any]:
    return {
        "clips": paired.clips,
        "both": paired.both,
        "only_model": paired.only_first,
        "only_other": paired.only_second,
        "neither": paired.neither,
        "difference": None if not paired.clips else round(paired.difference, DIGITS),
        "interval": [round(end, DIGITS) for end in paired.interval()],
        "p": paired.p,
        "real": paired.real,
    }


def _confidence(evaluation: Evaluation) -> dict[str, Any]:
    chosen = passed(evaluation)
    return {
        "calibration_error": round(calibration_error(evaluation), DIGITS),
        "reliability": [
            {"confidence": round(part.confidence, DIGITS), **figures(part.share)}
            for part in reliability(evaluation)
        ],
        "at_5_percent_missed": {
            "threshold": round(chosen.threshold, DIGITS),
            "missed": figures(chosen.missed),
            "unknown_passed": figures(chosen.unknown),
        },
        "curve": [
            {
                "threshold": round(point.threshold, 7),
                "missed": point.missed.right,
                "unknown_passed": point.unknown.right,
            }
            for point in passing_curve(evaluation)
        ],
    }


def _speakers(evaluation: Evaluation, speakers: Sequence[str | None]) -> dict[str, Any]:
    shares = by_speaker(evaluation, speakers)
    enough = {name: share for name, share in shares.items() if share.clips >= FEWEST_CLIPS}
    histogram = spread(list(enough.values()))
    return {
        "speakers": len(shares),
        "fewest_clips": FEWEST_CLIPS,
        "counted": len(enough),
        "edges": histogram.edges,
        "histogram": histogram.speakers,
        "by_chance": [round(count, 2) for count in histogram.by_chance],
        "worst": [
            {"speaker": name, **figures(share)}
            for name, share in list(enough.items())[:WORST_SPEAKERS]
        ],
    }


def _noise(findings: Findings) -> list[dict[str, Any]]:
    return [
        {"noise": each.noise, "snr_db": each.snr_db, **figures(each.evaluation.closed())}
        for each in findings.in_noise
    ]


def _in_streams(point: InStreams) -> dict[str, Any]:
    return {
        "threshold": round(point.threshold, DIGITS),
        "missed": point.missed.right,
        "commands": point.missed.clips,
        "false_alarms": point.false_alarms,
        "hours": round(point.hours, DIGITS),
        "per_hour": round(point.false_alarms / point.hours, 4),
        "interval": [round(end / point.hours, 4) for end in poisson_interval(point.false_alarms)],
    }


def _answer(findings: Findings, number: int) -> dict[str, Any]:
    """One clip: what it is, and what was heard."""
    evaluation = findings.evaluation
    path = evaluation.paths[number]
    answer = {
        "clip": None if path is None else path.relative_to(findings.data).as_posix(),
        "speaker": findings.speakers[number],
        "truth": evaluation.words[evaluation.label[number]],
        "given": round(float(_given(evaluation)[number]), DIGITS),
        **_heard(evaluation, number),
    }
    if findings.other:
        answer["other"] = _heard(findings.other.evaluation, number)
    return answer


def _heard(evaluation: Evaluation, number: int) -> dict[str, Any]:
    probabilities = evaluation.probabilities[number]
    best = int(probabilities.argmax())
    confidence = round(float(probabilities[best]), DIGITS)
    return {"heard": evaluation.words[best], "confidence": confidence}


def _given(evaluation: Evaluation) -> npt.NDArray[np.float32]:
    """`(clips,)`, the probability that each clip's own class was given."""
    return evaluation.probabilities[np.arange(len(evaluation.label)), evaluation.label]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
