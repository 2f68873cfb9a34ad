from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import typer

from command_line import Run
from sayso import audio
from sayso.cli.tune import parse_rate
from sayso.recognition import Model, packs
from sayso.recognition.packs import new_pack, read_pack, save_pack, with_pack
from sayso.recognition.taught import Recording, Space, TaughtWord
from sayso.recognition.thresholds import default_path, load_thresholds
from tone_model import silence, tone

RECORDINGS = 4  # of each word
RATE = ("--max-false-alarms", "100/h")  # as much as two minutes of background can show


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder of nobody, and speech as loud as tones have to be."""
    monkeypatch.setattr("sayso.evaluation.streams.SPEECH_DBFS", -9.0)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    for word in ("go", "left"):
        for number in range(RECORDINGS):
            audio.write(tmp_path / "words" / word / f"{number}.wav", tone(word, 0.6))
    return tmp_path / "words"


@pytest.fixture
def background(tmp_path: Path) -> Path:
    """Two minutes in which something sounds like "go" once."""
    hiss = 1e-3 * np.random.default_rng(0).standard_normal(120 * 16_000)
    hiss[16_000 * 100 :][: 16_000 // 2] += tone("go", 0.5, 0.5)
    audio.write(tmp_path / "room" / "day.flac", hiss.astype(np.float32))
    return tmp_path / "room"


def test_thresholds_are_chosen_and_kept_where_listen_finds_them(
    run: Run, tone_model: Path, commands: Path, background: Path
) -> None:
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    done = run("tune", *arguments, "--words", "go,left", "--max-false-alarms", "100/h", "--json")
    assert done.status == 0, done.err
    figures = json.loads(done.out)
    assert set(figures["words"]) == {"go", "left"}
    assert figures["tuned_on"] == {
        "background_hours": pytest.approx(1 / 30, abs=1e-4),
        "recordings": 2 * RECORDINGS,
        "max_false_alarms_per_hour": 100.0,
    }
    assert figures["false_alarms_per_hour"] in (0, 30)  # none or one in two minutes
    for word in ("go", "left"):
        assert figures["words"][word]["recordings"] == RECORDINGS
        assert set(figures["words"][word]["missed"]) == {"as recorded", "at 10 dB"}
    kept = load_thresholds(Model(tone_model))
    assert kept == {word: each["threshold"] for word, each in figures["words"].items()}
    assert json.loads(default_path().read_text())["models"]
    page = Path("tune.html").read_text(encoding="utf-8")
    assert "Plotly.newPlot" in page
    assert 'src="http' not in page  # opens without a network


def test_the_table_says_how_far_the_background_reaches(
    run: Run, tone_model: Path, commands: Path, background: Path, tmp_path: Path
) -> None:
    done = run(
        "tune", "--model", tone_model, "--background", background / "day.flac", "--commands",
        commands, "--words", "go,left", "--out", "mine.json", "--page", "curves.html",
    )  # fmt: skip
    assert done.status == 0, done.err
    head, go, left, total, _, bound, short = done.out.splitlines()
    assert head.split()[:2] == ["word", "threshold"]
    assert go.split()[0] == "go"
    assert float(go.split()[1]) > 0.5
    assert left.split()[0] == "left"
    assert total.split()[:2] == ["all", "0"]
    assert bound == (
        "0 false alarms in 2 min of background: fewer than 89.9 an hour, with 95 % confidence, "
        "in sound like it."
    )
    assert short == (
        "To be as sure of 0.5 an hour: even without a false alarm that takes 6.0 h of background."
    )
    assert load_thresholds(Model(tone_model), tmp_path / "mine.json")
    assert not default_path().exists()
    assert "mine.json: use them with --thresholds mine.json" in done.err


def test_a_word_without_recordings_is_judged_by_the_others(
    run: Run, tone_model: Path, commands: Path, background: Path
) -> None:
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    done = run("tune", *arguments, "--words", "go,stop", "--max-false-alarms", "100/h")
    assert done.status == 0, done.err
    (stop,) = (line for line in done.out.splitlines() if line.startswith("stop"))
    assert stop.count("no recording") == 2


@pytest.fixture
def pack(tone_model: Path, tmp_path: Path) -> Path:
    """A pack in which the tone of "right" was taught as "ping"."""
    space = Space(
        np.zeros(4, np.float32), np.eye(4, dtype=np.float32), (), np.zeros((0, 4), np.float32)
    )
    ping = TaughtWord("ping", np.array([0, 0, 1, 0], np.float32), 0.9, (Recording("a", "00"),))
    save_pack(new_pack(Model(tone_model), space).having(ping), tmp_path / "mine.npz")
    return tmp_path / "mine.npz"


def test_a_taught_word_gets_a_threshold_too(
    run: Run, tone_model: Path, commands: Path, background: Path, pack: Path
) -> None:
    for number in range(RECORDINGS):
        audio.write(commands / "ping" / f"{number}.wav", tone("right", 0.6))
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    done = run("tune", *arguments, "--words", "go,ping", "--pack", pack, *RATE, "--json")
    assert done.status == 0, done.err
    figures = json.loads(done.out)["words"]
    assert figures["ping"]["recordings"] == RECORDINGS
    assert figures["ping"]["missed"]["as recorded"] < RECORDINGS
    assert figures["ping"]["threshold"] >= 0.5
    assert "no recordings" not in done.err

    chosen = {word: each["threshold"] for word, each in figures.items()}
    model = Model(tone_model)
    assert load_thresholds(with_pack(model, pack)) == chosen  # where listen --pack finds it
    assert load_thresholds(model) == {"go": chosen["go"]}  # and without the pack
    talk = ("listen", "--file", commands / "ping" / "0.wav", "--model", tone_model)
    assert "ping" in run(*talk, "--pack", pack).out
    assert run(*talk).status == 0

    (anew,) = read_pack(pack).words
    anew = dataclasses.replace(anew, threshold=0.8)
    save_pack(read_pack(pack).having(anew), pack)
    assert load_thresholds(with_pack(model, pack)) == {"go": chosen["go"]}


def test_the_users_own_pack_is_tuned_as_listen_uses_it(
    run: Run, tone_model: Path, commands: Path, background: Path, pack: Path
) -> None:
    taught = packs.default_path(Model(tone_model))
    taught.parent.mkdir(parents=True)
    pack.rename(taught)
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    for number in range(RECORDINGS):
        audio.write(commands / "ping" / f"{number}.wav", tone("right", 0.6))
    assert run("tune", *arguments, "--words", "ping").status == 0
    assert set(load_thresholds(with_pack(Model(tone_model), taught))) == {"ping"}


def test_a_taught_word_without_recordings_stays_as_it_was_taught(
    run: Run, tone_model: Path, commands: Path, background: Path, pack: Path, tmp_path: Path
) -> None:
    bell = np.concatenate([silence(2), tone("right", 0.5), silence(2)])
    audio.write(background / "bell.wav", bell)
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    done = run("tune", *arguments, "--words", "go,ping", "--pack", pack)
    assert done.status == 0, done.err
    assert (
        "ping has no recordings among the commands: it keeps the threshold that it was taught "
        "with, and sounded once in the background." in done.err
    )
    assert set(load_thresholds(with_pack(Model(tone_model), pack))) == {"go"}
    assert not [line for line in done.out.splitlines() if line.startswith("ping")]
    done = run("tune", *arguments, "--words", "ping", "--pack", pack, "--out", tmp_path / "x.json")
    assert (done.status, done.out) == (1, "")
    assert "has no recordings of ping" in done.err


def test_the_bundled_sample_stands_in(run: Run, background: Path, tone_model: Path) -> None:
    done = run("tune", "--words", "go", "--model", tone_model, "--background", background)
    assert done.status == 0, done.err
    (go,) = (line for line in done.out.splitlines() if line.startswith("go"))
    assert "of 20" in go  # clips of it in the sample


def test_without_the_library_for_it_there_is_no_picture(
    run: Run, tone_model: Path, commands: Path, background: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.cli.tune.find_spec", lambda _: None)
    arguments = ("--model", tone_model, "--background", background, "--commands", commands)
    done = run("tune", *arguments, "--words", "go")
    assert done.status == 0
    assert 'No picture: that takes pip install "sayso[web]".' in done.err
    assert not Path("tune.html").exists()
    assert default_path().exists()


@pytest.mark.parametrize(
    ("text", "per_hour"),
    [("0.5/h", 0.5), ("12/day", 0.5), ("1/week", 1 / 168), (" 3 / d ", 0.125), (".5/hour", 0.5)],
)
def test_rates_are_read(text: str, per_hour: float) -> None:
    assert parse_rate(text) == pytest.approx(per_hour)


@pytest.mark.parametrize("text", ["0.5", "0/h", "-1/h", "x/h", "1/month", "nan/h", "1/2/h", ""])
def test_what_is_no_rate_is_wrong_usage(run: Run, text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no rate"):
        parse_rate(text)
    assert run("tune", "--max-false-alarms", text).status == 2


def test_what_cannot_be_used_is_named(
    run: Run, tone_model: Path, commands: Path, tmp_path: Path
) -> None:
    model = ("--model", tone_model, "--commands", commands)
    done = run("tune", *model, "--words", "gone")
    assert (done.status, done.out) == (1, "")
    assert "does not know 'gone'" in done.err
    done = run("tune", *model, "--background", tmp_path / "none.wav")
    assert done.status == 1
    assert "none.wav cannot be opened" in done.err
    (tmp_path / "empty").mkdir()
    done = run("tune", *model, "--background", tmp_path / "empty")
    assert done.status == 1
    assert "empty holds no sound files" in done.err
    audio.write(tmp_path / "room.wav", silence(2))
    done = run("tune", *model, "--background", tmp_path / "room.wav", "--words", "stop")
    assert done.status == 1
    assert "has no recordings of stop" in done.err
    assert not default_path().exists()
