"""An exercise checked: what the reader's functions answer against what the solution's do."""

from __future__ import annotations

import contextlib
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sayso.lessons.lesson import Lesson
from sayso.lessons.runner import LIMIT_S, Outcome, run_calls

Misconceptions: TypeAlias = Mapping[str, tuple[Callable[..., object], ...]]
"""Wrong functions by the name of the one that they stand for; the docstring tells the reader."""

CLOSE = 1e-9  # relative; orders of summation differ by less, wrong answers by more


@dataclass(frozen=True)
class Case:
    """A call that the exercise has to answer as the solution does, and a hint.

    Attributes:
        call: a Python expression among the names of the file and `math`.
        hint: shown when the reader asks for it.
        of: the function of the exercise that it tries, where the call begins with another.
    """

    call: str
    hint: str
    of: str = ""

    @property
    def function(self) -> str:
        """The name of the function that is tried."""
        return self.of or self.call.partition("(")[0]


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong."""

    call: str
    expected: str
    got: str
    remark: str
    hint: str


@dataclass(frozen=True)
class Verdict:
    """What came of a check: cases passed of how many, the first problem, what was printed."""

    passed: int
    total: int
    problem: Problem | None
    printed: str


def check(lesson: Lesson, path: Path, limit_s: float = LIMIT_S) -> Verdict:
    """Runs the reader's file in a process of its own and judges its answers.

    Args:
        lesson: whose exercise it is.
        path: the reader's file.
        limit_s: seconds that the file may take.
    """
    cases: tuple[Case, ...] = lesson.part("checks").CASES
    outcome = run_calls(path, [case.call for case in cases], limit_s)
    right = [_answer(case, vars(lesson.part("solution"))) for case in cases]
    for number, (case, expected) in enumerate(zip(cases, right, strict=True)):
        got = outcome.answers[number] if number < len(outcome.answers) else None
        if got is None or not same(got, expected):
            remark = _remark(lesson, cases, outcome, number)
            told = outcome.ended or "" if got is None else _show(got)
            problem = Problem(case.call, _show(expected), told, remark, case.hint)
            return Verdict(number, len(cases), problem, outcome.printed)
    return Verdict(len(cases), len(cases), None, outcome.printed)


def same(got: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Whether two answers agree: values within rounding, or the same kind of error."""
    if "value" in got and "value" in expected:
        return _same_value(got["value"], expected["value"])
    return "kind" in got and got.get("kind") == expected.get("kind")


def _same_value(got: object, expected: object) -> bool:
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return (
            isinstance(got, Sequence)
            and not isinstance(got, str)
            and len(got) == len(expected)
            and all(map(_same_value, got, expected))
        )
    if isinstance(expected, (int, float)) and isinstance(got, (int, float)):
        with contextlib.suppress(OverflowError):  # an integer beyond all floats
            return math.isclose(got, expected, rel_tol=CLOSE, abs_tol=1e-12)
    return got == expected


def _answer(case: Case, names: Mapping[str, object]) -> dict[str, Any]:
    """What one of the lesson's own functions answers."""
    try:
        value = eval(case.call, {"math": math, **names})  # noqa: S307  (the lesson's own calls)
    except Exception as error:
        return {"error": str(error), "kind": type(error).__name__}
    return {"value": list(value) if isinstance(value, tuple) else value}


def _remark(lesson: Lesson, cases: Sequence[Case], outcome: Outcome, number: int) -> str:
    """What the reader is told: the misconception that answers alike, else what can be seen."""
    function = cases[number].function
    if number >= len(outcome.answers):
        return "The file does not run to its end."
    asked = [
        (case, answer)
        for case, answer in zip(cases, outcome.answers, strict=False)
        if case.function == function
    ]
    wrongs: Misconceptions = lesson.part("checks").MISCONCEPTIONS
    for wrong in wrongs.get(function, ()):
        names = {**vars(lesson.part("solution")), function: wrong}
        if all(same(answer, _answer(case, names)) for case, answer in asked):
            return inspect.cleandoc(wrong.__doc__ or "").replace("\n", " ").strip()
    answer = outcome.answers[number]
    if answer.get("kind") == "NotImplementedError":
        return f"{function} is still to be written."
    if answer.get("kind") == "NameError" and function in answer["error"]:
        return f"There is no function {function} in the file: keep its name."
    if "error" in answer:
        return f"{function} fails."
    if answer.get("value", ...) is None:
        return f"{function} gives nothing back: where is its return?"
    return f"{function} answers something else."


def _show(answer: Mapping[str, Any]) -> str:
    text = str(
        answer["error"] if "error" in answer else answer.get("looks") or repr(answer["value"])
    )
    return text if len(text) <= 200 else text[:197] + "…"
