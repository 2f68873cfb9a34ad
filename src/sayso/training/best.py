"""The best network of a training run: to be exported, to go on learning, or to teach another."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sayso.network import RecognizerNetwork
from sayso.recognition.model import Model
from sayso.training.dataset import classes_of
from sayso.training.run import Config, read_config, restore
from sayso.training.unfold import origin, unfold


class Best(NamedTuple):
    """The network in evaluation mode, what its run was asked for, and its epoch's figures."""

    network: RecognizerNetwork
    config: Config
    epoch: dict[str, float]


def read_best(run: Path) -> Best:
    """Reads the best weights of a run.

    Args:
        run: its folder, finished or not, or the model file that was exported from it.

    Raises:
        RunError: the folder holds no run, or one without a finished epoch; or the file cannot be
            trained, see `unfold`.
        ModelError: the file is not a model file of sayso.
    """
    if run.is_file():
        return Best(*unfold(run))
    config, best = read_config(run), restore(run, "best.pt")
    network = RecognizerNetwork(len(classes_of(config.words)), config.recipe.architecture)
    network.load_state_dict(best["network"])
    return Best(network.eval(), config, best["epoch"])


def read_origin(run: Path) -> Config:
    """Reads what a run was asked for, from its folder or from a model file: quicker than its best.

    Raises:
        RunError, ModelError: as `read_best`.
    """
    return origin(Model(run))[0] if run.is_file() else read_config(run)
