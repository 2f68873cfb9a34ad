"""Compares architectures at equal training time on one core.

    python -m benchmarks.architectures DATA
    python -m benchmarks.architectures DATA --minutes 20 residual separable

DATA is a data set with `validation_list.txt`. Each network learns by the same recipe, in as many
epochs as its own steps fit into the time: what is measured is the processor time of a step, forward
and backward, so that other work on the machine changes nothing. The runs are kept in
`build/architectures`, and an interrupted one goes on.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path

import torch
from benchmarks.macs import count_macs
from torch.nn import functional

import sayso
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Corpus, read_corpus
from sayso.evaluation import evaluate
from sayso.evaluation.speed import measure_speed
from sayso.network import ARCHITECTURES, RecognizerNetwork
from sayso.training.dataset import classes_of
from sayso.training.export import export
from sayso.training.history import Epoch
from sayso.training.loop import train
from sayso.training.recipe import Recipe, read_recipe
from sayso.training.run import read_config
from sayso.training.state import State

MINUTES = 8.0
TIMED_STEPS = 5
MANY_CLIPS = 1_000  # to train on: words with more are the well-filled ones
RUNS = Path("build/architectures")


class Watcher:
    """Prints each epoch."""

    def start(self, state: State, steps: int) -> None:
        """Says nothing."""

    def step(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        """Says nothing."""

    def epoch(self, epoch: Epoch) -> None:
        """Says how it went."""
        print(f"  epoch {epoch.epoch}: {epoch.validation_accuracy:.2%}", flush=True)


def step_s(recipe: Recipe, classes: int) -> float:
    """The processor time of one step of training, in seconds: the least of five."""
    network = RecognizerNetwork(classes, recipe.architecture)
    waveform = 0.1 * torch.randn(recipe.batch_size, SAMPLE_RATE)
    label = torch.arange(recipe.batch_size) % classes
    times = []
    for _ in range(TIMED_STEPS):
        started = time.process_time()
        torch.autograd.backward(functional.cross_entropy(network(waveform).logits, label))
        times.append(time.process_time() - started)
    return min(times)


def compare(corpus: Corpus, names: list[str], recipe: Recipe, minutes: float) -> None:
    """Trains each architecture for the same time, and prints one row of the table for each."""
    clips = corpus.of("training")
    count = {word: sum(clip.word == word for clip in clips) for word in corpus.words}
    well_filled = [word for word in corpus.words if count[word] > MANY_CLIPS]
    steps = len(clips) // recipe.batch_size
    rows = []
    for name in names:
        asked = dataclasses.replace(recipe, architecture=name)
        epoch_s = steps * step_s(asked, len(classes_of(corpus.words)))
        run = RUNS / f"{name}-{minutes:g}"
        epochs = max(1, round(60 * minutes / epoch_s))
        if run.exists():  # an earlier measurement decided
            epochs = read_config(run).recipe.epochs
        asked = dataclasses.replace(asked, epochs=epochs)
        print(f"{name}: {epochs} epochs of {epoch_s:.0f} s", flush=True)
        train(corpus, asked, run, Watcher(), workers=1)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "model.onnx")
            export(run, file)
            recognizer = sayso.load(file)
            found, speed = evaluate(recognizer, corpus), measure_speed(recognizer.model)
            rows.append(
                f"{name} | {speed.parameters:,} | {count_macs(file) / 1e6:.1f} M | "
                f"{speed.fastest_ms:.2f} | {epoch_s:.0f} s | {epochs} | "
                f"{found.closed(well_filled).value:.2%} | {found.closed().value:.2%}"
            )
    print(
        f"\narchitecture | parameters | MACs | ms a clip | an epoch | epochs | "
        f"{len(well_filled)} words | {len(corpus.words)} words"
    )
    print("--- | " * 7 + "---")
    print("\n".join(rows))


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("names", nargs="*", default=list(ARCHITECTURES), metavar="ARCHITECTURE")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for each")
    parser.add_argument("--recipe", default="small", help="for all, but for architecture, epochs")
    asked = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    compare(read_corpus(asked.data), asked.names, read_recipe(asked.recipe), asked.minutes)


if __name__ == "__main__":
    main()
