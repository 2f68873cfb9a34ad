from __future__ import annotations

import math
import subprocess
import sys
import threading

import numpy as np
import pytest

from sayso.corpus import Clip
from sayso.lessons.breakpoint import functions, panels
from sayso.lessons.breakpoint.data import LEVELS, levels, names, shuffled, where, which
from sayso.lessons.breakpoint.functions import line_of, mean_db, sizes, stops
from sayso.lessons.breakpoint.values import leaks, values


def sides(percent: int, by_speaker: bool) -> tuple[list[Clip], list[Clip]]:
    training, test = shuffled(percent, by_speaker)
    assert len(training) + len(test) == len(names())
    return training, test


def test_the_mean_is_numpys() -> None:
    given = np.random.default_rng(0).uniform(0.001, 1, 500)
    assert mean_db(list(given)) == pytest.approx(np.mean(20 * np.log10(given)))
    assert math.isnan(mean_db(levels()))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_condition_stops_where_a_loop_says_it_is_true(seed: int) -> None:
    drawn = levels(seed)
    assert where("level == 0", seed) == [drawn.index(0.0)]
    assert where("level < 0.01", seed) == [i for i, level in enumerate(drawn) if level < 0.01]
    assert where("i % 100 == 0", seed) == list(range(0, LEVELS, 100))
    assert where("True", seed) == list(range(LEVELS))
    assert where("False", seed) == []


def test_a_condition_that_fails_stops_everywhere() -> None:
    assert len(where("levle == 0", 1)) == len(where("level = 0", 1)) == LEVELS


def test_pdb_stops_there_too() -> None:
    """The oracle: the real debugger, told what the prose says to tell it."""
    program = (
        "from sayso.lessons.breakpoint.functions import mean_db\n"
        "from sayso.lessons.breakpoint.data import levels\n"
        "import pdb\n"
        "pdb.Pdb(nosigint=True, readrc=False).runcall(mean_db, levels())\n"
    )
    told = (
        f"break {functions.__file__}:{line_of(mean_db)}, level == 0\ncontinue\np i, level\nquit\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], input=told, capture_output=True, text=True, check=False
    )
    assert f"({levels().index(0.0)}, 0.0)" in done.stdout


def test_the_debugger_leaves_tracing_as_it_was() -> None:
    def trace(*_: object) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        stops("True", mean_db, [0.5])
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_two_at_a_time_do_not_meet() -> None:
    found: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda c=condition: found.append(where(c, 1)))
        for condition in ("i == 3", "i == 5", "i == 7")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [[3], [5], [7]]


@pytest.mark.parametrize("percent", [10, 40])
def test_a_leak_is_a_speaker_on_both_sides(percent: int) -> None:
    training, test = sides(percent, by_speaker=False)
    known = {clip.speaker for clip in training}
    assert leaks(percent, False) == sum(clip.speaker in known for clip in test) > 0
    sides(percent, by_speaker=True)
    assert leaks(percent, True) == 0


def test_the_clips_that_leak_are_named() -> None:
    found = which("clip.speaker in speakers", 1)
    assert len(found) == leaks(10, False)
    assert len(set(which("True", 1))) <= sizes(*shuffled(10, False))[1].total()


def test_what_the_prose_claims_of_the_run() -> None:
    told = values()
    record = stops("True", mean_db, levels())
    silent = int(told["silent"])
    assert told["answer"] == "nan"
    assert record[silent]["level"] == 0
    assert record[silent]["db"] == record[silent + 1]["mean"] == -math.inf
    assert int(told["first_nan"]) == silent + 2
    assert all(math.isnan(names_["mean"]) for names_ in record[silent + 2 :])
    assert float(told["leaks"]) / float(told["tested"]) > 0.8
    assert told["by_speaker"] == 0


def test_the_run_is_drawn_up_to_the_fault() -> None:
    _, mean = panels.run(panels.TURNS[0]).figure.data
    assert mean.x[-1] == levels().index(0.0)
    expected = np.mean(20 * np.log10(levels()[: mean.x[-1]]))
    assert mean.y[-1] == pytest.approx(expected)


def test_the_stops_are_drawn() -> None:
    for number, text in enumerate(panels.CONDITIONS):
        assert list(panels.condition(number).figure.data[1].x) == where(text, 1)
