from __future__ import annotations

import io
import shutil
import zipfile
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sayso import audio
from sayso.corpus import CorpusError, read_corpus, split_of
from sayso.corpus.sample import write_sample
from sayso.corpus.verify import verify_corpus
from sayso.errors import SaysoError
from sayso.words import SPEECH_COMMANDS, UNKNOWN

SAMPLE = files("sayso") / "bundled" / "sample.zip"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "new"
    write_sample(folder)
    return folder


def test_the_sample_is_small() -> None:
    assert len(SAMPLE.read_bytes()) <= 3_000_000


def test_every_word_is_there(sample: Path) -> None:
    corpus = read_corpus(sample)
    assert corpus.words == SPEECH_COMMANDS
    clips = Counter(clip.word for clip in corpus.clips)
    assert max(clips.values()) == 20
    assert min(clips.values()) >= 8
    for word in SPEECH_COMMANDS:
        if clips[word] == 20 and word != "three":  # "three" has too few speakers
            assert len({clip.speaker for clip in corpus.clips if clip.word == word}) == 20
    assert len(corpus.noise) == 6


def test_there_is_no_fault_in_it(sample: Path) -> None:
    found = verify_corpus(sample)
    assert found.faults == ()
    assert found.files_read == len(read_corpus(sample).clips) + 6


def test_all_speakers_are_training_speakers_of_the_data_set(sample: Path) -> None:
    assert {split_of(clip.speaker) for clip in read_corpus(sample).clips} == {"training"}


def test_no_speaker_is_on_both_sides_and_every_word_is_validated(sample: Path) -> None:
    corpus = read_corpus(sample)  # raises where a speaker is on both sides
    validation = corpus.of("validation")
    assert corpus.of("testing") == ()
    speakers = {clip.speaker for clip in corpus.clips}
    share = len({clip.speaker for clip in validation}) / len(speakers)
    assert share == pytest.approx(0.2, abs=0.05)
    held = Counter(clip.word for clip in validation)
    for word, clips in Counter(clip.word for clip in corpus.clips).items():
        assert held[word] >= 2 or clips < 10


def test_other_speech_is_for_training_alone(tmp_path: Path, sample: Path) -> None:
    write_sample(tmp_path / "new", other_speech=True)
    clips = read_corpus(tmp_path / "new").clips
    others = [clip for clip in clips if clip.word == UNKNOWN]
    assert len(clips) - len(others) == len(read_corpus(sample).clips)
    assert len({clip.speaker for clip in others}) == len(others) == 120
    assert {clip.split for clip in others} == {"training"}
    assert verify_corpus(tmp_path / "new").faults == ()


def test_it_is_16_bit_wav_at_16_khz_and_sounds_as_stored(sample: Path) -> None:
    header = soundfile.info(sample / "_background_noise_" / "running_tap.wav")
    assert (header.samplerate, header.channels, header.subtype) == (16_000, 1, "PCM_16")
    assert header.duration == 10.0
    with SAMPLE.open("rb") as file, zipfile.ZipFile(file) as stored:
        name = next(name for name in stored.namelist() if name.startswith("yes/"))
        expected = audio.read(io.BytesIO(stored.read(name)))
    written = audio.read((sample / name).with_suffix(".wav"))
    np.testing.assert_allclose(written, expected, atol=1 / 32768)


def test_the_licence_is_told(sample: Path) -> None:
    text = (sample / "LICENSE.txt").read_text(encoding="utf-8")
    for fact in ("CC BY 4.0", "Pete Warden", "Google", "1804.03209", "Ogg Opus at 24 kbit/s"):
        assert fact in text


def test_nothing_is_left_beside_it(sample: Path) -> None:
    assert {path.name for path in sample.iterdir()} == {
        *SPEECH_COMMANDS,
        "_background_noise_",
        "LICENSE.txt",
        "validation_list.txt",
    }


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(CorpusError, match="is not an empty folder: name one that is empty"):
            write_sample(place)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_interrupted_sample_leaves_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(audio, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_sample(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SaysoError, match="make room"):
        write_sample(tmp_path / "new")
