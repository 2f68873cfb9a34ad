from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sayso.lessons.runner import run_calls


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "exercise.py"


def test_calls_are_answered_in_order(file: Path) -> None:
    file.write_text("def double(x):\n    return x * 2\n")
    outcome = run_calls(file, ["double(2)", "double('a')", "double((1, 2))", "math.floor(1.5)"])
    assert [answer["value"] for answer in outcome.answers] == [4, "aa", [1, 2, 1, 2], 1]
    assert outcome.ended is None


def test_what_numpy_makes_is_told_as_numbers(file: Path) -> None:
    file.write_text(
        "import numpy as np\ndef split(x):\n    return [np.max(x), np.array(x), (x,)]\n"
    )
    outcome = run_calls(file, ["split([1, 2])", "[{1}]"])
    assert outcome.answers == ({"value": [2, [1, 2], [[1, 2]]]}, {"looks": "[{1}]"})


def test_an_error_is_told_with_its_line_and_the_rest_goes_on(file: Path) -> None:
    file.write_text("def bad(x):\n    y = 0\n    return x / y\n")
    outcome = run_calls(file, ["bad(1)", "1 + 1"])
    assert outcome.answers[0]["error"] == "line 3: ZeroDivisionError: division by zero"
    assert outcome.answers[1] == {"value": 2}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f(:\n", "line 1: SyntaxError"),
        ("import nonsense_that_is_nowhere\n", "line 1: ModuleNotFoundError"),
        ("import sys\nsys.exit(3)\n", "line 2: SystemExit: 3"),
        ("raise KeyboardInterrupt\n", "line 1: KeyboardInterrupt"),
        ("x = '\x00'\n", "null bytes"),
        ("raise ValueError('half \\ud800')\n", r"line 1: ValueError: half \ud800"),
    ],
)
def test_a_file_that_does_not_run(file: Path, source: str, told: str) -> None:
    file.write_text(source)
    outcome = run_calls(file, ["1 + 1"])
    assert outcome.answers == ()
    assert told in str(outcome.ended)


def test_an_endless_loop_is_ended(file: Path) -> None:
    file.write_text("def f(x):\n    while x:\n        pass\n    return x\n")
    started = time.monotonic()
    outcome = run_calls(file, ["f(0)", "f(1)"], limit_s=0.5)
    assert time.monotonic() - started < 3
    assert outcome.answers == ({"value": 0},)
    assert outcome.ended == "still running after 0.5 s: is there a loop that never ends?"


def test_a_loop_that_prints_forever_is_ended_and_the_last_of_it_kept(file: Path) -> None:
    file.write_text("i = 0\nwhile True:\n    i += 1\n    print('line', i)\n")
    outcome = run_calls(file, ["1"], limit_s=0.5)
    assert "still running" in str(outcome.ended)
    assert 0 < len(outcome.printed) <= 4096


def test_a_crash_of_python_itself(file: Path) -> None:
    file.write_text("import os\ndef f():\n    os._exit(7)\n")
    assert run_calls(file, ["f()"]).ended == "Python itself ended, with status 7."


@pytest.mark.skipif(os.name != "posix", reason="memory limits")
def test_memory_has_an_end(file: Path) -> None:
    file.write_text("def f():\n    return bytearray(8 << 30)\n")
    assert run_calls(file, ["f()"]).answers[0]["kind"] == "MemoryError"


@pytest.mark.skipif(os.name != "posix", reason="processes")
def test_processes_that_it_started_are_ended_too(file: Path) -> None:
    file.write_text(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "def pid():\n    return child.pid\n"
    )
    started = time.monotonic()
    pid = run_calls(file, ["pid()"]).answers[0]["value"]
    assert time.monotonic() - started < 5
    for _ in range(50):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the process that the exercise started is still there")


def test_an_answer_that_is_cut_off_is_left_out(file: Path) -> None:
    file.write_text(
        "import os, sys\n"
        "def f():\n"
        "    open(sys.argv[2], 'a').write('{\"value\": {\"a\": 1}')\n"
        "    os._exit(0)\n"
    )
    outcome = run_calls(file, ["1", "f()"])
    assert outcome.answers == ({"value": 1},)
    assert outcome.ended == "Python itself ended, with status 0."


def test_what_is_printed_is_kept(file: Path) -> None:
    file.write_text("print('größer')\n")
    assert run_calls(file, ["1"]).printed == "größer"


def test_values_that_are_no_plain_data_are_described(file: Path) -> None:
    file.write_text("import numpy as np\nclass Odd:\n    def __repr__(self): return 'odd'\n")
    outcome = run_calls(file, ["Odd()", "np.arange(3)", "np.float32(0.5)", "{1, 2}"])
    assert [*outcome.answers] == [
        {"looks": "odd"},
        {"value": [0, 1, 2]},
        {"value": 0.5},
        {"looks": "{1, 2}"},
    ]


def test_what_no_text_can_hold_is_told_as_python_writes_it(file: Path) -> None:
    file.write_text("class Odd:\n    def __repr__(self): return '\\ud800'\n")
    assert run_calls(file, ["Odd()"]).answers == ({"looks": r"\ud800"},)
