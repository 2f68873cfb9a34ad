"""What the checks of a run try out: its first step again, one batch by heart, its validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from sayso import audio
from sayso.advice.dataset import group
from sayso.advice.training import TrainingRun
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Clip, Corpus
from sayso.corpus.noise import Noise
from sayso.training.best import read_best
from sayso.training.dataset import ClipDataset, TrainingEpoch
from sayso.training.distillation import Loss
from sayso.training.loader import Batches, load
from sayso.training.state import State, launch
from sayso.training.validation import predict

BY_HEART_CLIPS = 16
BY_HEART_STEPS = 50  # at the recipe's learning rate; sayso's own recipes need five to ten
BY_HEART_LOSS = 0.3  # e ** -0.3: three quarters of the probability on the right word


class ByHeart(NamedTuple):
    """How far a network came with one batch: steps, accuracy, loss, and the loss at the start."""

    steps: int
    accuracy: float
    loss: float
    first_loss: float


def first_loss(run: TrainingRun, corpus: Corpus) -> float:
    """The loss of a run's very first step: the same seed, the same clips, changed the same way."""
    config = run.config
    training = corpus.of("training")
    state = _new_state(run, len(training) // config.recipe.batch_size)
    noise = Noise.read(corpus.noise)
    epoch = TrainingEpoch(training, config.words, noise, config.recipe, config.seed, 0)
    waveform, label, masks, _ = next(load(epoch, Batches(len(epoch), config.recipe.batch_size), 0))
    state.model.train()
    output = state.model(waveform.to(state.device), masks.to(state.device))
    loss = Loss(config.recipe, config.words, None)(output, label.to(state.device))
    return float(loss.item())


def learn_by_heart(run: TrainingRun, clips: Sequence[Clip]) -> ByHeart:
    """Trains a new network of the run's recipe on a few clips, unchanged, until it knows them.

    Args:
        run: whose recipe.
        clips: the batch.
    """
    sounds = [audio.fit(audio.read(clip.path), SAMPLE_RATE) for clip in clips]
    state = _new_state(run, BY_HEART_STEPS)
    waveform = torch.from_numpy(np.stack(sounds)).to(state.device)
    label = torch.tensor([run.classes.index(clip.word) for clip in clips], device=state.device)
    state.model.train()
    losses: list[float] = []
    accuracy = 0.0
    for _ in range(BY_HEART_STEPS):
        logits = state.model(waveform).logits
        loss: Tensor = functional.cross_entropy(logits, label)
        losses.append(loss.item())
        accuracy = float((logits.argmax(dim=1) == label).float().mean())
        if accuracy == 1.0 and losses[-1] < BY_HEART_LOSS:
            break
        for parameters in state.optimizer.param_groups:
            parameters["lr"] = run.config.recipe.learning_rate
        loss.backward()  # type: ignore[no-untyped-call]
        state.optimizer.step()
        state.optimizer.zero_grad()
    return ByHeart(len(losses), accuracy, losses[-1], losses[0])


def one_of_each(clips: Sequence[Clip], most: int = BY_HEART_CLIPS) -> list[Clip]:
    """A clip of each word, then another of each, until there are enough."""
    by_word = group((clip.word, clip) for clip in clips)
    rounds = [(turn, clip) for own in by_word.values() for turn, clip in enumerate(own[:most])]
    return [clip for _, clip in sorted(rounds, key=lambda pair: pair[0])[:most]]


def validate(run: TrainingRun, clips: Sequence[Clip], noise: Noise) -> float:
    """The share of clips of words, as they are, that the run's best weights tell right."""
    words = run.config.words
    dataset = ClipDataset(clips, words, noise)
    logits, label = predict(read_best(run.folder).network, dataset, 0, torch.device("cpu"))
    spoken = label < len(words)
    right = logits[spoken, : len(words)].argmax(dim=1) == label[spoken]
    return float(right.float().mean())


def _new_state(run: TrainingRun, steps: int) -> State:
    return State(launch(), run.config.words, run.config.recipe, max(1, steps), run.config.seed)
