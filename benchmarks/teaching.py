"""How well words are recognized that a model never saw and that it was taught by a few clips.

    python -m benchmarks.teaching DATA CORPUS [--model small]
    python -m benchmarks.teaching DATA CORPUS --run RUN

Either with `--speech-embedding` teaches the same words to Google's embedding in the same way.

DATA holds `speech_without_words`, CORPUS is a data set with `validation_list.txt`. The first form
teaches the packaged model "jarvis" and "snowboy", one at a time. The second takes a run that was
trained with `sayso train CORPUS --words …` on a part of the words, and teaches it ten of the others
at a time, by clips of validation speakers. Clips to teach with are by different speakers, clips to
test with by others again. Other speech is that of validation speakers who say words that the model
knows, and the utterances of phrases, of which it may have heard some in training as `_unknown_`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.speech_embedding import SpeechEmbedding

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import read_corpus
from sayso.corpus.clips import speaker_in
from sayso.evaluation.sample_speech import hear_sample
from sayso.recognition import Model, load
from sayso.recognition.taught import Floats, Recording, Space, Speech, TaughtModel, teach
from sayso.words import NO_COMMAND

SHOTS = (1, 3, 5, 10)  # clips to teach a word with
DRAWS = 100  # of clips, each with a result of its own
TOGETHER = 10  # words taught at once
MOST_CLIPS = 400  # of a word
PHRASES = ("jarvis", "snowboy")  # of which the packaged model heard none in training
TRAINED = ("alexa", "computer")  # which it heard as `_unknown_`
SEED = 0


@dataclass(frozen=True)
class Heard:
    """What a model says of clips: `(clips, classes)`, `(clips, width)`, and who speaks."""

    own: Floats
    embeddings: Floats
    speakers: npt.NDArray[np.str_]

    def __getitem__(self, chosen: npt.NDArray[np.generic]) -> Heard:
        return Heard(self.own[chosen], self.embeddings[chosen], self.speakers[chosen])


@dataclass(frozen=True)
class Result:
    """One draw: shares of the test clips."""

    right: float
    nearest: float  # of all taught words, if no clip were taken for anything else
    mistaken: float  # for another taught word
    taken: Mapping[str, float]  # other speech for a taught word


def hear(model: Model, paths: Sequence[Path]) -> Heard:
    """Runs the network over clips, the loudest second of each."""
    windows = np.stack([audio.fit(audio.read(path), SAMPLE_RATE) for path in paths])
    speakers = np.array([speaker_in(f"{path.parent.name}/{path.name}") for path in paths])
    return Heard(model.probabilities(windows), model.layers(windows), speakers)


def measure(
    model: Model,
    speech: Speech,
    words: dict[str, Heard],
    other: Mapping[str, Heard],
    shots: int,
    rng: np.random.Generator,
) -> Result:
    """Teaches words with some clips, and tests with all that are by other speakers."""
    space = Space.fit(speech.without(*words))
    taught, tests = [], {}
    for word, heard in words.items():
        speakers = heard.speakers
        chosen_speakers = rng.choice(np.unique(speakers), shots, replace=False)
        chosen = np.array(
            [rng.choice(np.flatnonzero(speakers == each)) for each in chosen_speakers]
        )
        recordings = [Recording(str(index), "") for index in chosen]
        others = speech.without(*words)
        taught.append(teach(word, recordings, heard.embeddings[chosen], space, others).word)
        tests[word] = heard[~np.isin(speakers, chosen_speakers)]
    extended = TaughtModel(model, space, taught)

    def answers(heard: Heard) -> npt.NDArray[np.str_]:
        best = extended.extend(heard.own, heard.embeddings).argmax(axis=1)
        return np.array([extended.words[index] for index in best])

    said = [(word, answers(heard)) for word, heard in tests.items()]
    count = sum(len(each) for _, each in said)
    right = sum(int((each == word).sum()) for word, each in said)
    prototypes = np.array([each.prototype for each in taught])
    nearest = sum(
        int(((space.directions(heard.embeddings) @ prototypes.T).argmax(axis=1) == index).sum())
        for index, heard in enumerate(tests.values())
    )
    accepted = sum(int(np.isin(each, list(words)).sum()) for _, each in said)
    return Result(
        right / count,
        nearest / count,
        (accepted - right) / count,
        {
            name: float(np.isin(answers(heard), list(words)).mean())
            for name, heard in other.items()
            if name not in words
        },
    )


def report(title: str, results: dict[int, list[Result]]) -> None:
    """Prints a table, one row for each number of clips."""
    print(f"\n### {title}\n")
    other = next(iter(results.values()))[0].taken
    columns = ["clips", "right", "worst tenth of draws", "nearest", "for another"]
    columns += [f"{name} taken" for name in other]
    print(" | ".join(columns))
    print(" | ".join("---" for _ in columns))
    for shots, draws in results.items():
        right = np.array([each.right for each in draws])
        shares = [right.mean(), np.quantile(right, 0.1)]
        shares += [
            np.mean([getattr(each, name) for each in draws]) for name in ("nearest", "mistaken")
        ]
        shares += [np.mean([each.taken[name] for each in draws]) for name in other]
        print(" | ".join([str(shots), *(f"{share:.1%}" for share in shares)]))


def main() -> None:
    """Measures and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("corpus", type=Path, metavar="CORPUS")
    parser.add_argument("--run", type=Path, help="a run that learned a part of CORPUS's words")
    parser.add_argument("--model", default="base", help="which packaged model, without --run")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--speech-embedding", action="store_true", help="compare with Google's")
    given = parser.parse_args()
    kind = SpeechEmbedding if given.speech_embedding else Model
    model = _model(given.run, kind) if given.run else kind(load(given.model).model.path)
    rng = np.random.default_rng(SEED)
    validation: dict[str, list[Path]] = {}
    for clip in read_corpus(given.corpus).of("validation"):
        validation.setdefault(clip.word, []).append(clip.path)
    phrases = {
        phrase: hear(model, sorted(audio.find(given.data / "speech_without_words" / phrase)))
        for phrase in (*PHRASES, *TRAINED)
    }
    known = [
        path
        for word, paths in validation.items()
        if word in model.words and word not in NO_COMMAND
        for path in paths[:MOST_CLIPS]
    ]
    other, speech = {"commands": hear(model, known), **phrases}, hear_sample(model)
    if given.run is None:
        for phrase in PHRASES:
            word = {phrase: phrases[phrase]}
            results = {
                shots: [measure(model, speech, word, other, shots, rng) for _ in range(given.draws)]
                for shots in SHOTS
            }
            report(f"{phrase} ({len(phrases[phrase].own)} clips)", results)
        return
    strange = {
        word: heard
        for word, paths in validation.items()
        if word not in (*model.words, *NO_COMMAND)
        and len(np.unique((heard := hear(model, paths[:MOST_CLIPS])).speakers)) > max(SHOTS)
    }
    together = min(TOGETHER, len(strange))
    results = {}
    for shots in SHOTS:
        results[shots] = []
        for _ in range(given.draws):
            chosen = rng.choice(list(strange), together, replace=False)
            words = {str(word): strange[word] for word in chosen}
            results[shots].append(measure(model, speech, words, other, shots, rng))
    report(f"{together} at a time of {len(strange)} words: {', '.join(strange)}", results)


def _model(run: Path, kind: type[Model]) -> Model:
    from sayso.training.export import export

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "model.onnx")
        export(run, target)
        return kind(target)


if __name__ == "__main__":
    main()
