"""What a training run carries from step to step, and from one sitting to the next."""

from __future__ import annotations

import dataclasses
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel

from sayso.network import RecognizerNetwork, recognizer_weights
from sayso.training.best import read_best
from sayso.training.dataset import classes_of
from sayso.training.distributed import share_batch_norm
from sayso.training.history import Epoch
from sayso.training.recipe import Recipe
from sayso.training.run import RunError, restore, save


@dataclass
class Progress:
    """How far a run is: epochs done, steps done of the one under way, and how it went so far."""

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    accuracy_sum: float = 0.0
    seconds: float = 0.0  # spent on the epoch under way
    first_loss: float = math.nan  # of the very first step, before the weights had moved
    history: list[Epoch] = field(default_factory=list)

    def count(self, loss: float, accuracy: float) -> None:
        """Adds a step."""
        if not self.epoch and not self.step:
            self.first_loss = loss
        self.step += 1
        self.loss_sum += loss
        self.accuracy_sum += accuracy

    def means(self) -> tuple[float, float]:
        """Loss and accuracy since the epoch began."""
        return self.loss_sum / self.step, self.accuracy_sum / self.step

    def next_epoch(self) -> None:
        """Begins another epoch."""
        self.epoch += 1
        self.step, self.loss_sum, self.accuracy_sum, self.seconds = 0, 0.0, 0.0, 0.0


class State:
    """Network, averaged weights, optimizer, learning-rate schedule and progress.

    Args:
        fabric: device, precision and processes, see `launch`.
        words: to tell apart.
        recipe: the run's.
        steps: in an epoch.
        seed: of the weights at the start.
        spoken: how many words a second classifier tells apart, see `vocabulary`; none for 0.
    """

    def __init__(
        self,
        fabric: Fabric,
        words: tuple[str, ...],
        recipe: Recipe,
        steps: int,
        seed: int,
        spoken: int = 0,
    ) -> None:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.network = RecognizerNetwork(len(classes_of(words)), recipe.architecture, spoken)
        self.average = AveragedModel(
            self.network, multi_avg_fn=_averaging(recipe.averaging), use_buffers=True
        )
        self.average.to(fabric.device)
        if fabric.world_size > 1:
            share_batch_norm(self.network)
        optimizer = torch.optim.AdamW(
            self.network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        all_steps = recipe.epochs * steps
        several = recipe.warmup_share * all_steps > 1  # OneCycleLR divides by those after the first
        warmup_share = float(recipe.warmup_share) if several else 0.0
        self.schedule = OneCycleLR(
            optimizer, recipe.learning_rate, all_steps, pct_start=warmup_share
        )
        self.model, self.optimizer = fabric.setup(self.network, optimizer)
        self.words = words
        self.progress = Progress()
        self.device = fabric.device

    def begin(self, run: Path, start: Path | None) -> None:
        """Goes on from the run's checkpoint, or else with the best weights of `start`, if any."""
        if (run / "checkpoint.pt").is_file():
            self._restore(run)
        elif start:
            self._start_from(start)

    def gradient_norm(self) -> float:
        """The length of the gradient over all weights."""
        gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
        return float(torch.nn.utils.get_total_norm(gradients))

    def step(self) -> None:
        """Moves the weights along the gradient, and their average along with them."""
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.schedule.step()
        self.average.update_parameters(self.network)

    def save(self, run: Path) -> None:
        """Writes `checkpoint.pt`."""
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        save(run, "checkpoint.pt", {**parts, "progress": dataclasses.asdict(self.progress)})

    def _restore(self, run: Path) -> None:
        saved = restore(run, "checkpoint.pt")
        for name, part in self._parts().items():
            part.load_state_dict(saved[name])
        history = [Epoch(**epoch) for epoch in saved["progress"].pop("history")]
        saved["progress"].pop("best_accuracy", None)  # in older checkpoints; the history tells it
        self.progress = Progress(**saved["progress"], history=history)

    def _start_from(self, start: Path) -> None:
        """Takes the best weights of a run; the classifier's for the classes that both have."""
        best = read_best(start)
        mine = self.network.state_dict()
        second = mine.keys() - recognizer_weights(self.network).keys()
        weights = {**best.network.state_dict(), **{name: mine[name] for name in second}}
        theirs = {name: place for place, name in enumerate(classes_of(best.config.words))}
        both = [
            (place, theirs[name])
            for place, name in enumerate(classes_of(self.words))
            if name in theirs
        ]
        own, known = (list(places) for places in zip(*both, strict=True))
        for name in ("classifier.weight", "classifier.bias"):
            rows = mine[name].to("cpu", copy=True)
            rows[own] = weights[name][known]
            weights[name] = rows
        try:
            for network in (self.network, self.average.module):
                network.load_state_dict(weights)
        except RuntimeError as error:  # torch's, for other names or shapes
            raise RunError(
                f"{start} has another architecture: name a run with the same."
            ) from error

    def _parts(self) -> dict[str, Any]:
        names = ("network", "average", "optimizer", "schedule")
        return {name: getattr(self, name) for name in names}


def launch() -> Fabric:
    """Finds the device; under torchrun one process of several (gloo on CPUs, NCCL on GPUs)."""
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    machines = int(os.environ.get("WORLD_SIZE", "1")) // processes
    shared = processes * machines > 1
    fabric = Fabric(devices=processes, num_nodes=machines, strategy="ddp" if shared else "auto")
    fabric.launch()
    return fabric


def _averaging(decay: float) -> Any:
    """An exponential moving average that follows quickly at first and settles to `decay` a step."""

    def average(averaged: list[Tensor], current: list[Tensor], count: Tensor) -> None:
        weight = max(1.0 - decay, 9.0 / (10.0 + int(count)))
        for kept, new in zip(averaged, current, strict=True):
            if kept.is_floating_point():
                kept.lerp_(new, weight)
            else:
                kept.copy_(new)

    return torch.no_grad()(average)
