"""Data sets that are published: where each is, its checksum, its licence and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sayso import audio
from sayso.corpus.archive import ArchiveError, check_archive, unpack
from sayso.corpus.clips import CorpusError
from sayso.corpus.disk import check_room
from sayso.corpus.download import WAITS_S, download
from sayso.corpus.progress import Report, silently
from sayso.words import BACKGROUND_NOISE


@dataclass(frozen=True)
class PublishedDataSet:
    """A data set in one .tar.gz archive."""

    name: str
    url: str
    size: int  # bytes of the archive
    sha256: str
    folder: str  # where it is unpacked to, relative to the folder that the user names
    unpacked_size: int  # bytes on a disk with blocks of 4 KiB
    clips: int
    licence: str
    citation: str

    @property
    def archive(self) -> str:
        """The archive's file name."""
        return self.url.rpartition("/")[2]


SPEECH_COMMANDS = PublishedDataSet(
    name="Speech Commands v0.02",
    url="http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
    size=2_428_923_189,
    sha256="af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
    folder="SpeechCommands/speech_commands_v0.02",
    unpacked_size=4_000_000_000,
    clips=105_829,
    licence="CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), Google",
    citation=(
        "Pete Warden. Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition. "
        "arXiv:1804.03209, 2018."
    ),
)
"""The 35 words by 2,618 speakers, with the file names and the layout of torchaudio."""


def find_data_set(data_set: PublishedDataSet, directory: Path) -> Path | None:
    """The folder of a data set that is already in `directory`, or None.

    Raises:
        CorpusError: the folder is there and clips are missing in it.
    """
    folder = directory / data_set.folder
    if not folder.is_dir():
        return None
    clips = sum(path.parent.name != BACKGROUND_NOISE for path in audio.find(folder))
    if clips < data_set.clips:
        raise CorpusError(
            f"{folder} holds {clips} of the {data_set.clips} clips of {data_set.name}: "
            "move it away and run the command again."
        )
    return folder


def get_data_set(
    data_set: PublishedDataSet,
    directory: Path,
    source: str | None = None,
    report: Report = silently,
    waits_s: Sequence[float] = WAITS_S,
) -> Path:
    """Downloads, checks and unpacks a data set; does nothing where it is there already.

    The archive stays beside the data set, where torchaudio looks for it too. Interrupted, the same
    call goes on where it stopped.

    Args:
        data_set: what to get.
        directory: where to put it.
        source: the address of a mirror, or the path of an archive already downloaded.
        report: told the bytes downloaded, checked and unpacked.
        waits_s: as for `download`.

    Returns:
        The data set's folder.

    Raises:
        DownloadError: the archive cannot be fetched.
        ArchiveError: the archive is damaged, another one or unsafe.
        DiskError: the disk is too small or cannot be written to.
        CorpusError: the folder is there and clips are missing in it.
    """
    if found := find_data_set(data_set, directory):
        return found
    archive = directory / data_set.archive
    url = source or data_set.url
    if source and "://" not in source:
        archive = Path(source)
        if not archive.is_file():
            raise ArchiveError(f"{source} is not a file: name a downloaded archive or an address.")
    if archive.exists():
        check_room(directory, data_set.unpacked_size)
        check_archive(archive, data_set.size, data_set.sha256, report)
    else:
        part = archive.with_name(f"{archive.name}.part")
        arrived = part.stat().st_size if part.exists() else 0
        check_room(directory, data_set.size - arrived + data_set.unpacked_size)
        download(url, archive, data_set.size, data_set.sha256, report, waits_s)
    folder = directory / data_set.folder
    unpack(archive, folder, report)
    return folder
