from __future__ import annotations

from pathlib import Path

import pytest

from sayso.corpus import CorpusError, read_corpus, split_of
from sayso.words import UNKNOWN


def touch(root: Path, *names: str) -> None:
    """Empty files: reading a corpus looks at names only."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def splits(root: Path) -> dict[str, str]:
    return {clip.path.relative_to(root).as_posix(): clip.split for clip in read_corpus(root).clips}


def test_clips_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    touch(tmp_path, "yes/b_nohash_0.wav", "no/a_nohash_1.flac", "no/a_nohash_0.ogg")
    corpus = read_corpus(tmp_path)
    assert [clip.path.name for clip in corpus.clips] == [
        "a_nohash_0.ogg",
        "a_nohash_1.flac",
        "b_nohash_0.wav",
    ]
    assert [(clip.word, clip.speaker) for clip in corpus.clips] == [
        ("no", "a"),
        ("no", "a"),
        ("yes", "b"),
    ]
    assert corpus.words == ("no", "yes")
    assert corpus.root == tmp_path


def test_other_files_are_no_clips(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav", "yes/.b.wav", "yes/notes.txt", "README.md", "loose.wav")
    assert list(splits(tmp_path)) == ["yes/a.wav"]


def test_noise_is_apart(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav", "_background_noise_/tap.wav", "_background_noise_/README.md")
    corpus = read_corpus(tmp_path)
    assert len(corpus.clips) == 1
    assert [path.name for path in corpus.noise] == ["tap.wav"]


@pytest.mark.parametrize(
    "nested", ["SpeechCommands/speech_commands_v0.02", "speech_commands_v0.02"]
)
def test_the_folder_that_torchaudio_unpacked_into(tmp_path: Path, nested: str) -> None:
    touch(tmp_path, f"{nested}/yes/a.wav")
    corpus = read_corpus(tmp_path)
    assert corpus.root == tmp_path / nested
    assert [clip.word for clip in corpus.clips] == ["yes"]


def test_an_inner_folder_is_the_speaker(tmp_path: Path) -> None:
    touch(tmp_path, "yes/anna/1.wav", "yes/1.wav")
    assert sorted(clip.speaker for clip in read_corpus(tmp_path).clips) == ["anna", "yes/1"]


def test_numbered_clips_are_by_speakers_of_their_own(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{word}/{take:02}.wav" for word in ("no", "yes") for take in range(10)))
    (tmp_path / "validation_list.txt").write_text("yes/00.wav\nno/05.wav\n")
    assert len({clip.speaker for clip in read_corpus(tmp_path).clips}) == 20
    held_out = [name for name, split in splits(tmp_path).items() if split == "validation"]
    assert held_out == ["no/05.wav", "yes/00.wav"]


def test_without_lists_the_rule_decides(tmp_path: Path) -> None:
    speakers = [f"{number:08x}" for number in range(50)]
    touch(tmp_path, *(f"yes/{speaker}_nohash_0.wav" for speaker in speakers))
    corpus = read_corpus(tmp_path)
    assert {clip.speaker: clip.split for clip in corpus.clips} == {
        speaker: split_of(speaker) for speaker in speakers
    }
    for split in ("training", "validation", "testing"):
        assert all(clip.split == split for clip in corpus.of(split))
    assert sum(len(corpus.of(split)) for split in ("training", "validation", "testing")) == 50


def test_the_lists_decide_whatever_the_format(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a_nohash_0.opus", "yes/b_nohash_0.wav", "yes/c_nohash_0.wav")
    (tmp_path / "validation_list.txt").write_text("yes/a_nohash_0.wav\n\n", encoding="utf-8-sig")
    (tmp_path / "testing_list.txt").write_text("yes/b_nohash_0\n")
    assert splits(tmp_path) == {
        "yes/a_nohash_0.opus": "validation",
        "yes/b_nohash_0.wav": "testing",
        "yes/c_nohash_0.wav": "training",
    }


def test_an_empty_list_puts_all_in_training(tmp_path: Path) -> None:
    touch(tmp_path, *(f"yes/{number}.wav" for number in range(30)), "validation_list.txt")
    assert set(splits(tmp_path).values()) == {"training"}


def test_other_words_become_unknown(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav", "no/b.wav", "tree/c.wav", "_silence_/d.wav", "_unknown_/e.wav")
    corpus = read_corpus(tmp_path, words=["yes", "no"])
    assert [clip.word for clip in corpus.clips] == ["_silence_", UNKNOWN, "no", UNKNOWN, "yes"]
    assert corpus.words == ("no", "yes")
    assert [clip.other for clip in corpus.clips] == [None, None, None, "tree", None]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a folder"):
        read_corpus(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["loose.wav", "_silence_/a.wav", "_background_noise_/tap.wav"])
def test_no_clips(tmp_path: Path, name: str) -> None:
    touch(tmp_path, name)
    with pytest.raises(CorpusError, match="holds no clips"):
        read_corpus(tmp_path)


def test_a_word_without_clips(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav")
    with pytest.raises(CorpusError, match=r"has no clips of left, right\.$"):
        read_corpus(tmp_path, words=["yes", "right", "left"])


def test_a_speaker_in_two_splits(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a_nohash_0.wav", "yes/a_nohash_1.wav")
    (tmp_path / "testing_list.txt").write_text("yes/a_nohash_1.wav\n")
    with pytest.raises(CorpusError, match="Speaker a is in training and in testing"):
        read_corpus(tmp_path)


def test_a_list_that_is_not_text(tmp_path: Path) -> None:
    touch(tmp_path, "yes/a.wav")
    (tmp_path / "testing_list.txt").write_bytes(b"\xff\xfe\x00y")
    with pytest.raises(CorpusError, match="not text in UTF-8"):
        read_corpus(tmp_path)
