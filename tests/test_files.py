from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.errors import SaysoError
from sayso.files import atomic_path, write_json, write_text


def test_the_target_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "file.bin"
    with atomic_path(target) as partial:
        assert partial.parent == target.parent
        partial.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_a_failing_block_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "file.txt"
    target.write_text("old")

    def fail() -> None:
        with atomic_path(target) as partial:
            partial.write_text("half of the n")
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_two_writers_do_not_share_a_temporary_file(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "x") as first, atomic_path(tmp_path / "x") as second:
        first.write_text("first")
        second.write_text("second")
    assert (tmp_path / "x").read_text() == "first"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_in_the_place_of_the_target_is_an_error_of_the_input(tmp_path: Path) -> None:
    (tmp_path / "report" / "old").mkdir(parents=True)
    with pytest.raises(SaysoError, match=r"report cannot be written: .*\."):
        write_text(tmp_path / "report", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_file_in_the_place_of_the_folder_is_an_error_of_the_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SaysoError, match="cannot be written"):
        write_text(tmp_path / "file" / "report", "text")


def test_text_is_utf_8(tmp_path: Path) -> None:
    write_text(tmp_path / "t.txt", "grün\n")
    assert (tmp_path / "t.txt").read_bytes() == b"gr\xc3\xbcn\n"


def test_json_reads_back_and_is_legible(tmp_path: Path) -> None:
    value = {"word": "grün", "confidence": [0.5, None]}
    write_json(tmp_path / "t.json", value)
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text) == value
    assert '  "word": "grün",\n' in text
    assert text.endswith("}\n")
