"""Sound files that come in by HTTP: received within limits, decoded, or refused in a sentence."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from sayso import audio
from sayso.web.service import Service, service_of

LARGEST_BYTES = 32_000_000  # a quarter of an hour of 16 kHz WAV
ALL_BYTES = 8 * LARGEST_BYTES  # of all files in memory; a stalled client holds only what it sent
LONGEST_S = 600.0  # of sound; searching it takes a few seconds
SLOWEST_S = 60.0  # to send a file

T = TypeVar("T")


async def receive(
    request: Request,
    use: Callable[[Service, audio.Sound], T],
    thread: Executor | None = None,
) -> T:
    """Receives the sound file that is a request's body, and uses it in a thread.

    Args:
        request: whose body is a sound file.
        use: what is to be done with the sound.
        thread: the one in which files are judged, where None.

    Raises:
        SoundError: it is not sound, or too long.
        HTTPException: it is too large, too slow, or too much with all the others.
    """
    service = service_of(request)
    async with _body(request, service) as body:
        return await asyncio.get_running_loop().run_in_executor(
            thread or service.working, lambda: use(service, audio.read(body, LONGEST_S))
        )


@asynccontextmanager
async def _body(request: Request, service: Service) -> AsyncIterator[io.BytesIO]:
    body = io.BytesIO()
    try:
        try:
            async with asyncio.timeout(SLOWEST_S):
                async for piece in request.stream():
                    service.upload_bytes += len(piece)
                    body.write(piece)
                    _check(body.tell(), service.upload_bytes)
        except TimeoutError:
            raise HTTPException(408, "The file came too slowly: send it again.") from None
        except ClientDisconnect:
            raise HTTPException(400, "The file did not come to its end.") from None
        yield body
    finally:
        service.upload_bytes -= body.seek(0, io.SEEK_END)


def _check(size: int, all_sizes: int) -> None:
    if size > LARGEST_BYTES:
        raise HTTPException(
            413, f"The file has more than {LARGEST_BYTES // 10**6} MB: cut it into parts."
        )
    if all_sizes > ALL_BYTES:
        raise HTTPException(503, "Too many files are on their way: try again in a moment.")
