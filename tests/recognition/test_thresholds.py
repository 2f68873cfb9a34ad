from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path

import pytest

from sayso.recognition import Model
from sayso.recognition.thresholds import (
    NEVER,
    ThresholdsError,
    default_path,
    load_thresholds,
    save_thresholds,
)
from tone_model import save_tone_model

TUNED = {"go": 0.75, "left": 0.999, "stop": NEVER}


@pytest.fixture
def model(tone_model: Path) -> Model:
    return Model(tone_model)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path


def test_what_was_saved_is_loaded(home: Path, model: Model) -> None:
    assert load_thresholds(model) == {}
    assert save_thresholds(model, TUNED, tuned_on={"hours": 3}) == default_path()
    assert load_thresholds(model) == TUNED
    assert default_path() == home / "settings" / "sayso" / "thresholds.json"
    content = json.loads(default_path().read_text())  # without Infinity, which is no JSON
    (entry,) = content["models"].values()
    assert entry["tuned_on"] == {"hours": 3}
    assert entry["thresholds"]["stop"] is None


def test_they_belong_to_the_content_of_a_model_not_to_its_name(
    tmp_path: Path, model: Model
) -> None:
    path = save_thresholds(model, TUNED, tmp_path / "mine.json")
    same = Model(shutil.copy(model.path, tmp_path / "renamed.onnx"))
    assert load_thresholds(same, path) == TUNED
    other = Model(save_tone_model(tmp_path / "other.onnx", training='{"epoch": 2}'))
    with pytest.raises(ThresholdsError, match=r"has no thresholds for .*other\.onnx"):
        load_thresholds(other, path)
    save_thresholds(other, {"go": 0.6}, path)
    assert load_thresholds(model, path) == TUNED
    assert load_thresholds(other, path) == {"go": 0.6}


@pytest.mark.usefixtures("home")
def test_another_models_thresholds_are_none_by_default(tmp_path: Path, model: Model) -> None:
    save_thresholds(model, TUNED)
    other = Model(save_tone_model(tmp_path / "other.onnx", training='{"epoch": 2}'))
    assert load_thresholds(other) == {}


def test_a_named_file_must_be_there(tmp_path: Path, model: Model) -> None:
    with pytest.raises(ThresholdsError, match=r"none\.json does not exist"):
        load_thresholds(model, tmp_path / "none.json")
    with pytest.raises(ThresholdsError, match="cannot be read"):
        load_thresholds(model, tmp_path)


@pytest.mark.parametrize("content", ["", "no JSON", "[]", "{}", '{"sayso_thresholds": 2}', "\xff"])
def test_another_kind_of_file_is_refused_and_kept(
    tmp_path: Path, model: Model, content: str
) -> None:
    path = tmp_path / "notes.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ThresholdsError, match="is not a file of thresholds"):
        load_thresholds(model, path)
    with pytest.raises(ThresholdsError, match="is not a file of thresholds"):
        save_thresholds(model, TUNED, path)
    assert path.read_bytes() == content.encode("latin-1")


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"gone": 0.5}, "has a threshold for gone, a word the model lacks"),
        ({"go": 1.5}, "has 1.5 as the threshold of go"),
        ({"go": 0}, "has 0 as the threshold of go"),
        ({"go": "high"}, "is damaged"),
        (["go"], "is damaged"),
    ],
)
def test_a_threshold_that_is_none_is_refused(
    tmp_path: Path, model: Model, stated: object, message: str
) -> None:
    path = save_thresholds(model, TUNED, tmp_path / "mine.json")
    content = json.loads(path.read_text())
    next(iter(content["models"].values()))["thresholds"] = stated
    path.write_text(json.dumps(content))
    with pytest.raises(ThresholdsError, match=message):
        load_thresholds(model, path)


def test_what_could_not_be_loaded_is_not_saved(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "mine.json"
    for wrong in ({"gone": 0.5}, {"go": -1.0}, {"go": math.nan}):
        with pytest.raises(ThresholdsError):
            save_thresholds(model, wrong, path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, ".config/sayso/thresholds.json"),
        ("linux", {"XDG_CONFIG_HOME": "not/absolute"}, ".config/sayso/thresholds.json"),
        ("darwin", {}, "Library/Application Support/sayso/thresholds.json"),
        ("win32", {}, "AppData/Roaming/sayso/thresholds.json"),
    ],
)
def test_each_platform_has_its_place(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    variables: dict[str, str],
    expected: str,
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert default_path() == tmp_path / expected
