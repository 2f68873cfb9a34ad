"""Who may ask: pages of this very server, opened in a browser on this machine.

A server on 127.0.0.1 can be reached by any web page that the same browser shows. A foreign page
names itself in `Origin`, and a domain that was made to point here gives itself away in `Host`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; media-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),  # inline styles are what plotly positions its text with
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """ASGI middleware that refuses foreign hosts and origins and adds the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it with 403."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if not _is_own(Headers(scope=scope), scope["type"]):
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


def _is_own(headers: Headers, kind: str) -> bool:
    """Whether host and origin are this server's; a WebSocket has to name its origin."""
    host = headers.get("host", "")
    name, _, port = host.rpartition(":")
    if (name if port.isdecimal() else host) not in HOSTS:
        return False
    origin = headers.get("origin")
    return origin == f"http://{host}" if origin is not None else kind != "websocket"
