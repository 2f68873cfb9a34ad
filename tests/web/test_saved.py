"""Clips that the page saves are a data set, and nothing is ever lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("starlette", reason="the pages need the extra web")

import sayso
from sayso import SaysoError, audio
from sayso.corpus import read_corpus
from sayso.web.saved import save_clip
from sayso.web.service import Service
from tone_model import tone
from web.client import Client
from web.serving import serving
from web.test_recognize import wav


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def server(tone_recognizer: sayso.Recognizer, folder: Path) -> Iterator[Client]:
    with serving(Service(tone_recognizer, folder=folder)) as client:
        yield client


def test_what_is_saved_is_a_data_set(server: Client, folder: Path) -> None:
    for word in ("left", "stop", "_unknown_", "left"):
        sound = tone("left" if word == "_unknown_" else word, 1)
        answer = server.ask(f"/saved/{word}?speaker=Ada-1", "POST", wav(sound))
        assert answer.status == 201
        path = folder / answer.json()["saved"]
        with soundfile.SoundFile(path) as file:
            assert (file.samplerate, file.channels, file.subtype) == (16_000, 1, "PCM_16")
        assert audio.read(path) == pytest.approx(sound, abs=1e-4)
    corpus = read_corpus(folder)
    assert corpus.words == ("left", "stop")
    assert [clip.path.relative_to(folder).as_posix() for clip in corpus.clips] == [
        "_unknown_/Ada-1_nohash_0.wav",
        "left/Ada-1_nohash_0.wav",
        "left/Ada-1_nohash_1.wav",
        "stop/Ada-1_nohash_0.wav",
    ]
    assert {clip.speaker for clip in corpus.clips} == {"Ada-1"}
    assert not list(folder.rglob(".*"))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    sounds = [np.full(100, number / 100, np.float32) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda sound: save_clip(tmp_path, "yes", "me", sound), sounds))
    assert len(set(paths)) == 40
    assert {path.name for path in paths} == {f"me_nohash_{n}.wav" for n in range(40)}
    for path, sound in zip(paths, sounds, strict=True):
        assert audio.read(path) == pytest.approx(sound, abs=1e-4)
    assert len(list((tmp_path / "yes").iterdir())) == 40


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "yes").write_text("a file")
    with pytest.raises(SaysoError, match="cannot be written"):
        save_clip(tmp_path, "yes", "me", tone("left", 1))


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("jump", 404, "no word 'jump'"),
        ("left?speaker=..%2Fx", 400, "letters, digits and hyphens"),
        ("left?speaker=", 400, "letters, digits and hyphens"),
        ("left?speaker=a%00", 400, "letters, digits and hyphens"),
        ("left?speaker=" + "a" * 33, 400, "letters, digits and hyphens"),
    ],
)
def test_names_that_are_none(
    server: Client, folder: Path, address: str, status: int, told: str
) -> None:
    before = sorted(folder.rglob("*"))
    answer = server.ask(f"/saved/{address}", "POST", wav(tone("left", 1)))
    assert answer.status == status
    assert told in answer.json()["error"]
    assert sorted(folder.rglob("*")) == before


def test_what_is_no_clip(server: Client) -> None:
    assert server.ask("/saved/left", "POST", b"text").status == 422
    long = server.ask("/saved/left", "POST", wav(tone("left", 11)))
    assert (long.status, "at most 10 s" in long.text) == (422, True)


def test_a_foreign_page_saves_nothing(server: Client, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    answer = server.ask("/saved/left", "POST", wav(tone("left", 1)), Origin="http://evil.example")
    assert answer.status == 403
    assert sorted(folder.rglob("*")) == before


def test_nothing_is_saved_unless_told(tone_recognizer: sayso.Recognizer) -> None:
    with serving(Service(tone_recognizer)) as server:
        answer = server.ask("/saved/left", "POST", wav(tone("left", 1)))
        assert answer.status == 404
        assert "--save DIR" in answer.json()["error"]
        assert "sayso serve --save DIR" in server.ask("/").text
