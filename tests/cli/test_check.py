from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from command_line import Run
from sayso import audio
from sayso.cli import console
from tones_corpus import write_tones


@pytest.fixture
def tones(tmp_path: Path) -> Path:
    return write_tones(tmp_path / "tones")


def test_clean_data_passes(run: Run, tones: Path) -> None:
    done = run("check", tones)
    assert done.status == 0, done.out
    assert "ok         speakers-apart: 12 speakers, each in one split." in done.out
    assert "cannot say labels: The recognizer knows none of these words." in done.out
    assert "10 ok, 1 cannot say." in done.out


def test_a_warning_does_not_fail(run: Run, tones: Path) -> None:
    mute = tones / "low" / "00000000_nohash_0.wav"
    audio.write(mute, np.zeros(16_000, np.float32))
    done = run("check", tones)
    assert done.status == 0
    assert "warning    silence: 1 of 72 (1.4 %) clips are silent" in done.out
    assert f"\n           {mute}\n" in done.out


def test_a_fault_fails(run: Run, tones: Path) -> None:
    listed = tones / "validation_list.txt"
    listed.write_text("\n".join(listed.read_text().split()[1:]))
    done = run("check", tones, "--json")
    assert done.status == 1
    answer = json.loads(done.out)
    assert answer["verdict"] == "fault"
    (fault,) = (found for found in answer["checks"] if found["verdict"] == "fault")
    assert fault["check"] == "speakers-apart"
    assert fault["about"] == str(tones)
    assert len(fault["files"]) == 1
    assert fault["advice"]


def test_a_data_set_and_a_run_on_it(run: Run, tones: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text('architecture = "residual-small"\nepochs = 1\nbatch_size = 20\n')
    out = tmp_path / "run"
    trained = run("train", tones, "--recipe", recipe, "--out", out, "--workers", 0)
    assert trained.status == 0, trained.err
    answer = json.loads(run("check", tones, out, "--json").out)
    verdicts = {(found["about"], found["check"]): found["verdict"] for found in answer["checks"]}
    assert verdicts[str(tones), "readable"] == "ok"
    assert verdicts[str(out), "data-unchanged"] == "ok"
    assert verdicts[str(out), "first-step-repeats"] == "ok"
    assert verdicts[str(out), "overfitting"] == "cannot say"


def test_each_check_explains_itself(run: Run) -> None:
    listed = json.loads(run("check", "--list", "--json").out)
    names = [name for checks in listed.values() for name in checks]
    assert len(names) > 20
    told = run("check", "--list").out
    for name in names:
        assert f"  {name} " in told
    done = run("check", "--explain", "clipping")
    assert done.status == 0
    assert done.out.startswith("# clipping\n")
    assert run("check", "--explain", "all").out.count("\n### ") == len(names)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check"], "Name a data set or the folder of a training run, or give --all."),
        (["check", "nowhere"], "nowhere is not a folder"),
        (["check", "{empty}"], "holds neither a training run nor clips"),
        (["check", "{empty}", "--data", "x"], "--data goes with the folder of a training run"),
        (["check", "--explain", "luck"], "There is no check luck"),
    ],
)
def test_bad_input_gets_a_sentence(
    run: Run, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = run(*(argument.format(empty=tmp_path) for argument in arguments))
    assert done.status == 1
    assert sentence in done.err
    assert not done.out


def test_without_torch_the_extra_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(console, "find_spec", lambda _: None)
    done = run("check", tmp_path)
    assert done.status == 1
    assert 'pip install "sayso[train]"' in done.err


def test_data_is_checked_without_torch(tones: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from sayso.cli import main;"
        f"sys.argv = ['sayso', 'check', {str(tones)!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "ok" in done.stdout


def test_before_a_release(run: Run) -> None:
    done = run("check", "--all", "--json")
    assert done.status == 0, done.out
    answer = json.loads(done.out)
    assert {found["about"] for found in answer["checks"]} == {
        "the packaged model base",
        "the packaged model small",
        "the bundled sample",
    }
    assert answer["verdict"] == "ok"
    (labels,) = (found for found in answer["checks"] if found["check"] == "labels")
    assert labels["files"] == ["left/01bb6a2a_nohash_0.wav"]  # its folder is gone by now
    assert "sayso data sample DIR" in labels["advice"]
