from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")
pytest.importorskip("websockets", reason="the pages need the extra web")

from websockets.sync.client import connect

import sayso
from command_line import Run
from sayso.web.serve import bind, host_name
from sayso.web.service import Service
from strange_word import strange_clips
from tone_model import silence
from web.client import Client
from web.serving import pcm, serving
from web.test_recognize import wav


def test_it_serves_until_interrupted(tmp_path: Path, tone_model: Path) -> None:
    arguments = ["serve", "--port", "0", "--model", str(tone_model), "--save", str(tmp_path / "s")]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sayso", *arguments], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        try:
            line = server.stderr.readline()
            assert line.startswith("Open http://127.0.0.1:")
            address = line.split()[1]
            client = Client(int(address.rpartition(":")[2]))
            assert client.ask("/healthz").json()["status"] == "ok"
            assert 'It knows <span id="count">4</span> words.' in client.ask("/").text
        finally:
            server.send_signal(signal.SIGINT)
            rest = server.stderr.read()
    assert rest == ""


def test_the_words_of_a_pack_are_served_and_taught(tmp_path: Path, settings: Path) -> None:
    """The command as a program meets it: a pack that is new, taught into, and there next time."""
    pack = tmp_path / "mine.npz"
    arguments = ["serve", "--port", "0", "--model", "small", "--pack", str(pack)]
    *recordings, said = strange_clips()[:5]
    with commanded(arguments) as (client, told):
        assert told == [f"{pack} does not exist yet: what the page is taught will be kept there."]
        takes = [client.ask("/takes", "POST", wav(each)).json() for each in recordings]
        query = "&".join(f"take={take['take']}" for take in takes)
        assert client.ask(f"/taught/aliehs?{query}", "PUT").status == 201
        assert client.ask("/recognize", "POST", wav(said)).json()["word"] == "aliehs"
    with commanded(arguments) as (client, told):
        assert told == []
        assert 'It knows <span id="count">36</span> words.' in client.ask("/").text
        assert client.ask("/recognize", "POST", wav(said)).json()["word"] == "aliehs"
        with connect(f"ws://127.0.0.1:{client.port}/listen", compression=None) as stream:
            stream.send(json.dumps({"words": ["aliehs"]}))
            stream.send(pcm(np.concatenate([silence(1), said, silence(1)])))
            stream.send(json.dumps({"end": True}))
            answers = [json.loads(text) for text in stream]
    assert {each["word"] for each in answers if each["type"] == "command"} == {"aliehs"}
    assert not any(settings.iterdir())


@contextmanager
def commanded(arguments: list[str]) -> Iterator[tuple[Client, list[str]]]:
    """Runs the command until the block ends, and gives what it said before it was ready."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sayso", *arguments], stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr
        try:
            told = []
            while not (line := server.stderr.readline()).startswith("Open "):
                assert line, "it ended"
                told.append(line.rstrip("\n"))
            port = int(line.split()[1].rpartition(":")[2])
            yield (
                Client(port, patience_s=120),
                told,
            )  # to teach takes seconds, on a busy machine more
        finally:
            server.send_signal(signal.SIGINT)
            rest = server.stderr.read()
    assert rest == ""


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        finished = run("serve", "--port", other.getsockname()[1])
    assert finished.status == 1
    assert "name another with --port" in finished.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "no.such.host.invalid"], "name this machine with --host"),
        (["--host", "192.0.2.1"], "cannot be used"),
        (["--model", "missing.onnx"], "cannot be read"),
        (["--thresholds", "missing.json"], "does not exist"),
        (["--pack", "."], "cannot be read"),
    ],
)
def test_what_cannot_be_served(run: Run, arguments: list[str], told: str) -> None:
    finished = run("serve", "--port", "0", *arguments)
    assert finished.status == 1
    assert told in finished.err
    assert finished.err.count("\n") == 1


def test_loopback_unless_told() -> None:
    with bind("127.0.0.1", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("Lab-3", "Lab-3"),
        ("fe80::1", "[fe80::1]"),
        ("0.0.0.0", "localhost"),  # noqa: S104 - every address, only named here
        ("::", "localhost"),
    ],
)
def test_how_a_host_is_named(host: str, name: str) -> None:
    assert host_name(host) == name


def test_exactly_the_host_that_was_told(tone_recognizer: sayso.Recognizer) -> None:
    with serving(Service(tone_recognizer), hosts=("Lab-3",)) as server:
        asked = Client(server.port).ask
        assert asked("/healthz", Host="lab-3:8000").status == 200
        assert asked("/healthz", Host="LAB-3:8000", Origin="http://lab-3:8000").status == 200
        assert asked("/healthz", Host="lab-4:8000").status == 403
        assert asked("/healthz", Host="localhost:8000").status == 403
