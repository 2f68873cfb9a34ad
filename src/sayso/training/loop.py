"""The training loop, to be read from top to bottom."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from sayso.corpus import Clip, Corpus, CorpusError
from sayso.corpus.noise import Noise
from sayso.network import hide
from sayso.training.dataset import ClipDataset, TrainingEpoch
from sayso.training.distillation import Loss
from sayso.training.distributed import means
from sayso.training.history import Epoch, write_history
from sayso.training.loader import Batches, load
from sayso.training.recipe import Recipe
from sayso.training.run import make_config, open_run, save
from sayso.training.state import State, launch
from sayso.training.validation import judge
from sayso.training.vocabulary import second_loss, vocabulary
from sayso.words import NO_COMMAND

STEP_NAMES = (
    "epoch",
    "step",
    "loss",
    "learning_rate",
    "waveform",  # (batch, 16000)
    "label",  # (batch,)
    "logits",  # (batch, classes)
    "words",  # the label of each class
    "network",
    "gradient_norm",
    "features",  # (batch, mel, frames), as the network sees them: what the masks hide is hidden
)


class Watcher(Protocol):
    """Whoever wants to know how a run goes; the command line draws its bars with it."""

    def start(self, state: State, steps: int) -> None:
        """Training begins, or goes on; each epoch has so many steps."""

    def step(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        """A step of an epoch is done; loss and accuracy are means since the epoch began."""

    def epoch(self, epoch: Epoch) -> None:
        """An epoch is done, validated and saved."""


def train(
    corpus: Corpus,
    recipe: Recipe,
    run: Path,
    watcher: Watcher,
    seed: int = 0,
    workers: int = 2,
    start: Path | None = None,
    teacher: Path | None = None,
    look: Callable[..., None] | None = None,
) -> bool:
    """Trains a recognizer for the words of a corpus, or goes on where the run was interrupted.

    Under torchrun each process takes its part of every batch and all learn the same weights.

    Args:
        corpus: clips of training and validation speakers.
        recipe: every value that decides what is learned.
        run: a folder for the results, new or of the same run interrupted.
        watcher: told of every step and every epoch.
        seed: of the weights at the start and of everything drawn.
        workers: processes that prepare batches; the batches are the same for any number.
        start: the folder of a run whose best weights to begin with, in place of random ones.
        teacher: the folder of a run whose best network teaches this one.
        look: called at each step with what `STEP_NAMES` lists, before the weights move.

    Returns:
        Whether the run is complete; False where ctrl-C ended it, with everything saved.

    Raises:
        RunError: the folder holds something else, or `start` or `teacher` no weights that fit.
        CorpusError: there are too few clips to train and validate with.
    """
    words, training, validation = corpus.words, *_enough_clips(corpus, recipe)
    steps = len(training) // recipe.batch_size
    noise = Noise.read(corpus.noise)
    held_out = ClipDataset(validation, words, Noise.read(corpus.noise, held_out=True))

    loss_of = Loss(recipe, words, teacher)
    fabric = launch()
    if fabric.is_global_zero:
        open_run(run, make_config(corpus, recipe, seed, start, teacher))
    fabric.barrier()
    state = State(fabric, words, recipe, steps, seed, len(vocabulary(training, words, recipe)))
    state.begin(run, start)
    loss_of.to(fabric.device)
    progress = state.progress
    watcher.start(state, steps)

    with _interrupt() as interrupted:
        while progress.epoch < recipe.epochs and not interrupted.is_set:
            epoch = TrainingEpoch(training, words, noise, recipe, seed, progress.epoch)
            batches = Batches(
                len(epoch),
                recipe.batch_size,
                rank=fabric.global_rank,
                processes=fabric.world_size,
                first=progress.step,
            )
            started = time.monotonic()
            state.model.train()
            for batch in load(epoch, batches, workers):
                waveform, label, masks, spoken = (part.to(fabric.device) for part in batch)
                output = state.model(waveform, masks)
                loss = loss_of(output, label)
                fabric.backward(loss + second_loss(output, spoken, recipe))
                if look:
                    look(
                        {
                            "gradient_norm": state.gradient_norm,
                            "features": partial(hide, output.features, masks),
                        },
                        epoch=progress.epoch + 1,
                        step=progress.step + 1,
                        loss=loss.item(),
                        learning_rate=state.schedule.get_last_lr()[0],
                        waveform=waveform,
                        label=label,
                        logits=output.logits.detach(),
                        words=epoch.label,
                        network=state.network,
                    )
                state.step()

                right = (output.logits.argmax(dim=1) == label).float().mean()
                mean_loss, accuracy, stop = means(fabric, loss.detach(), right, interrupted.is_set)
                progress.count(mean_loss, accuracy)
                watcher.step(progress.epoch, progress.step, *progress.means())
                if stop:
                    interrupted.is_set = True
                    break
            progress.seconds += time.monotonic() - started

            if progress.step == steps:
                if fabric.is_global_zero:
                    record, best = judge(state, held_out, len(words), workers)
                    if best:
                        save(run, "best.pt", best)
                    write_history(run, progress.history)
                    watcher.epoch(record)
                progress.next_epoch()
            if fabric.is_global_zero:
                state.save(run)
            fabric.barrier()
    return progress.epoch == recipe.epochs


def _enough_clips(corpus: Corpus, recipe: Recipe) -> tuple[tuple[Clip, ...], tuple[Clip, ...]]:
    """The clips to train on and those to validate with."""
    training, validation = corpus.of("training"), corpus.of("validation")
    of_words = [clip for clip in validation if clip.word not in NO_COMMAND]
    if len(training) < recipe.batch_size or not of_words:
        raise CorpusError(
            f"{corpus.root} has {len(training)} clips to train on and {len(of_words)} of words to "
            f"validate with: at least {recipe.batch_size} and 1 are needed. Record more, or train "
            "on from a model, which needs few: --from base."
        )
    return training, validation


class _Interrupted:
    """Whether somebody pressed ctrl-C; pressed twice it interrupts at once."""

    def __init__(self) -> None:
        self.is_set = False

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        if self.is_set:
            raise KeyboardInterrupt
        self.is_set = True


@contextmanager
def _interrupt() -> Iterator[_Interrupted]:
    interrupted = _Interrupted()
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    for name in before:
        signal.signal(name, interrupted.handle)
    try:
        yield interrupted
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
