"""Sound files by HTTP: answers, explanations, and refusals in a sentence."""

from __future__ import annotations

import base64
import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("starlette", reason="the pages need the extra web")

import sayso
from sayso import audio
from sayso.audio import Sound
from sayso.prepare import find_cut
from sayso.web import nearest, uploads
from sayso.web.occlusion import MASK, STEP, occlude
from sayso.web.service import Service
from tone_model import expected_probabilities, silence, tone
from web.client import Client
from web.serving import serving, wait_until

LEFT = np.concatenate([silence(0.2), tone("left", 0.5), silence(0.3)])
TALK = np.concatenate([silence(1), tone("go", 0.8), silence(1.5), tone("stop", 0.8), silence(1)])


def wav(sound: Sound, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.fixture(scope="module")
def service(tone_recognizer: sayso.Recognizer) -> Service:
    return Service(tone_recognizer)


@pytest.fixture(scope="module")
def server(service: Service) -> Iterator[Client]:
    with serving(service) as client:
        yield client


@pytest.fixture
def sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: Service
) -> Iterator[dict[str, Sound]]:
    """A sample of six clips in the place of the bundled one."""
    rng = np.random.default_rng(0)
    clips = {
        f"{word}/{number}_nohash_0": tone(word, 0.6)
        + number * tone("right", 0.6, 0.1)
        + rng.normal(0, 0.01, 9600).astype(np.float32)
        for word in ("go", "left", "stop")
        for number in range(2)
    }
    with zipfile.ZipFile(tmp_path / "sample.zip", "w") as file:
        file.writestr("LICENSE.txt", "free")
        for name, sound in {**clips, "_background_noise_/hum": silence(2)}.items():
            content = io.BytesIO()
            soundfile.write(content, sound, 16_000, format="FLAC", subtype="PCM_24")
            file.writestr(f"{name}.opus", content.getvalue())
    monkeypatch.setattr(nearest, "_sample", lambda: zipfile.ZipFile(tmp_path / "sample.zip"))
    service.__dict__.pop("neighbours", None)
    yield clips
    service.__dict__.pop("neighbours", None)


def test_a_clip(server: Client, tone_recognizer: sayso.Recognizer) -> None:
    answer = server.ask("/recognize", "POST", wav(LEFT))
    assert answer.status == 200
    told = answer.json()
    heard = tone_recognizer.recognize(io.BytesIO(wav(LEFT)))
    assert (told["word"], told["start_s"], told["end_s"]) == ("left", 0.0, 1.0)
    assert told["confidence"] == pytest.approx(heard.confidence, abs=1e-4)
    assert [each["word"] for each in told["ranked"]] == [word for word, _ in heard.ranked[:5]]
    assert told["seconds"] == 1.0
    assert told["commands"] == []


def test_a_long_sound(server: Client, tone_recognizer: sayso.Recognizer) -> None:
    told = server.ask("/recognize", "POST", wav(TALK)).json()
    found = tone_recognizer.search(TALK)
    assert [each["word"] for each in told["commands"]] == ["go", "stop"]
    assert [each["start_s"] for each in told["commands"]] == [heard.start_s for heard in found]


@pytest.mark.parametrize("name", ["left.opus", "stop.opus"])
def test_every_format_is_taken(server: Client, name: str) -> None:
    path = Path(sayso.__file__).parent / "bundled" / "clips" / name
    told = server.ask("/recognize", "POST", path.read_bytes()).json()
    assert told["seconds"] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty (0 bytes)"),
        (b"this is text, not sound" * 100, "is not sound that can be read"),
        (np.random.default_rng(0).bytes(50_000), "is not sound that can be read"),
        (wav(LEFT)[:5000], "is cut off"),
        (wav(silence(1), 2000), "sample rate of 2000 Hz"),
    ],
)
@pytest.mark.parametrize("path", ["recognize", "explain", "nearest"])
def test_what_is_no_sound_gets_a_sentence(
    server: Client, path: str, body: bytes, told: str
) -> None:
    answer = server.ask(f"/{path}", "POST", body)
    assert answer.status == 422
    assert told in answer.json()["error"]


def test_a_sound_too_long(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LONGEST_S", 2.0)
    answer = server.ask("/recognize", "POST", wav(TALK))
    assert answer.status == 422
    assert "cut it into parts" in answer.json()["error"]


def test_a_file_too_large(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_BYTES", 50_000)
    answer = server.ask("/recognize", "POST", wav(TALK))
    assert answer.status == 413
    assert "cut it into parts" in answer.json()["error"]
    assert server.ask("/recognize", "POST", wav(LEFT)).status == 200


def test_too_many_files_at_once(
    server: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "ALL_BYTES", 20_000)
    assert server.ask("/recognize", "POST", wav(LEFT)).status == 503
    assert service.upload_bytes == 0


def _begin(server: Client) -> socket.socket:
    """A file that is promised and comes to a fifth."""
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    content = wav(LEFT)
    head = f"POST /recognize HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n\r\n"
    raw.sendall(head.encode() + content[: len(content) // 5])
    return raw


def test_a_file_that_comes_too_slowly(
    server: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "SLOWEST_S", 1.0)
    with _begin(server) as slow:
        assert server.ask("/recognize", "POST", wav(LEFT)).status == 200  # others do not wait
        answer = slow.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408")
    assert service.upload_bytes == 0


def test_a_file_that_is_cut_off(server: Client, service: Service) -> None:
    for _ in range(3):
        _begin(server).close()
    assert server.ask("/recognize", "POST", wav(LEFT)).status == 200
    wait_until(lambda: service.upload_bytes == 0)


def test_many_files_at_once(server: Client) -> None:
    found: list[str] = []

    def ask(word: str) -> None:
        found.append(server.ask("/recognize", "POST", wav(tone(word, 1))).json()["word"])

    words = ["go", "left", "right", "stop"] * 3
    threads = [threading.Thread(target=ask, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(words)


def test_why(server: Client) -> None:
    noise = np.random.default_rng(0).normal(0, 1e-3, len(LEFT)).astype(np.float32)
    content = wav(LEFT + noise)
    told = server.ask("/explain", "POST", content).json()
    samples = np.frombuffer(base64.b64decode(told["samples"]), "<i2") / 32768
    assert samples == pytest.approx(audio.read(io.BytesIO(content)), abs=1e-6)
    cut = find_cut(audio.read(io.BytesIO(content)))
    assert cut is not None
    assert told["kept"] == {"start_s": cut.start / 16_000, "end_s": cut.end / 16_000}
    decided = told["decided"]
    assert (decided["start_s"], decided["step_s"], len(decided["drops"])) == (0, 0.02, 50)
    drops = np.array(decided["drops"])
    inside = drops[15:30]  # wholly masked parts of the tone, from 0.2 s to 0.7 s
    assert inside.min() > 0
    assert drops[:5] == pytest.approx(0, abs=1e-4)
    worst = decided["worst"]
    assert 0.2 <= worst["start_s"] <= worst["end_s"] <= 0.7
    assert worst["confidence"] < decided["confidence"] == told["confidence"]


def test_why_of_less_than_a_second_counts_from_its_beginning(server: Client) -> None:
    told = server.ask("/explain", "POST", wav(tone("left", 0.5))).json()
    assert told["decided"]["start_s"] == -0.25
    assert told["seconds"] == 0.5
    assert told["kept"] is None or told["kept"]["end_s"] <= 0.5


def test_why_of_silence(server: Client) -> None:
    told = server.ask("/explain", "POST", wav(silence(1))).json()
    assert told["word"] == "_silence_"
    assert told["kept"] is None


def test_occlusion_by_hand(tone_recognizer: sayso.Recognizer) -> None:
    window = tone("left", 1, 0.2)
    occlusion = occlude(tone_recognizer.model, window, "left")
    assert occlusion.starts.tolist() == list(range(0, 14_401, 320))
    masked = window.copy()
    masked[4800 : 4800 + MASK] = 0
    expected = expected_probabilities(window)[1] - expected_probabilities(masked)[1]
    assert occlusion.whole == pytest.approx(expected_probabilities(window)[1], abs=1e-4)
    assert occlusion.drops[15] == pytest.approx(expected, rel=0.1)  # the mask's edges are soft
    along = occlusion.along()
    assert along.shape == (16_000 // STEP,)
    assert along[0] == pytest.approx(occlusion.drops[0])
    assert along[20] == pytest.approx(occlusion.drops[16:21].mean(), rel=1e-4)


@pytest.mark.usefixtures("sample")
def test_the_nearest_clips(server: Client) -> None:
    told = server.ask("/nearest", "POST", wav(tone("left", 0.6))).json()
    assert [each["word"] for each in told[:2]] == ["left", "left"]
    similarity = [each["similarity"] for each in told]
    assert similarity == sorted(similarity, reverse=True)
    assert similarity[0] == pytest.approx(1, abs=0.01)
    assert len(told) == 5
    answer = server.ask(told[0]["clip"], "HEAD")
    assert answer.headers["content-type"] == "audio/wav"


def test_a_clip_is_its_own_nearest(
    tone_recognizer: sayso.Recognizer, sample: dict[str, Sound]
) -> None:
    neighbours = nearest.Neighbours(tone_recognizer.model)
    assert set(neighbours.names) == set(sample)
    for name, sound in sample.items():
        assert neighbours.read(name) == pytest.approx(sound, abs=1e-6)
        found = neighbours.find(audio.fit(neighbours.read(name), 16_000), 1)[0]
        assert (found.name, found.word) == (name, name.partition("/")[0])
        assert found.similarity == pytest.approx(1, abs=1e-6)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("name", ["left/none", "../sample.zip", "_background_noise_/hum", "%00"])
def test_only_clips_are_given_out(server: Client, name: str) -> None:
    answer = server.ask(f"/clips/{name}.wav")
    assert answer.status == 404
    assert "error" in answer.json()


def test_a_clip_of_the_package(server: Client) -> None:
    name = nearest.Neighbours(sayso.load().model).names[0]
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    with connection:
        head = f"GET /clips/{name}.wav HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        content = b"".join(iter(lambda: connection.recv(65_536), b""))
    sound = audio.read(io.BytesIO(content.partition(b"\r\n\r\n")[2]))
    assert 0.3 < len(sound) / 16_000 <= 1


def test_a_foreign_page_gets_no_answer(server: Client) -> None:
    answer = server.ask("/recognize", "POST", wav(LEFT), Origin="http://evil.example")
    assert answer.status == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_refused(server: Client, method: str) -> None:
    assert server.ask("/recognize", method).status == 405


def test_health(server: Client) -> None:
    told = server.ask("/healthz").json()
    assert told == {"status": "ok", "version": sayso.__version__, "listeners": 0}
