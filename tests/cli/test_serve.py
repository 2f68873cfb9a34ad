from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")

import sayso
from command_line import Run
from sayso.web.serve import bind, host_name
from sayso.web.service import Service
from web.client import Client
from web.serving import serving


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
            assert "It knows 4 words." in client.ask("/").text
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
    [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("Lab-3", "Lab-3"), ("fe80::1", "[fe80::1]")],
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
