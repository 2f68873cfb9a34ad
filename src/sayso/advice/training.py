"""A training run as the checks see it: its folder, and the data set if that is at hand."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sayso.corpus import Corpus, read_corpus
from sayso.training.dataset import classes_of
from sayso.training.history import Epoch
from sayso.training.run import Config, RunError, make_config, read_config, restore


@dataclass(frozen=True)
class TrainingRun:
    """What a run's folder says.

    Attributes:
        folder: where it is.
        config: what was asked for.
        epochs: how it went.
        corpus: the data set to hold it against, if one was given.
    """

    folder: Path
    config: Config
    epochs: tuple[Epoch, ...]
    corpus: Corpus | None = None

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Its words, `_unknown_` and `_silence_`."""
        return classes_of(self.config.words)

    @cached_property
    def is_finished(self) -> bool:
        """Whether it has gone through all epochs that it was to."""
        return len(self.epochs) >= self.config.recipe.epochs

    @cached_property
    def first_loss(self) -> float:
        """The recorded loss of its very first step; not a number where it is not recorded."""
        if not (self.folder / "checkpoint.pt").is_file():
            return math.nan
        return float(restore(self.folder, "checkpoint.pt")["progress"].get("first_loss", math.nan))

    @cached_property
    def kept(self) -> dict[str, float] | None:
        """The record of the epoch whose weights were kept; None where there is none."""
        if not (self.folder / "best.pt").is_file():
            return None
        epoch = restore(self.folder, "best.pt")["epoch"]
        return epoch if isinstance(epoch, dict) else None

    @cached_property
    def stated(self) -> dict[str, Any]:
        """`config.json` word for word, nothing filled in."""
        values: dict[str, Any] = json.loads((self.folder / "config.json").read_text("utf-8"))
        return values

    @cached_property
    def same_clips(self) -> bool:
        """Whether the data set has the clips, by name, that the run was trained on."""
        if self.corpus is None:
            return False
        now = make_config(self.corpus, self.config.recipe, self.config.seed, None, None)
        return bool(now.data["digest"] == self.config.data["digest"])


def read_training_run(folder: Path, data: Path | None = None) -> TrainingRun:
    """Reads a run's configuration and history.

    Args:
        folder: of the run.
        data: the data set that it was trained on.

    Raises:
        RunError: it is not the folder of a run, or its history is damaged.
        CorpusError: the data set cannot be used.
    """
    config = read_config(folder)
    kept = config.data.get("rehearsed", {}).get("kept", ())  # from the sample, not in the data
    words = [word for word in config.words if word not in kept]
    corpus = None if data is None else read_corpus(data, words)
    return TrainingRun(folder, config, tuple(_read_history(folder / "history.csv")), corpus)


def _read_history(path: Path) -> Sequence[Epoch]:
    if not path.is_file():
        return []
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [
                {key: float(value) for key, value in row.items()} for row in csv.DictReader(file)
            ]
        return [Epoch(**{**row, "epoch": int(row["epoch"])}) for row in rows]  # type: ignore[arg-type]
    except (ValueError, TypeError, KeyError) as error:
        raise RunError(f"{path} is not the history of a run: train again.") from error
