"""The numbers in the prose."""

from __future__ import annotations

import json
import textwrap
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from sayso.evaluation.accuracy import Share
from sayso.lessons.commands.data import clip_names, said_again, validates, voices, words
from sayso.lessons.commands.measure import measured, take_steps
from sayso.lessons.commands.runs import RECORDED, Run, read_run
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.layers import run_front_end, run_layers
from sayso.lessons.weights import read_weights

HELD_OUT = int(validates().sum())
LARGEST_DIFFERENCE = 1e-4  # that sayso export allows
PARTS = {
    "front end": "network.front_end.",
    "first two layers": "network.body.stem.",
    "blocks": "network.body.blocks.",
    "classifier": "network.classifier.",
}


def part_of(name: str) -> str:
    """The part of the network that a constant of a model file belongs to."""
    return next((part for part, start in PARTS.items() if name.startswith(start)), "the rest")


def bytes_of(path: Path) -> dict[str, int]:
    """How many bytes of a model file each part takes; the rest is its graph and what it says."""
    found = dict.fromkeys(PARTS, 0)
    for name, values in read_weights.__wrapped__(path).items():  # a file of yours may change
        if (part := part_of(name)) in found:
            found[part] += values.nbytes
    return {**found, "the rest": path.stat().st_size - sum(found.values())}


def layer_weights() -> list[int]:
    """How many weights each convolution of the packaged model has, in order."""
    return [
        values.size
        for name, values in read_weights().items()
        if part_of(name) in ("first two layers", "blocks") and values.ndim > 2
    ]


def looks_ms() -> int:
    """How long a stretch of time each convolution after the first two looks at, all alike."""
    frames = run_layers(read_clip("yes"))["layer 3"].shape[-1]
    kernels = [
        int(w.shape[2])
        for name, w in read_weights().items()
        if part_of(name) == "blocks" and w.ndim > 2
    ]
    return max(kernels) * round(1000 / int(frames))


def weight_share(part: str) -> float:
    """The share of the packaged model's weights that are in a part, the front end left out."""
    sizes = {
        name: values.size for name, values in read_weights().items() if "front_end" not in name
    }
    return sum(size for name, size in sizes.items() if part_of(name) == part) / sum(sizes.values())


@cache
def recorded() -> Run:
    """The run that comes with the lesson."""
    run = read_run(RECORDED)
    if run is None:
        raise FileNotFoundError(RECORDED)
    return run


@cache
def front_ends_apart() -> float:
    """The largest difference between the front end in NumPy and the one in the model file."""
    clips = [read_clip(word) for word in clip_words()]
    return max(
        float(np.abs(run_front_end(clip) - take_steps("features", clip).T).max()) for clip in clips
    )


def loop() -> str:
    """What `sayso train` repeats, from the source: the lines about one batch."""
    lines = files("sayso.training").joinpath("loop.py").read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.strip().startswith("for batch in"))
    last = next(n for n, line in enumerate(lines) if line.strip() == "state.step()")
    return textwrap.dedent("\n".join(lines[first : last + 1])).replace("\n", "\n    ")


def values() -> dict[str, float | str]:
    """Computed, by name."""
    right, again = measured(), int(said_again().sum())
    features = Share(right["features"], len(clip_names()))
    speakers, clips = np.unique(voices(), return_counts=True)
    model = recognizer().model
    shipped = json.loads(model.metadata["training"])["data"]["clips"]
    best = max(epoch.validation_accuracy for epoch in recorded().done)
    low, high = Share(round(best * HELD_OUT), HELD_OUT).interval()
    return {
        "clips": features.clips,
        "words": len(set(words())),
        "speakers": len(speakers),
        "busiest": int(clips.max()),
        "once": int((clips == 1).sum()),
        "held_out": HELD_OUT,
        "held_out_speakers": len(set(voices()[validates()])),
        "trained": features.clips - HELD_OUT,
        "trained_speakers": len(set(voices()[~validates()])),
        "again": again,
        "again_own": right["again by own voice"] / again,
        "again_other": right["again"] / again,
        "samples_right": right["samples"] / features.clips,
        "features_right": features.value,
        "features_low": features.interval()[0],
        "features_high": features.interval()[1],
        "apart": front_ends_apart(),
        "looks_ms": looks_ms(),
        "embedding": len(run_layers(read_clip("yes"))["embedding"]),
        "classes": len(model.words),
        "parameters": f"{int(model.metadata['parameters']):,}",
        "loop": loop(),
        "best": best,
        "low": low,
        "high": high,
        "nearest": right["validation"] / HELD_OUT,
        "shipped_clips": f"{sum(count['training'] for count in shipped.values()):,}",
        "most_apart": f"{LARGEST_DIFFERENCE:f}".rstrip("0"),
        "threshold": float(min(model.thresholds)),
    }
