from __future__ import annotations

import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from sayso import audio
from sayso.corpus.published import PublishedDataSet

WriteTone: TypeAlias = Callable[..., Path]


@pytest.fixture
def write_tone() -> WriteTone:
    """Writes a tone of some seconds; each frequency in Hz gives other samples."""

    def write(path: Path, frequency: float = 440.0, duration_s: float = 0.1) -> Path:
        time_s = np.arange(round(duration_s * audio.SAMPLE_RATE)) / audio.SAMPLE_RATE
        path.parent.mkdir(parents=True, exist_ok=True)
        audio.write(path, (0.5 * np.sin(2 * np.pi * frequency * time_s)).astype(np.float32))
        return path

    return write


def make_archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return archive.getvalue()


@dataclass
class Server:
    """What the server has, how it misbehaves, and what it was asked for."""

    content: bytes
    etag: str | None = '"first"'
    last_modified: str | None = None
    resumes: bool = True
    tells_length: bool = True
    statuses: list[int] = field(default_factory=list)  # for the first requests, instead of answers
    cuts: list[int] = field(default_factory=list)  # bytes sent before the first connections are cut
    content_range: str | None = None  # a wrong one, told instead of the right one
    requests: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def start_of(self, headers: dict[str, str]) -> int:
        validator = headers.get("If-Range")
        changed = validator is not None and validator not in (self.etag, self.last_modified)
        if "Range" not in headers or not self.resumes or changed:
            return 0
        return int(headers["Range"].removeprefix("bytes=").removesuffix("-"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    state = Server(content=b"")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = dict(self.headers.items())
            state.requests.append(headers)
            if state.statuses:
                self.send_error(state.statuses.pop(0))
                return
            start = state.start_of(headers)
            body = state.content[start:]
            self.send_response(206 if start else 200)
            if start:
                extent = f"bytes {start}-{len(state.content) - 1}/{len(state.content)}"
                self.send_header("Content-Range", state.content_range or extent)
            if state.tells_length:
                self.send_header("Content-Length", str(len(body)))
            if state.etag:
                self.send_header("ETag", state.etag)
            if state.last_modified:
                self.send_header("Last-Modified", state.last_modified)
            self.end_headers()
            self.wfile.write(body[: state.cuts.pop(0)] if state.cuts else body)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as listener:
        state.url = f"http://127.0.0.1:{listener.server_port}/small.tar.gz"
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield state
        listener.shutdown()
        thread.join()


@pytest.fixture
def small(server: Server, tmp_path: Path, write_tone: WriteTone) -> PublishedDataSet:
    """A data set of two clips and a noise, published by `server`."""
    sound = write_tone(tmp_path / "sound.wav").read_bytes()
    server.content = make_archive(
        (tarfile.TarInfo("./yes/0a_nohash_0.wav"), sound),
        (tarfile.TarInfo("./no/0a_nohash_0.wav"), sound),
        (tarfile.TarInfo("./_background_noise_/tap.wav"), sound),
        (tarfile.TarInfo("./validation_list.txt"), b"yes/0a_nohash_0.wav\nno/0a_nohash_0.wav\n"),
    )
    return PublishedDataSet(
        name="Small",
        url=server.url,
        size=len(server.content),
        sha256=hashlib.sha256(server.content).hexdigest(),
        folder="Sets/small",
        unpacked_size=20_000,
        clips=2,
        licence="CC BY 4.0",
        citation="Nobody. Nothing.",
    )
