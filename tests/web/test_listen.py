"""The WebSocket as programs meet it, those that behave and those that do not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("websockets", reason="the pages need the extra web")

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import sayso
from sayso.web import listen
from sayso.web.listen import BURST_S, FASTEST, LARGEST_MESSAGE, MESSAGES_PER_S, _Pace
from sayso.web.service import Service
from sayso.web.stream import Stream, StreamError
from tone_model import CLASSES, silence, tone
from web.client import Client
from web.serving import pcm, serving, wait_until

LEFT = pcm(np.concatenate([silence(0.5), tone("left", 0.6), silence(0.9)]))
QUIET = pcm(silence(0.1))
END = json.dumps({"end": True})


@pytest.fixture(scope="module")
def server(tone_recognizer: sayso.Recognizer) -> Iterator[Client]:
    with serving(Service(tone_recognizer)) as client:
        yield client


def open_stream(server: Client, **options: Any) -> ClientConnection:
    address = f"ws://127.0.0.1:{server.port}/listen"
    stream: ClientConnection = connect(address, compression=None, **options)
    return stream


def listeners(server: Client) -> int:
    return int(server.ask("/healthz").json()["listeners"])


def hear(stream: ClientConnection, sound: bytes = LEFT) -> list[str]:
    """Sends a sound and returns the words that are heard in it, to its end."""
    for at in range(0, len(sound), 3200):
        stream.send(sound[at : at + 3200])
    stream.send(END)
    answers = [json.loads(text) for text in stream]
    assert answers[-1]["type"] == "end"
    return [answer["word"] for answer in answers if answer["type"] == "command"]


@pytest.fixture
def neighbour(server: Client) -> Iterator[ClientConnection]:
    """Another client's stream, that has to be served whatever the test does."""
    wait_until(lambda: listeners(server) == 0)
    with open_stream(server) as stream:
        stream.send(QUIET)
        assert json.loads(stream.recv())["type"] == "ready"
        yield stream
        assert hear(stream) == ["left"]
    wait_until(lambda: listeners(server) == 0)  # every place has been given back


def refusal(stream: ClientConnection) -> tuple[str, int]:
    """The sentence with which a stream is ended, and the code."""
    told: list[str] = []
    with pytest.raises(ConnectionClosed) as closed:
        told.extend(iter(lambda: str(stream.recv(timeout=10)), None))
    assert closed.value.rcvd is not None
    answers = [json.loads(text) for text in told]
    sentences = [answer["message"] for answer in answers if answer["type"] == "error"]
    return "".join(sentences), closed.value.rcvd.code


@pytest.mark.usefixtures("neighbour")
def test_a_program_listens(server: Client) -> None:
    with open_stream(server) as stream:
        stream.send(json.dumps({"words": ["left", "go"]}))
        ready = json.loads(stream.recv())
        assert ready == {"type": "ready", "rate": 16_000, "words": list(CLASSES)}
        assert hear(stream) == ["left"]
        assert stream.close_code == 1000


def test_a_command_comes_while_the_stream_goes_on(server: Client) -> None:
    with open_stream(server) as stream:
        stream.send(LEFT)
        assert json.loads(stream.recv())["type"] == "ready"
        assert json.loads(stream.recv(timeout=10))["word"] == "left"


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize(
    ("message", "told"),
    [
        (b"\x00" * 3, "an even number of bytes; this one has 3."),
        (b"\x00" * 999, "an even number of bytes"),
        ("hello", "Text is a JSON object"),
        ("[" * 50_000, "Text is a JSON object"),
        ("[1, 2]", "Text is a JSON object"),
        ("", "Text is a JSON object"),
        ('{"rate": 7}', "A rate is 8000 to 96000"),
        ('{"rate": "fast"}', "A rate is 8000 to 96000"),
        ('{"words": ["jump"]}', "'jump'"),
        ('{"speed": 3}', "There is no 'speed' to set"),
    ],
)
def test_what_is_no_stream_gets_a_sentence(server: Client, message: bytes | str, told: str) -> None:
    with open_stream(server) as stream:
        stream.send(message)
        sentence, code = refusal(stream)
    assert told in sentence
    assert code == 1008


@pytest.mark.usefixtures("neighbour")
def test_text_among_the_blocks(server: Client) -> None:
    with open_stream(server) as stream:
        stream.send(QUIET)
        stream.send('{"rate": 16000}')
        assert "only blocks may come" in refusal(stream)[0]


@pytest.mark.usefixtures("neighbour")
def test_random_bytes_are_noise(server: Client) -> None:
    with open_stream(server) as stream:
        hear(stream, np.random.default_rng(0).bytes(320_000))


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize("kind", [b"", ""])
def test_a_message_too_large(server: Client, kind: Any) -> None:
    with open_stream(server) as stream:
        stream.send(kind.ljust(LARGEST_MESSAGE + 2))
        assert refusal(stream)[1] == 1009


@pytest.mark.usefixtures("neighbour")
def test_frames_that_are_none(server: Client) -> None:
    with open_stream(server) as stream:
        stream.socket.sendall(os.urandom(5000))
        with pytest.raises(ConnectionClosed):
            stream.recv(timeout=10)


def _raw(server: Client, receive_bytes: int = 65_536) -> socket.socket:
    """A stream without a client's good manners, whose handshake is done."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    raw.settimeout(10)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(
        b"GET /listen HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += raw.recv(1)
    assert answer.startswith(b"HTTP/1.1 101")
    return raw


def _frame(kind: int, content: bytes) -> bytes:
    """A client's frame, masked with zeros (RFC 6455, section 5.2)."""
    size = len(content)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([kind]) + length + bytes(4) + content


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize("end", ["closed", "reset"])
def test_a_connection_that_is_cut(server: Client, end: str) -> None:
    for _ in range(5):
        with _raw(server) as raw:
            raw.sendall(_frame(0x82, LEFT) + b"\x82\xfe")  # then half the head of a frame
            if end == "reset":
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wait_until(lambda: listeners(server) == 1)


@pytest.mark.usefixtures("neighbour")
def test_a_client_that_never_reads(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    long_answer = [{"type": "hop", "probabilities": [0.0] * 10_000}]
    monkeypatch.setattr(Stream, "hear", lambda _stream, _piece: long_answer)
    monkeypatch.setattr(listen, "UNREAD_S", 0.5)
    with _raw(server, 2048) as deaf:
        deaf.sendall(_frame(0x82, bytes(64_000)))  # two seconds, twenty answers
        wait_until(lambda: listeners(server) == 2)
        wait_until(lambda: listeners(server) == 1)


@pytest.mark.usefixtures("neighbour")
def test_a_flood(server: Client) -> None:
    over = threading.Event()

    def flood() -> None:
        many = _frame(0x82, b"\0\0") * 1000
        while not over.is_set():
            with _raw(server) as raw, contextlib.suppress(OSError):  # when it is thrown out
                raw.settimeout(1)
                while not over.is_set():
                    raw.sendall(many)
                    time.sleep(0.002)  # or this process, which is also the server's, does no more

    threads = [threading.Thread(target=flood) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            assert server.ask("/healthz").status == 200  # within the client's patience
        with open_stream(server) as another:
            assert hear(another) == ["left"]
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.usefixtures("neighbour")
def test_one_that_floods_has_to_go(server: Client) -> None:
    with _raw(server) as raw, contextlib.suppress(ConnectionError):
        raw.sendall(_frame(0x82, b"\0\0") * 5 * MESSAGES_PER_S)
        while raw.recv(4096):
            pass
    wait_until(lambda: listeners(server) == 1, 5)


def test_the_flood_is_told_apart_from_sound() -> None:
    async def read(messages: int, seconds: float) -> None:
        pace = _Pace()
        for _ in range(messages):
            await pace.keep(seconds)

    asyncio.run(read(round(BURST_S * MESSAGES_PER_S), 0.0))
    with pytest.raises(StreamError, match="Too many small messages"):
        asyncio.run(read(5 * MESSAGES_PER_S, 0.0))
    asyncio.run(read(1000, 0.01))  # in a hurry, in blocks of 10 ms


def test_sound_that_hurries_has_to_wait() -> None:
    async def read() -> float:
        loop = asyncio.get_running_loop()
        pace, started = _Pace(), loop.time()
        for _ in range(200):
            await pace.keep(0.1)
        return loop.time() - started

    took_s = asyncio.run(read())
    assert 20 / FASTEST - BURST_S - 0.05 < took_s < 20 / FASTEST + 1


def test_sound_in_real_time_never_waits() -> None:
    async def read() -> float:
        loop = asyncio.get_running_loop()
        pace, waited_s = _Pace(), 0.0
        for _ in range(20):
            await asyncio.sleep(0.02)
            before = loop.time()
            await pace.keep(0.02)
            waited_s += loop.time() - before
        return waited_s

    assert asyncio.run(read()) < 0.02


@pytest.mark.usefixtures("neighbour")
def test_one_listener_too_many(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "LISTENERS", 2)
    with open_stream(server) as second:
        second.send(QUIET)
        second.recv()
        with open_stream(server) as third:
            assert refusal(third) == ("2 are listening already: try again later.", 1013)
    wait_until(lambda: listeners(server) == 1)
    with open_stream(server) as fourth:
        assert hear(fourth) == ["left"]


def test_a_listener_that_says_nothing(server: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "IDLE_S", 0.3)
    with open_stream(server) as stream:
        assert refusal(stream) == ("Nothing came for 0.3 s.", 1008)


def test_who_may_listen(server: Client) -> None:
    with open_stream(server, origin=server.home) as stream:
        assert hear(stream) == ["left"]
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://localhost:{server.port}"},
        {"Origin": f"https://127.0.0.1:{server.port}"},
    ):
        with pytest.raises(InvalidStatus) as refused:
            open_stream(server, additional_headers=headers)
        assert refused.value.response.status_code == 403


def test_a_foreign_host_may_not(server: Client) -> None:
    with (
        socket.create_connection(("127.0.0.1", server.port)) as lent,
        pytest.raises(InvalidStatus) as refused,
    ):
        connect(f"ws://evil.example:{server.port}/listen", sock=lent)
    assert refused.value.response.status_code == 403
