"""Serving the app on this machine until ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from sayso.errors import SaysoError
from sayso.web.app import make_app

HOST = "127.0.0.1"


def serve(port: int, ready: Callable[[str], None]) -> None:
    """Serves the pages until ctrl-C.

    Args:
        port: of 127.0.0.1; 0 takes one that is free.
        ready: told the address once it can be opened.

    Raises:
        SaysoError: the port is taken.
    """
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SaysoError(
                f"Port {port} cannot be used ({reason}): name another with --port."
            ) from error
        listening.listen()
        ready(f"http://{HOST}:{listening.getsockname()[1]}")
        config = uvicorn.Config(make_app(), log_level="error", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])
