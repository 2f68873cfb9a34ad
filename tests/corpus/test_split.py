from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.corpus import SPLITS, speaker_of, split_of

# Clips of "right" in the official lists of v0.02; the training ones are in neither list.
OFFICIAL = [
    line.split()
    for line in (Path(__file__).parent / "official_splits.txt").read_text().splitlines()
]


def test_the_rule_agrees_with_the_official_lists() -> None:
    assert Counter(split for split, _ in OFFICIAL) == {
        "training": 133,
        "validation": 150,
        "testing": 150,
    }
    wrong = [(split, name) for split, name in OFFICIAL if split_of(speaker_of(name)) != split]
    assert wrong == []


@given(st.text("0123456789abcdef_", min_size=1), st.lists(st.integers(0, 99), min_size=2))
def test_a_speaker_is_never_on_two_sides(speaker: str, takes: list[int]) -> None:
    names = [f"{take % 3}/{speaker}_nohash_{take}.wav" for take in takes]
    assert len({split_of(speaker_of(name)) for name in names}) == 1


def test_the_shares_are_those_asked_for() -> None:
    speakers = [f"{number:08x}" for number in range(4000)]
    counts = Counter(split_of(speaker) for speaker in speakers)
    # binomial: 4 standard deviations of 4000 draws at 10 % are 76
    assert counts["validation"] == pytest.approx(400, abs=76)
    assert counts["testing"] == pytest.approx(400, abs=76)
    assert {split_of(speaker, 0, 0) for speaker in speakers} == {"training"}
    assert {split_of(speaker, 100, 0) for speaker in speakers} == {"validation"}
    assert {split_of(speaker, 0, 100) for speaker in speakers} == {"testing"}


def test_a_larger_share_only_adds_speakers() -> None:
    for number in range(500):
        if split_of(str(number), 10) == "validation":
            assert split_of(str(number), 20) == "validation"


@pytest.mark.parametrize(
    ("name", "speaker"),
    [
        ("0a7c2a8d_nohash_1.wav", "0a7c2a8d"),
        ("yes/0a7c2a8d_nohash_12.opus", "0a7c2a8d"),
        ("mine.wav", "mine"),
        ("my.clip.wav", "my.clip"),
    ],
)
def test_speaker_of(name: str, speaker: str) -> None:
    assert speaker_of(name) == speaker


def test_there_are_three_splits() -> None:
    assert SPLITS == ("training", "validation", "testing")
