"""What a training run has written so far, and the model file made of it: the recorded and yours.

The recorded one is `history.csv` and `config.json` of `sayso train --sample`, copied from its run.
Yours lie in the folder where sayso was started, under the names that the lesson uses.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from sayso.errors import SaysoError
from sayso.lessons.glass import clip_words, read_clip
from sayso.recognition import Recognizer, load
from sayso.training.history import Epoch

RECORDED = Path(__file__).parent / "recorded"
RUN = Path("runs/sample")  # where that puts yours
MODEL = Path("model.onnx")  # what sayso export makes of it
_QUIET_S = 60  # after which a run is taken for interrupted; an epoch takes seconds
HAS_TORCH = find_spec("torch") is not None


@dataclass(frozen=True)
class Run:
    """The epochs done, and how many there will be."""

    done: tuple[Epoch, ...]
    epochs: int


def read_run(folder: Path) -> Run | None:
    """What is to be known of a run without PyTorch; None where no epoch is done."""
    measured = {field.name for field in dataclasses.fields(Epoch)} - {"epoch"}
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        with (folder / "history.csv").open(newline="", encoding="utf-8") as file:
            done = tuple(
                Epoch(int(row["epoch"]), **{name: float(row[name]) for name in measured})
                for row in csv.DictReader(file)
            )
        return Run(done, int(config["recipe"]["epochs"])) if done else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_under_way(folder: Path) -> bool:
    """Whether a run has written something in the last minute and is not at its end."""
    run, written = read_run(folder), 0.0
    for name in ("history.csv", "config.json"):
        if (folder / name).is_file():
            written = max(written, (folder / name).stat().st_mtime)
    unfinished = run is None or len(run.done) < run.epochs
    return unfinished and time.time() - written < _QUIET_S


def own_model() -> Recognizer | str:
    """The reader's recognizer, or in a sentence why there is none."""
    if not MODEL.is_file():
        return f"There is no {MODEL} yet where sayso was started."
    try:
        return _load(MODEL.absolute(), MODEL.stat().st_mtime_ns)
    except SaysoError as error:
        return str(error)


@lru_cache(maxsize=1)
def _load(path: Path, _changed: int) -> Recognizer:
    return load(path)


def difference() -> float | None:
    """The largest between PyTorch and ONNX Runtime, on the bundled clips, for the reader's run.

    None where PyTorch, the run or the model is missing.
    """
    weights = RUN / "best.pt"
    if not (HAS_TORCH and weights.is_file() and MODEL.is_file()):
        return None
    files = (weights, MODEL)
    return _difference(Path.cwd(), *(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=1)
def _difference(_folder: Path, *_changed: int) -> float | None:
    import torch

    from sayso.network import RecognizerNetwork
    from sayso.training.run import read_config, restore

    try:
        model, architecture = load(MODEL), read_config(RUN).recipe.architecture
        network = RecognizerNetwork(len(model.words), architecture).eval()
        network.load_state_dict(restore(RUN, "best.pt")["network"])
    except (SaysoError, RuntimeError):  # RuntimeError is torch's, for a model of other words
        return None
    clips = np.stack([read_clip(word) for word in clip_words()])
    with torch.no_grad():
        expected = network.answers(torch.from_numpy(clips))[0].numpy()
    return float(np.abs(model.probabilities(clips) - expected).max())
