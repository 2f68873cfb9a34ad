"""`--debugger debugpy` as an editor sees it: attached by the Debug Adapter Protocol."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sayso.breakpoints import ADDRESS

CLIPS = "src/sayso/bundled/clips"


class Editor:
    """The least of an editor: sends requests, waits for what they bring about."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.stream = connection.makefile("rb")
        self.sent = 0

    def send(self, command: str, **arguments: object) -> None:
        self.sent += 1
        request = {"seq": self.sent, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(request).encode()
        self.connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def wait_for(self, name: str) -> dict[str, Any]:
        """What the next event of that name says, or the answer to a request of that name."""
        while True:
            header = b"".join(iter(self.stream.readline, b"\r\n"))
            length = int(header.lower().partition(b"content-length:")[2].split()[0])
            message: dict[str, Any] = json.loads(self.stream.read(length))
            if name in (message.get("event"), message.get("command")):
                return dict(message.get("body") or {})


def connect() -> socket.socket:
    for _ in range(600):
        try:
            return socket.create_connection(ADDRESS, timeout=60)
        except OSError:
            time.sleep(0.1)
    pytest.fail("debugpy waited for no editor")


@pytest.fixture
def hearing() -> Iterator[subprocess.Popen[str]]:
    options = ["--break-when", "'marvin' in file", "--debugger", "debugpy"]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sayso", "hear", CLIPS, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with socket.create_server(ADDRESS):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "sayso", "hear", CLIPS, "--break-when", "word",
             "--debugger", "debugpy"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Port 5678, where an editor looks for debugpy, is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_editor_stops_where_the_names_are(hearing: subprocess.Popen[str]) -> None:
    with connect() as connection:
        editor = Editor(connection)
        editor.send("initialize", adapterID="python")
        editor.wait_for("initialize")
        editor.send("attach", justMyCode=True)  # as editors do unless told otherwise
        editor.wait_for("initialized")
        editor.send("configurationDone")
        thread = editor.wait_for("stopped")["threadId"]
        editor.send("stackTrace", threadId=thread)
        frame = editor.wait_for("stackTrace")["stackFrames"][0]
        source = Path(frame["source"]["path"]).read_text(encoding="utf-8")
        assert "'marvin' in file" in source.splitlines()[frame["line"] - 1]
        editor.send("evaluate", expression="(word, len(waveform))", frameId=frame["id"])
        assert editor.wait_for("evaluate")["result"] == "('marvin', 16000)"
        editor.send("disconnect", terminateDebuggee=False)
        editor.wait_for("disconnect")
    output, _ = hearing.communicate(timeout=60)
    assert hearing.returncode == 0
    assert "yes.opus" in output
