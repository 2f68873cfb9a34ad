"""What a network learns from: the labels, and, where it has a teacher, what that one hears."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from sayso.network import Output, RecognizerNetwork
from sayso.training.best import read_best
from sayso.training.recipe import Recipe
from sayso.training.run import RunError


class Loss(nn.Module):
    """Cross entropy with the labels, mixed with that between the teacher and the network.

    Hinton et al., "Distilling the knowledge in a neural network" (arXiv 1503.02531), at a
    temperature of one: label smoothing has made the teacher soft, and softer it would tell the
    words apart no more (Müller et al., arXiv 1906.02629).

    Args:
        recipe: `label_smoothing`, and `distillation`: the teacher's share.
        words: of the network that learns; the teacher has to know the same.
        teacher: the run whose best network teaches.

    Raises:
        RunError: the teacher's words are others.
    """

    def __init__(self, recipe: Recipe, words: tuple[str, ...], teacher: Path | None) -> None:
        super().__init__()
        self.recipe = recipe
        self.teacher: RecognizerNetwork | None = None
        if teacher:
            best = read_best(teacher)
            if best.config.words != words:
                raise RunError(f"{teacher} has learned other words: a teacher knows the same ones.")
            self.teacher = best.network.requires_grad_(False)

    def forward(self, output: Output, label: Tensor) -> Tensor:
        """The loss of what a network said, given labels `(batch,)`."""
        logits = output.logits
        loss = functional.cross_entropy(logits, label, label_smoothing=self.recipe.label_smoothing)
        if self.teacher is None:
            return loss
        with torch.no_grad():
            taught = functional.softmax(self.teacher.logits(output.features), dim=1)
        said = functional.log_softmax(logits, dim=1)
        distance = functional.kl_div(said, taught, reduction="batchmean")
        return torch.lerp(loss, distance, self.recipe.distillation)
