from __future__ import annotations

import errno
import hashlib
import tarfile
from pathlib import Path

import pytest

from sayso.corpus.archive import ArchiveError, check_archive, unpack
from sayso.corpus.disk import DiskError

from .conftest import make_archive


def write(folder: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    archive = folder / "a.tar.gz"
    archive.write_bytes(make_archive(*members))
    return archive


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def test_an_archive_is_unpacked_as_a_whole(tmp_path: Path) -> None:
    archive = write(tmp_path, (member("./yes/a.wav"), b"sound"), (member("list.txt"), b"text"))
    told: list[tuple[str, int, int]] = []
    unpack(archive, tmp_path / "out" / "set", lambda *step: told.append(step))
    assert (tmp_path / "out/set/yes/a.wav").read_bytes() == b"sound"
    assert (tmp_path / "out/set/list.txt").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["set"]
    assert told[-1] == ("unpacking", archive.stat().st_size, archive.stat().st_size)


@pytest.mark.parametrize(
    "evil",
    [
        member("../evil"),
        member("yes/../../evil"),
        member("/evil"),
        member("link", tarfile.SYMTYPE, "yes/a.wav"),
        member("link", tarfile.SYMTYPE, "/etc/passwd"),
        member("link", tarfile.LNKTYPE, "yes/a.wav"),
        member("pipe", tarfile.FIFOTYPE),
        member("disk", tarfile.BLKTYPE),
    ],
    ids=lambda info: f"{info.name}>{info.linkname}",
)
def test_a_member_that_could_do_harm(tmp_path: Path, evil: tarfile.TarInfo) -> None:
    archive = write(tmp_path, (member("yes/a.wav"), b"sound"), (evil, b""))
    with pytest.raises(ArchiveError, match="do not use this archive"):
        unpack(archive, tmp_path / "out" / "set")
    assert list((tmp_path / "out").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_what_tarfile_refuses_has_our_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: tarfile.TarFile, info: tarfile.TarInfo, *__: object, **___: object) -> None:
        raise tarfile.OutsideDestinationError(info, "elsewhere")

    monkeypatch.setattr(tarfile.TarFile, "extract", refuse)
    with pytest.raises(ArchiveError, match=r"'yes/a\.wav', which is a link, a device or outside"):
        unpack(write(tmp_path, (member("yes/a.wav"), b"")), tmp_path / "set")


def test_an_interrupted_unpacking_leaves_nothing(tmp_path: Path) -> None:
    archive = write(tmp_path, (member("yes/a.wav"), b"a"), (member("yes/b.wav"), b"b"))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unpack(archive, tmp_path / "out" / "set", interrupt)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".set.part" / "yes").mkdir(parents=True)
    (tmp_path / ".set.part" / "yes" / "half.wav").touch()
    unpack(write(tmp_path, (member("yes/a.wav"), b"a")), tmp_path / "set")
    assert [path.name for path in (tmp_path / "set" / "yes").iterdir()] == ["a.wav"]
    assert not (tmp_path / ".set.part").exists()


@pytest.mark.parametrize("keep", [0, 5, 60])
def test_an_archive_that_is_cut_off(tmp_path: Path, keep: int) -> None:
    archive = write(tmp_path, (member("yes/a.wav"), bytes(range(256)) * 40))
    archive.write_bytes(archive.read_bytes()[:keep])
    with pytest.raises(ArchiveError, match="is not a whole"):
        unpack(archive, tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    archive = write(tmp_path, (member("yes/a.wav"), b"a"))
    monkeypatch.setattr(tarfile.TarFile, "extract", fill)
    with pytest.raises(DiskError, match=r"set is full: make room and run the same command again\."):
        unpack(archive, tmp_path / "set")
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


def test_the_right_archive_passes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    check_archive(tmp_path / "a", 7, hashlib.sha256(b"content").hexdigest())


def test_another_archive_does_not(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"content").hexdigest()
    (tmp_path / "a").write_bytes(b"contemt")
    with pytest.raises(ArchiveError, match=f"its SHA-256 is not {sha256}"):
        check_archive(tmp_path / "a", 7, sha256)
    with pytest.raises(ArchiveError, match="has 7 bytes instead of 8"):
        check_archive(tmp_path / "a", 8, sha256)
    with pytest.raises(ArchiveError, match="cannot be read: no such file"):
        check_archive(tmp_path / "b", 8, sha256)
