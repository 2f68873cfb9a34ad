from pathlib import Path

import numpy as np
import pytest
import torch

from sayso import audio
from sayso.corpus import Clip, read_corpus
from sayso.corpus.noise import SILENT_CLIPS, Noise
from sayso.training.dataset import ClipDataset, TrainingEpoch, classes_of, draw_chances
from sayso.training.recipe import Recipe
from sayso.words import SILENCE, UNKNOWN

NOISE = Noise([])


def test_chances_follow_the_balance_and_the_shares() -> None:
    words = ["yes"] * 16 + ["no"] * 4 + [UNKNOWN] * 5
    chance = draw_chances(words, Recipe(balance=0.5, unknown_share=0.1, silence_share=0.2))
    assert chance.sum() == pytest.approx(1)
    assert chance[-1] == pytest.approx(0.2)  # silence
    assert chance[20:25].sum() == pytest.approx(0.1)
    assert chance[:16].sum() == pytest.approx(0.7 * 4 / (4 + 2))
    assert chance[16:20].sum() == pytest.approx(0.7 * 2 / (4 + 2))


def test_a_word_is_drawn_whatever_its_name() -> None:
    chance = draw_chances(["_other_", "yes"], Recipe(silence_share=0.2))
    assert chance == pytest.approx([0.4, 0.4, 0.2])


def test_recorded_silence_takes_the_share_of_the_made_one() -> None:
    chance = draw_chances(["yes", "yes", SILENCE], Recipe(silence_share=0.2))
    assert chance == pytest.approx([0.4, 0.4, 0.2, 0.0])


def test_the_drawn_clips_follow_the_chances() -> None:
    clips = [Clip(Path(), word, "", "training") for word in ["yes"] * 900 + ["no"] * 100]
    epoch = TrainingEpoch(clips, ["no", "yes"], NOISE, Recipe(silence_share=0.1), 0, 0)
    drawn = np.array([*(clip.word for clip in clips), SILENCE])[epoch.drawn]
    share = {word: float((drawn == word).mean()) for word in ("yes", "no", SILENCE)}
    assert share == pytest.approx({"yes": 0.675, "no": 0.225, SILENCE: 0.1}, abs=0.06)


def test_an_example_depends_on_seed_epoch_and_position_alone(tones: Path) -> None:
    corpus = read_corpus(tones)

    def epoch(seed: int, number: int) -> TrainingEpoch:
        clips = corpus.of("training")
        return TrainingEpoch(clips, corpus.words, NOISE, Recipe(), seed, number)

    here = epoch(3, 5)
    there = epoch(3, 5)
    for position in (7, 0, 7):
        for mine, theirs in zip(here[position], there[position], strict=True):
            assert torch.equal(torch.as_tensor(mine), torch.as_tensor(theirs))
    assert not torch.equal(here[7].waveform, epoch(3, 6)[7].waveform)
    assert not torch.equal(here[7].waveform, epoch(4, 5)[7].waveform)


def test_beeps_are_silence_and_nothing_else_changes(tones: Path) -> None:
    corpus = read_corpus(tones)

    def epoch(beep_share: float) -> TrainingEpoch:
        recipe = Recipe(silence_share=0.2, beep_share=beep_share)
        return TrainingEpoch(corpus.of("training"), corpus.words, NOISE, recipe, 0, 0)

    plain, beeping = epoch(0.0), epoch(1.0)
    silent = 0
    for position in range(len(plain)):
        mine, theirs = plain[position], beeping[position]
        is_silence = classes_of(corpus.words)[mine.label] == SILENCE
        assert mine.label == theirs.label
        assert torch.equal(mine.waveform, theirs.waveform) != is_silence
        silent += is_silence
    assert silent > 0


def test_validation_hears_every_clip_as_it_is_and_then_silence(tones: Path) -> None:
    corpus = read_corpus(tones)
    clips = corpus.of("validation")
    dataset = ClipDataset(clips, corpus.words, NOISE)
    assert len(dataset) == len(clips) + SILENT_CLIPS
    for example, clip in zip((dataset[i] for i in range(len(clips))), clips, strict=True):
        expected = audio.fit(audio.read(clip.path), 16_000)
        np.testing.assert_array_equal(example.waveform.numpy(), expected)
        assert classes_of(corpus.words)[example.label] == clip.word
        assert example.masks.numel() == 0
    assert classes_of(corpus.words)[dataset[len(dataset) - 1].label] == SILENCE
    with pytest.raises(IndexError):
        dataset[len(dataset)]


def test_some_words_become_speech_that_is_none(tones: Path) -> None:
    corpus = read_corpus(tones)
    recipe = Recipe(made_unknown_share=0.3, silence_share=0)
    epoch = TrainingEpoch(corpus.of("training"), corpus.words, NOISE, recipe, 0, 0)
    labels = np.array([epoch[position].label for position in range(len(epoch))])
    assert (labels == len(corpus.words)).mean() == pytest.approx(0.3, abs=0.15)
    drawn = [corpus.of("training")[clip].word for clip in epoch.drawn]
    kept = labels < len(corpus.words)
    assert [corpus.words[label] for label in labels[kept]] == list(np.array(drawn)[kept])


def test_of_long_unknown_speech_any_second_may_be_taken(tmp_path: Path) -> None:
    ramp = np.linspace(0.1, 0.9, 64_000, dtype=np.float32)
    audio.write(tmp_path / "talk.wav", ramp)
    clips = [Clip(tmp_path / "talk.wav", UNKNOWN, "", "training")] * 40
    clips.append(Clip(tmp_path / "talk.wav", "yes", "", "training"))
    recipe = Recipe(unknown_share=0.9, silence_share=0, noise_probability=0, shift_ms=0)
    epoch = TrainingEpoch(clips, ["yes"], NOISE, recipe, 0, 0)
    means: dict[bool, list[float]] = {True: [], False: []}
    for position in range(len(epoch)):
        example = epoch[position]
        means[example.label == 0].append(float(example.waveform.mean()))
    assert np.ptp(means[False]) > 0.3  # from all over
    assert min(means[True]) > 0.75  # a word: the stretch with the most energy
