from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sayso
from command_line import Run
from sayso import audio
from tone_model import CLASSES, expected_probabilities, silence, tone


def write(path: Path, *parts: Any) -> Path:
    audio.write(path, np.concatenate(parts))
    return path


def rows(out: str) -> list[list[str]]:
    """The cells of a printed table, its heading left out."""
    return [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()[1:]]


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_one_clip_is_one_row(run: Run, tone_model: Path, tmp_path: Path) -> None:
    sound = tone("left", 1.0)
    path = write(tmp_path / "turn [1].wav", sound)
    done = run("hear", path, "--model", tone_model)
    first, second = np.sort(expected_probabilities(sound))[::-1][:2]
    assert done.status == 0
    assert done.err == ""
    assert done.out.split("\n")[0].split("  ")[0] == "file"
    (cells,) = rows(done.out)
    assert cells[:4] == [str(path), "left", f"{first:.1%}", f"_silence_ {second:.1%}"]
    assert re.fullmatch(r"\d+\.\d ms", cells[4])


def test_every_command_of_a_long_sound_is_a_row(run: Run, tone_model: Path, tmp_path: Path) -> None:
    path = write(
        tmp_path / "long.wav", silence(1), tone("go", 0.5), silence(1.5), tone("stop", 0.5)
    )
    first, second = rows(run("hear", path, "--model", tone_model, "--top", 1).out)
    assert first[:2] == [str(path), "go"]
    assert second[:2] == [str(path), "stop"]
    for row, spoken_s in zip((first, second), ((1.0, 1.5), (3.0, 3.5)), strict=True):
        start_s, end_s = map(float, row[3].removesuffix(" s").split("-"))
        assert start_s <= spoken_s[0]
        assert spoken_s[1] <= end_s
        assert end_s - start_s == pytest.approx(1.0)


def test_a_long_sound_without_commands_is_one_row(
    run: Run, tone_model: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "long.wav", silence(3))
    (cells,) = rows(run("hear", path, "--model", tone_model).out)
    assert cells[1] == "_silence_"


def test_json_is_an_object_a_line(run: Run, tone_model: Path, tmp_path: Path) -> None:
    short = write(tmp_path / "grün.wav", tone("left", 0.7))
    long = write(tmp_path / "long.wav", silence(1.7), tone("go", 0.5), silence(1))
    done = run("hear", short, long, "--model", tone_model, "--json", "--top", 3)
    first, second = objects(done.out)
    assert (first["file"], first["word"]) == (str(short), "left")
    assert (first["start_s"], first["end_s"]) == (0.0, 0.7)
    expected = expected_probabilities(audio.fit(audio.read(short), 16_000))
    assert first["confidence"] == pytest.approx(expected.max(), abs=1e-3)
    assert [guess["word"] for guess in first["ranked"]] == [
        CLASSES[i] for i in np.argsort(-expected)[:3]
    ]
    assert first["ranked"][0]["confidence"] == first["confidence"]
    assert second["word"] == "go"
    assert second["start_s"] <= 1.7
    assert second["end_s"] >= 2.2
    assert first["ms"] > 0
    assert first["found"] is second["found"] is True


def test_where_no_command_is_found_the_likeliest_word_is_marked(
    run: Run, tone_model: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "long.wav", silence(1), 0.02 * tone("go", 0.1), silence(1))
    assert sayso.load(tone_model).search(path) == []
    (answer,) = objects(run("hear", path, "--model", tone_model, "--json").out)
    assert answer["found"] is False
    assert "no command" in run("hear", path, "--model", tone_model).out


def test_top_is_how_many_guesses_are_shown(run: Run, tone_model: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "go.wav", tone("go", 1.0))
    (answer,) = objects(run("hear", path, "--model", tone_model, "--json", "--top", 4).out)
    assert len(answer["ranked"]) == 4
    one = run("hear", path, "--model", tone_model, "--top", 1).out
    three = run("hear", path, "--model", tone_model, "--top", 3).out
    assert "guess" not in one.splitlines()[0]
    assert "next guesses" in three
    assert run("hear", path, "--top", 0).status == 2


def test_standard_input_takes_any_format(run: Run, tone_model: Path, tmp_path: Path) -> None:
    for suffix in audio.SUFFIXES:
        content = write(tmp_path / f"stop{suffix}", tone("stop", 0.8)).read_bytes()
        done = run("hear", "-", "--model", tone_model, "--json", stdin=content)
        (answer,) = objects(done.out)
        assert (answer["file"], answer["word"]) == ("-", "stop")


def test_a_folder_is_heard_in_the_order_of_its_names(
    run: Run, tone_model: Path, tmp_path: Path
) -> None:
    for name in ("stop/1.flac", "go/2.wav", "go/1.wav"):
        write(tmp_path / name, tone(name.split("/")[0], 0.6))
    (tmp_path / "go" / "notes.txt").write_text("not a sound")
    done = run("hear", tmp_path, "--model", tone_model, "--json")
    assert [(Path(answer["file"]).name, answer["word"]) for answer in objects(done.out)] == [
        ("1.wav", "go"),
        ("2.wav", "go"),
        ("1.flac", "stop"),
    ]
    summary = r"Heard 3 of 3 sounds, 1\.8 s long, in \d+\.\d s: \d+ a second\.\n"
    assert re.fullmatch(summary, done.err)


def test_a_bad_file_is_named_and_the_others_are_heard(
    run: Run, tone_model: Path, tmp_path: Path
) -> None:
    good = write(tmp_path / "good.wav", tone("go", 1.0))
    bad = tmp_path / "bad [x].wav"
    bad.write_text("no sound")
    done = run("hear", bad, good, tmp_path / "none.wav", "--model", tone_model, "--json")
    assert done.status == 1
    assert [answer["file"] for answer in objects(done.out)] == [str(good)]
    messages = done.err.splitlines()
    assert messages[0].startswith(f"sayso: {bad} is not sound that can be read")
    assert messages[1].startswith(f"sayso: {tmp_path / 'none.wav'} cannot be opened")
    assert messages[2].startswith("Heard 1 of 3 sounds")


def test_a_single_bad_file_prints_its_sentence_only(
    run: Run, tone_model: Path, tmp_path: Path
) -> None:
    done = run("hear", tmp_path / "none.wav", "--model", tone_model)
    assert (done.status, done.out) == (1, "")
    assert (
        done.err == f"sayso: {tmp_path / 'none.wav'} cannot be opened: no such file or directory.\n"
    )


def test_a_folder_without_sound_is_an_error(run: Run, tmp_path: Path) -> None:
    done = run("hear", tmp_path)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"sayso: {tmp_path} holds no sound files")


def test_a_model_that_is_none_is_an_error(run: Run, tmp_path: Path) -> None:
    done = run("hear", "x.wav", "--model", tmp_path / "none.onnx")
    assert (done.status, done.out) == (1, "")
    assert re.fullmatch(r"sayso: .* cannot be read: no such file or directory\.\n", done.err)


def test_nothing_to_hear_is_wrong_usage(run: Run) -> None:
    done = run("hear")
    assert done.status == 2
    assert "Missing argument 'SOUND" in done.err
