"""Who may ask: pages of this very server, and programs on this machine.

A server on 127.0.0.1 can be reached by any web page that the same browser shows. A foreign page
names itself in `Origin`, and a domain that was made to point here gives itself away in `Host`.
Browsers send `Origin` with every WebSocket and every POST, so what comes without it is a program,
or a reader who types the address.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; media-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),  # inline styles are what plotly positions its text with
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), display-capture=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """ASGI middleware that refuses foreign hosts and origins and adds the security headers.

    Args:
        app: what is guarded.
        hosts: the names under which it answers, IPv6 addresses in brackets, all without a port.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = HOSTS) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it with 403."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if not self._is_own(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                refusal = PlainTextResponse("sayso answers only its own pages.", 403, HEADERS)
                await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _is_own(self, headers: Headers) -> bool:
        """Whether host and origin, where one is named, are this server's."""
        host = headers.get("host", "").lower()
        name, _, port = host.rpartition(":")
        if (name if port.isdecimal() else host) not in self.hosts:
            return False
        return headers.get("origin", f"http://{host}").lower() == f"http://{host}"
