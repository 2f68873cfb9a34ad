from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from command_line import Run
from sayso import audio
from sayso.prepare.synthetic import marked_clip


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for index in range(6):
        clip = marked_clip(rng, 30).samples
        audio.write(tmp_path / "in" / "go" / f"speaker_nohash_{index}.wav", clip)
    return tmp_path / "in"


def test_clips_are_prepared_and_it_is_told_how(run: Run, recordings: Path, tmp_path: Path) -> None:
    done = run("prepare", recordings, tmp_path / "out", "--length", "750ms", "--format", "flac")
    assert done.status == 0
    assert done.out.startswith("6 clips, 6 written now. 0.75 s was asked for.\n")
    clips = list(audio.find(tmp_path / "out"))
    assert [path.suffix for path in clips] == [".flac"] * 6
    assert {len(audio.read(path)) for path in clips} == {12_000}


def test_a_program_can_read_the_answer(run: Run, recordings: Path, tmp_path: Path) -> None:
    done = run("prepare", recordings, tmp_path / "out", "--json", "--dry-run")
    answer = json.loads(done.out)
    assert answer["clips"] == 6
    assert answer["written"] == 0
    assert answer == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))


def test_files_that_cannot_be_used_are_listed(run: Run, recordings: Path, tmp_path: Path) -> None:
    (recordings / "go" / "broken.wav").write_bytes(b"broken")
    done = run("prepare", recordings, tmp_path / "out")
    assert done.status == 1
    assert "go/broken.wav is not sound" in done.err
    assert len(list(audio.find(tmp_path / "out"))) == 6


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--length", "long", "length"),
        ("--method", "magic", "method"),
        ("--format", "mp3", "format"),
        ("--rate", "44100", "rate"),
    ],
)
def test_a_wrong_choice_is_one_sentence(
    run: Run, recordings: Path, tmp_path: Path, option: str, value: str, told: str
) -> None:
    done = run("prepare", recordings, tmp_path / "out", option, value)
    assert done.status == 1
    assert told in done.err
    assert len(done.err.splitlines()) == 1
