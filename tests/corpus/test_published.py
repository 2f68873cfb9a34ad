from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sayso.corpus import CorpusError, read_corpus
from sayso.corpus.archive import ArchiveError
from sayso.corpus.disk import DiskError
from sayso.corpus.download import DownloadError
from sayso.corpus.published import (
    SPEECH_COMMANDS,
    PublishedDataSet,
    find_data_set,
    get_data_set,
)

from .conftest import Server


def test_a_data_set_is_downloaded_checked_and_unpacked(
    server: Server, small: PublishedDataSet, tmp_path: Path
) -> None:
    stages: list[str] = []
    folder = get_data_set(small, tmp_path / "sets", report=lambda what, *_: stages.append(what))
    assert folder == tmp_path / "sets" / "Sets" / "small"
    assert list(dict.fromkeys(stages)) == ["downloading", "checking", "unpacking"]
    assert read_corpus(folder).words == ("no", "yes")
    assert (tmp_path / "sets" / "small.tar.gz").read_bytes() == server.content
    assert find_data_set(small, tmp_path / "sets") == folder


def test_a_second_time_nothing_is_done(
    server: Server, small: PublishedDataSet, tmp_path: Path
) -> None:
    folder = get_data_set(small, tmp_path)
    stages: list[str] = []
    again = get_data_set(small, tmp_path, report=lambda what, *_: stages.append(what))
    assert again == folder
    assert stages == []
    assert len(server.requests) == 1


def test_the_archive_that_is_there_is_used(
    server: Server, small: PublishedDataSet, tmp_path: Path
) -> None:
    folder = get_data_set(small, tmp_path)
    shutil.rmtree(folder)
    assert get_data_set(small, tmp_path) == folder
    assert len(server.requests) == 1


def test_an_interrupted_unpacking_is_not_taken_for_the_data_set(
    small: PublishedDataSet, tmp_path: Path
) -> None:
    def interrupt(what: str, *_: int) -> None:
        if what == "unpacking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get_data_set(small, tmp_path, report=interrupt)
    assert find_data_set(small, tmp_path) is None
    assert get_data_set(small, tmp_path).is_dir()


def test_a_folder_with_clips_missing_is_refused(small: PublishedDataSet, tmp_path: Path) -> None:
    folder = get_data_set(small, tmp_path)
    (folder / "yes" / "0a_nohash_0.wav").unlink()
    with pytest.raises(CorpusError, match="holds 1 of the 2 clips of Small: move it away"):
        get_data_set(small, tmp_path)


def test_a_mirror(server: Server, small: PublishedDataSet, tmp_path: Path) -> None:
    elsewhere = replace(small, url="http://nowhere.invalid/small.tar.gz")
    assert get_data_set(elsewhere, tmp_path, source=server.url).is_dir()


def test_an_archive_already_downloaded(
    server: Server, small: PublishedDataSet, tmp_path: Path
) -> None:
    archive = tmp_path / "mine.tar.gz"
    archive.write_bytes(server.content)
    assert get_data_set(small, tmp_path / "sets", source=str(archive)).is_dir()
    assert server.requests == []
    assert archive.exists()


def test_another_archive_is_not_unpacked(small: PublishedDataSet, tmp_path: Path) -> None:
    archive = tmp_path / "mine.tar.gz"
    archive.write_bytes(b"x" * small.size)
    with pytest.raises(ArchiveError, match="SHA-256"):
        get_data_set(small, tmp_path / "sets", source=str(archive))
    assert not (tmp_path / "sets").exists()
    with pytest.raises(ArchiveError, match="is not a file: name a downloaded archive"):
        get_data_set(small, tmp_path / "sets", source=str(tmp_path / "none.tar.gz"))


def test_a_wrong_checksum_unpacks_nothing(
    server: Server, small: PublishedDataSet, tmp_path: Path
) -> None:
    server.content = b"x" * len(server.content)
    with pytest.raises(DownloadError, match="SHA-256"):
        get_data_set(small, tmp_path / "sets")
    assert list((tmp_path / "sets").iterdir()) == []


def test_room_for_archive_and_clips_is_asked_for_first(
    server: Server, small: PublishedDataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = small.size + small.unpacked_size
    free = SimpleNamespace(free=needed - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with pytest.raises(DiskError, match="make room or name a folder on another disk"):
        get_data_set(small, tmp_path / "sets")
    assert server.requests == []
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "small.tar.gz.part").write_bytes(server.content[:1])
    assert get_data_set(small, tmp_path / "sets").is_dir()  # one byte is there already


def test_a_place_that_cannot_be_written_to(small: PublishedDataSet, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskError, match="cannot be written"):
        get_data_set(small, tmp_path / "file")


def test_speech_commands_lies_where_torchaudio_looks() -> None:
    assert SPEECH_COMMANDS.archive == "speech_commands_v0.02.tar.gz"
    assert SPEECH_COMMANDS.folder == "SpeechCommands/speech_commands_v0.02"
    assert len(bytes.fromhex(SPEECH_COMMANDS.sha256)) == 32
