"""How far one gets without a network, measured on the whole sample; takes half a minute.

    python -m sayso.lessons.commands.measure

writes `steps.csv` and `knobs.csv` beside this file, which the figures are drawn from: in how many
of the clips the one that is most like it is of the same word.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso.files import atomic_path
from sayso.lessons.commands.data import read_sounds, said_again, validates, voices, words
from sayso.lessons.commands.functions import (
    FLOOR,
    WINDOW_SAMPLES,
    Floats,
    bands,
    log_floor,
    nearest,
    spectrum,
    without_mean,
)

HERE = Path(__file__).parent
WAYS: dict[str, Callable[[Floats], Floats]] = {
    "samples": np.asarray,
    "spectrum": spectrum,
    "mel": bands,
    "log-mel": log_floor,
    "features": without_mean,
}
STEPS = tuple(WAYS)
WINDOWS_MS = (10, 20, 30, 60)
MEL_BANDS = (5, 10, 20, 40, 80)
FLOORS_DB = (-90, -60, -40, -30, -20, -10)  # of the clip's mean power
PACKAGED_MS, PACKAGED_DB = WINDOW_SAMPLES * 1000 // 16_000, round(10 * np.log10(FLOOR))


@cache
def measured() -> dict[str, int]:
    """How often the nearest clip of another voice is of the same word, after each step.

    Under `own voice` the speaker's other clips are allowed; under `again` only clips count whose
    speaker says the word in another clip too; under `validation` those for validation are sought
    among those for training.
    """
    with (HERE / "steps.csv").open(newline="", encoding="utf-8") as file:
        return {row["step"]: int(row["right"]) for row in csv.DictReader(file)}


@cache
def knobs() -> dict[tuple[int, int, int], int]:
    """The same for features made otherwise, by window in ms, mel bands, and floor in dB."""
    with (HERE / "knobs.csv").open(newline="", encoding="utf-8") as file:
        rows = [{name: int(value) for name, value in row.items()} for row in csv.DictReader(file)]
    return {(row["window_ms"], row["mels"], row["floor_db"]): row["right"] for row in rows}


def take_steps(last: str, sound: Floats) -> Floats:
    """What a clip `(16000,)` is after a step and all before it, with the package's settings."""
    for step in STEPS[: STEPS.index(last) + 1]:
        sound = WAYS[step](sound)
    return sound


def measure_steps(sounds: Floats) -> Iterator[tuple[str, int]]:
    """The rows of `steps.csv`."""
    after = list(sounds)
    for step, way in WAYS.items():
        after = [way(one) for one in after]
        made = _flat(after)
        yield step, int(_right(nearest(made, voices())).sum())
    alone, other = _right(nearest(made)), _right(nearest(made, voices()))
    yield "own voice", int(alone.sum())
    yield "again", int(other[said_again()].sum())
    yield "again by own voice", int(alone[said_again()].sum())
    found = _right(nearest(made, validates()))
    yield "validation", int(found[validates()].sum())


def measure_knobs(
    sounds: Floats,
    windows_ms: tuple[int, ...] = WINDOWS_MS,
    mel_bands: tuple[int, ...] = MEL_BANDS,
) -> Iterator[tuple[int, int, int, int]]:
    """The rows of `knobs.csv`."""
    for window_ms in windows_ms:
        power = [spectrum(sound, window_ms * 16).astype(np.float32) for sound in sounds]
        for mels in mel_bands:
            strength = [bands(one, mels) for one in power]
            for floor_db in FLOORS_DB:
                floor = 10 ** (floor_db / 10)
                made = _flat([without_mean(log_floor(one, floor)) for one in strength])
                yield window_ms, mels, floor_db, int(_right(nearest(made, voices())).sum())


def _flat(made: Iterable[Floats]) -> Floats:
    return np.stack([one.ravel().astype(np.float32) for one in made])


def _right(found: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    return np.asarray(words()[found] == words())


def main() -> None:
    """Measures, and writes both tables."""
    sounds = read_sounds()
    for name, head, rows in (
        ("steps.csv", ("step", "right"), measure_steps(sounds)),
        ("knobs.csv", ("window_ms", "mels", "floor_db", "right"), measure_knobs(sounds)),
    ):
        with (
            atomic_path(HERE / name) as partial,
            partial.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(rows)


if __name__ == "__main__":
    main()
