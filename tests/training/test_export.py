import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

import sayso
from sayso import audio
from sayso.corpus import read_corpus
from sayso.network import RecognizerNetwork
from sayso.training import export as export_module
from sayso.training.export import ExportError, export
from sayso.training.loop import train
from sayso.training.recipe import Recipe
from sayso.training.run import RunError, restore
from tones_corpus import Quiet

CLASSES = ("high", "low", "middle", "_unknown_", "_silence_")


@pytest.fixture(scope="module")
def run(tones: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "tones"
    train(read_corpus(tones), Recipe(epochs=6, batch_size=20), folder, Quiet(), workers=0)
    return folder


@pytest.fixture(scope="module")
def model(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("models") / "tönes 1.onnx"
    export(run, target)
    return target


def test_onnx_runtime_says_what_torch_says_on_real_clips(run: Path, model: Path) -> None:
    clips = sorted(Path(str(files("sayso") / "bundled" / "clips")).iterdir())
    sounds = np.stack([audio.fit(audio.read(path), 16_000) for path in clips])
    network = RecognizerNetwork(len(CLASSES)).eval()
    network.load_state_dict(restore(run, "best.pt")["network"])
    with torch.no_grad():
        probabilities, embedding, layers = network.answers(torch.from_numpy(sounds))
    recognizer = sayso.load(model)
    for count in (1, len(sounds)):
        np.testing.assert_allclose(
            recognizer.probabilities(sounds[:count]), probabilities[:count], atol=1e-4
        )
        np.testing.assert_allclose(
            recognizer.embeddings(sounds[:count]), embedding[:count], atol=1e-4, rtol=1e-4
        )
        np.testing.assert_allclose(
            recognizer.model.layers(sounds[:count]), layers[:count], atol=1e-4, rtol=1e-4
        )


def test_the_file_says_what_it_is(model: Path) -> None:
    metadata = {entry.key: entry.value for entry in onnx.load(model).metadata_props}
    assert tuple(json.loads(metadata["words"])) == CLASSES == sayso.load(model).words
    assert metadata["sample_rate"] == "16000"
    assert metadata["sayso_version"] == sayso.__version__
    network = RecognizerNetwork(len(CLASSES))
    assert int(metadata["parameters"]) == sum(p.numel() for p in network.parameters())
    assert set(json.loads(metadata["threshold"])) == {"high", "low", "middle"}
    training = json.loads(metadata["training"])
    assert training["data"]["clips"]["low"] == {"training": 20, "validation": 4}
    assert training["recipe"]["batch_size"] == 20
    assert 0 <= training["chosen_epoch"]["validation_accuracy"] <= 1
    assert str(Path(sayso.__file__).parent).encode() not in model.read_bytes()
    onnx.checker.check_model(onnx.load(model), full_check=True)


def test_in_eight_bits_it_is_smaller_and_says_nearly_the_same(
    run: Path, model: Path, tmp_path: Path
) -> None:
    target = tmp_path / "int8.onnx"
    same = export(run, target, int8=True)
    assert same is not None
    assert same >= 0.95
    assert target.stat().st_size < 0.6 * model.stat().st_size
    weights = [
        onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(target).graph.initializer
        if tensor.data_type == onnx.TensorProto.INT8 and len(tensor.dims) > 1
    ]
    assert len(weights) > 10
    most = max(int(np.abs(each.astype(int)).max()) for each in weights)
    assert most == 64  # 2 * 255 * 64 fits in 16 bits, in which processors without VNNI add two
    clips = sorted(Path(str(files("sayso") / "bundled" / "clips")).iterdir())
    sounds = np.stack([audio.fit(audio.read(path), 16_000) for path in clips])
    in_floats, in_integers = sayso.load(model), sayso.load(target)
    difference = in_integers.probabilities(sounds) - in_floats.probabilities(sounds)
    assert 0 < np.abs(difference).max() < 0.05
    theirs = {**in_floats.model.metadata, "precision": "int8"}
    assert in_integers.model.metadata == theirs


def test_a_file_that_differs_is_not_written(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "model.onnx"
    target.write_text("the old one")
    monkeypatch.setattr(export_module, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ExportError, match="differ by"):
        export(run, target)
    assert target.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_no_run_an_unfinished_one_and_a_damaged_one(run: Path, tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    with pytest.raises(RunError, match=r"not the folder of a training run: no config\.json"):
        export(tmp_path, target)
    (tmp_path / "config.json").write_bytes((run / "config.json").read_bytes())
    with pytest.raises(RunError, match=r"has no best\.pt yet"):
        export(tmp_path, target)
    (tmp_path / "best.pt").write_bytes((run / "best.pt").read_bytes()[:5000])
    with pytest.raises(RunError, match=r"best\.pt is damaged"):
        export(tmp_path, target)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(RunError, match="is not the configuration of a run"):
        export(tmp_path, target)
    assert not target.exists()
