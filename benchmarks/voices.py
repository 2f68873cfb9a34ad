"""Who speaks in the utterances of "jarvis" and "snowboy": recordings grouped by voice.

    pip install --no-deps resemblyzer
    python -m benchmarks.voices DATA

The recordings come without their speakers. Here a published speaker encoder turns each into a
vector, Speech Commands, whose speakers are known, shows which directions tell voices apart, and
recordings that sound alike become a group. The cut is wide: two voices that are alike rather share
a group than one voice is in two. What it prints says how well that works on speakers that are known
and were not learned from. The groups go to `voices.csv`, for `benchmarks.false_alarms`.

The encoder is Resemblyzer's (Apache-2.0), the network of Wan et al., "Generalized end-to-end loss
for speaker verification", ICASSP 2018.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from benchmarks.held_out import PHRASES, VOICES
from scipy.cluster.hierarchy import fcluster, linkage
from torch import Tensor, nn

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import read_corpus
from sayso.files import atomic_path
from sayso.prepare.edges import find_edges

SPEAKERS, CLIPS = 60, 14  # of Speech Commands to learn from, and the most of each
CUT = 0.85  # cosine distance between groups, on average, from which on they stay apart
MARGIN = SAMPLE_RATE // 10  # samples kept on both sides of an utterance
QUIETEST = 10 ** (-30 / 20)  # RMS that quieter utterances are raised to, as in the encoder's own
FRAMES, FRAME_STEP = 160, 20  # of 10 ms that the encoder hears at once, and from one to the next
POINTS, HOP, MELS = 400, 160, 40

Vectors = npt.NDArray[np.float64]  # (recordings, 256)


class Encoder(nn.Module):
    """Three LSTM layers and a linear one: a mel spectrogram `(batch, 160, 40)` to a unit vector."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(MELS, 256, 3, batch_first=True)
        self.linear = nn.Linear(256, 256)
        package = find_spec("resemblyzer")
        if package is None or package.origin is None:
            raise SystemExit("The encoder is missing: pip install --no-deps resemblyzer")
        file = Path(package.origin).with_name("pretrained.pt")
        weights = torch.load(file, map_location="cpu", weights_only=True)
        self.load_state_dict(weights["model_state"], strict=False)  # the loss has two more

    def forward(self, mel: Tensor) -> Tensor:
        """The last layer's last state, without its negative values."""
        _, (state, _) = self.lstm(mel)
        return nn.functional.normalize(torch.relu(self.linear(state[-1])))

    @torch.no_grad()
    def voice(self, samples: Sound) -> Vectors:
        """The vector of a recording, `(256,)`: the mean over its parts of 1.6 s."""
        if edges := find_edges(samples):
            samples = samples[max(0, edges[0] - MARGIN) : edges[1] + MARGIN]
        level = float(np.sqrt(np.mean(np.square(samples))))
        mel = spectrogram(samples * max(1.0, QUIETEST / max(level, 1e-6)))
        while len(mel) < FRAMES:  # shorter than the encoder hears at once: again and again
            mel = np.concatenate([mel, mel])
        parts = [mel[at : at + FRAMES] for at in range(0, len(mel) - FRAMES + 1, FRAME_STEP)]
        vectors: Vectors = self(torch.tensor(np.stack(parts))).double().numpy()
        return np.asarray(vectors.mean(axis=0))


def spectrogram(samples: Sound) -> npt.NDArray[np.float32]:
    """The power in forty mel bands every 10 ms, `(frames, 40)`, as librosa computes it."""
    padded = np.pad(samples, POINTS // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, POINTS)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(POINTS + 1)[:-1], axis=1)) ** 2
    return np.asarray(power @ mel_filters().T, np.float32)


def mel_filters() -> npt.NDArray[np.float64]:
    """Triangles of equal area, `(40, 201)`, on Slaney's mel scale: linear below 1 kHz, then log."""
    per_hz, log_step = 3 / 200, np.log(6.4) / 27
    mel = np.linspace(0, 15 + np.log(SAMPLE_RATE / 2 / 1000) / log_step, MELS + 2)
    edges = np.where(mel < 15, mel / per_hz, 1000 * np.exp(log_step * (mel - 15)))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.linspace(0, SAMPLE_RATE / 2, POINTS // 2 + 1)
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low))


def whitening(vectors: Vectors, speakers: npt.NDArray[np.str_]) -> Vectors:
    """A matrix that makes the spread within a speaker equal in all directions.

    Within-class covariance normalization (Hatch et al., Interspeech 2006), the covariance with
    its mean variance added to each direction: there are few recordings.
    """
    spread = np.zeros((vectors.shape[1], vectors.shape[1]))
    for speaker in np.unique(speakers):
        own = vectors[speakers == speaker]
        spread += (own - own.mean(axis=0)).T @ (own - own.mean(axis=0)) / len(vectors)
    spread += np.trace(spread) / len(spread) * np.eye(len(spread))
    variances, directions = np.linalg.eigh(spread)
    return np.asarray(directions / np.sqrt(variances))


def grouped(vectors: Vectors, matrix: Vectors) -> npt.NDArray[np.int64]:
    """A group's number for each recording, `(recordings,)`; the vectors' mean is zero."""
    return np.asarray(fcluster(linkage(vectors @ matrix, "average", "cosine"), CUT, "distance"))


def learn(encoder: Encoder, data: Path) -> Vectors:
    """The whitening, from known speakers; prints how well half of them group the other half."""
    by_speaker = defaultdict(list)
    for clip in read_corpus(data / "speech_commands_v0.02").of("validation"):
        by_speaker[clip.speaker].append(clip.path)
    rng = np.random.default_rng(0)
    names = rng.permutation([each for each, clips in sorted(by_speaker.items()) if len(clips) > 7])
    rows = [
        (name, encoder.voice(audio.read(by_speaker[name][index])))
        for name in names[:SPEAKERS]
        for index in rng.permutation(len(by_speaker[name]))[:CLIPS]
    ]
    speakers = np.array([name for name, _ in rows])
    vectors = np.stack([vector for _, vector in rows])
    known = np.isin(speakers, names[: SPEAKERS // 2])
    other, who = vectors[~known], speakers[~known]
    groups = grouped(other - other.mean(axis=0), whitening(vectors[known], speakers[known]))
    pairs = np.triu_indices(len(who), 1)
    same_voice, same_group = ((each[:, None] == each[None, :])[pairs] for each in (who, groups))
    print(
        f"{len(set(who))} known speakers not learned from: {groups.max()} groups; "
        f"{same_group[same_voice].mean():.1%} of two recordings by one are in the same group, "
        f"{same_group[~same_voice].mean():.1%} of two by different ones"
    )
    return whitening(vectors, speakers)


def main() -> None:
    """Groups the recordings and writes the list."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    data = parser.parse_args().data
    torch.set_num_threads(1)  # a recording is too short to share
    encoder = Encoder()
    matrix = learn(encoder, data)
    names, parts = [], []
    for phrase in PHRASES:
        paths = sorted(audio.find(data / "speech_without_words" / phrase))
        names += [f"{phrase}/{path.stem}" for path in paths]
        vectors = np.stack([encoder.voice(audio.read(path)) for path in paths])
        parts.append(vectors - vectors.mean(axis=0))  # less what the phrase sounds like
    groups = grouped(np.concatenate(parts), matrix).tolist()
    sizes = Counter(groups)
    ranks = {group: rank for rank, (group, _) in enumerate(sizes.most_common())}  # largest first
    rows = sorted(zip(names, (ranks[group] for group in groups), strict=True))
    with atomic_path(VOICES) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("recording", "voice"), *rows])
    for group, rank in ranks.items():
        of_phrase = Counter(
            name.split("/")[0] for name, each in zip(names, groups, strict=True) if each == group
        )
        print(f"voice {rank}: {', '.join(f'{n} {each}' for each, n in sorted(of_phrase.items()))}")


if __name__ == "__main__":
    main()
