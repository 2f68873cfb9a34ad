from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sayso
from sayso.audio import SoundError
from tone_model import CLASSES, TONES_HZ, Floats, expected_probabilities, save_tone_model, tone


def noise(batch: int) -> Floats:
    return np.random.default_rng(1).uniform(-0.3, 0.3, (batch, 16_000)).astype(np.float32)


def test_probabilities_are_those_of_the_model(tone_recognizer: sayso.Recognizer) -> None:
    waveforms = np.stack([*noise(3), tone("left", 1.0, 0.2), np.zeros(16_000, np.float32)])
    expected = [expected_probabilities(waveform) for waveform in waveforms]
    got = tone_recognizer.probabilities(waveforms)
    assert got.shape == (5, 6)
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_embeddings_are_those_of_the_model(tone_recognizer: sayso.Recognizer) -> None:
    waveforms = np.stack([tone(word, 1.0, 0.25) for word in TONES_HZ])
    np.testing.assert_allclose(tone_recognizer.embeddings(waveforms), 0.25 * np.eye(4), atol=1e-4)


def test_a_file_without_layers_gives_its_embedding(tone_recognizer: sayso.Recognizer) -> None:
    waveforms, model = noise(3), tone_recognizer.model
    np.testing.assert_array_equal(model.layers(waveforms), model.embeddings(waveforms))


def test_batches_of_any_size_give_the_same_rows(tone_recognizer: sayso.Recognizer) -> None:
    waveforms = noise(37)
    single = np.concatenate([tone_recognizer.probabilities(row[None]) for row in waveforms])
    np.testing.assert_allclose(tone_recognizer.probabilities(waveforms), single, atol=1e-6)


def test_arrays_of_any_strides_are_taken(tone_recognizer: sayso.Recognizer) -> None:
    waveforms = noise(4)
    strided = np.asfortranarray(waveforms)
    np.testing.assert_array_equal(
        tone_recognizer.probabilities(strided), tone_recognizer.probabilities(waveforms)
    )


@pytest.mark.parametrize("shape", [(16_000,), (2, 15_999), (0, 16_000), (1, 1, 16_000)])
def test_other_shapes_are_refused(
    tone_recognizer: sayso.Recognizer, shape: tuple[int, ...]
) -> None:
    with pytest.raises(SoundError, match=r"array \(batch, 16000\), not of shape"):
        tone_recognizer.probabilities(np.zeros(shape, np.float32))


def test_words_are_those_of_the_file_in_order(tone_recognizer: sayso.Recognizer) -> None:
    assert tone_recognizer.words == CLASSES


def test_thresholds_come_from_the_file_and_are_one_half_where_it_says_nothing(
    tmp_path: Path,
) -> None:
    path = save_tone_model(tmp_path / "m.onnx", threshold=json.dumps({"left": 0.75}))
    thresholds = sayso.load(path).model.thresholds
    assert thresholds.tolist() == [0.5, 0.75, 0.5, 0.5, np.inf, np.inf]


def test_a_model_file_may_have_any_name(tmp_path: Path) -> None:
    path = save_tone_model(tmp_path / "mein Modell é")
    assert sayso.load(path).words == CLASSES
    assert sayso.load(str(path)).words == CLASSES


def refusal(path: Path) -> str:
    with pytest.raises(sayso.ModelError) as caught:
        sayso.load(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.onnx")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"RIFF\x00\x00\x00\x00WAVE", b"\x08\x07" * 9])
def test_what_is_not_onnx_is_refused(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "text.onnx"
    path.write_bytes(content)
    assert "not a whole ONNX file" in refusal(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, tone_model: Path, share: float) -> None:
    whole = tone_model.read_bytes()
    path = tmp_path / "cut.onnx"
    path.write_bytes(whole[: int(share * len(whole))])
    refusal(path)


def test_an_onnx_file_of_others_is_refused(tmp_path: Path) -> None:
    path = save_tone_model(tmp_path / "other.onnx", sayso_model=None)
    assert "not a model file of sayso" in refusal(path)


def test_a_newer_format_asks_for_a_newer_sayso(tmp_path: Path) -> None:
    assert "newer sayso" in refusal(save_tone_model(tmp_path / "new.onnx", sayso_model="2"))


@pytest.mark.parametrize(
    "changes",
    [
        {"words": None},
        {"words": "yes, no"},
        {"words": '["yes", "no"]'},
        {"words": "6"},
        {"sample_rate": "8000"},
        {"sample_rate": None},
        {"threshold": None},
        {"threshold": "half"},
        {"threshold": "[0.5]"},
        {"threshold": '{"go": "high"}'},
    ],
)
def test_metadata_that_does_not_fit_the_model_is_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    assert "at odds with itself" in refusal(save_tone_model(tmp_path / "odd.onnx", **changes))


def test_an_input_of_another_length_is_refused(tmp_path: Path) -> None:
    assert "at odds" in refusal(save_tone_model(tmp_path / "short.onnx", window=8_000))


def test_packaged_models_have_names_and_base_is_the_default(
    monkeypatch: pytest.MonkeyPatch, tone_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "base.onnx").write_bytes(tone_model.read_bytes())
    monkeypatch.setattr("sayso.recognition.recognizer.BUNDLED", tmp_path)
    assert sayso.load().words == sayso.load("base").words == CLASSES
    with pytest.raises(sayso.ModelError, match="other"):
        sayso.load("other")


def modules_after(code: str) -> set[str]:
    code += "\nimport sys\nprint(*sys.modules)"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return set(run.stdout.split())


def test_importing_sayso_imports_nothing_heavy() -> None:
    heavy = {"numpy", "onnxruntime", "torch", "soundfile", "soxr", "typer", "rich"}
    assert not heavy & modules_after("import sayso")


def test_recognizing_never_imports_torch(tone_model: Path) -> None:
    code = (
        "import sayso, numpy\n"
        f"sayso.load({str(tone_model)!r}).search(numpy.zeros(32_000, numpy.float32))"
    )
    modules = modules_after(code)
    assert "onnxruntime" in modules
    assert "torch" not in modules


def test_the_version_is_that_of_the_package() -> None:
    import tomllib

    project = Path(__file__).parents[2] / "pyproject.toml"
    assert sayso.__version__ == tomllib.loads(project.read_text())["project"]["version"]


def test_every_public_name_is_there() -> None:
    assert all(getattr(sayso, name) for name in sayso.__all__)
    with pytest.raises(AttributeError, match="no attribute 'recognise'"):
        sayso.recognise  # noqa: B018
