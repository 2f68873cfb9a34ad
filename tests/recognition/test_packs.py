from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import sayso
from sayso.recognition import Model
from sayso.recognition.packs import (
    PackError,
    default_path,
    is_for,
    load_pack,
    new_pack,
    read_pack,
    save_pack,
    taught_to_others,
    users_pack,
    with_pack,
)
from sayso.recognition.taught import Recording, Space, TaughtModel, TaughtWord
from tone_model import save_tone_model, tone

SPACE = Space(
    np.full(4, 0.0625, np.float32),
    np.eye(4, dtype=np.float32),
    ("left", "stop"),
    np.eye(4, dtype=np.float32)[:2, ::-1],
)
HEY = TaughtWord("hey", np.array([1, 0, 0, 0], np.float32), 0.625, (Recording("a.wav", "00ff"),))
HO = TaughtWord("ho ho", np.array([0, 0.6, 0, 0.8], np.float32), 0.5, ())


@pytest.fixture
def model(tone_model: Path) -> Model:
    return Model(tone_model)


def test_what_was_saved_is_read(model: Model, tmp_path: Path) -> None:
    save_pack(new_pack(model, SPACE).having(HEY).having(HO), tmp_path / "new" / "pack.npz")
    pack = load_pack(model, tmp_path / "new" / "pack.npz")
    assert pack.model == "tones.onnx"
    assert [(each.word, each.threshold, each.recordings) for each in pack.words] == [
        ("hey", 0.625, (Recording("a.wav", "00ff"),)),
        ("ho ho", 0.5, ()),
    ]
    assert np.array_equal([each.prototype for each in pack.words], [HEY.prototype, HO.prototype])
    assert np.array_equal(pack.space.mean, SPACE.mean)
    assert np.array_equal(pack.space.whitening, SPACE.whitening)
    assert pack.space.known == ("left", "stop")
    assert np.array_equal(pack.space.prototypes, SPACE.prototypes)
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["pack.npz"]


def test_a_pack_from_before_words_competed_is_read(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    save_pack(new_pack(model, SPACE).having(HEY), path)
    with np.load(path) as file:
        arrays = dict(file)
    about = json.loads(str(arrays["about"]))
    del arrays["known"], about["known"]
    np.savez(path, **(arrays | {"about": np.array(json.dumps(about))}))
    space = read_pack(path).space
    assert space.known == ()
    assert not space.rivalry(np.eye(4, dtype=np.float32), space.rivals(["hey"])).any()


def test_words_are_replaced_and_forgotten(model: Model, tmp_path: Path) -> None:
    pack = new_pack(model, SPACE).having(HEY).having(HO)
    louder = dataclasses.replace(HEY, word="Hey", threshold=0.75)
    assert pack.having(louder).words == (HO, louder)
    assert pack.find("HO HO") is HO
    assert pack.without("hey").words == (HO,)
    assert pack.without("nobody").words == (HEY, HO)
    save_pack(new_pack(model, SPACE), tmp_path / "pack.npz")
    assert read_pack(tmp_path / "pack.npz").words == ()
    assert with_pack(model, tmp_path / "pack.npz") is model
    assert with_pack(model, None) is model


def test_load_takes_a_pack(model: Model, tmp_path: Path) -> None:
    save_pack(new_pack(model, SPACE).having(HEY), tmp_path / "pack.npz")
    recognizer = sayso.load(model.path, tmp_path / "pack.npz")
    assert "hey" in recognizer.words
    assert isinstance(recognizer.model, TaughtModel)
    assert recognizer.recognize(tone("go", 1)).word == "hey"  # nearer than 0.625
    assert sayso.load(model.path).recognize(tone("go", 1)).word == "go"


def test_a_pack_for_another_model_is_refused(model: Model, tmp_path: Path) -> None:
    other = Model(save_tone_model(tmp_path / "other.onnx", training='{"seed": 1}'))
    save_pack(new_pack(model, SPACE).having(HEY), tmp_path / "pack.npz")
    with pytest.raises(PackError, match=r"pack\.npz holds words taught to another model, tones"):
        load_pack(other, tmp_path / "pack.npz")
    copy = tmp_path / "copy.onnx"  # the content counts, not the name
    copy.write_bytes(model.path.read_bytes())
    assert load_pack(Model(copy), tmp_path / "pack.npz").words[0].word == "hey"


def test_a_model_is_known_by_what_was_loaded(tmp_path: Path) -> None:
    path = save_tone_model(tmp_path / "tones.onnx")
    model = Model(path)
    pack = new_pack(model, SPACE)
    save_tone_model(path, training="{ }")  # another one, in its place
    assert is_for(pack, model)
    assert not is_for(pack, Model(path))
    assert new_pack(model, SPACE) == pack


def test_the_users_pack_is_found_where_it_fits(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_path(model).parent == tmp_path / "sayso" / "taught"
    assert users_pack(model) is None
    save_pack(new_pack(model, SPACE).having(HEY), default_path(model))
    assert users_pack(model) == default_path(model)
    assert taught_to_others(model) == {}
    other = Model(save_tone_model(tmp_path / "other.onnx", training="{ }"))
    assert users_pack(other) is None
    assert taught_to_others(other) == {"hey": model.path.name}
    default_path(model).write_bytes(b"damaged")
    assert taught_to_others(other) == {}


def test_what_is_no_pack_is_refused(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    with pytest.raises(PackError, match="does not exist: make it with sayso teach"):
        read_pack(path)
    with pytest.raises(PackError, match="cannot be read"):
        read_pack(tmp_path)
    save_pack(new_pack(model, SPACE).having(HEY), path)
    whole = path.read_bytes()
    with np.load(path) as file:
        arrays = dict(file)
    for content in (b"", b"text", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        with pytest.raises(PackError, match="is not a whole pack"):
            read_pack(path)
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(PackError):  # some bytes say nothing
            read_pack(path)
    changes: list[dict[str, object]] = [
        {"prototypes": np.zeros((2, 4))},
        {"whitening": np.zeros((3, 4))},
        {"mean": np.float32(0)},
        {"known": np.zeros((1, 4))},
        {"about": np.array("[]")},
        {"about": np.array({"pickled": 1}, dtype=object)},
    ]
    for change in changes:
        np.savez(path, **(arrays | change))
        with pytest.raises(PackError, match="is not a whole pack"):
            read_pack(path)
    newer = str(arrays["about"]).replace('"sayso_pack": 1', '"sayso_pack": 2')
    np.savez(path, **(arrays | {"about": np.array(newer)}))
    with pytest.raises(PackError, match="another format: install a newer sayso"):
        read_pack(path)
