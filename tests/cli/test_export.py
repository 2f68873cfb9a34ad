from importlib.resources import files
from pathlib import Path

import numpy as np

import sayso
from command_line import Run
from sayso import audio


def test_the_packaged_model_in_eight_bits(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "int8.onnx"
    done = run("export", "base", str(target), "--int8")
    assert done.status == 0, done.err
    assert "The same answer as in floats to" in done.err
    before, after = sayso.load(), sayso.load(target)
    assert target.stat().st_size < 0.5 * before.model.path.stat().st_size
    clips = sorted(Path(str(files("sayso") / "bundled" / "clips")).iterdir())
    sounds = np.stack([audio.fit(audio.read(path), audio.SAMPLE_RATE) for path in clips])
    difference = after.probabilities(sounds) - before.probabilities(sounds)
    assert 0 < np.abs(difference).max() < 0.1

    again = run("export", str(target), str(tmp_path / "again.onnx"), "--int8")
    assert again.status == 1
    assert "has eight-bit integers already" in again.err
    assert list(tmp_path.iterdir()) == [target]


def test_a_model_is_exported_already(run: Run, tmp_path: Path) -> None:
    done = run("export", "base", str(tmp_path / "base.onnx"))
    assert done.status == 1
    assert done.err.strip() == (
        "sayso: base is a model file already: add --int8, or name the folder of a run."
    )
