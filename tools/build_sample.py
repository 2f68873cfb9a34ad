"""Builds `src/sayso/bundled/sample.zip`: about twenty clips a word, chosen by rule, never by ear.

    python tools/build_sample.py ARCHIVES

ARCHIVES is a folder with `speech_commands/<word>.zip`, each of `<word>/<speaker>_nohash_<n>.opus`,
with `noise/all.zip`, and with `recovered_labels.csv`, the clips whose labels are a network's and
not human. The clips' Opus bytes go into the sample unchanged.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from sayso import audio
from sayso.corpus import speaker_of, split_of
from sayso.words import BACKGROUND_NOISE, SPEECH_COMMANDS

SAMPLE = Path(__file__).parents[1] / "src" / "sayso" / "bundled" / "sample.zip"
CLIPS_PER_WORD = 20
VALIDATION_PERCENT = 20.0
FEWEST_VALIDATION_CLIPS = 2  # of each word that has at least ten clips
SALTS = 1000
NOISE_S = 10
FRAME_SAMPLES = 400  # 25 ms

LICENSE = """\
The recordings in this folder are a small part of Speech Commands, version 0.02,
by Pete Warden, Google.

    Pete Warden. Speech Commands: A Dataset for Limited-Vocabulary Speech
    Recognition. arXiv:1804.03209, 2018. https://arxiv.org/abs/1804.03209

They are licensed under the Creative Commons Attribution 4.0 International
licence (CC BY 4.0): https://creativecommons.org/licenses/by/4.0/

Changes: some 20 clips of each word were chosen, all of speakers whom the data
set assigns to training; a fifth of those speakers is listed in
validation_list.txt. The recordings were stored as Ogg Opus at 24 kbit/s, so
they are no longer the exact originals. Of each background noise an excerpt of
10 s was cut and stored as Ogg Opus once more.
"""


@dataclass(frozen=True)
class Candidate:
    """A clip that may be taken: `<word>/<speaker>_nohash_<n>.opus` and its bytes."""

    name: str
    opus: bytes

    @property
    def speaker(self) -> str:
        """Who speaks."""
        return speaker_of(self.name)


def main() -> None:
    """Writes the sample from the folder of archives that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/build_sample.py ARCHIVES")
    archives = Path(sys.argv[1])
    candidates = {word: read_candidates(archives, word) for word in SPEECH_COMMANDS}
    chosen = choose(candidates)
    with zipfile.ZipFile(SAMPLE, "w", zipfile.ZIP_STORED) as sample:
        add(sample, "LICENSE.txt", LICENSE.encode())
        add(sample, "validation_list.txt", validation_list(chosen).encode())
        for name, noise in read_noise(archives).items():
            add(sample, f"{BACKGROUND_NOISE}/{name}", noise)
        for candidate in sorted(chosen, key=lambda candidate: candidate.name):
            add(sample, candidate.name, candidate.opus)
    speakers = len({candidate.speaker for candidate in chosen})
    sys.stdout.write(
        f"{SAMPLE}: {len(chosen)} clips, {speakers} speakers, {SAMPLE.stat().st_size} bytes\n"
    )


def read_candidates(archives: Path, word: str) -> list[Candidate]:
    """The clips of a word by training speakers, labelled by people, plainly good, no two alike."""
    with (archives / "recovered_labels.csv").open(encoding="utf-8", newline="") as file:
        recovered = {row["clip"].partition("/")[2] for row in csv.DictReader(file)}
    candidates: dict[str, Candidate] = {}
    with zipfile.ZipFile(archives / "speech_commands" / f"{word}.zip") as clips:
        for name in sorted(clips.namelist()):
            if split_of(speaker_of(name)) != "training" or name.removesuffix(".opus") in recovered:
                continue
            opus = clips.read(name)
            samples = audio.read(io.BytesIO(opus))
            if is_plain(samples):
                candidates.setdefault(
                    hashlib.sha256(samples.tobytes()).hexdigest(), Candidate(name, opus)
                )
    return list(candidates.values())


def is_plain(samples: audio.Sound) -> bool:
    """Whether a clip is loud, not clipped, and speech in a pause, not cut off or in noise."""
    peak = float(np.abs(samples).max())
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    level_db = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    pause_db = np.percentile(level_db, 10)
    edge_db = max(level_db[:2].mean(), level_db[-2:].mean())
    loudest_db = level_db.max()
    return bool(
        len(samples) >= audio.SAMPLE_RATE // 2
        and 0.1 < peak < 0.99
        and loudest_db - pause_db > 25
        and loudest_db - edge_db > 15
    )


def choose(candidates: dict[str, list[Candidate]]) -> list[Candidate]:
    """Twenty clips a word: of different speakers first, of those who spoke many words first."""
    words_spoken = Counter(
        speaker
        for clips in candidates.values()
        for speaker in {candidate.speaker for candidate in clips}
    )
    chosen = []
    for clips in candidates.values():
        by_speaker: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in clips:
            by_speaker[candidate.speaker].append(candidate)
        ranked = [
            (turn, -words_spoken[speaker], speaker, candidate)
            for speaker, spoken in by_speaker.items()
            for turn, candidate in enumerate(spoken)
        ]
        ranked.sort(key=lambda entry: entry[:3])
        chosen += [candidate for *_, candidate in ranked[:CLIPS_PER_WORD]]
    return chosen


def validation_list(chosen: list[Candidate]) -> str:
    """The clips of a fifth of the speakers, picked by a salted hash.

    The salt is the one of `SALTS` that comes nearest a fifth of the clips and leaves no word short.
    """
    clips = Counter(word_of(candidate) for candidate in chosen)
    lists = []
    for salt in range(SALTS):
        listed = [
            candidate
            for candidate in chosen
            if split_of(f"{salt}/{candidate.speaker}", VALIDATION_PERCENT) == "validation"
        ]
        held = Counter(map(word_of, listed))
        if all(held[word] >= FEWEST_VALIDATION_CLIPS for word in clips if clips[word] >= 10):
            lists.append(listed)
    best = min(lists, key=lambda listed: abs(100 * len(listed) / len(chosen) - VALIDATION_PERCENT))
    return "".join(sorted(f"{candidate.name.removesuffix('.opus')}.wav\n" for candidate in best))


def word_of(candidate: Candidate) -> str:
    """The word that is spoken."""
    return candidate.name.partition("/")[0]


def read_noise(archives: Path) -> dict[str, bytes]:
    """The ten seconds in the middle of each noise, as Ogg Opus."""
    excerpts = {}
    with zipfile.ZipFile(archives / "noise" / "all.zip") as noises:
        for name in sorted(noises.namelist()):
            samples = audio.read(io.BytesIO(noises.read(name)))
            start = (len(samples) - NOISE_S * audio.SAMPLE_RATE) // 2
            excerpt = samples[start : start + NOISE_S * audio.SAMPLE_RATE]
            encoded = io.BytesIO()
            soundfile.write(encoded, excerpt, audio.SAMPLE_RATE, format="OGG", subtype="OPUS")
            excerpts[name] = encoded.getvalue()
    return excerpts


def add(sample: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Adds a member without the time of day, so that the sample is the same each time."""
    sample.writestr(zipfile.ZipInfo(name), content)


if __name__ == "__main__":
    main()
