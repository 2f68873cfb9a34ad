"""A server of the pages, for all tests of this room."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static copy of all lessons."""
    pytest.importorskip("plotly", reason="the pages need the extra web")
    from sayso.web.export import export_lessons

    folder = tmp_path_factory.mktemp("copy") / "lessons"
    export_lessons(folder)
    return folder
