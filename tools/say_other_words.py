"""Says 654 words, the 35 among them, in ten voices each: other words to be told apart in training.

    apt install espeak-ng flite
    python tools/say_other_words.py DIR

For a recipe with `other_words_share`: put recordings of the words to recognize into the same
folders. Voice, rate and pitch are drawn for each clip, and each counts as a speaker of its own;
where DIR has a `validation_list.txt`, all are for training. What exists is not made again.
"""

import argparse
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.progress import track

from sayso import audio
from sayso.words import SPEECH_COMMANDS

LISTED = Path(__file__).with_name("spoken_words.txt").read_text(encoding="utf-8").split()
WORDS = sorted({*LISTED, *SPEECH_COMMANDS})
SAMPLES_BEFORE = 1600  # 100 ms around what is spoken, at 16 kHz
ACCENTS = ("en-us", "en-gb", "en-gb-scotland", "en-029", "en-gb-x-rp")
TIMBRES = (*(f"m{n}" for n in range(1, 9)), *(f"f{n}" for n in range(1, 6)))
TIMBRES += ("klatt", "klatt4", "whisper")
ESPEAK_VOICES = ["+".join(voice) for voice in product(ACCENTS, TIMBRES)]
ESPEAK_CLIPS = 6  # of a word
FLITE_VOICES = ("slt", "rms", "awb", "kal16")  # a clip each


def espeak(word: str, rng: np.random.Generator) -> list[str]:
    """The command that says a word in one of espeak-ng's voices; its file is to follow."""
    voice = ESPEAK_VOICES[rng.integers(len(ESPEAK_VOICES))]
    rate, pitch = str(rng.integers(110, 220)), str(rng.integers(20, 80))
    return ["espeak-ng", "-v", voice, "-s", rate, "-p", pitch, word, "-w"]


def flite(word: str, voice: str, rng: np.random.Generator) -> list[str]:
    """The command that says a word in a voice of flite's; its file is to follow."""
    stretch = f"duration_stretch={rng.uniform(0.7, 1.3):.2f}"
    return ["flite", "-voice", voice, "--setf", stretch, "-t", word, "-o"]


def spoken(command: list[str], rng: np.random.Generator) -> audio.Sound:
    """What a command says, `(samples,)` at 16 kHz, at a loudness drawn."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "said.wav")
        subprocess.run(  # noqa: S603, a program named here; no shell reads the word
            [*command, str(file)], capture_output=True, check=True
        )
        samples = audio.read(file)
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    samples = np.pad(samples[loud[0] : loud[-1] + 1], SAMPLES_BEFORE)
    return np.asarray(samples * (rng.uniform(0.1, 0.9) / np.abs(samples).max()), np.float32)


def jobs(words: list[str]) -> Iterator[tuple[str, str, tuple[int, int, int]]]:
    """Word, program and seed of each clip; the seed's last number counts the program's clips."""
    for place, word in enumerate(words):
        yield from ((word, "espeak", (7, place, clip)) for clip in range(ESPEAK_CLIPS))
        yield from ((word, "flite", (8, place, clip)) for clip in range(len(FLITE_VOICES)))


def main() -> None:
    """Says what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder to fill")
    out = parser.parse_args().out
    for word, program, seed in track(list(jobs(WORDS)), "Speaking"):
        rng, clip = np.random.default_rng(seed), seed[-1]
        path = out / word / f"{program}{rng.integers(10**6):06}_nohash_{clip}.wav"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        espeaks = program == "espeak"
        command = espeak(word, rng) if espeaks else flite(word, FLITE_VOICES[clip], rng)
        audio.write(path, spoken(command, rng))


if __name__ == "__main__":
    main()
