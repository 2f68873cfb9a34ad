from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sayso import audio
from sayso.corpus import CorpusError, verify
from sayso.corpus.verify import Fault, verify_corpus

from .conftest import WriteTone


@pytest.fixture
def whole(tmp_path: Path, write_tone: WriteTone) -> Path:
    """A data set without a fault: four clips, a noise and a list."""
    write_tone(tmp_path / "yes/a_nohash_0.wav", 400)
    write_tone(tmp_path / "yes/b_nohash_0.wav", 410)
    write_tone(tmp_path / "no/a_nohash_0.wav", 420)
    write_tone(tmp_path / "no/b_nohash_0.flac", 430)
    write_tone(tmp_path / "_background_noise_/tap.wav", 440)
    (tmp_path / "_background_noise_" / "README.md").touch()
    (tmp_path / "LICENSE").touch()
    (tmp_path / "yes" / ".DS_Store").touch()
    (tmp_path / "validation_list.txt").write_text("yes/b_nohash_0.wav\nno/b_nohash_0.wav\n")
    return tmp_path


def only_fault(folder: Path) -> tuple[str, str, str]:
    (fault,) = verify_corpus(folder).faults
    assert str(fault) == f"{fault.path} {fault.problem}"
    return fault.kind, fault.path.relative_to(folder).as_posix(), fault.problem


def test_a_whole_data_set(whole: Path) -> None:
    told: list[tuple[int, int]] = []
    found = verify_corpus(whole, lambda _, done, total: told.append((done, total)))
    assert found.faults == ()
    assert found.files_read == 5
    assert told[-1] == (5, 5)


def test_without_lists(whole: Path) -> None:
    (whole / "validation_list.txt").unlink()
    assert verify_corpus(whole).faults == ()


def test_an_unreadable_clip(whole: Path) -> None:
    (whole / "yes" / "c.wav").write_bytes(b"no sound")
    kind, path, problem = only_fault(whole)
    assert (kind, path) == ("unreadable", "yes/c.wav")
    assert problem.startswith("is not sound that can be read: give")


def test_a_clip_that_is_cut_off(whole: Path) -> None:
    clip = whole / "no" / "a_nohash_0.wav"
    clip.write_bytes(clip.read_bytes()[:1000])
    assert only_fault(whole)[:2] == ("unreadable", "no/a_nohash_0.wav")


@pytest.mark.parametrize("has_header", [True, False])
def test_an_empty_clip(whole: Path, has_header: bool) -> None:
    if has_header:
        audio.write(whole / "yes" / "c.wav", np.zeros(0, np.float32))
    else:
        (whole / "yes" / "c.wav").touch()
    kind, path, problem = only_fault(whole)
    assert (kind, path) == ("empty", "yes/c.wav")
    assert problem.endswith("record it again.")


@pytest.mark.parametrize(("peak", "faults"), [(0.0, 1), (0.0009, 1), (0.0011, 0)])
def test_a_silent_clip(whole: Path, peak: float, faults: int) -> None:
    audio.write(whole / "yes" / "c.wav", np.full(1600, peak, np.float32))
    audio.write(whole / "no" / "d.wav", np.full(1601, peak, np.float32))
    found = verify_corpus(whole).faults
    assert [fault.kind for fault in found] == ["silent"] * 2 * faults


def test_silent_clips_are_not_called_duplicates(whole: Path) -> None:
    for name in ("c", "d"):
        audio.write(whole / "yes" / f"{name}.wav", np.zeros(1600, np.float32))
    assert [fault.kind for fault in verify_corpus(whole).faults] == ["silent", "silent"]


def test_a_clip_outside_the_words(whole: Path, write_tone: WriteTone) -> None:
    write_tone(whole / "loose.wav", 450)
    assert only_fault(whole) == (
        "misplaced",
        "loose.wav",
        "is not in the folder of a word: move it there.",
    )


def test_a_file_that_is_not_sound(whole: Path) -> None:
    (whole / "yes" / "notes.txt").touch()
    assert only_fault(whole)[:2] == ("misplaced", "yes/notes.txt")


def test_a_listed_clip_that_is_missing(whole: Path) -> None:
    (whole / "testing_list.txt").write_text("yes/z_nohash_3.wav\n")
    assert only_fault(whole) == (
        "missing",
        "yes/z_nohash_3.wav",
        "is in testing_list.txt and not here: copy it here or mend the list.",
    )


def test_a_speaker_in_training_and_validation(whole: Path, write_tone: WriteTone) -> None:
    write_tone(whole / "no/b_nohash_1.wav", 450)
    assert only_fault(whole) == (
        "speaker in two splits",
        "no/b_nohash_1.wav",
        "is in training, another clip of this speaker in validation: mend the lists.",
    )


def test_a_clip_in_both_lists(whole: Path) -> None:
    (whole / "testing_list.txt").write_text("no/b_nohash_0.wav\n")
    assert only_fault(whole)[:2] == ("speaker in two splits", "no/b_nohash_0.flac")


def test_a_clip_that_is_there_twice(whole: Path, write_tone: WriteTone) -> None:
    write_tone(whole / "yes/c.wav", 400)
    assert only_fault(whole) == (
        "duplicate",
        "yes/c.wav",
        f"has the same samples as {whole / 'yes/a_nohash_0.wav'}: remove one of them.",
    )


def test_a_clip_that_is_there_under_two_words(whole: Path, write_tone: WriteTone) -> None:
    write_tone(whole / "yes/c.wav", 420)
    kind, path, problem = only_fault(whole)
    assert (kind, path) == ("duplicate", "yes/c.wav")
    assert problem.endswith("listen to it and remove the one in the wrong folder.")


def test_processes_find_the_same(
    whole: Path, write_tone: WriteTone, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tone(whole / "yes/c.wav", 420)
    (whole / "yes" / "d.wav").touch()
    alone = verify_corpus(whole)
    monkeypatch.setattr(verify, "_CLIPS_WORTH_A_POOL", 0)
    assert verify_corpus(whole) == alone
    assert [type(fault) for fault in alone.faults] == [Fault, Fault]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a folder"):
        verify_corpus(tmp_path / "nowhere")


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "yes").mkdir()
    with pytest.raises(CorpusError, match="holds no clips"):
        verify_corpus(tmp_path)
