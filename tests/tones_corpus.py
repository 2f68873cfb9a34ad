"""A data set of tones for training tests, and somebody who watches them train."""

from pathlib import Path

import numpy as np

from sayso import audio
from sayso.training.history import Epoch
from sayso.training.state import State

TONES_HZ = {"high": 2400.0, "low": 300.0, "middle": 900.0}
SPEAKERS = 12


class Quiet:
    """A watcher that keeps what it is told; `interrupt_at` counts steps."""

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []
        self.epochs: list[Epoch] = []

    def start(self, state: State, steps: int) -> None:
        self.state, self.steps_in_epoch = state, steps

    def step(self, epoch: int, step: int, loss: float, accuracy: float) -> None:  # noqa: ARG002
        self.steps.append((epoch, step))

    def epoch(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)


def write_tones(folder: Path) -> Path:
    """Three "words", each a tone, by speakers of whom every sixth is for validation."""
    listed = []
    for speaker in range(SPEAKERS):
        rng = np.random.default_rng(speaker)
        for word, hertz in TONES_HZ.items():
            for take in range(2):
                time_s = np.arange(rng.integers(12_000, 16_000)) / 16_000
                pitch = hertz * rng.uniform(0.95, 1.05)
                spoken = np.abs(time_s - time_s[-1] / 2) < rng.uniform(0.15, 0.25)
                sound = 0.3 * np.sin(2 * np.pi * pitch * time_s) * spoken
                sound += 0.01 * rng.standard_normal(len(time_s))
                name = f"{word}/{speaker:08x}_nohash_{take}.wav"
                audio.write(folder / name, sound.astype(np.float32))
                if speaker % 6 == 5:
                    listed.append(name)
    (folder / "validation_list.txt").write_text("\n".join(listed))
    hum = 0.05 * np.random.default_rng(99).standard_normal(5 * 16_000)
    audio.write(folder / "_background_noise_" / "hum.wav", hum.astype(np.float32))
    return folder
