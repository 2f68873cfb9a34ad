"""A downloaded archive: checked against its SHA-256, then unpacked as a whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from sayso.corpus.disk import writing
from sayso.corpus.progress import Report, silently
from sayso.errors import SaysoError

_BLOCK_BYTES = 1 << 20


class ArchiveError(SaysoError):
    """An archive that is missing, not the one expected, or not safe to unpack."""


def check_archive(archive: Path, size: int, sha256: str, report: Report = silently) -> None:
    """Holds a file against what is known of it.

    Args:
        archive: the file.
        size: bytes it must have.
        sha256: hexadecimal digest it must have.
        report: told the bytes read.

    Raises:
        ArchiveError: the file is missing, or its size or checksum is another one.
    """
    digest = hashlib.sha256()
    try:
        found = archive.stat().st_size
        if found != size:
            raise ArchiveError(
                f"{archive} has {found} bytes instead of {size}: it is cut off or another file; "
                "delete it and download it again."
            )
        with archive.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                report("checking", file.tell(), size)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ArchiveError(f"{archive} cannot be read: {reason}.") from error
    if digest.hexdigest() != sha256:
        raise ArchiveError(
            f"{archive} is damaged or another file (its SHA-256 is not {sha256}): "
            "delete it and download it again."
        )


def unpack(archive: Path, folder: Path, report: Report = silently) -> None:
    """Unpacks a .tar.gz into `folder`, which must not exist and appears only when all is unpacked.

    What an interrupted run left behind is removed first.

    Args:
        archive: the .tar.gz file.
        folder: the folder to make.
        report: told the bytes of the archive read.

    Raises:
        ArchiveError: not a .tar.gz, or a member leaves the folder, is a link or a device.
        DiskError: the disk is full or the place cannot be written to.
    """
    partial = folder.with_name(f".{folder.name}.part")
    with writing(folder):
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir(parents=True)
        try:
            _extract(archive, partial, report)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _extract(archive: Path, folder: Path, report: Report) -> None:
    size = archive.stat().st_size
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:gz") as members:
            for member in members:
                _check_member(member, archive)
                members.extract(member, folder, filter="data")
                report("unpacking", file.tell(), size)
    except tarfile.FilterError as error:
        raise _unsafe(error.tarinfo, archive) from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ArchiveError(
            f"{archive} is not a whole .tar.gz archive: download it again."
        ) from error


def _check_member(member: tarfile.TarInfo, archive: Path) -> None:
    """Refuses what tarfile's own filter lets pass or mends: links, and names that begin with /."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
        raise _unsafe(member, archive)


def _unsafe(member: tarfile.TarInfo, archive: Path) -> ArchiveError:
    return ArchiveError(
        f"{archive} holds {member.name!r}, which is a link, a device or outside the folder: "
        "do not use this archive."
    )
