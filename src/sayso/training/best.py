"""The best network of a training run, as it was kept: to be exported, or to teach another."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sayso.network import RecognizerNetwork
from sayso.training.dataset import classes_of
from sayso.training.run import Config, read_config, restore


class Best(NamedTuple):
    """The network in evaluation mode, what its run was asked for, and its epoch's figures."""

    network: RecognizerNetwork
    config: Config
    epoch: dict[str, float]


def read_best(run: Path) -> Best:
    """Reads the best weights of a run, finished or not.

    Raises:
        RunError: the folder holds no run, or one without a finished epoch.
    """
    config, best = read_config(run), restore(run, "best.pt")
    network = RecognizerNetwork(len(classes_of(config.words)), config.recipe.architecture)
    network.load_state_dict(best["network"])
    return Best(network.eval(), config, best["epoch"])
