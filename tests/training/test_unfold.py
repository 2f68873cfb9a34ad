import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
import torch

from sayso.corpus import read_corpus
from sayso.recognition.model import ModelError
from sayso.recognition.recognizer import PACKAGED
from sayso.training.best import Best, read_best, read_origin
from sayso.training.export import export
from sayso.training.loop import train
from sayso.training.recipe import Recipe
from sayso.training.run import RunError, read_config
from sayso.training.unfold import WEIGHT_RMS, unfold
from tone_model import save_tone_model
from tones_corpus import Quiet


@pytest.fixture(scope="module")
def packaged() -> Best:
    return Best(*unfold(PACKAGED))


@pytest.fixture(scope="module")
def sounds() -> torch.Tensor:
    """Noise of many loudnesses through many filters, which the network never heard."""
    rng = np.random.default_rng(3)
    noise = rng.standard_normal((48, 16_000)) * 10 ** rng.uniform(-3, -1, (48, 1))
    for row in noise:
        row[:] = np.convolve(row, rng.standard_normal(9), mode="same")
    return torch.from_numpy(noise.astype(np.float32))


def logits_of(file: Path, waveform: torch.Tensor) -> npt.NDArray[np.float32]:
    """What the classifier of a model file gives, before temperature and softmax."""
    model = onnx.load(file)
    (classifier,) = (node for node in model.graph.node if node.op_type == "Gemm")
    shape = [None, None]
    model.graph.output.append(
        onnx.helper.make_tensor_value_info(classifier.output[0], onnx.TensorProto.FLOAT, shape)
    )
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (logits,) = session.run([classifier.output[0]], {"waveform": waveform.numpy()})
    return np.asarray(logits, np.float32)


def test_the_network_says_what_the_file_says(packaged: Best, sounds: torch.Tensor) -> None:
    with torch.no_grad():
        mine = packaged.network(sounds).logits.numpy()
    assert np.abs(mine - logits_of(PACKAGED, sounds)).max() < 2e-4
    assert packaged.config.words == read_origin(PACKAGED).words
    assert len(packaged.config.words) == 35
    assert packaged.epoch["validation_accuracy"] > 0.95


def test_in_training_it_says_nearly_the_same(packaged: Best, speech: torch.Tensor) -> None:
    network = packaged.network
    with torch.no_grad():
        calm = network(speech).logits.softmax(dim=1)
        network.train()
        try:
            busy = network(speech).logits.softmax(dim=1)
        finally:
            network.eval()
    assert (calm.argmax(dim=1) == busy.argmax(dim=1)).float().mean() > 0.9
    assert (calm - busy).abs().mean() < 0.005


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> torch.Tensor:
    """Unchanged clips of the sample, of which unfolding heard changed ones."""
    from sayso import audio
    from sayso.corpus.sample import write_sample

    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder)
    clips = read_corpus(folder).of("validation")
    return torch.from_numpy(np.stack([audio.fit(audio.read(c.path), 16_000) for c in clips]))


def test_its_weights_are_of_the_size_at_which_training_ends(packaged: Best) -> None:
    for name, weight in packaged.network.named_parameters():
        if name.startswith("body.") and weight.ndim > 2:
            rms = weight.flatten(1).square().mean(dim=1).sqrt()
            torch.testing.assert_close(rms, torch.full_like(rms, WEIGHT_RMS), msg=name)
    assert all(parameter.requires_grad for parameter in packaged.network.parameters())


@pytest.fixture(scope="module")
def run(tones: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "small"
    recipe = Recipe(
        architecture="residual-small", epochs=2, batch_size=20, learning_rate=2e-3, averaging=0.9
    )
    train(read_corpus(tones), recipe, folder, Quiet(), workers=0)
    return folder


def test_any_architecture_comes_back_from_its_file(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.onnx"
    export(run, file)
    theirs, mine = read_best(run), read_best(file)
    assert mine.config == read_config(run)
    sounds = 0.1 * torch.randn(8, 16_000, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(
            mine.network(sounds).logits, theirs.network(sounds).logits, atol=2e-4, rtol=1e-4
        )
    again = tmp_path / "again.onnx"
    export(file, again)
    assert logits_of(again, sounds) == pytest.approx(logits_of(file, sounds), abs=2e-4)


def test_eight_bits_and_strange_files_are_refused(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "int8.onnx"
    export(run, file, int8=True)
    with pytest.raises(RunError, match=r"int8\.onnx holds eight-bit integers, which cannot learn"):
        read_best(file)
    with pytest.raises(RunError, match="cannot train"):
        read_best(save_tone_model(tmp_path / "tones.onnx"))
    (tmp_path / "letter.onnx").write_text("Dear")
    with pytest.raises(ModelError, match="not a whole ONNX file"):
        read_best(tmp_path / "letter.onnx")


@pytest.mark.parametrize("change", ["weights", "architecture", "numbers"])
def test_a_file_that_would_not_go_on_as_the_same_is_refused(tmp_path: Path, change: str) -> None:
    model, file = onnx.load(PACKAGED), tmp_path / "changed.onnx"
    if change == "weights":  # as by another exporter, with names of its own
        for node in model.graph.node:
            node.input[:] = [name.replace("blocks.0.first.weight", "w") for name in node.input]
        for tensor in model.graph.initializer:
            tensor.name = tensor.name.replace("blocks.0.first.weight", "w")
    elif change == "architecture":
        (entry,) = (each for each in model.metadata_props if each.key == "training")
        training = json.loads(entry.value)
        training["recipe"]["architecture"] = "residual-small"
        entry.value = json.dumps(training)
    else:  # a network that does more than its weights say
        (last,) = (node for node in model.graph.node if "probabilities" in node.output)
        last.CopyFrom(onnx.helper.make_node("Sigmoid", [last.input[0]], list(last.output)))
    onnx.save(model, file)
    with pytest.raises(RunError, match="cannot train: install its own"):
        read_best(file)
