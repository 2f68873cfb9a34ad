"""Where clips are read from and written to: a folder, or a URL that fsspec knows."""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from sayso import audio
from sayso.errors import SaysoError
from sayso.files import atomic_path
from sayso.prepare.optional import load_optional


class Store(Protocol):
    """Files by their names below one root, `word/clip.wav`; can be sent to other processes."""

    def find(self) -> Iterator[str]:
        """The names of all sound files, in an order that is always the same."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    def read(self, name: str) -> bytes:
        """A file's bytes; raises `SaysoError` where they cannot be read."""

    def write(self, name: str, content: bytes) -> None:
        """Writes a file as a whole; raises `SaysoError` where that fails."""

    def create(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Opens a file that appears when the block ends well, for content made bit by bit."""

    def remove(self, name: str) -> None:
        """Removes a file where it is."""

    def __str__(self) -> str: ...


class Folder:
    """A folder on this machine, or on a disk that all machines share."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()  # a worker may run elsewhere
        self._place = str(root)

    def __str__(self) -> str:
        return self._place

    def find(self) -> Iterator[str]:
        """See `Store`; links to folders are not followed, so no loop is walked."""
        start = len(str(self.root)) + 1
        for path in audio.find(self.root):
            yield str(path)[start:].replace(os.sep, "/")

    def exists(self, name: str) -> bool:
        """See `Store`."""
        return (self.root / name).is_file()

    def read(self, name: str) -> bytes:
        """See `Store`."""
        path = self.root / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise SaysoError(f"{path} cannot be opened: {_reason(error)}.") from error

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        _check_inside(self.root, (self.root / name).parent)
        with atomic_path(self.root / name) as partial:
            partial.write_bytes(content)

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """See `Store`."""
        with atomic_path(self.root / name) as partial, partial.open("wb") as file:
            yield file

    def remove(self, name: str) -> None:
        """See `Store`."""
        _check_inside(self.root, (self.root / name).parent)
        (self.root / name).unlink(missing_ok=True)


class Remote:
    """A place that fsspec knows by URL, such as s3://bucket/clips or memory://clips."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            self._opened()
        except (ImportError, ValueError, OSError) as error:
            raise SaysoError(f"{url} cannot be used: {error}.") from error

    def __str__(self) -> str:
        return self.url

    def find(self) -> Iterator[str]:
        """See `Store`."""
        files, root = self._opened()
        with self._telling(self.url):
            found = files.find(root)
        start = len(root.rstrip("/")) + 1
        for path in sorted(str(path)[start:] for path in found):
            name = PurePosixPath(path).name
            if name.lower().endswith(audio.SUFFIXES) and not name.startswith("."):
                yield path

    def exists(self, name: str) -> bool:
        """See `Store`."""
        files, root = self._opened()
        with self._telling(name):
            return bool(files.isfile(f"{root}/{name}"))

    def read(self, name: str) -> bytes:
        """See `Store`."""
        files, root = self._opened()
        with self._telling(name):
            return bytes(files.cat_file(f"{root}/{name}"))

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        files, root = self._opened()
        with self._telling(name):
            path = f"{root}/{name}"
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            files.pipe_file(path, content)  # at once, so that no half of a file is ever seen

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[IO[bytes]]:
        """See `Store`."""
        files, root = self._opened()
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder, "whole")
            with whole.open("wb") as file:
                yield file
            with self._telling(name):
                files.put_file(str(whole), f"{root}/{name}")

    def remove(self, name: str) -> None:
        """See `Store`."""
        files, root = self._opened()
        with self._telling(name), contextlib.suppress(FileNotFoundError):
            files.rm_file(f"{root}/{name}")

    def _opened(self) -> tuple[Any, str]:
        fsspec = load_optional(
            "fsspec", f'{self.url} needs fsspec: run pip install "sayso[scale]".'
        )
        files, root = fsspec.core.url_to_fs(self.url)
        return files, root.rstrip("/")

    @contextlib.contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # each kind of storage has errors of its own
            reason = _reason(error) if isinstance(error, OSError) else str(error)
            raise SaysoError(f"{self.url}: {name} failed: {reason}.") from error


def open_store(place: str) -> Store:
    """The store that a folder's path or a URL names."""
    place = place.removeprefix("file://")
    return Remote(place) if "://" in place else Folder(Path(place))


def check_apart(source: Store, target: Store) -> None:
    """Raises `SaysoError` where the source is no folder, or one place lies inside the other."""
    if isinstance(source, Folder) and not source.root.is_dir():
        raise SaysoError(f"{source} is not a folder: name the one that holds the recordings.")
    one, other = _resolved(source), _resolved(target)
    if one == other or one.startswith(other) or other.startswith(one):
        raise SaysoError(f"{source} and {target} lie in one another: choose a folder beside it.")


@functools.lru_cache(maxsize=4096)
def _check_inside(root: Path, folder: Path) -> None:
    """Raises `SaysoError` for a folder that is a link out of the root, perhaps to the originals."""
    if not folder.resolve().is_relative_to(root.resolve()):
        raise SaysoError(f"{folder} is a link that leads out of {root}: remove the link.")


def _resolved(store: Store) -> str:
    place = str(store.root.resolve()) if isinstance(store, Folder) else str(store)
    return place.rstrip("/") + "/"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
