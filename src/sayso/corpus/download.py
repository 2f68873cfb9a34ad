"""A large file over HTTP: resumed after a cut connection, and there only when it is right."""

from __future__ import annotations

import contextlib
import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from sayso.corpus.archive import ArchiveError, check_archive
from sayso.corpus.disk import writing
from sayso.corpus.progress import Report, silently
from sayso.errors import SaysoError
from sayso.files import write_text

WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0)  # before each new attempt; the row begins anew after progress
_TIMEOUT_S = 30.0
_BLOCK_BYTES = 1 << 18
_TRY_AGAIN_LATER = (408, 425, 429, 500, 502, 503, 504)
_RANGE_NOT_SATISFIABLE = 416

_Response: TypeAlias = http.client.HTTPResponse


class DownloadError(SaysoError):
    """A file that cannot be fetched: no such address, no connection, or not the file expected."""


class _InterruptedError(Exception):
    """The connection failed in a way that another attempt may mend."""


def download(
    url: str,
    target: Path,
    size: int,
    sha256: str,
    report: Report = silently,
    waits_s: Sequence[float] = WAITS_S,
) -> None:
    """Fetches a file whose size and checksum are known.

    What has arrived stays in `<target>.part` until it is complete, over any number of calls.

    Args:
        url: an http or https address.
        target: the file to write.
        size: bytes it must have.
        sha256: hexadecimal digest it must have.
        report: told the bytes that have arrived.
        waits_s: seconds to wait before each new attempt in a row without progress.

    Raises:
        DownloadError: the address is wrong, does not answer, or has another file.
        DiskError: the disk is full or cannot be written to; what has arrived is kept.
    """
    part = target.with_name(f"{target.name}.part")
    with writing(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        if _size(part) > size:
            part.unlink()
    waits = iter(waits_s)
    most = _size(part)
    while _size(part) < size:
        reason = "the connection was cut"
        try:
            _fetch(url, part, size, report)
        except _InterruptedError as error:
            reason = str(error)
        if _size(part) > most:
            most = _size(part)
            waits = iter(waits_s)
        elif (wait_s := next(waits, None)) is None:
            raise DownloadError(
                f"{url} cannot be downloaded ({reason}): run the same command again to go on "
                f"after {_size(part) / 1e6:.0f} of {size / 1e6:.0f} MB."
            )
        else:
            time.sleep(wait_s)
    _accept(url, part, target, size, sha256, report)


def _accept(url: str, part: Path, target: Path, size: int, sha256: str, report: Report) -> None:
    try:
        check_archive(part, size, sha256, report)
    except ArchiveError as error:
        _discard(part)
        raise DownloadError(
            f"{url} sent a file whose SHA-256 is not {sha256}, and it was deleted: "
            "run the command again or name another source with --from."
        ) from error
    with writing(target):
        part.replace(target)
        _validator_file(part).unlink(missing_ok=True)


def _fetch(url: str, part: Path, size: int, report: Report) -> None:
    """One attempt: appends to `part`, or writes it anew where the server does not resume."""
    have = _size(part)
    with _open(url, part, have) as response:
        start, total = _extent(response)
        if start not in (0, have):
            _discard(part)
            raise _InterruptedError("the server sent another part of the file than asked for")
        if total not in (None, size):
            raise DownloadError(
                f"{url} has {total} bytes instead of {size}, so it is another file: "
                "name another source with --from."
            )
        with writing(part):
            if not start:
                _remember_validator(part, response)
            with part.open("ab" if start else "wb") as file:
                for block in _blocks(response):
                    file.write(block[: size - start])
                    start += len(block)
                    report("downloading", min(start, size), size)
                    if start >= size:
                        return


@contextlib.contextmanager
def _open(url: str, part: Path, have: int) -> Iterator[_Response]:
    headers = {"User-Agent": "sayso", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if _validator_file(part).exists():
            headers["If-Range"] = _validator_file(part).read_text(encoding="utf-8")
    try:
        if not url.startswith(("http://", "https://")):
            raise DownloadError(f"{url} is not an address: it must begin with http:// or https://.")
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked
        response = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == _RANGE_NOT_SATISFIABLE:
            _discard(part)
        elif error.code not in _TRY_AGAIN_LATER:
            raise DownloadError(
                f"{url} cannot be downloaded (HTTP {error.code} {error.reason}): "
                "name another source with --from."
            ) from error
        raise _InterruptedError(f"HTTP {error.code} {error.reason}") from error
    except (ValueError, http.client.InvalidURL) as error:
        raise DownloadError(f"{url} is not a valid address: correct it.") from error
    except (OSError, http.client.HTTPException) as error:
        raise _InterruptedError(_reason(error)) from error
    with response:
        yield response


def _blocks(response: _Response) -> Iterator[bytes]:
    try:
        while block := response.read(_BLOCK_BYTES):
            yield block
    except (OSError, http.client.HTTPException) as error:
        raise _InterruptedError(_reason(error)) from error


def _extent(response: _Response) -> tuple[int, int | None]:
    """The byte at which the response begins, and the size of the whole file where it is told."""
    if response.status == http.client.PARTIAL_CONTENT:
        content_range = response.headers.get("Content-Range", "")
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", content_range.strip())
        if not match:
            return -1, None
        return int(match[1]), None if match[2] == "*" else int(match[2])
    length = response.headers.get("Content-Length")
    return 0, int(length) if length else None


def _remember_validator(part: Path, response: _Response) -> None:
    """Keeps what tells the server's file from a later one, for `If-Range` (RFC 9110, 13.1.5)."""
    etag = response.headers.get("ETag", "")
    strong = "" if etag.startswith("W/") else etag
    if validator := strong or response.headers.get("Last-Modified", ""):
        write_text(_validator_file(part), validator)
    else:
        _validator_file(part).unlink(missing_ok=True)


def _validator_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.validator")


def _discard(part: Path) -> None:
    with writing(part):
        part.unlink(missing_ok=True)
        _validator_file(part).unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
