from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sayso.corpus import Corpus, read_corpus, split_of

WORDS = ("lights", "music", "tea")


def corpus_of(
    root: Path, speakers: list[str], takes: int, words: tuple[str, ...] = WORDS
) -> Corpus:
    for word in words:
        (root / word).mkdir(parents=True, exist_ok=True)
        for speaker in speakers:
            for take in range(takes):
                (root / word / f"{speaker}_nohash_{take}.wav").touch()
    return read_corpus(root)


def speakers_of(corpus: Corpus, split: str) -> set[str]:
    return {clip.speaker for clip in corpus.clips if clip.split == split}


def named(split: str, count: int) -> list[str]:
    """Speakers whom the rule puts into one split."""
    names = (f"speaker{number}" for number in range(10_000))
    return [name for name in names if split_of(name) == split][:count]


@pytest.mark.parametrize("rule_says", ["training", "validation", "testing"])
def test_of_a_single_speaker_every_fifth_clip_of_each_word_is_held_out(
    tmp_path: Path, rule_says: str
) -> None:
    corpus = corpus_of(tmp_path, named(rule_says, 1), takes=20)
    counts = Counter((clip.word, clip.split) for clip in corpus.clips)
    assert counts == {(w, s): n for w in WORDS for s, n in (("training", 16), ("validation", 4))}


@pytest.mark.parametrize("count", [4, 8, 20])
def test_of_several_speakers_whole_ones_are_held_out(tmp_path: Path, count: int) -> None:
    corpus = corpus_of(tmp_path, named("training", count), takes=2)
    held_out, trained = speakers_of(corpus, "validation"), speakers_of(corpus, "training")
    assert not held_out & trained
    assert len(held_out) == -(-count // 10)
    assert len(held_out | trained) == count


def test_where_the_rule_suffices_it_holds(tmp_path: Path) -> None:
    speakers = [f"{number:08x}" for number in range(60)]
    corpus = corpus_of(tmp_path, speakers, takes=1)
    assert {clip.speaker: clip.split for clip in corpus.clips} == {
        speaker: split_of(speaker) for speaker in speakers
    }


def test_a_word_whose_speakers_are_all_held_out_is_trained_too(tmp_path: Path) -> None:
    corpus_of(tmp_path, named("validation", 1), takes=4, words=("rare",))
    corpus = corpus_of(tmp_path, named("training", 9), takes=2)
    assert {clip.word for clip in corpus.of("training")} == {*WORDS, "rare"}
    assert corpus.of("validation")


@pytest.mark.parametrize("rule_says", ["validation", "testing"])
def test_a_new_word_moves_those_alone_who_say_it(tmp_path: Path, rule_says: str) -> None:
    before = corpus_of(tmp_path, [f"{number:08x}" for number in range(100)], takes=1)
    speaker = next(clip.speaker for clip in before.clips if clip.split == rule_says)
    after = corpus_of(tmp_path, [speaker], takes=1, words=("rare",))
    assert {clip.speaker: clip.split for clip in after.clips} == {
        **{clip.speaker: clip.split for clip in before.clips},
        speaker: "training",
    }


@pytest.mark.parametrize("count", [2, 8])
def test_words_are_validated_however_much_other_speech_there_is(tmp_path: Path, count: int) -> None:
    (tmp_path / "_unknown_").mkdir()
    for take in range(40):
        (tmp_path / "_unknown_" / f"talk {take}.wav").touch()
    corpus = corpus_of(tmp_path, named("training", count), takes=5)
    counts = Counter(clip.word for clip in corpus.of("validation"))
    assert all(counts[word] == (5 if count == 8 else 2) for word in WORDS)
    assert not corpus.of("testing")
    assert len([clip for clip in corpus.of("training") if clip.word == "_unknown_"]) >= 20


def test_the_words_asked_for_are_validated_whatever_the_others_are(tmp_path: Path) -> None:
    corpus_of(tmp_path, named("training", 5), takes=2, words=("tea",))
    others = named("training", 40) + named("validation", 4) + named("testing", 4)
    everything = corpus_of(tmp_path, others[5:], takes=1, words=("lights", "music"))
    assert {clip.split for clip in everything.clips if clip.word == "tea"} == {"training"}
    tea = read_corpus(tmp_path, ["tea"])
    counts = Counter((clip.word, clip.split) for clip in tea.clips)
    assert (counts["tea", "training"], counts["tea", "validation"]) == (8, 2)
    assert counts["_unknown_", "validation"] == 8  # by the speakers whom the rule holds out


def test_a_few_clips_are_split_whatever_words_are_asked_for(tmp_path: Path) -> None:
    corpus_of(tmp_path, ["ann"], takes=14, words=("music",))
    corpus = corpus_of(tmp_path, ["ann"], takes=9)
    splits = {clip.path: clip.split for clip in corpus.clips}
    some = read_corpus(tmp_path, ["tea"])
    assert {clip.path: clip.split for clip in some.clips} == splits


def test_lists_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "testing_list.txt").write_text("tea/ann_nohash_0.wav\n")
    corpus = corpus_of(tmp_path, ["ben", "eve"], takes=5)
    assert {clip.split for clip in corpus.clips} == {"training"}
