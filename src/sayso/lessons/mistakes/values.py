"""The numbers in the prose."""

from __future__ import annotations

import math

import numpy as np

from sayso.lessons.mistakes import data
from sayso.lessons.mistakes.examine import CHECKS
from sayso.lessons.mistakes.functions import new_network
from sayso.lessons.mistakes.runs import MISTAKES, ROUNDS
from sayso.lessons.mistakes.table import measured, read, result, told_by


def untold() -> list[str]:
    """The mistakes that no check tells."""
    told = {name for check in CHECKS for name in told_by(check)}
    return [name for name in MISTAKES if name not in told | {"none"}]


def weights(mistake: str) -> int:
    """How many weights and offsets the network of a run has."""
    hidden, words = MISTAKES[mistake].hidden, len(data.WORDS)
    network = new_network(data.CELLS**2, hidden, words, np.random.default_rng())
    return sum(layer.size for layer in network)


def percent(mistake: str) -> tuple[float, float]:
    """What a run reports in the end, and what is true."""
    found = result(mistake)
    return 100 * float(found.reported[-1]), 100 * float(found.true[-1])


def values() -> dict[str, float | str]:
    """Computed, by name."""
    reported, true = percent("none")
    copied, copied_true = percent("split after copying")
    silent, silent_true = percent("a silent folder")
    files, files_true = percent("split by file")
    (loss_curve,) = (check for check in CHECKS if check.name == "loss curve")
    return {
        "words": len(data.WORDS),
        "clips": len(data.names()),
        "side": data.CELLS,
        "rounds": ROUNDS,
        "reported": reported,
        "true": true,
        "by_heart": percent("test on training clips")[0],
        "copied": copied,
        "copied_true": copied_true,
        "silent": silent,
        "silent_true": silent_true,
        "only": percent("one word against all")[0],
        "only_baseline": 100 * result("one word against all").baseline,
        "behind_loss": float(result("labels one behind").losses[-1]),
        "weights": weights("ten times too big"),
        "trained": read()["trained"],
        "big_true": percent("ten times too big")[1],
        "log_words": math.log(len(data.WORDS)),
        "raw_first": float(result("never normalised").losses[0]),
        "random": measured("random labels", "test on training clips"),
        "known": measured("speakers", "split by file"),
        "files": files,
        "files_true": files_true,
        "nearest": read()["nearest"],
        "nearest_centred": read()["nearest_centred"],
        "checks": len(CHECKS),
        "mistakes": len(MISTAKES) - 1,
        "curve_tells": len(told_by(loss_curve)),
        "untold": ", ".join(f"“{name}”" for name in untold()),
    }
