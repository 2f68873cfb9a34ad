from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

import sayso
from sayso.advice.training import read_training_run
from sayso.advice.trials import first_loss
from sayso.corpus import Corpus, read_corpus
from sayso.corpus.noise import Noise
from sayso.network import Output, RecognizerNetwork
from sayso.training.dataset import TrainingEpoch
from sayso.training.export import export
from sayso.training.loop import train
from sayso.training.recipe import Recipe
from sayso.training.run import restore
from sayso.training.unknown import BACKWARDS_SHARE
from sayso.training.vocabulary import NONE, SHARE, second_loss, vocabulary
from sayso.words import UNKNOWN
from tones_corpus import Quiet

OTHERS = Recipe(
    epochs=2,
    batch_size=20,
    other_words_share=0.4,
    made_unknown_share=0.3,
    silence_share=0.1,
    noise_probability=0.0,
    colour_probability=0.0,
)


@pytest.fixture
def corpus(tones: Path) -> Corpus:
    """Tones of which one is not asked for."""
    return read_corpus(tones, words=["low", "high"])


def test_words_backwards_and_words_not_asked_for_are_in_the_vocabulary(corpus: Corpus) -> None:
    clips = corpus.of("training")
    names = ("high", "low", "high backwards", "low backwards", "middle")
    assert vocabulary(clips, corpus.words, OTHERS) == names
    assert vocabulary(clips, corpus.words, replace(OTHERS, other_words_share=0.0)) == ()
    asked_for = [clip for clip in clips if clip.word != UNKNOWN]
    assert vocabulary(asked_for, corpus.words, OTHERS) == ()


def test_what_is_drawn_has_its_place_in_both_tasks(corpus: Corpus) -> None:
    clips = corpus.of("training")
    names = vocabulary(clips, corpus.words, OTHERS)
    unknown, silence = 2, 3
    seen = []
    for number in range(12):
        epoch = TrainingEpoch(clips, corpus.words, Noise([]), OTHERS, 0, number)
        for position, drawn in enumerate(epoch.drawn):
            example = epoch[position]
            if drawn == len(clips):
                assert (example.label, example.spoken) == (silence, NONE)
                continue
            word = clips[drawn].other or clips[drawn].word
            if word == "middle":
                assert (example.label, names[example.spoken]) == (unknown, "middle")
                seen.append("middle")
            elif example.label == unknown:
                assert example.spoken == NONE or names[example.spoken] == f"{word} backwards"
                seen.append("cut up" if example.spoken == NONE else "backwards")
            else:
                assert names[example.spoken] == word == corpus.words[example.label]
                seen.append("asked for")
    made = 0.3 * 0.5 / 0.9
    shares = {
        "middle": 0.4 / 0.9,
        "backwards": BACKWARDS_SHARE * made,
        "cut up": (1 - BACKWARDS_SHARE) * made,
    }
    assert {name: seen.count(name) / len(seen) for name in shares} == pytest.approx(
        shares, abs=0.05
    )


def test_the_second_loss_counts_what_has_a_name() -> None:
    logits = torch.randn(6, 5, generator=torch.manual_seed(0))
    spoken = torch.tensor([3, NONE, 0, 4, NONE, NONE])
    output = Output(torch.zeros(6, 4), torch.zeros(6, 8), torch.zeros(6, 40, 98), logits)
    named = functional.cross_entropy(logits[[0, 2, 3]], spoken[[0, 2, 3]], label_smoothing=0.1)
    assert float(second_loss(output, spoken, OTHERS)) == pytest.approx(SHARE * float(named) / 2)
    assert float(second_loss(output, torch.full((6,), NONE), OTHERS)) == 0
    assert second_loss(output._replace(spoken=None), spoken, OTHERS) == 0


def test_the_body_learns_from_the_second_loss() -> None:
    network = RecognizerNetwork(4, spoken=5)
    output = network(0.1 * torch.randn(6, 16_000, generator=torch.manual_seed(0)))
    second = second_loss(output, torch.tensor([0, 1, 2, 3, 4, NONE]), OTHERS)
    assert isinstance(second, torch.Tensor)
    weights = [*network.body.parameters(), network.classifier.weight]
    *body, first = torch.autograd.grad(second, weights, allow_unused=True)
    assert all(slope.any() for slope in body)
    assert first is None


def test_the_second_classifier_stays_behind(corpus: Corpus, tones: Path, tmp_path: Path) -> None:
    run, model = tmp_path / "run", tmp_path / "model.onnx"
    assert train(corpus, OTHERS, run, Quiet(), workers=0)
    checkpoint, best = (restore(run, name) for name in ("checkpoint.pt", "best.pt"))
    assert checkpoint["network"]["second_classifier.weight"].shape == (5, 160)
    assert not any(name.startswith("second") for name in best["network"])
    of_the_words_alone = read_training_run(run, tones)
    assert first_loss(of_the_words_alone, corpus) == pytest.approx(of_the_words_alone.first_loss)
    export(run, model)
    recognizer = sayso.load(model)
    assert recognizer.words == ("high", "low", "_unknown_", "_silence_")
    assert np.isfinite(recognizer.model.probabilities(np.zeros((1, 16_000), np.float32))).all()

    again = tmp_path / "again"
    assert train(corpus, replace(OTHERS, epochs=1), again, Quiet(), workers=0, start=run)
    assert train(
        corpus, replace(OTHERS, epochs=1), tmp_path / "on", Quiet(), workers=0, start=model
    )
