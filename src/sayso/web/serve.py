"""Serving the app on this machine until ctrl-C."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from sayso.errors import SaysoError
from sayso.web.app import make_app
from sayso.web.guard import HOSTS
from sayso.web.listen import LARGEST_MESSAGE
from sayso.web.service import Service

HOST = "127.0.0.1"
GRACE_S = 2  # for what is under way at ctrl-C
RECEIVED_BYTES = 16_384  # kept for each connection: what one can make the server read at a stretch
SENT_BYTES = 65_536  # kept for each connection: a peer that reads nothing is noticed soon
UNACKNOWLEDGED_MS = 30_000  # after which the system drops a peer that takes nothing


def serve(
    port: int,
    ready: Callable[[str], None],
    service: Service | None = None,
    host: str = HOST,
) -> None:
    """Serves the pages until ctrl-C.

    Args:
        port: 0 takes one that is free.
        ready: told the address once it can be opened.
        service: what listens; the packaged recognizer where None.
        host: a name or an address of this machine. Pages and programs are answered under this name
            and under those of loopback; where it stands for every address, under those alone.

    Raises:
        SaysoError: the port is taken, or the host is none of this machine's.
    """
    name = host_name(host)
    app = make_app(service, hosts=(*HOSTS, name))
    with bind(host, port) as listening:
        ready(f"http://{name}:{listening.getsockname()[1]}")
        uvicorn.Server(configure(app)).run(sockets=[listening])


def configure(app: Starlette) -> uvicorn.Config:
    """How uvicorn serves the app: quietly, and with messages of limited size."""
    return uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # sound does not shrink, and a small message may not grow
        timeout_graceful_shutdown=GRACE_S,
    )


def host_name(host: str) -> str:
    """A host as addresses name it: IPv6 in brackets, this machine where it is every address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "localhost"
    return f"[{host}]" if address.version == 6 else host


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens, whose connections get little room in the system's memory.

    Raises:
        SaysoError: the port is taken, or the host is none of this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise SaysoError(f"There is no host {host}: name this machine with --host.") from error
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            timeout = socket.TCP_USER_TIMEOUT
            listening.setsockopt(socket.IPPROTO_TCP, timeout, UNACKNOWLEDGED_MS)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED_BYTES)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_BYTES)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        reason = (error.strerror or str(error)).lower()
        raise SaysoError(
            f"Port {port} of {host} cannot be used ({reason}): name another with --port."
        ) from error
    return listening
