from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from threading import Timer

import pytest

from sayso.cli.actions import AT_ONCE, Action, Runner, parse_actions, split
from sayso.errors import SaysoError
from sayso.recognition import Detection
from sayso.words import ANY

WORDS = ("go", "stop", "lights on")
STOP = Detection("stop", 0.98765, 1.25, 1.75)


def run(*given: str, heard: Detection = STOP, by_shell: bool = False) -> list[str]:
    """What is told when something is heard, once all actions have ended."""
    told: list[str] = []
    runner = Runner(parse_actions(given, (heard.word,), by_shell=by_shell), told.append, wait=True)
    runner.run(heard)
    runner.finish()
    return told


def python(code: str) -> str:
    """A command line that runs Python code, which holds no single quotes."""
    return f"{sys.executable} -c '{code}'"


def test_what_was_heard_is_filled_in() -> None:
    (action,) = parse_actions(
        ["any=play '{word} now' {confidence} {start_s}-{end_s} {other} {}"], WORDS, by_shell=False
    )
    assert action.filled(STOP) == ["play", "stop now", "0.988", "1.25-1.75", "{other}", "{}"]


def test_a_program_runs_with_its_arguments_and_its_output_is_told() -> None:
    code = 'import sys, json; print(json.dumps(sys.argv[1:])); print("second", file=sys.stderr)'
    first, second = run(f"stop={python(code)} {{word}} 'a  b' \"$HOME\" '*' ; #x")
    assert json.loads(first) == ["stop", "a  b", "$HOME", "*", ";", "#x"]
    assert second == "second"


@pytest.mark.parametrize("word", ["; touch {path}", "$(touch {path})", "a b' \"c", "{start_s}"])
def test_a_word_stays_one_argument_whatever_it_holds(word: str, tmp_path: Path) -> None:
    spoken = word.replace("{path}", str(tmp_path / "made"))
    told = run(
        f"any={python('import sys; print(sys.argv[1:])')} {{word}}",
        heard=Detection(spoken, 0.9, 0, 1),
    )
    assert told == [str([spoken])]
    assert list(tmp_path.iterdir()) == []


def test_a_shell_is_used_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "heard"
    run(f"stop={sys.executable} -c 0 && echo {{word}} > {path}")
    assert not path.exists()
    assert run(f"stop=echo {{word}} | tr a-z A-Z > {path}", by_shell=True) == []
    assert path.read_text() == "STOP\n"


@pytest.mark.parametrize("action", ["lights on=ls", "any=ls"])
def test_a_word_that_means_something_to_a_shell_is_refused(action: str) -> None:
    with pytest.raises(SaysoError, match="word 'lights on' could be a command to a shell"):
        parse_actions([action], WORDS, by_shell=True)
    assert parse_actions([action], WORDS, by_shell=False)
    assert parse_actions(["stop=ls"], WORDS, by_shell=True)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("stop", "--on stop: write it as WORD=COMMAND"),
        ("stop=", "write it as WORD=COMMAND"),
        ("stop=  ", "write it as WORD=COMMAND"),
        ("halt=ls", "--on halt: it is not listened for; any and these are: go, stop, lights on"),
        ("stop=echo 'a", "--on stop: a quote is left open in echo 'a"),
    ],
)
def test_what_is_no_action_is_an_error(given: str, sentence: str) -> None:
    with pytest.raises(SaysoError, match=sentence):
        parse_actions([given], WORDS, by_shell=False)


def test_each_word_has_its_actions_and_any_is_for_all() -> None:
    actions = parse_actions(["go=a", "stop=b=c", "any=d", "stop=e"], WORDS, by_shell=False)
    assert actions == [
        Action("go", "a", by_shell=False),
        Action("stop", "b=c", by_shell=False),
        Action(ANY, "d", by_shell=False),
        Action("stop", "e", by_shell=False),
    ]
    echo = python("import sys; print(*sys.argv[1:])")
    told = run(f"stop={echo} one", f"any={echo} two", f"stop={echo} three")
    assert sorted(told) == ["one", "three", "two"]


def test_backslashes_are_plain_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert split(r"a\ b 'c d' \"e") == ["a b", "c d", '"e']
    monkeypatch.setattr("os.name", "nt")
    assert split(r"C:\bin\play.exe 'c d'") == [r"C:\bin\play.exe", "c d"]


def test_failures_are_told() -> None:
    assert run(f"stop={python('raise SystemExit(3)')}") == ["--on stop: it ended with status 3."]
    assert run("any=no-such-program {word}") == [
        "--on any: no-such-program {word} cannot be run: no such file or directory."
    ]
    (told,) = run(f"any={python('0')} {{word}}", heard=Detection("nul\0", 0.9, 0, 1))
    assert "cannot be run: embedded null byte" in told


def test_listening_is_not_held_up_and_only_a_few_actions_run_at_once(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    code = (
        "import pathlib, sys, time\n"
        "while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)\n"
        "print(1)"
    )
    told: list[str] = []
    actions = parse_actions([f'stop={python(code)} "{gate}"'], WORDS, by_shell=False)
    runner = Runner(actions, told.append, wait=False)
    too_late = Timer(5, gate.touch)
    too_late.start()
    began = time.monotonic()
    for _ in range(AT_ONCE + 2):
        runner.run(STOP)
    assert time.monotonic() - began < 4
    assert told == ["--on stop: left out, 4 actions are still running."] * 2
    too_late.cancel()
    gate.touch()
    runner.finish()
    assert told[2:] == ["1"] * AT_ONCE


def test_where_nothing_is_live_actions_wait_their_turn() -> None:
    told: list[str] = []
    actions = parse_actions([f"stop={python('print(1)')}"], WORDS, by_shell=False)
    runner = Runner(actions, told.append, wait=True)
    for _ in range(AT_ONCE + 2):
        runner.run(STOP)
    runner.finish()
    assert told == ["1"] * (AT_ONCE + 2)
