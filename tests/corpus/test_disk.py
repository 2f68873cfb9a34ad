from __future__ import annotations

import errno
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from sayso.corpus.disk import DiskError, check_room, writing


def test_room_is_asked_for_where_the_folder_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def disk_usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=5_000_000_000)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    check_room(tmp_path / "new" / "newer", 5_000_000_000)
    assert asked == [tmp_path]
    with pytest.raises(DiskError, match=r"needs 6\.4 GB and its disk has 5\.0 GB free: make room"):
        check_room(tmp_path / "new", 6_400_000_000)


def test_a_relative_folder() -> None:
    check_room(Path("new"), 0)


def test_other_failures_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskError, match="cannot be written: not a directory"), writing(tmp_path):
        (tmp_path / "file" / "inner").mkdir()
    with pytest.raises(DiskError, match="is full"), writing(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
