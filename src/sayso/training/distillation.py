"""What a network learns from: the labels, and, where it has a teacher, what that one hears."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from sayso.network import Output, RecognizerNetwork
from sayso.training.best import read_best
from sayso.training.dataset import classes_of
from sayso.training.recipe import Recipe
from sayso.training.run import RunError


class Loss(nn.Module):
    """Cross entropy with the labels, mixed with that between the teacher and the network.

    Only the classes that both know are compared. So a network that learns new words and has the one
    that it began as for a teacher keeps what that one knows (Li and Hoiem, "Learning without
    forgetting", arXiv 1606.09282).

    Hinton et al., "Distilling the knowledge in a neural network" (arXiv 1503.02531), at a
    temperature of one: label smoothing has made the teacher soft, and softer it would tell the
    words apart no more (Müller et al., arXiv 1906.02629).

    Args:
        recipe: `label_smoothing`, and `distillation`: the teacher's share.
        words: of the network that learns.
        teacher: the run whose best network teaches, or its model file.

    Raises:
        RunError: the teacher knows none of the words.
    """

    def __init__(self, recipe: Recipe, words: tuple[str, ...], teacher: Path | None) -> None:
        super().__init__()
        self.recipe = recipe
        self.teacher: RecognizerNetwork | None = None
        if teacher:
            best = read_best(teacher)
            if not set(words) & set(best.config.words):
                raise RunError(f"{teacher} has learned other words: a teacher knows some of them.")
            own, known = classes_of(words), classes_of(best.config.words)
            shared = [name for name in own if name in known]
            self.own = [own.index(name) for name in shared]
            self.taught = [known.index(name) for name in shared]
            self.teacher = best.network.requires_grad_(False)

    def forward(self, output: Output, label: Tensor) -> Tensor:
        """The loss of what a network said, given labels `(batch,)`."""
        logits = output.logits
        loss = functional.cross_entropy(logits, label, label_smoothing=self.recipe.label_smoothing)
        if self.teacher is None:
            return loss
        with torch.no_grad():
            heard = self.teacher.logits(output.features)
        taught = functional.softmax(heard[:, self.taught], dim=1)
        said = functional.log_softmax(logits[:, self.own], dim=1)
        distance = functional.kl_div(said, taught, reduction="batchmean")
        return torch.lerp(loss, distance, self.recipe.distillation)
