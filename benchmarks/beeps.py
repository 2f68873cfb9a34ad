"""How often a beep passes for a command.

    python -m benchmarks.beeps base small [--sounds DIR]

A beep is one pure tone with soft edges, of 0.1 to 0.5 s and 200 to 4,000 Hz, in a quiet room: what
phones, ovens and lifts say. DIR may hold recordings of such sounds, which are played one by one. A
model listens as `sayso listen` does, at the thresholds of its file.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import sayso
from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound

BEEPS = 500
LONGEST_S = 10.0  # of a recording; what is longer is music
BEFORE_S, AFTER_S = 1.5, 2.0
ROOM_DB = (-70.0, -45.0)  # of full scale
PEAK = (0.05, 0.5)
EDGE_S = 0.005


def main() -> None:
    """Prints a table of both kinds of sound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--sounds", type=Path, metavar="DIR")
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    groups = {"beeps": [in_a_room(make_beep(rng), rng) for _ in range(BEEPS)]}
    if given.sounds:
        recordings = map(audio.read, audio.find(given.sounds))
        different = {sound.tobytes(): sound for sound in recordings}
        short = [each for each in different.values() if len(each) <= LONGEST_S * SAMPLE_RATE]
        groups["recordings"] = [in_a_room(sound, rng) for sound in short]
    print("model | sounds | of them taken for a command | as")
    print("--- | --- | --- | ---")
    for model in given.models:
        recognizer = sayso.load(model)
        for name, sounds in groups.items():
            taken, words = count(recognizer, sounds)
            listed = ", ".join(f"{word} {number}" for word, number in words.most_common(5))
            print(f"{model} | {len(sounds)} {name} | {taken / len(sounds):.1%} | {listed}")


def make_beep(rng: np.random.Generator) -> Sound:
    """A pure tone with soft edges."""
    seconds = np.arange(int(rng.choice([0.1, 0.2, 0.3, 0.5]) * SAMPLE_RATE)) / SAMPLE_RATE
    edge = np.minimum(1.0, np.minimum(seconds, seconds[::-1]) / EDGE_S)
    tone = rng.uniform(*PEAK) * edge * np.sin(2 * np.pi * rng.uniform(200, 4000) * seconds)
    return np.asarray(tone, np.float32)


def in_a_room(sound: Sound, rng: np.random.Generator) -> Sound:
    """The sound with a pause before and after it, in soft noise."""
    pauses = (int(BEFORE_S * SAMPLE_RATE), int(AFTER_S * SAMPLE_RATE))
    padded = np.pad(sound, pauses)
    room = 10 ** (rng.uniform(*ROOM_DB) / 20) * rng.standard_normal(len(padded))
    return np.asarray(np.clip(padded + room, -1, 1), np.float32)


def count(recognizer: sayso.Recognizer, sounds: Sequence[Sound]) -> tuple[int, Counter[str]]:
    """The sounds in which a command is heard, and the commands."""
    heard = [
        [event.word for event in recognizer.listen([sound], thresholds={})] for sound in sounds
    ]
    return sum(map(bool, heard)), Counter(word for words in heard for word in words)


if __name__ == "__main__":
    main()
