from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.lessons import find_lesson
from sayso.lessons.checking import Problem, check, same

GROWTH = find_lesson("growth")
HALF = "def steps_to_half(keep):\n    return 1\n"


def problem_of(source: str, tmp_path: Path) -> Problem:
    path = tmp_path / "growth.py"
    path.write_text(source)
    problem = check(GROWTH, path, limit_s=2).problem
    assert problem is not None
    return problem


@pytest.mark.parametrize(
    ("body", "got", "remark"),
    [
        ("pass", "None", "compound gives nothing back: where is its return?"),
        ("return 'two'", "'two'", "compound answers something else."),
        ("return 1 / 0", "line 2: ZeroDivisionError: division by zero", "compound fails."),
    ],
)
def test_what_is_wrong_is_told(body: str, got: str, remark: str, tmp_path: Path) -> None:
    problem = problem_of(f"def compound(rate, steps):\n    {body}\n{HALF}", tmp_path)
    assert (problem.call, problem.expected) == ("compound(1.0, 1)", "2.0")
    assert (problem.got, problem.remark) == (got, remark)


def test_a_function_that_was_renamed(tmp_path: Path) -> None:
    problem = problem_of(f"def compounds(rate, steps):\n    return 2.0\n{HALF}", tmp_path)
    assert problem.remark == "There is no function compound in the file: keep its name."


def test_an_endless_loop_gets_a_message_at_the_call_that_hangs(tmp_path: Path) -> None:
    source = "def compound(rate, steps):\n    while steps > 1: pass\n    return 1 + rate\n" + HALF
    problem = problem_of(source, tmp_path)
    assert problem.call == "compound(1.0, 2)"
    assert problem.got == "still running after 2 s: is there a loop that never ends?"
    assert problem.remark == "The file does not run to its end."


def test_another_way_to_compute_the_same_is_right(tmp_path: Path) -> None:
    path = tmp_path / "growth.py"
    path.write_text(
        "import numpy as np\n"
        "def compound(rate, steps):\n    return np.float64(1 + rate / steps) ** steps\n"
        "def steps_to_half(keep):\n    return -int(-np.log(0.5) // -np.log(keep)) or 1\n"
        "def steps_to_half(keep):\n    return float(np.ceil(np.log(0.5) / np.log(keep) - 1e-12))\n"
    )
    assert check(GROWTH, path).problem is None


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_values_agree_within_rounding_and_no_further(value: float) -> None:
    assert same({"value": [value]}, {"value": [math.nextafter(value, math.inf)]})
    assert not same({"value": value}, {"value": value + max(abs(value), 1.0) * 1e-6})


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ({"value": [1, 2]}, {"value": [1, 2, 3]}),
        ({"value": 1}, {"value": [1]}),
        ({"value": [1]}, {"value": 1}),
        ({"value": "12"}, {"value": [1, 2]}),
        ({"value": 10**400}, {"value": 1.0}),
        ({"looks": "1"}, {"value": 1}),
        ({"error": "", "kind": "TypeError"}, {"error": "", "kind": "ValueError"}),
    ],
)
def test_answers_that_do_not_agree(got: dict[str, object], expected: dict[str, object]) -> None:
    assert not same(got, expected)
