from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax

from sayso.corpus import read_corpus
from sayso.network import Output
from sayso.training.distillation import Loss
from sayso.training.loop import train
from sayso.training.recipe import Recipe
from sayso.training.run import RunError, read_config
from tones_corpus import Quiet

WORDS = ("high", "low", "middle")


@pytest.fixture(scope="module")
def taught(tones: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "teacher"
    recipe = Recipe(epochs=1, batch_size=20, learning_rate=2e-3)
    train(read_corpus(tones), recipe, run, Quiet(), workers=0)
    return run


@pytest.mark.parametrize(
    ("words", "shared"),
    [
        (WORDS, ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])),
        (("low", "new", "high"), ([0, 2, 3, 4], [1, 0, 3, 4])),  # `_unknown_` and `_silence_` too
    ],
)
def test_the_loss_mixes_the_labels_with_what_the_teacher_hears(
    taught: Path, words: tuple[str, ...], shared: tuple[list[int], list[int]]
) -> None:
    recipe = Recipe(distillation=0.3, label_smoothing=0.0)
    waveform = 0.1 * torch.randn(4, 16_000, generator=torch.Generator().manual_seed(0))
    logits = torch.randn(4, 5, generator=torch.Generator().manual_seed(1))
    label = torch.tensor([0, 1, 2, 4])
    loss = Loss(recipe, words, taught)
    assert loss.teacher is not None
    with torch.no_grad():
        loss.teacher.classifier.weight.mul_(50)  # after one epoch it is sure of nothing
        output = loss.teacher(waveform)
    mine = loss(output._replace(logits=logits), label)

    heard = output.logits.detach().double().numpy()
    said = logits.double().numpy()
    cross_entropy = -log_softmax(said, axis=1)[np.arange(4), label].mean()
    own, known = shared
    share = softmax(heard[:, known], axis=1)
    distance = share * (np.log(share) - log_softmax(said[:, own], axis=1))
    expected = 0.7 * cross_entropy + 0.3 * distance.sum(axis=1).mean()
    assert float(mine) == pytest.approx(expected, rel=1e-4)


def test_without_a_teacher_only_the_labels_count() -> None:
    logits, label = torch.randn(3, 5), torch.tensor([0, 1, 2])
    expected = torch.nn.functional.cross_entropy(logits, label, label_smoothing=0.1)
    output = Output(logits, torch.ones(3, 2), torch.ones(3, 40, 98))
    torch.testing.assert_close(Loss(Recipe(), WORDS, None)(output, label), expected)


def test_a_small_network_learns_from_another_and_the_run_says_so(
    tones: Path, taught: Path, tmp_path: Path, recipe: Recipe
) -> None:
    small = replace(recipe, architecture="residual-small", epochs=1)
    before = (taught / "best.pt").read_bytes()
    run = tmp_path / "small"
    assert train(read_corpus(tones), small, run, Quiet(), workers=0, teacher=taught)
    assert (taught / "best.pt").read_bytes() == before
    assert read_config(run).teacher is not None
    with pytest.raises(RunError, match="teacher"):
        train(read_corpus(tones), small, run, Quiet(), workers=0)


def test_a_teacher_of_other_words_is_refused(taught: Path) -> None:
    with pytest.raises(RunError, match="other words"):
        Loss(Recipe(), ("up", "down"), taught)
