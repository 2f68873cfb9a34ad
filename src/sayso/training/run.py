"""A training run's folder: what was asked for, what was learned so far, and how it went.

- `config.json`: recipe, seed, words, data, versions
- `history.csv`: one row an epoch, and `curves.html`, the same as a picture
- `checkpoint.pt`: everything to go on from, written after each epoch
- `best.pt`: the averaged weights that did best on the validation clips, which are exported
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from sayso.corpus import Corpus
from sayso.errors import SaysoError
from sayso.files import atomic_path, write_json
from sayso.training.recipe import Recipe, make_recipe


class RunError(SaysoError):
    """A run folder that is not one, or that belongs to a run with other settings."""


@dataclass(frozen=True)
class Config:
    """What decides a run's result: recipe, seed, words and data."""

    recipe: Recipe
    seed: int
    words: tuple[str, ...]
    data: dict[str, Any]
    versions: dict[str, str]
    start: str | None = None  # the SHA-256 of the weights it began with, where they were not random
    teacher: str | None = None  # and of those that taught it

    def decides(self) -> dict[str, Any]:
        """The part that must be equal for a run to go on."""
        data = {key: self.data[key] for key in ("clips", "digest")}
        return {
            "recipe": self.recipe,
            "seed": self.seed,
            "words": self.words,
            "data": data,
            "start": self.start,
            "teacher": self.teacher,
        }


def make_config(
    corpus: Corpus, recipe: Recipe, seed: int, start: Path | None, teacher: Path | None
) -> Config:
    """Describes a run about to start."""
    counts = Counter((clip.word, clip.split) for clip in corpus.clips)
    own = [clip for clip in corpus.clips if clip.path.is_relative_to(corpus.root)]
    names = "\n".join(clip.path.relative_to(corpus.root).as_posix() for clip in own)
    data = {
        "folder": corpus.root.resolve().name,
        "clips": {
            word: {split: counts[word, split] for split in ("training", "validation")}
            for word in sorted({clip.word for clip in corpus.clips})
        },
        "digest": hashlib.sha256(names.encode()).hexdigest(),
    }
    if len(own) < len(corpus.clips):
        kept = set(corpus.words) - {clip.word for clip in own}
        data["rehearsed"] = {"clips": len(corpus.clips) - len(own), "kept": sorted(kept)}
    versions = {name: version(name) for name in ("sayso", "torch", "lightning-fabric", "numpy")}
    versions |= {"python": platform.python_version(), "machine": platform.machine()}
    return Config(recipe, seed, corpus.words, data, versions, _digest(start), _digest(teacher))


def _digest(run: Path | None) -> str | None:
    """The SHA-256 of a model file, or of the best weights in a run's folder."""
    if run is None:
        return None
    weights = run if run.is_file() else run / "best.pt"
    if not weights.is_file():
        raise RunError(f"{run} has no best.pt: name the folder of a run with a finished epoch.")
    return hashlib.sha256(weights.read_bytes()).hexdigest()


def read_config(run: Path) -> Config:
    """Reads a run's `config.json`.

    Raises:
        RunError: there is none, or it is not one of ours.
    """
    try:
        values = json.loads((run / "config.json").read_text(encoding="utf-8"))
        recipe = make_recipe(values["recipe"], "config.json")
        return Config(**{**values, "recipe": recipe, "words": tuple(values["words"])})
    except FileNotFoundError as error:
        raise RunError(f"{run} is not the folder of a training run: no config.json.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{run / 'config.json'} is not the configuration of a run.") from error


def open_run(run: Path, config: Config) -> None:
    """Makes the folder of a run, or makes sure that the one there is of this run.

    Raises:
        RunError: the folder is a file, holds something else, or a run with other settings or data.
    """
    if run.exists() and not run.is_dir():
        raise RunError(f"{run} is a file: give --out a folder.")
    begun = run.exists() and any(path.name != "config.json" for path in run.iterdir())
    if not begun:
        write_json(run / "config.json", dataclasses.asdict(config))
    elif read_config(run).decides() != config.decides():
        raise RunError(
            f"{run} holds a run with another recipe, seed, start, teacher or data: "
            "give --out another folder."
        )


def save(run: Path, name: str, state: dict[str, Any]) -> None:
    """Writes tensors and numbers into a run's folder, atomically and down to the disk."""
    with atomic_path(run / name) as partial, partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())


def restore(run: Path, name: str) -> dict[str, Any]:
    """Reads what `save` wrote.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        state: dict[str, Any] = torch.load(run / name, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise RunError(f"{run} has no {name} yet: train it with sayso train.") from error
    except Exception as error:  # torch raises many kinds for a damaged file
        raise RunError(f"{run / name} is damaged: delete it and train again.") from error
    return state
