"""`WS /listen`: a stream of sound comes in, its commands go out as they are said.

The first message may be JSON: `{"rate": 44100, "words": ["yes", "no"], "hops": true}`. All others
are blocks of 16-bit PCM, mono, little endian, of any length; `{"end": true}` ends the stream.
docs/api.md has the whole of it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sayso.errors import SaysoError
from sayso.web.service import Service, service_of
from sayso.web.stream import Answer, Stream, StreamError

LISTENERS = 64  # at once
LARGEST_MESSAGE = 1 << 17  # bytes: four seconds at 16 kHz
IDLE_S = 30.0  # without a message
UNREAD_S = 10.0  # for which a client may leave its answers unread
FASTEST = 20.0  # times real time: a recording may hurry, and the others are still served
MESSAGES_PER_S = 4000  # blocks of 5 ms in that hurry; small ones cost as much as large ones
BURST_S = 0.25  # by which a client may be ahead of both: networks deliver in bunches

_WRONG, _FULL = 1008, 1013  # close codes of RFC 6455 and of its registry at IANA


async def _listen(socket: WebSocket) -> None:
    """Serves one client until it ends its stream, goes away, or does something wrong."""
    service = service_of(socket)
    await socket.accept()
    try:
        if service.listeners >= LISTENERS:
            full = StreamError(f"{LISTENERS} are listening already: try again later.")
            await _refuse(socket, full, _FULL)
            return
        service.listeners += 1
        try:
            await _converse(socket, service)
        except _FloodError as error:
            await _send(
                socket, _error(error)
            )  # and no more: its answer to a close would be a flood
        except SaysoError as error:
            await _refuse(socket, error, _WRONG)
        finally:
            service.listeners -= 1
    except (WebSocketDisconnect, TimeoutError):
        pass  # it is gone, or does not read that it has to go


async def _converse(socket: WebSocket, service: Service) -> None:
    loop = asyncio.get_running_loop()
    model = service.recognizer.model
    message = await _receive(socket)
    config = _read(message) if isinstance(message, str) else {}
    thresholds = await loop.run_in_executor(service.listening, service.thresholds, model)
    stream = Stream(model, thresholds, config)
    await _send(socket, {"type": "ready", "rate": stream.rate, "words": model.words})
    if isinstance(message, str):
        message = await _receive(socket)
    pace = _Pace()
    while isinstance(message, bytes):
        for piece in stream.take(message):
            for answer in await loop.run_in_executor(service.listening, stream.hear, piece):
                await _send(socket, answer)
        await pace.keep(len(message) / 2 / stream.rate)
        message = await _receive(socket)
    if _read(message) != {"end": True}:
        raise StreamError('After the first message only blocks may come, and {"end": true}.')
    for answer in await loop.run_in_executor(service.listening, stream.finish):
        await _send(socket, answer)
    await socket.close()


class _FloodError(StreamError):
    """More messages than anybody needs to send."""


class _Pace:
    """How fast a client may be: one that hurries waits, one that floods has to go."""

    def __init__(self) -> None:
        self._sound_s = 0.0  # when its sound would have come at the fastest pace
        self._messages_s = 0.0  # when its messages would have

    async def keep(self, seconds: float) -> None:
        """Waits as long as is due after a message with so many seconds of sound.

        Raises:
            _FloodError: it is one of far too many messages.
        """
        now_s = asyncio.get_running_loop().time()
        self._messages_s = max(self._messages_s, now_s) + 1 / MESSAGES_PER_S
        self._sound_s = max(self._sound_s, now_s) + seconds / FASTEST
        if self._messages_s - now_s > BURST_S:
            raise _FloodError("Too many small messages: send blocks of 40 ms or more.")
        if (ahead_s := self._sound_s - now_s) > BURST_S:
            await asyncio.sleep(ahead_s - BURST_S)


async def _receive(socket: WebSocket) -> str | bytes:
    """The next message.

    Raises:
        StreamError: there has been none for a while.
        WebSocketDisconnect: the client is gone.
    """
    try:
        async with asyncio.timeout(IDLE_S):
            message = await socket.receive()
    except TimeoutError:
        raise StreamError(f"Nothing came for {IDLE_S:g} s.") from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    block: bytes = message.get("bytes") or b""
    return block if text is None else text


async def _send(socket: WebSocket, answer: Answer) -> None:
    async with asyncio.timeout(UNREAD_S):
        await socket.send_text(json.dumps(answer))


async def _refuse(socket: WebSocket, error: SaysoError, code: int) -> None:
    await _send(socket, _error(error))
    await socket.close(code)


def _error(error: SaysoError) -> Answer:
    return {"type": "error", "message": str(error)}


def _read(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise StreamError("Text is a JSON object; sound comes in binary messages.")
    return value


ROUTES = [WebSocketRoute("/listen", _listen)]
