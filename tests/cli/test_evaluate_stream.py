from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Run
from sayso import audio
from sayso.recognition import Model
from sayso.recognition.thresholds import save_thresholds
from tone_model import save_tone_model, silence, tone

WRONG = 3  # clips of "go" that sound like "left"
RIGHT = {"go": 9, "left": 12}


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speech as loud as tones have to be."""
    monkeypatch.setattr("sayso.evaluation.streams.SPEECH_DBFS", -9.0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    sounds = {"go": "go", "left": "left", "other": "stop"}
    names = []

    def write(word: str, number: int, sound: str) -> None:
        names.append(f"{word}/a_nohash_{number}.wav")
        audio.write(folder / names[-1], tone(sound, 0.6, 0.9))

    for word, count in {**RIGHT, "other": 20}.items():
        for number in range(count):
            write(word, number, sounds[word])
    for number in range(WRONG):
        write("go", 100 + number, "left")
    audio.write(folder / "_background_noise_" / "hush.wav", silence(10.0))
    (folder / "validation_list.txt").write_text("\n".join(names))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tone_model(tmp_path / "tones.onnx", training='{"data": {"clips": {}}}')


def test_hits_misses_and_false_alarms_are_counted(run: Run, model: Path, data: Path) -> None:
    done = run("evaluate", model, data, "--stream", "--snr", "inf", "--json")
    assert done.status == 0, done.err
    figures = json.loads(done.out)
    assert figures["commands"] == sum(RIGHT.values()) + WRONG
    assert figures["missed"] == figures["another_word_instead"] == WRONG
    assert figures["words"]["go"]["missed"] == WRONG
    assert figures["words"]["go"]["commands"] == RIGHT["go"] + WRONG
    assert figures["words"]["left"]["missed"] == 0
    assert figures["false_alarms"] > 3  # "stop", which the model hears in the other speech
    low, high = figures["false_alarms_interval"]
    assert low < figures["false_alarms"] / figures["hours"] < high
    assert figures["snr_db"] is None
    assert figures["thresholds"] == "of the model file"
    assert -0.6 < figures["latency_s"]["median"] <= figures["latency_s"]["p90"] < 0.5


def test_only_the_words_asked_for_are_listened_for(run: Run, model: Path, data: Path) -> None:
    done = run("evaluate", model, data, "--stream", "--words", "go,left", "--json")
    figures = json.loads(done.out)
    assert figures["false_alarms"] == 0
    assert figures["snr_db"] == 10
    again = run("evaluate", model, data, "--stream", "--words", "go,left", "--json")
    assert again.out == done.out
    other = run("evaluate", model, data, "--stream", "--words", "go,left", "--json", "--seed", 1)
    assert json.loads(other.out)["hours"] != figures["hours"]


def test_tuned_thresholds_are_those_of_listen(
    run: Run, model: Path, data: Path, tmp_path: Path
) -> None:
    save_thresholds(Model(model), {"go": 1.0, "left": 0.5, "right": 0.5, "stop": 1.0})
    done = run("evaluate", model, data, "--stream", "--json")
    figures = json.loads(done.out)
    assert figures["thresholds"] == "tuned"
    assert figures["false_alarms"] == 0
    assert figures["words"]["go"]["missed"] == RIGHT["go"] + WRONG
    named = save_thresholds(Model(model), {"stop": 1.0}, tmp_path / "named.json")
    done = run("evaluate", model, data, "--stream", "--thresholds", named, "--json")
    assert json.loads(done.out)["words"]["go"]["missed"] == WRONG


def test_the_table_has_a_row_for_each_word_and_one_for_all(
    run: Run, model: Path, data: Path
) -> None:
    done = run("evaluate", model, data, "--stream")
    assert done.status == 0, done.err
    rows = [line.split() for line in done.out.splitlines()]
    assert [row[0] for row in rows[1:4]] == ["go", "left", "all"]
    assert rows[1][1:3] == ["12", "25.0%"]
    assert "false alarms an hour (95 %: " in done.out
    assert "Another word in the place of 3 commands: left for go 3." in done.out
    assert "From the end of the word to the event: " in done.out
    assert "The thresholds are those of the model file." in done.err


@pytest.mark.parametrize(
    "option", [("--snr", 3), ("--words", "go"), ("--seed", 1), ("--thresholds", "x.json")]
)
def test_what_is_for_streams_needs_stream(
    run: Run, model: Path, data: Path, option: tuple[str, object]
) -> None:
    done = run("evaluate", model, data, *option)
    assert done.status == 2
    assert "need --stream" in done.err


def test_what_cannot_be_used_is_named(run: Run, model: Path, data: Path, tmp_path: Path) -> None:
    for arguments, status, message in (
        (("--words", "gone"), 1, "does not know 'gone'"),
        (("--words", "right"), 1, "has no clips of these words for validation"),
        (("--split", "testing"), 1, "has no clips of these words for testing"),
        (("--snr", "nan"), 2, "--snr is a number of dB"),
        (("--thresholds", tmp_path / "none.json"), 1, "none.json does not exist"),
    ):
        done = run("evaluate", model, data, "--stream", *arguments)
        assert (done.status, done.out) == (status, "")
        assert message in done.err
