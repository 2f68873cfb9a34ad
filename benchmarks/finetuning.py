"""How well a model learns new words from a few clips each, by fine-tuning, and what that costs.

    python -m benchmarks.finetuning RUN CORPUS DATA

RUN is the folder of a run, or a model file, that knows a part of the words of CORPUS, a data set
with `validation_list.txt`; the others are the new ones. In each draw ten of them are learned by
`sayso train DIR --from MODEL`, DIR holding some clips a word by as many training speakers; the test
is on validation speakers. Other speech is that of validation speakers who say words that the model
knows (`commands`), and the utterances of "jarvis" in DATA's `speech_without_words` (`phrases`).
With --keep the words that the model knows stay, and what they lose is measured instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Clip, read_corpus
from sayso.recognition import Model
from sayso.words import NO_COMMAND, UNKNOWN

SHOTS = (5, 10, 20)  # clips to learn a word from
DRAWS = 3  # of words and clips
TOGETHER = 10  # new words at once
TEST_CLIPS = 100  # of a word
COMMAND_CLIPS = 30  # of a word that the model knows
PHRASES = "speech_without_words/jarvis"
STRANGE = ("speech_without_words/alexa", "speech_without_words/computer")  # for --unknown
SEED = 0

Paths = Sequence[Path]


@dataclass(frozen=True)
class Result:
    """One draw: shares of the test clips, and what the training took."""

    right: float  # of the new words, all classes open
    among: float  # of the new words, told from each other only
    commands: float  # taken for a new word
    phrases: float
    known: float  # of the words known before, right, where they were kept
    minutes: float
    cpu_minutes: float


def main() -> None:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--shots", type=int, nargs="*", default=SHOTS)
    parser.add_argument("--keep", action="store_true", help="with the words known before")
    parser.add_argument("--unknown", type=int, default=0, help="clips of other speech to learn")
    parser.add_argument("--recipe", help="in place of finetune")
    given = parser.parse_args()
    options = ["--keep", "all"] if given.keep else []
    options += ["--recipe", given.recipe] if given.recipe else []
    with tempfile.TemporaryDirectory() as folder:
        start = _model_file(given.run, Path(folder))
        clips = read_corpus(given.corpus).clips
        known = [word for word in Model(start).words if word not in NO_COMMAND]
        new = sorted({clip.word for clip in clips} - {*known, *NO_COMMAND})
        phrases = list(audio.find(given.data / PHRASES))
        strange = [str(p) for name in STRANGE for p in audio.find(given.data / name)]
        commands = {word: _validation(clips, word)[:COMMAND_CLIPS] for word in known}
        tests = {word: _validation(clips, word)[:TEST_CLIPS] for word in new}
        new = [word for word in new if tests[word]]
        before = _right(Model(start), commands)
        print(f"{len(new)} new words: {', '.join(new)}; {len(known)} known: {before:.1%} right\n")
        print("clips | right | worst | among the new | commands | phrases | known | minutes | CPU")
        print("--- | --- | --- | --- | --- | --- | --- | --- | ---")
        for shots in given.shots:
            rng = np.random.default_rng((SEED, shots))
            results = []
            for draw in range(given.draws):
                words = sorted(rng.choice(new, min(TOGETHER, len(new)), replace=False).tolist())
                place = Path(folder, f"{shots}-{draw}")
                for word in words:
                    _pick(clips, word, shots, place / "clips" / word, rng)
                _link(rng.permutation(strange)[: given.unknown].tolist(), place / "clips" / UNKNOWN)
                minutes, cpu_minutes = _train(place, start, options)
                model = Model(place / "model.onnx")
                chosen = {word: tests[word] for word in words}
                results.append(
                    Result(
                        _right(model, chosen),
                        _right(model, chosen, among=words),
                        _taken(model, list(chain(*commands.values())), words),
                        _taken(model, phrases, words),
                        _right(model, commands) if given.keep else np.nan,
                        minutes,
                        cpu_minutes,
                    )
                )
                print(f"    {shots} clips, draw {draw}: {results[-1]}", file=sys.stderr)
            _print_row(shots, results)


def _model_file(run: Path, folder: Path) -> Path:
    if run.is_file():
        return run
    from sayso.training.export import export

    export(run, folder / "start.onnx")
    return folder / "start.onnx"


def _validation(clips: Sequence[Clip], word: str) -> list[Path]:
    return [clip.path for clip in clips if clip.word == word and clip.split == "validation"]


def _pick(
    clips: Sequence[Clip], word: str, shots: int, folder: Path, rng: np.random.Generator
) -> None:
    """Links some clips of a word into a folder, each by another training speaker."""
    by_speaker = {c.speaker: c.path for c in clips if c.word == word and c.split == "training"}
    speakers = rng.choice(sorted(by_speaker), shots, replace=False)
    _link([by_speaker[str(speaker)] for speaker in speakers], folder)


def _link(paths: Sequence[Path | str], folder: Path) -> None:
    folder.mkdir(parents=True)
    for path in map(Path, paths):
        speaker = path.name if "_nohash_" in path.name else f"{path.parent.name}_{path.name}"
        (folder / speaker).symlink_to(path.resolve())


def _train(place: Path, start: Path, options: Sequence[str]) -> tuple[float, float]:
    """Trains and exports as a user would; the minutes that training took, and those of the CPU."""
    sayso = [sys.executable, "-m", "sayso"]
    command = [*sayso, "train", str(place / "clips"), "--from", str(start), *options]
    before, started = os.times(), time.monotonic()
    subprocess.run(  # noqa: S603
        [*command, "--out", str(place / "run")], check=True, capture_output=True
    )
    minutes, after = (time.monotonic() - started) / 60, os.times()
    spent = after.children_user - before.children_user
    export = [*sayso, "export", str(place / "run"), str(place / "model.onnx")]
    subprocess.run(export, check=True, capture_output=True)  # noqa: S603
    return minutes, (spent + after.children_system - before.children_system) / 60


def _answers(model: Model, paths: Paths, among: Sequence[str] | None = None) -> list[str]:
    windows = np.stack([audio.fit(audio.read(path), SAMPLE_RATE) for path in paths])
    probabilities = model.probabilities(windows)
    words = model.words if among is None else among
    columns = [model.words.index(word) for word in words]
    return [words[place] for place in probabilities[:, columns].argmax(axis=1)]


def _right(model: Model, tests: Mapping[str, Paths], among: Sequence[str] | None = None) -> float:
    """The mean over words of the share of clips that are recognized."""
    shares = [
        np.mean([answer == word for answer in _answers(model, paths, among)])
        for word, paths in tests.items()
        if paths
    ]
    return float(np.mean(shares))


def _taken(model: Model, paths: Paths, words: Sequence[str]) -> float:
    return float(np.isin(_answers(model, paths), words).mean())


def _print_row(shots: int, results: Sequence[Result]) -> None:
    def mean(name: str) -> float:
        return float(np.mean([getattr(result, name) for result in results]))

    shares = ("among", "commands", "phrases", "known")
    print(
        f"{shots} | {mean('right'):.1%} | {min(result.right for result in results):.1%} | "
        + " | ".join(f"{mean(name):.1%}" for name in shares)
        + f" | {mean('minutes'):.1f} | {mean('cpu_minutes'):.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
