"""Words taught by HTTP: at once, into a pack that the commands read, and only from this machine."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")

import sayso
from sayso.audio import Sound
from sayso.evaluation import sample_speech
from sayso.recognition import Model
from sayso.recognition.packs import load_pack, save_pack
from sayso.recognition.taught import Speech
from sayso.recognition.thresholds import NEVER, save_thresholds
from sayso.web import teaching, uploads
from sayso.web.app import make_app
from sayso.web.service import Service
from tone_model import CLASSES, save_tone_model, silence, tone
from web.client import Answer, Client
from web.serving import pcm, serving
from web.test_listen import hear, open_stream
from web.test_recognize import wav

WORDS = list(CLASSES[:4])


def chord(amplitude: float = 0.4, low: str = "go", high: str = "stop") -> Sound:
    return tone(low, 0.8, amplitude) + tone(high, 0.8, amplitude)


TAKES = [wav(chord(amplitude)) for amplitude in (0.36, 0.38, 0.4, 0.42, 0.44)]
SAID = pcm(np.concatenate([silence(0.5), chord(), silence(1), tone("left", 0.6), silence(0.9)]))


@pytest.fixture(autouse=True)
def tones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tones in place of the bundled sample, which takes seconds to hear."""
    rng = np.random.default_rng(0)
    embeddings = np.concatenate([np.eye(4, dtype=np.float32)] * 5) * 0.4
    embeddings += 0.02 * rng.standard_normal((20, 4)).astype(np.float32)
    speech = Speech(embeddings.astype(np.float32), CLASSES[:4] * 5)
    monkeypatch.setattr(sample_speech, "hear_sample", lambda *_: speech)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "taught.npz"


@pytest.fixture
def service(tone_recognizer: sayso.Recognizer, path: Path) -> Service:
    return Service(tone_recognizer, pack=path)


@pytest.fixture
def server(service: Service) -> Iterator[Client]:
    with serving(service) as client:
        yield client


def give(server: Client, takes: list[bytes]) -> list[str]:
    return [server.ask("/takes", "POST", take).json()["take"] for take in takes]


def put(server: Client, word: str, takes: list[str]) -> Answer:
    query = urlencode({"take": takes}, doseq=True)
    return server.ask(f"/taught/{quote(word)}?{query}", "PUT")


def test_a_word_is_taught_listened_for_and_forgotten(server: Client, path: Path) -> None:
    assert server.ask("/taught").json() == {"taught": [], "words": WORDS}
    said = wav(chord())
    assert server.ask("/recognize", "POST", said).json()["word"] in ("go", "stop")

    answer = server.ask("/takes", "POST", TAKES[0])
    assert (answer.status, answer.json()["seconds"]) == (201, 0.8)
    taught = put(server, "lights on", give(server, TAKES))
    assert taught.status == 201
    told = taught.json()
    assert (told["word"], told["recordings"], told["warnings"]) == ("lights on", 5, [])
    assert len(told["similarities"]) == 5
    assert told["others"] < told["threshold"] < min(told["similarities"])
    assert server.ask("/recognize", "POST", said).json()["word"] == "lights on"
    listed = server.ask("/taught").json()
    assert listed == {"taught": [told], "words": [*WORDS, "lights on"]}

    with open_stream(server) as stream:
        assert hear(stream, SAID) == ["lights on", "left"]
    page = server.ask("/").text
    assert "lights on" in page
    assert '<span id="count">5</span>' in page

    forgotten = server.ask("/taught/Lights%20on", "DELETE")
    assert (forgotten.status, forgotten.json()) == (200, {"forgotten": "Lights on"})
    assert server.ask("/recognize", "POST", said).json()["word"] in ("go", "stop")
    assert server.ask("/taught").json() == {"taught": [], "words": WORDS}
    assert [each.name for each in path.parent.iterdir()] == ["taught.npz"]


def test_the_pack_is_the_one_that_the_commands_use(
    server: Client, path: Path, tone_model: Path
) -> None:
    put(server, "chord", give(server, TAKES[:3]))
    (word,) = load_pack(Model(tone_model), path).words
    assert [each.name for each in word.recordings] == ["take 1", "take 2", "take 3"]
    assert sayso.load(tone_model, path).recognize(io.BytesIO(wav(chord()))).word == "chord"
    pack = load_pack(Model(tone_model), path)
    save_pack(pack.without("chord"), path)  # as sayso teach --forget does
    assert server.ask("/taught").json()["words"] == WORDS
    assert server.ask("/recognize", "POST", wav(chord())).json()["word"] in ("go", "stop")


def test_a_word_taught_again_is_replaced(server: Client) -> None:
    put(server, "chord", give(server, TAKES))
    other = [wav(chord(amplitude, "left", "right")) for amplitude in (0.38, 0.4, 0.42)]
    put(server, "Chord", give(server, other))
    (told,) = server.ask("/taught").json()["taught"]
    assert (told["word"], told["recordings"]) == ("Chord", 3)
    said = wav(chord(0.4, "left", "right"))
    assert server.ask("/recognize", "POST", said).json()["word"] == "Chord"


def test_a_stream_that_is_open_goes_on_with_the_words_it_began_with(server: Client) -> None:
    with open_stream(server) as stream:
        stream.send(pcm(silence(0.1)))
        assert json.loads(stream.recv())["words"] == list(CLASSES)
        put(server, "chord", give(server, TAKES))
        assert "chord" not in hear(stream, SAID)
    with open_stream(server) as stream:
        assert hear(stream, SAID)[0] == "chord"
        put(server, "chord", give(server, TAKES))


def test_two_words_that_sound_alike_are_told_of(server: Client) -> None:
    put(server, "one more", give(server, TAKES[:3]))
    (warning,) = put(server, "another", give(server, TAKES[2:])).json()["warnings"]
    assert "3 of 3 recordings of another would pass for one more" in warning
    listed = server.ask("/taught").json()["taught"]
    assert [len(each["warnings"]) for each in listed] == [1, 1]
    server.ask("/taught/another", "DELETE")
    assert server.ask("/taught").json()["taught"][0]["warnings"] == []


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"", 422, "is empty"),
        (b"no sound at all" * 99, 422, "is not sound that can be read"),
        (np.random.default_rng(0).bytes(50_000), 422, "is not sound that can be read"),
        (TAKES[0][:4000], 422, "is cut off"),
        (wav(silence(1)), 422, "That was very quiet: come nearer."),
        (wav(chord(0.005)), 422, "That was very quiet: come nearer."),
        (wav(np.clip(chord(0.9), -1, 1)), 422, "That was too loud: move away a little."),
        (wav(np.full(16_000, 0.3, np.float32)), 422, "No speech was heard in it"),
        (wav(np.tile(chord(), 13)), 422, "at most 10 s"),
    ],
)
def test_takes_that_are_no_use(
    server: Client, service: Service, body: bytes, status: int, told: str
) -> None:
    answer = server.ask("/takes", "POST", body)
    assert answer.status == status
    assert told in answer.json()["error"]
    assert service.upload_bytes == 0


def test_a_take_too_large(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_BYTES", 10_000)
    assert server.ask("/takes", "POST", TAKES[0]).status == 413


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("left", "The model knows left itself"), ("STOP", "The model knows STOP itself"),
        ("_silence_", "is no name for a word"), ("..", "is no name for a word"),
        ("../../x", "is no name for a word"), ("a,b", "is no name for a word"),
        ("a" * 500, "is no name for a word"), ("\x00\xff", "is no name for a word"),
        ("<script>", "is no name for a word"),
    ],
)  # fmt: skip
def test_words_that_cannot_be_taught(server: Client, path: Path, word: str, told: str) -> None:
    query = urlencode({"take": give(server, TAKES[:3])}, doseq=True)
    answer = server.ask(f"/taught/{quote(word, safe='')}?{query}", "PUT")
    assert answer.status == 422
    assert told in answer.json()["error"]
    assert not path.exists()


def test_takes_that_are_not_enough(server: Client, path: Path) -> None:
    takes = give(server, TAKES)
    more = give(server, [wav(chord(0.3 + n / 100)) for n in range(6)])
    for given, told in [
        ([], "from 3 to 10 different takes, not 0"),
        (takes[:2], "from 3 to 10 different takes, not 2"),
        ([takes[0]] * 5, "from 3 to 10 different takes, not 1"),
        ([*takes, *more], "from 3 to 10 different takes, not 11"),
        ([*takes[:2], "00ff"], "A take is not remembered, or no longer"),
    ]:
        answer = put(server, "chord", given)
        assert answer.status == 422
        assert told in answer.json()["error"]
    assert not path.exists()


def test_only_the_last_takes_are_remembered(
    server: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "KEPT", 3)
    first, *rest = give(server, [*TAKES[:3], TAKES[1], TAKES[3]])  # the second is used again
    assert "no longer" in put(server, "chord", [first, *rest]).json()["error"]
    assert put(server, "chord", rest).status == 201


@pytest.mark.parametrize("word", ["chord", "left", "a/b", "%00"])
def test_forgetting_what_was_never_taught(server: Client, path: Path, word: str) -> None:
    for expected in ("there is no pack of words yet", "the words there are accord"):
        answer = server.ask(f"/taught/{word}", "DELETE")
        assert answer.status == 422
        assert expected in answer.json()["error"]
        put(server, "accord", give(server, TAKES))
    assert path.exists()


@pytest.mark.parametrize(
    ("method", "address"), [("PUT", "/taught/chord"), ("DELETE", "/taught/chord"),
                            ("POST", "/takes"), ("GET", "/taught")]
)  # fmt: skip
def test_foreign_pages_and_hosts_change_nothing(
    server: Client, path: Path, method: str, address: str
) -> None:
    put(server, "chord", give(server, TAKES))
    whole = path.read_bytes()
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
    ):
        assert server.ask(address, method, TAKES[0], **headers).status == 403
    assert path.read_bytes() == whole


def status(service: Service, client: str, method: str, address: str) -> int:
    """What a server that listens on 192.168.1.5 answers a client."""
    app = make_app(service, hosts=("192.168.1.5",))
    app.state.service = service
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
        "path": address, "raw_path": address.encode(), "root_path": "", "query_string": b"",
        "headers": [(b"host", b"192.168.1.5:8000")], "client": (client, 50_000),
        "server": ("192.168.1.5", 8000),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return int(sent[0]["status"])


def test_only_this_machine_teaches(service: Service, path: Path) -> None:
    for method, address in [("POST", "/takes"), ("PUT", "/taught/a"), ("DELETE", "/taught/a")]:
        for stranger in ("192.168.1.77", "2001:db8::1", "not an address"):
            assert status(service, stranger, method, address) == 403
        for own in ("127.0.0.1", "192.168.1.5"):
            assert status(service, own, method, address) == 422
    assert not path.exists()


def test_where_nothing_is_taught(tone_recognizer: sayso.Recognizer) -> None:
    with serving(Service(tone_recognizer)) as server:
        for method, address in [("POST", "/takes"), ("PUT", "/taught/a"), ("GET", "/taught")]:
            answer = server.ask(address, method)
            assert answer.status == 404
            assert "start sayso serve" in answer.json()["error"]


def test_a_pack_in_the_way(server: Client, path: Path, tone_model: Path, tmp_path: Path) -> None:
    takes = give(server, TAKES)
    put(server, "chord", takes)
    other = save_tone_model(tmp_path / "other.onnx", training='{"seed": 1}')
    with serving(Service(sayso.load(other), pack=path)) as foreign:
        assert foreign.ask("/taught").status == 409
        answer = put(foreign, "accord", give(foreign, TAKES))
        assert answer.status == 409
        assert "holds words taught to another model, tones.onnx" in answer.json()["error"]
        assert foreign.ask("/taught/chord", "DELETE").status == 409
        assert foreign.ask("/recognize", "POST", TAKES[0]).status == 200
    assert len(load_pack(Model(tone_model), path).words) == 1
    path.write_bytes(b"something else")
    for answer in (server.ask("/taught"), put(server, "accord", takes)):
        assert answer.status == 409
        assert "is not a whole pack of taught words" in answer.json()["error"]
    assert path.read_bytes() == b"something else"
    assert server.ask("/recognize", "POST", TAKES[0]).json()["word"] == "chord"  # still


def test_a_folder_that_cannot_be_written_to(
    tone_recognizer: sayso.Recognizer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with serving(Service(tone_recognizer, pack=tmp_path / "file" / "taught.npz")) as server:
        answer = put(server, "chord", give(server, TAKES))
        assert answer.status == 500
        assert "cannot be written" in answer.json()["error"]
        assert "chord" not in server.ask("/taught").json()["words"]


def test_many_pages_teach_at_once(server: Client) -> None:
    takes = give(server, TAKES)
    names = [f"word {n}" for n in range(6)]
    threads = [threading.Thread(target=put, args=(server, name, takes)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = server.ask("/taught").json()
    assert sorted(each["word"] for each in told["taught"]) == names
    assert sorted(told["words"][4:]) == names


def test_a_tuned_threshold_of_a_word_that_is_forgotten(
    tone_model: Path, path: Path, server: Client
) -> None:
    put(server, "chord", give(server, TAKES))
    recognizer = sayso.load(tone_model, path)
    tuned = save_thresholds(recognizer.model, {"chord": 0.6, "left": 0.5})
    with serving(Service(recognizer, tuned, pack=path)) as again:
        with open_stream(again) as stream:
            assert hear(stream, SAID) == ["chord", "left"]
        again.ask("/taught/chord", "DELETE")
        with open_stream(again) as stream:
            assert hear(stream, SAID)[-1] == "left"


def test_a_tuned_threshold_of_a_word_that_is_taught_anew(
    tone_model: Path, path: Path, server: Client
) -> None:
    put(server, "chord", give(server, TAKES))
    save_thresholds(sayso.load(tone_model, path).model, {"chord": NEVER})
    with open_stream(server) as stream:
        assert hear(stream, SAID) == ["left"]
    put(server, "chord", give(server, TAKES[:3]))
    with open_stream(server) as stream:
        assert hear(stream, SAID) == ["chord", "left"]


def test_a_server_that_ends_does_not_wait_for_the_sample(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def hear_slowly(_model: Model, report: object) -> None:
        assert callable(report)
        for done in range(1000):
            report("listening", done, 1000)
            begun.set()
            time.sleep(0.02)

    monkeypatch.setattr(sample_speech, "hear_sample", hear_slowly)
    with serving(service) as server:
        give(server, TAKES[:1])
        assert begun.wait(10)
        ends = time.monotonic()
    assert time.monotonic() - ends < 10
