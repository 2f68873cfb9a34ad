"""A server of its own for a test, and what tests send to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import uvicorn

from sayso.audio import Sound
from sayso.web.app import make_app
from sayso.web.guard import HOSTS
from sayso.web.serve import bind, configure
from sayso.web.service import Service
from web.client import Client


@contextmanager
def serving(service: Service, hosts: tuple[str, ...] = HOSTS, port: int = 0) -> Iterator[Client]:
    """Serves until the block ends."""
    server = uvicorn.Server(configure(make_app(service, hosts)))
    with bind("127.0.0.1", port) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Client(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def pcm(sound: Sound) -> bytes:
    """Sound as 16-bit samples, little endian."""
    return np.round(sound * 32767).astype("<i2").tobytes()


def wait_until(true: Callable[[], bool], at_most_s: float = 10.0) -> None:
    """Waits until something is so; fails when it does not become so."""
    deadline = time.monotonic() + at_most_s
    while not true():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.02)
