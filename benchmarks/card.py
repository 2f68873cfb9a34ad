"""The figures of MODEL_CARD.md, of both packaged models.

    python -m benchmarks.card DATA [--speech DIR ...] [--models base small]

DATA is a data set with `validation_list.txt` and `_background_noise_`. Each DIR holds recordings,
at any depth, that are none of the words; of each the loudest second is judged.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.models import MANY_CLIPS

import sayso
from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Corpus, read_corpus
from sayso.evaluation import Evaluation, Share, evaluate
from sayso.evaluation.confidence import calibration_error, passed
from sayso.evaluation.noise import SNR_DB, evaluate_in_noise
from sayso.recognition import Recognizer
from sayso.words import CORE, NO_COMMAND

PAIRS = 8  # of words that are confused most often
CONFIDENCES = (0.5, 0.9)  # besides the one at which a model misses 5 % of the commands


def main() -> None:
    """Reads the command line and prints table after table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--speech", type=Path, nargs="*", default=[], metavar="DIR")
    parser.add_argument("--models", nargs="+", default=["base", "small"], metavar="MODEL")
    asked = parser.parse_args()
    corpus = read_corpus(asked.data)
    recognizers = {name: sayso.load(name) for name in asked.models}
    found = {name: evaluate(recognizer, corpus) for name, recognizer in recognizers.items()}
    training = Counter(clip.word for clip in corpus.of("training"))
    well_filled = [word for word in corpus.words if training[word] > MANY_CLIPS]
    accuracy(found, well_filled)
    for name, evaluation in found.items():
        asked_for = passed(evaluation)
        pairs = evaluation.confused_words()[:PAIRS]
        confused = ", ".join(f"{one} and {two} ({count})" for one, two, count in pairs)
        print(
            f"\n{name}: calibration error {calibration_error(evaluation):.3f}; "
            f"{asked_for.missed.value:.1%} of commands missed at {asked_for.threshold:.2f}, "
            f"where {asked_for.unknown.value:.1%} of _unknown_ pass. Confused: {confused}."
        )
    by_class(found, training)
    if asked.speech:
        passing(recognizers, found, asked.speech)
    in_noise(recognizers, corpus, well_filled)


def head(first: str, columns: Sequence[str]) -> None:
    """A table's first two lines."""
    print(f"\n| {first} | {' | '.join(columns)} |")
    print("|---" * (1 + len(columns)) + "|")


def accuracy(found: dict[str, Evaluation], well_filled: Sequence[str]) -> None:
    """Right answers with their intervals, among several sets of words."""

    def groups(evaluation: Evaluation) -> dict[str, Share]:
        return {
            f"{evaluation.is_word.sum()} words": evaluation.closed(),
            f"the {len(well_filled)} well-filled words": evaluation.closed(well_filled),
            "the ten core commands": evaluation.closed(CORE),
            "all classes": evaluation.open(),
        }

    def cell(share: Share) -> str:
        low, high = (100 * end for end in share.interval())
        return f"**{100 * share.value:.2f} %** ({low:.1f} to {high:.1f})"

    head("right, and 95 % interval", (*found, "clips"))
    every = [groups(evaluation) for evaluation in found.values()]
    for name, share in every[0].items():
        cells = [cell(each[name]) for each in every]
        print(f"| {name} | {' | '.join(cells)} | {share.clips} |")


def by_class(found: dict[str, Evaluation], training: Counter[str]) -> None:
    """Each class on its own."""
    head("word", ("training clips", "validation clips", *found))
    every = [evaluation.by_class() for evaluation in found.values()]
    for word, share in every[0].items():
        cells = [f"{100 * each[word].value:.1f} %" for each in every]
        print(f"| {word} | {training[word] or '-'} | {share.clips} | {' | '.join(cells)} |")


def passing(
    recognizers: dict[str, Recognizer], found: dict[str, Evaluation], folders: Sequence[Path]
) -> None:
    """The share of what is none of the words that is taken for a command, by confidence."""
    for name, recognizer in recognizers.items():
        threshold = passed(found[name]).threshold
        asked = sorted((*CONFIDENCES, threshold))
        columns = [f"above {confidence:.2f}" for confidence in asked]
        head(name, ("clips", *columns, "most, above 0.9"))
        command = np.array([word not in NO_COMMAND for word in recognizer.words])
        for folder in folders:
            files = list(audio.find(folder))
            heard = np.stack([probabilities(recognizer, file) for file in files])
            confidence = np.where(command[heard.argmax(axis=1)], heard.max(axis=1), 0.0)
            shares = [f"{(confidence > least).mean():.1%}" for least in asked]
            sure = heard[confidence > CONFIDENCES[-1]].argmax(axis=1)
            most = Counter(recognizer.words[number] for number in sure).most_common(4)
            listed = ", ".join(f"{word} {count}" for word, count in most)
            print(f"| {folder.name} | {len(files)} | {' | '.join(shares)} | {listed} |")


def probabilities(recognizer: Recognizer, file: Path) -> npt.NDArray[np.float32]:
    """What a recognizer makes of a recording's loudest second, `(classes,)`."""
    second = audio.fit(audio.read(file), SAMPLE_RATE)
    return recognizer.probabilities(second[np.newaxis]).squeeze(0)


def in_noise(
    recognizers: dict[str, Recognizer], corpus: Corpus, well_filled: Sequence[str]
) -> None:
    """Right answers among the well-filled words with each noise, in percent, model / model."""
    cells: dict[tuple[str, float], list[str]] = {}
    for recognizer in recognizers.values():
        for noise, snr_db, evaluation in evaluate_in_noise(recognizer, corpus):
            share = evaluation.closed(well_filled).value
            cells.setdefault((noise, snr_db), []).append(f"{100 * share:.1f}")
    head("noise", [f"{snr_db:.0f} dB" for snr_db in SNR_DB])
    for noise in {noise: None for noise, _ in cells}:
        levels = [" / ".join(cells[noise, snr_db]) for snr_db in SNR_DB]
        print(f"| {noise.replace('_', ' ')} | {' | '.join(levels)} |")


if __name__ == "__main__":
    main()
