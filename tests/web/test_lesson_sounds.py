"""A recording of the reader's own: given to the server, kept for a while, drawn."""

from __future__ import annotations

import io
from urllib.parse import quote
from urllib.request import urlopen

import numpy as np
import pytest
import soundfile

pytest.importorskip("starlette", reason="the pages need the extra web")

from sayso.audio import Sound, SoundError
from sayso.lessons.glass import clip_words, read_clip
from sayso.web.figures import LOST
from sayso.web.sounds import KEPT, LONGEST_S, Sounds
from web.client import Client

FIGURE = "/lessons/shift/answer.json"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Sounds:
    sounds = Sounds()
    monkeypatch.setattr("sayso.web.sounds.SOUNDS", sounds)
    return sounds


def file_of(sound: Sound, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def give(client: Client, sound: Sound) -> str:
    answer = client.ask("/lessons/sounds", "POST", file_of(sound))
    assert answer.status == 200
    return str(answer.json()["name"])


def test_a_recording_is_what_the_figure_shows(client: Client) -> None:
    name = give(client, np.pad(read_clip("go"), (5_000, 9_000)))
    answer = client.ask(f"{FIGURE}?clip=3&shift_ms=0&own={name}").json()
    assert answer["caption"].startswith("Your recording, 0 ms later: sayso hears “go”")
    assert answer["lost"] == {}
    without = client.ask(f"{FIGURE}?clip=3&shift_ms=0").json()
    assert without["caption"].startswith(f"“{clip_words()[3]}”, 0 ms later")
    assert without["figure"] != answer["figure"]


def test_a_recording_comes_back_as_it_was_given(client: Client) -> None:
    given = client.ask("/lessons/sounds", "POST", file_of(read_clip("yes"), 8_000)).json()
    assert given["seconds"] == pytest.approx(2, abs=0.01)
    name = give(client, read_clip("yes"))
    with urlopen(f"{client.home}/lessons/sounds/{name}.wav") as response:  # noqa: S310
        samples, rate = soundfile.read(io.BytesIO(response.read()), dtype="float32")
    assert rate == 16_000
    np.testing.assert_allclose(samples, read_clip("yes"), atol=2**-14)


def test_the_name_is_that_of_the_samples_not_of_the_file(client: Client, kept: Sounds) -> None:
    sound = np.round(read_clip("no") * 2**15) / np.float32(2**15)
    wav = io.BytesIO()
    soundfile.write(wav, sound, 16_000, format="WAV", subtype="PCM_16")
    answer = client.ask("/lessons/sounds", "POST", wav.getvalue())
    assert answer.json()["name"] == give(client, sound)
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 422, "is empty"),
        (b"<html>", 422, "is not sound that can be read"),
        (file_of(np.zeros(16_000 * 61, np.float32)), 422, "61 s long, more than the 60 s"),
        (file_of(read_clip("go"))[:-400], 422, "cut off"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(
    client: Client, kept: Sounds, body: bytes, status: int, told: str
) -> None:
    answer = client.ask("/lessons/sounds", "POST", body)
    assert answer.status == status
    assert told in answer.json()["error"]
    assert len(kept) == 0


def test_a_file_that_is_too_large_is_refused(
    client: Client, kept: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.web.uploads.LARGEST_BYTES", 1_000)
    answer = client.ask("/lessons/sounds", "POST", file_of(read_clip("go")))
    assert answer.status == 413
    assert len(kept) == 0


def test_a_recording_that_is_gone_is_told_and_left_out(client: Client) -> None:
    answer = client.ask(f"{FIGURE}?own={'0' * 64}").json()
    assert answer["lost"] == {"own": LOST}
    assert answer["caption"] == client.ask(FIGURE).json()["caption"]
    answer = client.ask(f"/lessons/sounds/{'0' * 64}.wav")
    assert answer.status == 404
    assert "give it again" in answer.json()["error"]


@pytest.mark.parametrize("name", ["1", "", "../own", "A" * 64, "0" * 65])
def test_what_is_no_hash_is_refused(client: Client, name: str) -> None:
    answer = client.ask(f"{FIGURE}?own={quote(name)}")
    assert answer.status == 404
    assert "is no recording" in answer.json()["error"]


def test_foreign_pages_can_neither_give_nor_ask(client: Client, kept: Sounds) -> None:
    name = give(client, read_clip("go"))
    for method, path in (("POST", "sounds"), ("GET", f"sounds/{name}.wav")):
        answer = client.ask(f"/lessons/{path}", method, b"RIFF", Origin="http://evil.example")
        assert answer.status == 403
    assert list(kept) == [name]


def test_only_the_last_few_are_kept(kept: Sounds) -> None:
    names = [kept.add(np.full(9, n, np.float32)) for n in range(KEPT)]
    assert kept[names[0]][0] == 0  # used, and so the newest again
    names.append(kept.add(np.ones(4, np.float32)))
    assert names[1] not in kept
    assert set(kept) == {*names} - {names[1]}
    assert len(kept) == KEPT


def test_a_long_recording_is_refused(kept: Sounds) -> None:
    kept.add(np.zeros(round(LONGEST_S * 16_000), np.float32))
    with pytest.raises(SoundError, match="cut out the word"):
        kept.add(np.zeros(round(LONGEST_S * 16_000) + 1, np.float32))
    assert len(kept) == 1
