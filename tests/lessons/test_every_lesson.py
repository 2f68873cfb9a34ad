"""What holds for every lesson; a new folder is found and tested here without being named."""

from __future__ import annotations

import inspect
import itertools
import json
import math
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sayso.lessons import Lesson, LessonError, find_lesson, find_lessons
from sayso.lessons.checking import check
from sayso.lessons.lesson import Control, Panel, Recording
from sayso.lessons.prose import PANEL, VALUE, read_prose, split_prose

LESSONS = find_lessons()
DRAWN = [lesson for lesson in LESSONS if not lesson.lacks]
PANELS = [
    pytest.param(panel, id=f"{lesson.name}-{panel.name}")
    for lesson in DRAWN
    for panel in lesson.panels.values()
    if not panel.lacks
]
MISTAKES = [
    pytest.param(lesson, function, wrong, id=f"{lesson.name}-{function}-{wrong.__name__}")
    for lesson in LESSONS
    for function, wrongs in lesson.part("checks").MISCONCEPTIONS.items()
    for wrong in wrongs
]
MOST_FIGURES = 600  # of a panel; the static copy holds all of them
GIVEN = (  # for a recording: none, a long one, silence, a click
    None,
    np.sin(np.arange(40_000) / 5, dtype=np.float32),
    np.zeros(3_000, np.float32),
    np.ones(1, np.float32),
)

lessons = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
drawn = pytest.mark.parametrize("lesson", DRAWN, ids=lambda lesson: lesson.name)
panels = pytest.mark.parametrize("panel", PANELS)


def test_no_two_lessons_have_the_same_place() -> None:
    assert len({lesson.order for lesson in LESSONS}) == len(LESSONS)


def test_an_unknown_lesson_gets_a_sentence() -> None:
    with pytest.raises(LessonError, match="no lesson 'grwth': name one of growth, "):
        find_lesson("grwth")


@lessons
def test_the_exercise_fails_as_shipped(lesson: Lesson) -> None:
    verdict = check(lesson, lesson.folder / "exercise.py")
    assert verdict.passed == 0
    assert verdict.problem is not None
    assert verdict.problem.remark.endswith("is still to be written.")


@lessons
def test_the_solution_passes(lesson: Lesson) -> None:
    verdict = check(lesson, lesson.folder / "solution.py")
    assert (verdict.problem, verdict.passed) == (None, len(lesson.part("checks").CASES))


@pytest.mark.parametrize(("lesson", "function", "wrong"), MISTAKES)
def test_each_misconception_is_told_by_its_own_message(
    lesson: Lesson, function: str, wrong: Callable[..., object], tmp_path: Path
) -> None:
    """The wrong function takes the place of the right one in a whole file that is else right."""
    checks = lesson.source("checks.py")
    head = re.sub(r"from sayso.*\n", "", checks[: checks.index("CASES = ")])
    text = f"{head}\n{inspect.getsource(wrong)}\n{function} = {wrong.__name__}\n"
    path = tmp_path / f"{lesson.name}.py"
    solution = lesson.source("solution.py").replace(f"def {function}(", f"def right_{function}(")
    path.write_text(f"{text}\n{solution}")
    verdict = check(lesson, path)
    assert verdict.problem is not None
    assert f"{function}(" in verdict.problem.call
    assert verdict.problem.remark == inspect.cleandoc(wrong.__doc__ or "")


@lessons
def test_exercise_solution_and_checks_name_the_same_functions(lesson: Lesson) -> None:
    def signatures(part: str) -> dict[str, inspect.Signature]:
        module = lesson.part(part)
        return {
            name: inspect.signature(value)
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        }

    asked = signatures("exercise")
    assert asked == signatures("solution")
    assert {case.function for case in lesson.part("checks").CASES} == set(asked)
    assert set(lesson.part("checks").MISCONCEPTIONS) == set(asked)


@drawn
def test_every_number_in_the_prose_is_computed(lesson: Lesson) -> None:
    text = re.sub(r"`[^`{}]*`", "", VALUE.sub("", lesson.source("lesson.md")))
    assert re.findall(r"\d+", text) == []
    used = {name for name, _ in VALUE.findall(lesson.source("lesson.md"))}
    assert used <= set(lesson.part("values").values())


@drawn
def test_every_value_is_used_and_shown(lesson: Lesson) -> None:
    used = {name for name, _ in VALUE.findall(lesson.source("lesson.md"))}
    assert used == set(lesson.part("values").values())
    assert "{{" not in read_prose(lesson)


@drawn
def test_every_panel_has_one_place_in_the_prose(lesson: Lesson) -> None:
    assert PANEL.findall(lesson.source("lesson.md")) == list(lesson.panels)
    assert [name for _, name in split_prose(read_prose(lesson))] == [*lesson.panels, None]


@panels
def test_controls_name_the_parameters_of_the_figure(panel: Panel) -> None:
    assert [control.name for control in panel.controls] == [
        *inspect.signature(panel.draw).parameters
    ]
    for slider in panel.sliders:
        assert slider.start in slider.values
        assert list(slider.values) == sorted(set(slider.values))
        assert len(slider.names) in (0, len(slider.values))
    for recording in panel.recordings:
        assert recording.instead_of in ("", *(slider.name for slider in panel.sliders))
    assert math.prod(len(slider.values) for slider in panel.sliders) <= MOST_FIGURES


@panels
def test_a_question_can_be_answered(panel: Panel) -> None:
    if panel.question:
        assert math.isfinite(panel.question.answer())
        assert panel.read({name: str(value) for name, value in panel.question.at.items()})


@panels
def test_figures_hold_finite_numbers_at_the_ends_of_every_control(panel: Panel) -> None:
    ends = [
        (control.values[0], control.values[-1]) if isinstance(control, Control) else GIVEN
        for control in panel.controls
    ]
    for values in itertools.product(*ends):
        while not (picture := panel.draw(*values)).complete:
            time.sleep(0.3)
        assert picture.caption.endswith(".")
        assert picture.figure.data
        for trace in picture.figure.data:
            for axis in (trace.x, trace.y):
                numbers = np.asarray(axis)
                assert numbers.size
                assert numbers.dtype.kind in "iufU"
                assert numbers.dtype.kind == "U" or np.isfinite(numbers).all()
        json.loads(picture.figure.to_json())  # plotly finds each property valid


@panels
@pytest.mark.parametrize(
    "query", [{"nothing": "1"}, {"": ""}, {"steps": "1e309"}, {"steps": "nan"}]
)
def test_what_no_control_has_is_refused(panel: Panel, query: dict[str, str]) -> None:
    with pytest.raises(LessonError):
        panel.read({**query, "x" * 1000: "y"})
    for control in panel.sliders:
        for text in ("", "nan", "inf", "1e309", "-7.77", "0x10", "1; import os", "9" * 5000):
            with pytest.raises(LessonError, match="choose one of"):
                panel.read({control.name: text})


def test_a_recording_is_named_by_its_hash() -> None:
    sound, name = np.ones(3, np.float32), "0" * 64
    panel = Panel("p", "P", lambda: None, (Recording("own"), Control("n", "N", (1, 2), 2)), ())  # type: ignore[arg-type, return-value]
    assert panel.read({}, {name: sound}) == {"own": None, "n": 2}
    assert panel.read({"own": name, "n": "1"}, {name: sound}) == {"own": sound, "n": 1}
    assert panel.read({"own": "1" * 64}, {name: sound})["own"] is None
    for text in ("", "0" * 63, "0" * 65, "G" * 64, "../" * 20, "0" * 63 + "\n"):
        with pytest.raises(LessonError, match="is no recording"):
            panel.read({"own": text}, {name: sound})
