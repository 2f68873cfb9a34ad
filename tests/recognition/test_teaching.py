from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from sayso import SaysoError
from sayso.audio import Sound
from sayso.recognition import Model
from sayso.recognition.packs import PackError, read_pack
from sayso.recognition.taught import Recording, Speech, TeachingError
from sayso.recognition.teaching import (
    check_name,
    embed,
    find_fault,
    find_pack,
    forget,
    name_recording,
    teach_into,
)
from tone_model import CLASSES, save_tone_model, silence, tone


@pytest.fixture
def model(tone_model: Path) -> Model:
    return Model(tone_model)


def tones() -> Speech:
    """Twenty clips of the four tones as the tone model hears them."""
    rng = np.random.default_rng(0)
    embeddings = np.concatenate([np.eye(4, dtype=np.float32)] * 5) * 0.4
    embeddings += 0.02 * rng.standard_normal((20, 4)).astype(np.float32)
    return Speech(embeddings.astype(np.float32), CLASSES[:4] * 5)


def chord(low: str, high: str, amplitude: float = 0.4) -> Sound:
    return tone(low, 1, amplitude) + tone(high, 1, amplitude)


def teach_chord(path: Path, model: Model, word: str, low: str, high: str) -> None:
    sounds = [chord(low, high, amplitude) for amplitude in (0.38, 0.4, 0.42)]
    recordings = [Recording(f"take {n}", str(n)) for n in range(3)]
    teach_into(path, model, word, recordings, embed(model, sounds)[0], tones())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("jarvis", "jarvis"), ("  lights \t on ", "lights on"), ("Öl", "Öl"), ("O\u0308l", "Öl"),
        ("नमस्ते", "नमस्ते"), ("don't", "don't"), ("don\u2019t", "don\u2019t"), ("R2-D2", "R2-D2"),
        ("7", "7"), ("a" * 40, "a" * 40),
    ],
)  # fmt: skip
def test_names_of_words(model: Model, text: str, word: str) -> None:
    assert check_name(text, model) == word


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-a", "_unknown_", "a_b", ".", "..", "../x", "a/b", "a\\b", "a,b", "a=b", "a:b",
        "a\nb\x00", "a" * 41, "'s", "\u0308a", "{word}", "<b>", "C:", "a.b", "😀",
    ],
)  # fmt: skip
def test_what_is_no_name(model: Model, text: str) -> None:
    with pytest.raises(TeachingError, match="is no name for a word") as told:
        check_name(text, model)
    assert len(str(told.value)) < 150


def test_names_that_are_taken(model: Model) -> None:
    for text in ("left", "LEFT", " Left "):
        with pytest.raises(TeachingError, match=r"knows (left|LEFT|Left) itself"):
            check_name(text, model)


def test_any_is_every_word(model: Model) -> None:
    with pytest.raises(TeachingError, match="Any stands for every word"):
        check_name("Any", model)


def test_levels_that_are_no_use() -> None:
    rng = np.random.default_rng(0)
    voice = (0.2 * rng.standard_normal(8000)).astype(np.float32)
    voice /= abs(voice).max()  # as loud as it can be, and nothing cut off
    assert find_fault(voice) is None
    assert find_fault((voice / 60).astype(np.float32)) == "That was very quiet: come nearer."
    assert find_fault(np.zeros(0, np.float32)) == "That was very quiet: come nearer."
    clipped: Sound = (4 * voice).clip(-1, 1)
    assert find_fault(clipped) == "That was too loud: move away a little."


def test_the_loudest_second_is_what_the_model_hears(model: Model) -> None:
    long = np.concatenate([silence(2), tone("go", 1), silence(1)])
    embeddings, silent = embed(model, [long, tone("go", 1), silence(1)])
    assert silent.tolist() == [False, False, True]
    assert embeddings[0] == pytest.approx(model.embeddings(tone("go", 1)[None])[0], abs=0.02)
    assert embeddings.shape == (3, 4)


def test_a_recording_without_a_file_is_known_by_its_samples() -> None:
    sound = tone("go", 0.5)
    digest = hashlib.sha256(sound.tobytes()).hexdigest()
    assert name_recording("take 1", sound) == Recording("take 1", digest)


def test_a_word_goes_into_the_pack_as_it_is_by_then(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    assert find_pack(path, model) is None
    teach_chord(path, model, "low", "go", "left")
    teach_chord(path, model, "high", "right", "stop")  # as from another program
    sounds = [chord("go", "stop", amplitude) for amplitude in (0.39, 0.4, 0.41)]
    recordings = [Recording(f"take {n}", str(n)) for n in range(3)]
    taught, replaced = teach_into(path, model, "LOW", recordings, embed(model, sounds)[0], tones())
    assert replaced is not None
    assert replaced.word == "low"
    assert [each.word for each in read_pack(path).words] == ["high", "LOW"]
    assert read_pack(path).words[1].threshold == taught.word.threshold

    forget(path, "High")
    assert [each.word for each in read_pack(path).words] == ["LOW"]
    with pytest.raises(TeachingError, match=r"high was not taught in .*: the words there are LOW"):
        forget(path, "high")


def test_a_pack_that_cannot_be_used_stays_as_it_was(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    teach_chord(path, model, "low", "go", "left")
    whole = path.read_bytes()
    other = Model(save_tone_model(tmp_path / "other.onnx", training='{"seed": 1}'))
    with pytest.raises(PackError, match="another model"):
        teach_chord(path, other, "high", "right", "stop")
    assert path.read_bytes() == whole
    path.write_bytes(whole[:100])
    with pytest.raises(PackError, match="is not a whole pack"):
        teach_chord(path, model, "high", "right", "stop")
    assert path.read_bytes() == whole[:100]
    (tmp_path / "file").write_text("")
    with pytest.raises(SaysoError, match="cannot be written"):
        teach_chord(tmp_path / "file" / "pack.npz", model, "low", "go", "left")


def test_how_words_lie_is_kept(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    teach_chord(path, model, "low", "go", "left")
    teach_chord(path, model, "high", "right", "stop")
    pack = read_pack(path)
    for word, (first, second) in zip(pack.words, (("go", "left"), ("right", "stop")), strict=True):
        assert word.fit is not None
        sounds = [chord(first, second, amplitude) for amplitude in (0.38, 0.4, 0.42)]
        directions = pack.space.directions(embed(model, sounds)[0])
        assert word.fit.directions == pytest.approx(directions, abs=1e-6)
        assert word.fit.like in (first, second)
        assert 0 < word.fit.others < word.threshold < word.fit.similarities.min()
        assert word.warnings(pack.words) == ()
    teach_chord(path, model, "echo", "go", "left")
    words = read_pack(path).words
    assert [len(each.warnings(words)) for each in words] == [1, 0, 1]  # each of the two is told
    assert "3 of 3 recordings of low would pass for echo" in words[0].warnings(words)[0]
    forget(path, "echo")
    words = read_pack(path).words
    assert [each.warnings(words) for each in words] == [(), ()]


def test_a_pack_from_before_the_fit_was_kept(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    teach_chord(path, model, "low", "go", "left")
    with np.load(path) as file:
        arrays = {name: file[name] for name in file if name != "directions"}
    about = str(arrays["about"])
    old = about[: about.index(', "others"')] + "}]}"
    np.savez(path, **(arrays | {"about": np.array(old)}))
    (word,) = read_pack(path).words
    assert (word.word, word.fit, word.warnings()) == ("low", None, ())
    teach_chord(path, model, "high", "right", "stop")
    words = read_pack(path).words
    assert [each.fit is None for each in words] == [True, False]
    assert words[1].fit is not None
    assert words[1].fit.directions.shape == (3, 4)
    np.savez(path, **arrays)  # which promises directions
    with pytest.raises(PackError, match="is not a whole pack"):
        read_pack(path)
    np.savez(path, **arrays, directions=np.zeros((3, 5), np.float32))
    with pytest.raises(PackError, match="is not a whole pack"):
        read_pack(path)
