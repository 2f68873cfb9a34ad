"""Checks that the words are told apart by how they sound, and are what their folders say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from sayso.advice.dataset import DataSet
from sayso.advice.recordings import Recording
from sayso.advice.verdict import Finding, cannot_say, listed, ok, share

UNBALANCED = 10.0  # times as many training clips of one word as of another
SURE = 0.9  # of a recognizer that hears something else
UNLIKELY = 0.01  # of the word in whose folder the clip is
DOUBTED = 0.005  # of all clips; of those of Speech Commands it is 0.3 %
DOUBTED_OF_WORD = 0.05
FEW = 5  # clips of a word; with fewer nothing can be said of it


def balance(data: DataSet) -> Finding:
    """No word has many times the clips of another."""
    words = list(data.by_word)
    counts = Counter((r.clip.word, r.clip.split) for r in data.spoken)
    if len(words) < 2:
        return cannot_say("There are fewer than two words.", "Add a folder for each word.")
    training = {word: counts[word, "training"] for word in words}
    rare, common = min(words, key=training.__getitem__), max(words, key=training.__getitem__)
    if empty := [word for word in words if not training[word]]:
        return Finding(
            "fault",
            f"{listed(empty)} has no clips to train on.",
            advice="Record some, or leave the word out.",
        )
    times = training[common] / training[rare]
    evidence = [f"training clips: from {training[rare]} ({rare}) to {training[common]} ({common})"]
    says, advice = [], []
    if times > UNBALANCED:
        few = [word for word in words if training[word] * UNBALANCED < training[common]]
        says.append(f"{common} has {times:.0f} times the training clips of {rare}")
        evidence.append(f"less than a tenth of {common}: {listed(few, 12)}")
        advice.append(
            "Record more of the rare words. Until then read the accuracy word by word: the mean is "
            "that of the common ones. The recipe's balance draws rare words more often."
        )
    if unheard := [word for word in words if not counts[word, "validation"]]:
        says.append(f"there are no validation clips of {listed(unheard)}")
        advice.append("What has none is recognized, and nobody knows how well: record some.")
    if says:
        sentence = " and ".join(says) + "."
        return Finding("warning", sentence, tuple(evidence), advice=" ".join(advice))
    return ok(f"At most {times:.1f} times as many.", evidence)


def labels(data: DataSet) -> Finding:
    """A recognizer hears the word in whose folder a clip is."""
    if not data.was_heard:
        return cannot_say("No recognizer was asked.")
    known = [r for r in data.spoken if r.own is not None]
    if not known:
        return cannot_say(
            "The recognizer knows none of these words.", "Listen to some clips of each yourself."
        )
    doubted = sorted((r for r in known if _is_doubted(r)), key=lambda r: r.own or 0.0)
    evidence = [
        f"{r.clip.word}/{r.clip.path.name} sounds like {r.answer} ({r.confidence:.1%})"
        for r in doubted[:5]
    ]
    if missing := len(data.spoken) - len(known):
        evidence.append(f"{share(missing, len(data.spoken))} clips are of words it does not know")
    of_word = Counter(r.clip.word for r in doubted)
    many = [
        word
        for word, count in of_word.items()
        if count > 1 and count >= DOUBTED_OF_WORD * len(data.by_word[word])
    ]
    says = f"{share(len(doubted), len(known))} clips sound like something else"
    paths = tuple(r.clip.path for r in doubted)
    if many or (len(doubted) > 1 and len(doubted) > DOUBTED * len(known)):
        says += f", above all of {listed(many)}." if many else "."
        advice = "Listen to them (sayso hear FILE), and move or remove those with another word."
        return Finding("warning", says, tuple(evidence), paths, advice)
    advice = "That is few; have an ear for them all the same." if doubted else ""
    return Finding("ok", f"{says}.", tuple(evidence), paths, advice)


def one_microphone(data: DataSet) -> Finding:
    """No word can be told by the room and the microphone alone."""
    words = {word: own for word, own in data.by_word.items() if len(own) >= FEW}
    if len(words) < 2:
        return cannot_say(f"That takes two words with {FEW} clips or more.")
    telling = []
    suspects: list[Recording] = []
    furthest = 0.0
    for word, own in words.items():
        others = [r for other, rs in data.by_word.items() if other != word for r in rs]
        kinds = {r.kind for r in own}
        if kinds.isdisjoint(r.kind for r in others):
            telling.append(f"{word}: {listed(sorted(kinds))}; no other word has such files")
            suspects += own
            continue
        limit = 0.45 + len(own) ** -0.5  # beyond what chance gives so few clips
        for name, measure in _NOISE.items():
            mine, theirs = _values(own, measure), _values(others, measure)
            distance = _kolmogorov_smirnov(mine, theirs)
            furthest = max(furthest, distance)
            if distance > limit:
                telling.append(
                    f"{word}: {name} around {np.median(mine):.0f} dB, "
                    f"{np.median(theirs):.0f} dB in other words"
                )
                suspects += own
                break
    if telling:
        return Finding(
            "warning",
            f"{share(len(telling), len(words))} words stand out by how they were recorded.",
            tuple(telling[:8]),
            tuple(r.clip.path for r in suspects),
            "Record all words in the same rooms with the same microphones. Else the network "
            "learns the room: it is easier to hear than the word.",
        )
    return ok(
        "None can.",
        [f"noise of a word against that of the others: at most {furthest:.2f} apart (0 to 1)"],
    )


_NOISE = {"background noise": "noise_db", "noise above 4 kHz": "noise_high_db"}


def _is_doubted(recording: Recording) -> bool:
    own = recording.own
    return own is not None and own < UNLIKELY and recording.confidence >= SURE


def _values(recordings: list[Recording], measure: str) -> npt.NDArray[np.float64]:
    return np.array([getattr(recording, measure) for recording in recordings])


def _kolmogorov_smirnov(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """The largest distance between the two distribution functions, from 0 to 1."""
    places = np.concatenate([one, other])
    below = [np.searchsorted(np.sort(x), places, side="right") / len(x) for x in (one, other)]
    return float(np.abs(below[0] - below[1]).max())
