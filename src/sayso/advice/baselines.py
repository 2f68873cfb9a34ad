"""What is right without a network: three recognizers that anybody can make in a minute."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from sayso import audio
from sayso.audio import SAMPLE_RATE
from sayso.corpus import Clip
from sayso.corpus.progress import Report, silently
from sayso.network.features import MELS, LogMel

STRETCHES = 8  # of a second, over each of which the log-mel spectrogram is averaged
WEIGHT_PENALTY = 1e-3  # of the logistic regression, on the squared weights
ITERATIONS = 100
_BATCH = 64


def measure_baselines(
    training: Sequence[Clip], validation: Sequence[Clip], report: Report = silently
) -> dict[str, float]:
    """The accuracies of three baselines on clips of words.

    Args:
        training: what they learn from.
        validation: what they are measured on.
        report: told the clips read.

    Returns:
        the share right of: always the most frequent word; the word whose mean spectrum, averaged
        over eighths of a second, is nearest; logistic regression on the same averages.
    """
    words = sorted({clip.word for clip in training})
    labels = [torch.tensor([words.index(c.word) if c.word in words else -1 for c in clips])
              for clips in (training, validation)]  # fmt: skip
    features = averaged_log_mels([*training, *validation], report)
    known, asked = features[: len(training)], features[len(training) :]
    scale = known.std(dim=0) + 1e-3
    known, asked = known / scale, asked / scale
    count = torch.bincount(labels[0], minlength=len(words))
    sums = torch.zeros(len(words), known.shape[1]).index_add_(0, labels[0], known)
    nearest = torch.cdist(asked, sums / count[:, None]).argmin(dim=1)
    weights = fit_logistic(known, labels[0], len(words))
    answers = {
        "always the most frequent word": torch.full_like(labels[1], int(count.argmax())),
        "nearest mean spectrum": nearest,
        "logistic regression": _scores(weights, asked).argmax(dim=1),
    }
    return {name: float((it == labels[1]).float().mean()) for name, it in answers.items()}


def averaged_log_mels(clips: Sequence[Clip], report: Report = silently) -> Tensor:
    """The recognizer's own log-mel spectrogram, averaged over eighths: `(clips, 8 * 40)`."""
    front_end, parts = LogMel(), []
    for start in range(0, len(clips), _BATCH):
        batch = clips[start : start + _BATCH]
        sounds = [audio.fit(audio.read(clip.path), SAMPLE_RATE) for clip in batch]
        log_mel = front_end(torch.from_numpy(np.stack(sounds)))  # (batch, mel, frames)
        averaged = functional.adaptive_avg_pool1d(log_mel, STRETCHES)
        parts.append(averaged.reshape(-1, MELS * STRETCHES))
        report("reading for the baselines", min(start + _BATCH, len(clips)), len(clips))
    return torch.cat(parts)


def fit_logistic(features: Tensor, label: Tensor, classes: int) -> Tensor:
    """Multinomial logistic regression by L-BFGS: weights `(features + 1, classes)`, bias last."""
    weights = features.new_zeros(features.shape[1] + 1, classes).requires_grad_()
    optimizer = torch.optim.LBFGS([weights], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        penalty = WEIGHT_PENALTY * weights[:-1].square().sum()
        value: Tensor = functional.cross_entropy(_scores(weights, features), label) + penalty
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach()


def _scores(weights: Tensor, features: Tensor) -> Tensor:
    return features @ weights[:-1] + weights[-1]
