"""What the examples of the pages do not show: limits, and which clips are named."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp

from sayso import audio
from sayso.advice import sound_checks, split_checks, word_checks
from sayso.advice.dataset import DataSet, read_data_set
from sayso.advice.recordings import Recording
from sayso.corpus import Clip, CorpusError, Split, read_corpus
from tone_model import tone


def recording(name: str, split: Split = "training", **values: object) -> Recording:
    """The recording `word/speaker_number`, all well but for what is said."""
    word, _, stem = name.partition("/")
    speaker = stem.partition("_")[0]
    clip = Clip(
        Path("mine", word, f"{speaker}_nohash_{stem.rpartition('_')[2]}.wav"), word, speaker, split
    )
    well = Recording(
        clip, None, name, "WAV", 16_000, 1.0, 0.5, 0.0, -30.0, -60.0, -80.0, word, 0.99, 0.99
    )
    return replace(well, **values)  # type: ignore[arg-type]


def data_set(*recordings: Recording) -> DataSet:
    return DataSet(Path("mine"), recordings, has_lists=True, was_heard=True)


def words(*counts: int) -> list[Recording]:
    return [recording(f"w{w}/s{n}_0") for w, count in enumerate(counts) for n in range(count)]


def record(folder: Path, *speakers: str, clips: int = 10) -> Path:
    """The words go and left, said by each of the speakers; no two clips are the same."""
    for place, (speaker, word) in enumerate(product(speakers, ("go", "left"))):
        for number in range(clips):
            sound = tone(word, 1.0, 0.5 + 0.4 * (place * clips + number) / 1000)
            audio.write(folder / word / f"{speaker}_nohash_{number}.wav", sound)
    return folder


@pytest.mark.parametrize("speakers", [["ann"], ["ann", "ben"]])
def test_few_speakers_are_split_as_in_training(tmp_path: Path, speakers: list[str]) -> None:
    data = read_data_set(record(tmp_path, *speakers))
    assert [r.clip for r in data.recordings] == list(read_corpus(tmp_path).clips)
    finding = split_checks.speakers_apart(data)
    assert finding.verdict == "warning"
    count = len(speakers)
    assert f"{count} of {count} (100 %) speakers are in training and in val" in finding.says
    assert word_checks.balance(data).verdict == "ok"
    assert split_checks.recordings_apart(data).verdict == "ok"


def test_lists_decide_however_few_speak(tmp_path: Path) -> None:
    record(tmp_path, "ann", "ben")
    (tmp_path / "validation_list.txt").write_text("go/ann_nohash_0.wav\n")
    data = read_data_set(tmp_path)
    assert [r.clip.split for r in data.recordings].count("validation") == 1
    assert split_checks.speakers_apart(data).verdict == "fault"


def test_a_torn_speaker_is_named() -> None:
    data = data_set(recording("a/ann_0"), recording("a/ann_1", "testing"), recording("a/bob_0"))
    finding = split_checks.speakers_apart(data)
    assert finding.verdict == "fault"
    assert finding.evidence == ("ann: in testing and training",)
    assert finding.says == "1 of 2 (50 %) speakers are in more than one split."


def test_without_speakers_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="neither a training run nor clips"):
        read_data_set(tmp_path)
    audio.write(tmp_path / "go" / "take 1.wav", tone("go", 1.0))
    audio.write(tmp_path / "left" / "take 1.wav", tone("left", 1.0))
    assert split_checks.speakers_apart(read_data_set(tmp_path)).verdict == "cannot say"
    audio.write(tmp_path / "go" / "ann" / "take 1.wav", tone("go", 1.0, 0.5))
    finding = split_checks.speakers_apart(read_data_set(tmp_path))
    assert finding.says == "1 speakers, each in one split."
    assert finding.evidence == ("1 of 3 (33 %) file names tell the speaker",)


def test_a_copy_in_the_test_is_named_and_silence_is_no_copy() -> None:
    twin = recording("a/bob_0", "testing", content="a/ann_0")
    mute = [recording(f"a/{s}_1", "testing", content="0", peak=0.0) for s in ("cy", "di")]
    finding = split_checks.recordings_apart(data_set(recording("a/ann_0"), twin, *mute))
    assert finding.verdict == "fault"
    assert finding.files == (twin.clip.path,)
    assert split_checks.recorded_once(data_set(recording("a/ann_0"), *mute)).verdict == "ok"


def test_a_copy_in_the_same_word_is_only_a_warning() -> None:
    twins = [recording("a/ann_0"), recording("a/ann_1", content="a/ann_0")]
    finding = split_checks.recorded_once(data_set(*twins))
    assert (finding.verdict, finding.files) == ("warning", (twins[1].clip.path,))
    assert split_checks.recordings_apart(data_set(*twins)).verdict == "cannot say"


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [((10, 100), "ok"), ((10, 101), "warning"), ((5,), "cannot say")],
)
def test_ten_times_as_many_is_the_limit(counts: tuple[int, ...], verdict: str) -> None:
    held_out = [recording(f"w{word}/v_0", "validation") for word in range(len(counts))]
    assert word_checks.balance(data_set(*words(*counts), *held_out)).verdict == verdict


def test_a_word_without_clips_to_learn_from_or_to_validate_with() -> None:
    clips = words(6, 6)
    untrained = [recording(f"new/v{n}_0", "validation") for n in range(3)]
    assert word_checks.balance(data_set(*clips, *untrained)).verdict == "fault"
    finding = word_checks.balance(data_set(*clips, recording("w0/v_0", "validation")))
    assert finding.verdict == "warning"
    assert finding.says == "there are no validation clips of w1."
    speech = recording("_unknown_/v_0", "validation")
    finding = word_checks.balance(data_set(*clips, speech))
    assert finding.verdict == "warning"
    assert finding.says == "there are no validation clips of w0, w1."


def test_a_few_doubtful_labels_are_listed_and_do_not_count() -> None:
    doubted = recording("w0/zoe_0", answer="w1", confidence=0.95, own=0.001)
    finding = word_checks.labels(data_set(*words(30, 30), doubted))
    assert (finding.verdict, finding.files) == ("ok", (doubted.clip.path,))
    hesitant = replace(doubted, confidence=0.89)
    assert not word_checks.labels(data_set(*words(30, 30), hesitant)).files
    possible = replace(doubted, own=0.02)
    assert not word_checks.labels(data_set(*words(30, 30), possible)).files


def test_many_doubtful_labels_are_a_warning() -> None:
    doubted = [recording(f"w0/z{n}_0", answer="w1", own=0.001) for n in range(2)]
    finding = word_checks.labels(data_set(*words(30, 30), *doubted))
    assert finding.verdict == "warning"
    assert "above all of w0" in finding.says


def test_words_that_the_recognizer_does_not_know_are_not_doubted() -> None:
    unknown = [replace(r, own=None, answer="yes") for r in words(9, 9)]
    assert word_checks.labels(data_set(*unknown)).verdict == "cannot say"


@pytest.mark.parametrize(("sizes", "apart"), [((8, 60), 0.0), ((30, 50), 1.5), ((5, 7), 9.0)])
def test_the_distance_is_that_of_scipy(sizes: tuple[int, int], apart: float) -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(0, 1, sizes[0]), rng.normal(apart, 1, sizes[1]).round(1)
    mine = word_checks._kolmogorov_smirnov(one, other)
    assert mine == pytest.approx(ks_2samp(one, other).statistic)


def test_chance_makes_no_microphone() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        levels = iter(rng.normal(-60, 12, 200))
        clips = [replace(r, noise_db=next(levels)) for r in words(6, 12, 25, 50)]
        assert word_checks.one_microphone(data_set(*clips)).verdict == "ok"


def test_one_room_in_the_middle_of_many_is_found() -> None:
    rng = np.random.default_rng(0)
    others = [replace(r, noise_db=rng.normal(-60, 12)) for r in words(50, 50)]
    own = [recording(f"own/s{n}_0", noise_db=rng.normal(-50, 0.5)) for n in range(20)]
    finding = word_checks.one_microphone(data_set(*others, *own))
    assert finding.verdict == "warning"
    assert set(finding.files) == {r.clip.path for r in own}


def test_a_format_of_its_own_is_found() -> None:
    own = [recording(f"own/s{n}_0", kind="MP3") for n in range(5)]
    finding = word_checks.one_microphone(data_set(*words(5, 5), *own))
    assert finding.evidence == ("own: MP3; no other word has such files",)


@pytest.mark.parametrize(
    ("check", "limit", "over"),
    [
        ("silence", {"peak": 0.001}, {"peak": 0.0009}),
        ("length", {"duration_s": 0.16}, {"duration_s": 0.15}),
        ("length", {"duration_s": 1.5}, {"duration_s": 1.6}),
        ("sample_rate", {"rate": 16_000}, {"rate": 11_025}),
        ("sample_rate", {"high_db": -61.0}, {"high_db": -70.0}),
        ("readable", {"error": None}, {"error": "is empty."}),
    ],
)
def test_limits_of_a_clip(check: str, limit: dict[str, Any], over: dict[str, Any]) -> None:
    run = getattr(sound_checks, check)
    assert run(data_set(*words(5, 5), recording("w0/z_0", **limit))).verdict == "ok"
    finding = run(data_set(*words(5, 5), bad := recording("w0/z_0", **over)))
    assert finding.verdict in ("warning", "fault")
    assert finding.files == (bad.clip.path,)


def test_five_clipped_clips_and_a_tenth_are_too_many() -> None:
    loud = [recording(f"w0/l{n}_0", clipped=0.01) for n in range(5)]
    assert sound_checks.clipping(data_set(*words(45, 9), *loud)).verdict == "warning"
    assert sound_checks.clipping(data_set(*words(46, 9), *loud)).verdict == "ok"
    assert sound_checks.clipping(data_set(*words(9, 9), *loud[:4])).verdict == "ok"
