from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sayso.cli import data
from sayso.corpus import published
from sayso.corpus.published import PublishedDataSet

from .conftest import WriteTone


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(data.app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, write_tone: WriteTone) -> Path:
    write_tone(tmp_path / "set/yes/a_nohash_0.wav", 400, duration_s=0.5)
    write_tone(tmp_path / "set/no/a_nohash_0.wav", 420, duration_s=1.0)
    (tmp_path / "set" / "testing_list.txt").touch()
    return tmp_path / "set"


def test_get(small: PublishedDataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "SPEECH_COMMANDS", small)
    first, second = run("get", tmp_path / "new"), run("get", tmp_path / "new")
    assert first.exit_code == second.exit_code == 0
    assert "Small is now in" in first.output
    assert "Small is already in" in second.output
    for outcome in (first, second):
        assert "Licence: CC BY 4.0" in outcome.output
        assert "Cite: Nobody. Nothing." in outcome.output


def test_get_from_a_file_that_is_none(tmp_path: Path) -> None:
    outcome = run("get", tmp_path, "--from", tmp_path / "none.tar.gz")
    assert "is not a file" in str(outcome.exception)


def test_stats(folder: Path) -> None:
    outcome = run("stats", folder)
    assert outcome.exit_code == 0
    cells = [line.split() for line in outcome.output.splitlines() if line.strip()]
    assert ["no", "1", "1", "1", "1.00", "1.00", "1.00"] in cells
    assert ["yes", "1", "1", "1", "0.50", "0.50", "0.50"] in cells
    assert cells[-1] == ["all", "2", "2", "1", "0.50", "0.75", "1.00"]


def test_stats_in_json(folder: Path) -> None:
    answer = json.loads(run("stats", folder, "--json").stdout)
    assert answer["total"] == {
        "clips": 2,
        "speakers": 1,
        "shortest_s": 0.5,
        "mean_s": 0.75,
        "longest_s": 1.0,
    }
    assert set(answer["by_word_and_split"]["yes"]) == {"training"}


def test_verify(folder: Path) -> None:
    outcome = run("verify", folder)
    assert outcome.exit_code == 0
    assert "2 sound files read, no faults found." in outcome.output
    (folder / "no" / "b.wav").touch()
    outcome = run("verify", folder)
    assert outcome.exit_code == 1
    assert f"empty: {folder / 'no' / 'b.wav'} is empty" in outcome.output
    assert "3 sound files read, 1 empty." in outcome.output


def test_verify_in_json(folder: Path) -> None:
    (folder / "no" / "b.wav").touch()
    outcome = run("verify", folder, "--json")
    assert outcome.exit_code == 1
    answer = json.loads(outcome.stdout)
    assert answer["files_read"] == 3
    (fault,) = answer["faults"]
    assert fault["kind"] == "empty"
    assert fault["path"] == str(folder / "no" / "b.wav")
    assert fault["problem"].startswith("is empty")


def test_sample(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    outcome = run("sample", tmp_path)
    assert outcome.exit_code == 1
    assert "is not an empty folder" in str(outcome.exception)
