"""A server of the pages, for all tests of this room."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from web.client import Client


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    pytest.importorskip("starlette", reason="the pages need the extra web")
    import uvicorn

    from sayso.web.app import make_app

    server = uvicorn.Server(uvicorn.Config(make_app(), log_level="error"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Client(listening.getsockname()[1])
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class Copying:
    """The command that writes the static copy of all lessons, and where."""

    folder: Path
    command: subprocess.Popen[str]


@pytest.fixture(scope="session")
def copying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copying]:
    """Begins to copy the lessons; tests that have no need of the copy run meanwhile."""
    pytest.importorskip("plotly", reason="the pages need the extra web")
    folder = tmp_path_factory.mktemp("copy") / "lessons"
    with subprocess.Popen(  # noqa: S603  (this package's own command)
        [sys.executable, "-m", "sayso", "learn", "--export", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as command:
        yield Copying(folder, command)
        command.kill()


@pytest.fixture(scope="session")
def copy(copying: Copying) -> Path:
    """The static copy of all lessons."""
    told, _ = copying.command.communicate()
    assert copying.command.returncode == 0, told
    return copying.folder
