"""What all requests share: the recognizer, how it listens, what it is taught, its threads."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from sayso.recognition import Model, Recognizer
from sayso.recognition.packs import Pack, extend
from sayso.recognition.taught import TaughtModel
from sayso.recognition.thresholds import load_thresholds
from sayso.web.nearest import Neighbours
from sayso.web.teaching import Teaching


@dataclass(eq=False)
class Service:
    """One server's recognizer and its surroundings.

    The event loop only moves bytes. Streams share the threads of `listening`, one short piece of
    work at a time each, so that none waits long for another; what takes longer is done in the one
    thread of `working`.

    Attributes:
        recognizer: what tells the words apart.
        tuned: a file of thresholds; the user's own where None.
        folder: where clips are saved; None where they are not.
        pack: where taught words are kept; None where none can be taught.
        listeners: the streams that are open.
        upload_bytes: of the files that are being received or judged.
    """

    recognizer: Recognizer
    tuned: Path | None = None
    folder: Path | None = None
    pack: Path | None = None
    listeners: int = 0
    upload_bytes: int = 0

    @cached_property
    def listening(self) -> ThreadPoolExecutor:
        """The threads in which streams are listened to."""
        return ThreadPoolExecutor(os.cpu_count(), "listening")

    @cached_property
    def working(self) -> ThreadPoolExecutor:
        """The thread in which files are judged and written."""
        return ThreadPoolExecutor(1, "working")

    @cached_property
    def comparing(self) -> ThreadPoolExecutor:
        """The thread in which files are compared: the first waits until the clips are read."""
        return ThreadPoolExecutor(1, "comparing")

    @cached_property
    def neighbours(self) -> Neighbours:
        """The bundled clips, to find those that sound alike."""
        return Neighbours(self.recognizer.model)

    @cached_property
    def teaching(self) -> Teaching | None:
        """What teaches new words, where that is possible."""
        model = self.recognizer.model
        own = model.base if isinstance(model, TaughtModel) else model
        return Teaching(own, self.pack) if self.pack else None

    def adopt(self, teaching: Teaching) -> Pack | None:
        """Listens for the words that are in the pack from now on.

        Raises:
            PackError: the pack is damaged, or for another model.
        """
        pack = teaching.pack()
        self.recognizer = Recognizer(extend(teaching.model, pack))
        return pack

    def thresholds(self, model: Model) -> dict[str, float]:
        """The tuned thresholds of a model's words as they are now: taught anew, a word has none.

        Raises:
            ThresholdsError: the file is damaged, or, named, missing or for another model.
        """
        return load_thresholds(model, self.tuned)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Makes the service known to the app's requests, and ends its threads with the app."""
        app.state.service = self
        yield
        if self.teaching:
            self.teaching.close()
        for threads in (self.listening, self.working, self.comparing):
            threads.shutdown(cancel_futures=True)


def service_of(connection: HTTPConnection) -> Service:
    """The service of the app that a request came to."""
    return cast(Service, connection.app.state.service)
