from __future__ import annotations

import errno
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from sayso.corpus.disk import DiskError
from sayso.corpus.download import DownloadError, download

from .conftest import Server

CONTENT = bytes(range(256)) * 1000  # 256 000 bytes
NO_WAITS = (0.0, 0.0)


@pytest.fixture
def target(server: Server, tmp_path: Path) -> Path:
    server.content = CONTENT
    return tmp_path / "new" / "small.tar.gz"


def fetch(server: Server, target: Path, **arguments: Any) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    download(server.url, target, len(CONTENT), sha256, **{"waits_s": NO_WAITS, **arguments})


def interrupt_after(folder: Path, size: int) -> None:
    """What a download leaves that was killed after `size` bytes of the file tagged "first"."""
    folder.mkdir()
    (folder / "small.tar.gz.part").write_bytes(CONTENT[:size])
    (folder / "small.tar.gz.part.validator").write_text('"first"')


def ranges(server: Server) -> list[str | None]:
    return [request.get("Range") for request in server.requests]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_arrives_and_nothing_else_stays(server: Server, target: Path) -> None:
    told: list[tuple[str, int, int]] = []
    fetch(server, target, report=lambda *step: told.append(step))
    assert target.read_bytes() == CONTENT
    assert names(target.parent) == ["small.tar.gz"]
    assert ranges(server) == [None]
    assert ("downloading", len(CONTENT), len(CONTENT)) in told
    assert told[-1] == ("checking", len(CONTENT), len(CONTENT))


def test_cut_connections_are_resumed(server: Server, target: Path) -> None:
    server.cuts = [100_000, 50_000, 1]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=100000-", "bytes=150000-", "bytes=150001-"]
    assert [request.get("If-Range") for request in server.requests] == [None] + ['"first"'] * 3


def test_progress_gives_all_the_attempts_back(server: Server, target: Path) -> None:
    server.cuts = [10, 0, 0, 10, 0, 0, 10]
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_too_many_cuts_keep_what_has_arrived(server: Server, target: Path) -> None:
    server.cuts = [200_000, 0, 0, 0]
    with pytest.raises(DownloadError, match=r"connection was cut.*after 0 of 0 MB\.$"):
        fetch(server, target)
    assert (target.parent / "small.tar.gz.part").read_bytes() == CONTENT[:200_000]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server)[-1] == "bytes=200000-"


def test_a_server_that_ignores_ranges_starts_again(server: Server, target: Path) -> None:
    server.resumes = False
    server.cuts = [100_000]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=100000-"]


def test_a_server_that_ignores_ranges_and_cuts_forever_is_left(
    server: Server, target: Path
) -> None:
    server.resumes = False
    server.cuts = [100_000, 90_000, 95_000, 90_000, 95_000]
    with pytest.raises(DownloadError, match="connection was cut"):
        fetch(server, target)
    assert len(server.requests) == 4  # the first made progress


def test_an_interrupted_call_goes_on_in_the_next(server: Server, target: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(server, target, report=interrupt)
    have = (target.parent / "small.tar.gz.part").stat().st_size
    assert have > 0
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_file_changed_between_attempts_is_fetched_anew(server: Server, target: Path) -> None:
    interrupt_after(target.parent, 1000)
    (target.parent / "small.tar.gz.part").write_bytes(b"x" * 1000)
    server.etag = '"second"'
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert server.requests[0]["If-Range"] == '"first"'


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_etag_the_date_will_do(
    server: Server, target: Path, etag: str | None
) -> None:
    server.etag = etag
    server.last_modified = "Wed, 11 Apr 2018 19:41:55 GMT"
    server.cuts = [1000]
    fetch(server, target)
    assert server.requests[1]["If-Range"] == server.last_modified
    assert ranges(server)[1] == "bytes=1000-"


def test_without_any_validator_the_range_alone(server: Server, target: Path) -> None:
    server.etag = None
    server.cuts = [1000]
    fetch(server, target)
    assert "If-Range" not in server.requests[1]
    assert target.read_bytes() == CONTENT


def test_a_part_that_is_whole_needs_no_server(server: Server, target: Path) -> None:
    interrupt_after(target.parent, len(CONTENT))
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert server.requests == []


def test_a_part_that_is_too_long_is_fetched_anew(server: Server, target: Path) -> None:
    target.parent.mkdir()
    (target.parent / "small.tar.gz.part").write_bytes(CONTENT + b"more")
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == [None]


@pytest.mark.parametrize("content_range", ["bytes 7-9/256000", "nonsense"])
def test_another_range_than_asked_for_starts_again(
    server: Server, target: Path, content_range: str
) -> None:
    interrupt_after(target.parent, 1000)
    server.content_range = content_range
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == ["bytes=1000-", None]


def test_a_range_that_cannot_be_had_starts_again(server: Server, target: Path) -> None:
    interrupt_after(target.parent, 1000)
    server.statuses = [416]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == ["bytes=1000-", None]


def test_a_wrong_checksum_deletes_the_file(server: Server, target: Path) -> None:
    server.content = CONTENT[:-1] + b"x"
    with pytest.raises(DownloadError, match=r"SHA-256.*it was deleted: run the command again"):
        fetch(server, target)
    assert list(target.parent.iterdir()) == []


def test_a_file_of_another_size_is_not_fetched(server: Server, target: Path) -> None:
    server.content = b"<html>Please log in</html>"
    with pytest.raises(DownloadError, match="has 26 bytes instead of 256000"):
        fetch(server, target)
    assert list(target.parent.iterdir()) == []


def test_a_file_of_untold_size_is_cut_at_the_size_expected(server: Server, target: Path) -> None:
    server.tells_length = False
    server.content = CONTENT + b"more"
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_no_such_file_is_told_at_once(server: Server, target: Path) -> None:
    server.statuses = [404, 404]
    with pytest.raises(DownloadError, match=r"HTTP 404 Not Found\): name another source with"):
        fetch(server, target)
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(server: Server, target: Path) -> None:
    server.statuses = [503, 429]
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_no_server(target: Path) -> None:
    with pytest.raises(DownloadError, match="Connection refused"):
        download("http://127.0.0.1:9/a.tar.gz", target, 5, "", waits_s=NO_WAITS)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/a", "file:///etc/passwd", "http://[::1", "http://a b/c"]
)
def test_an_address_that_is_none(target: Path, url: str) -> None:
    with pytest.raises(DownloadError, match="address"):
        download(url, target, 5, "", waits_s=NO_WAITS)


def test_a_disk_that_fills_up_keeps_what_has_arrived(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(io.FileIO):
        def write(self, content: Any) -> int:
            if len(content) > 100_000 - self.tell():
                super().write(content[: 100_000 - self.tell()])
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(content)

    open_path = Path.open

    def open_there(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if path.suffix == ".part" and not path.name.startswith("."):
            return FullDisk(path, mode.replace("b", ""))
        return open_path(path, mode, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_there)
        with pytest.raises(DiskError, match="is full: make room and run the same command again"):
            fetch(server, target)
    assert (target.parent / "small.tar.gz.part").read_bytes() == CONTENT[:100_000]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=100000-"]
