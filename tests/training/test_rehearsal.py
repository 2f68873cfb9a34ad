from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sayso.corpus import Corpus, read_corpus
from sayso.corpus.sample import write_sample
from sayso.recognition.recognizer import PACKAGED
from sayso.training.recipe import Recipe
from sayso.training.rehearsal import rehearse
from sayso.training.run import RunError, make_config
from sayso.words import UNKNOWN


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder)
    return read_corpus(folder)


@pytest.fixture
def mine(tmp_path: Path) -> Corpus:
    return corpus_of(tmp_path / "mine", "lights", "stop")


def corpus_of(root: Path, *words: str) -> Corpus:
    for word in words:
        (root / word).mkdir(parents=True)
        for take in range(10):
            (root / word / f"ann_nohash_{take}.wav").touch()
    return read_corpus(root)


def counts(corpus: Corpus) -> Counter[str]:
    return Counter(clip.word for clip in corpus.clips)


def test_words_that_are_not_kept_are_no_commands(mine: Corpus, sample: Corpus) -> None:
    mixed = rehearse(mine, sample, PACKAGED)
    assert mixed.words == ("lights", "stop")
    inside = counts(sample)
    assert counts(mixed) == {
        "lights": 10,
        "stop": 10 + inside["stop"],
        UNKNOWN: inside.total() - inside["stop"],
    }
    assert mixed.noise == sample.noise
    assert {clip.split for clip in mixed.clips if clip.word == UNKNOWN} == {
        "training",
        "validation",
    }


def test_words_that_are_kept_stay_words(mine: Corpus, sample: Corpus) -> None:
    inside = counts(sample)
    everything = rehearse(mine, sample, PACKAGED, ["all"])
    assert set(everything.words) == {"lights", *inside}
    assert UNKNOWN not in counts(everything)
    two = rehearse(mine, sample, PACKAGED, ["yes", "no"])
    assert two.words == ("lights", "no", "stop", "yes")
    assert counts(two)["yes"] == inside["yes"]


def test_other_speech_is_other_speech(mine: Corpus, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", other_speech=True)
    mixed = rehearse(mine, read_corpus(tmp_path / "sample"), PACKAGED, ["all"])
    assert counts(mixed)[UNKNOWN] == 120


def test_other_speech_says_none_of_the_words(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample", other_speech=True)
    mine = corpus_of(tmp_path / "mine", "play", "winter", "lights")
    mixed = rehearse(mine, read_corpus(tmp_path / "sample"), PACKAGED, ["all"])
    assert counts(mixed)[UNKNOWN] == 118
    assert counts(mixed)["play"] == 10


def test_speakers_of_the_data_set_and_its_noise_come_first(tmp_path: Path, sample: Corpus) -> None:
    speaker = sample.clips[0].speaker
    (tmp_path / "lights").mkdir()
    (tmp_path / "lights" / f"{speaker}_nohash_0.wav").touch()
    (tmp_path / "_background_noise_").mkdir()
    (tmp_path / "_background_noise_" / "tap.wav").touch()
    mixed = rehearse(read_corpus(tmp_path), sample, PACKAGED)
    assert [clip.path.name for clip in mixed.clips if clip.speaker == speaker] == [
        f"{speaker}_nohash_0.wav"
    ]
    assert [path.name for path in mixed.noise] == ["tap.wav"]


def test_what_cannot_be_kept_is_refused(mine: Corpus, sample: Corpus) -> None:
    with pytest.raises(RunError, match="does not know lights, tea: keep words that it knows"):
        rehearse(mine, sample, PACKAGED, ["yes", "tea", "lights"])
    poorer = Corpus(sample.root, tuple(c for c in sample.clips if c.word != "yes"), sample.noise)
    with pytest.raises(RunError, match="There are no clips of yes inside sayso"):
        rehearse(mine, poorer, PACKAGED, ["yes"])


def test_the_run_says_what_was_mixed_in_and_still_knows_its_data_set(
    mine: Corpus, sample: Corpus
) -> None:
    alone = make_config(mine, Recipe(), 0, None, None)
    mixed = make_config(rehearse(mine, sample, PACKAGED, ["yes"]), Recipe(), 0, PACKAGED, None)
    assert mixed.data["digest"] == alone.data["digest"]
    assert mixed.data["rehearsed"] == {"clips": len(sample.clips), "kept": ["yes"]}
    assert "rehearsed" not in alone.data
    assert mixed.data["clips"][UNKNOWN]["training"] > 400
    assert mixed.decides() != alone.decides()
    assert mixed.start is not None
    assert len(mixed.start) == 64
