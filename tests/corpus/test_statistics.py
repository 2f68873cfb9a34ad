from __future__ import annotations

from pathlib import Path

import pytest

from sayso.corpus import CorpusError, read_corpus
from sayso.corpus.statistics import Summary, compute_statistics

from .conftest import WriteTone


def test_statistics_against_values_by_hand(tmp_path: Path, write_tone: WriteTone) -> None:
    write_tone(tmp_path / "yes/a_nohash_0.wav", duration_s=0.5)
    write_tone(tmp_path / "yes/a_nohash_1.flac", duration_s=1.0)
    write_tone(tmp_path / "yes/b_nohash_0.wav", duration_s=0.25)
    write_tone(tmp_path / "no/a_nohash_0.wav", duration_s=0.75)
    write_tone(tmp_path / "_background_noise_/tap.wav", duration_s=2.0)
    (tmp_path / "validation_list.txt").write_text("yes/b_nohash_0.wav\n")
    told: list[int] = []
    corpus = read_corpus(tmp_path)
    statistics = compute_statistics(corpus, lambda _, done, total: told.append(total - done))
    no = Summary(clips=1, speakers=1, shortest_s=0.75, mean_s=0.75, longest_s=0.75)
    yes = Summary(clips=3, speakers=2, shortest_s=0.25, mean_s=1.75 / 3, longest_s=1.0)
    yes_training = Summary(clips=2, speakers=1, shortest_s=0.5, mean_s=0.75, longest_s=1.0)
    validation = Summary(clips=1, speakers=1, shortest_s=0.25, mean_s=0.25, longest_s=0.25)
    assert statistics.by_word == {"no": no, "yes": yes}
    assert statistics.by_word_and_split == {
        "no": {"training": no},
        "yes": {"training": yes_training, "validation": validation},
    }
    assert statistics.by_split == {
        "training": Summary(clips=3, speakers=1, shortest_s=0.5, mean_s=0.75, longest_s=1.0),
        "validation": validation,
    }
    assert statistics.total == Summary(
        clips=4, speakers=2, shortest_s=0.25, mean_s=0.625, longest_s=1.0
    )
    assert told == [3, 2, 1, 0]


def test_a_clip_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "yes").mkdir()
    (tmp_path / "yes" / "a.wav").write_bytes(b"no sound")
    with pytest.raises(CorpusError, match=r"a\.wav cannot be read: sayso data verify lists"):
        compute_statistics(read_corpus(tmp_path))
