"""The whole recognizer as one module: sound in, a score for each word out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sayso.network.broadcast import BroadcastNetwork
from sayso.network.features import LogMel
from sayso.network.residual import ResidualNetwork
from sayso.network.separable import SeparableNetwork

Body = BroadcastNetwork | ResidualNetwork | SeparableNetwork

ARCHITECTURES: dict[str, Callable[[], Body]] = {
    "residual": ResidualNetwork,  # 0.39 million parameters
    "residual-small": partial(ResidualNetwork, stem=8, widths=(24, 32, 40, 48), halved=2),  # 90,000
    "separable": partial(SeparableNetwork, stem=16, width=160, blocks=6),
    "separable-small": partial(SeparableNetwork, stem=12, width=80, blocks=5),
    "bc-resnet-3": partial(BroadcastNetwork, 3),
}

CLIPS_IN_CACHE = 8  # whose front end takes a third less time than that of 128 at once


class Output(NamedTuple):
    """Logits `(batch, classes)`, embedding `(batch, width)`, features `(batch, mel, frames)`."""

    logits: Tensor
    embedding: Tensor
    features: Tensor  # nothing of them hidden
    spoken: Tensor | None = None  # logits of the second classifier `(batch, spoken)`, in training


class RecognizerNetwork(nn.Module):
    """Front end, body and classifier; `temperature` calibrates the probabilities.

    Args:
        classes: how many, `_unknown_` and `_silence_` included.
        architecture: a name in `ARCHITECTURES`.
        spoken: of a second classifier that is there for training alone; none for 0.
    """

    temperature: Tensor

    def __init__(self, classes: int, architecture: str = "residual", spoken: int = 0) -> None:
        super().__init__()
        self.front_end = LogMel()
        self.body = ARCHITECTURES[architecture]()
        self.classifier = nn.Linear(self.body.embedding_width, classes)
        self.second_classifier = nn.Linear(self.body.embedding_width, spoken) if spoken else None
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, waveform: Tensor, masks: Tensor | None = None) -> Output:
        """Scores sound.

        Args:
            waveform: `(batch, 16000)`, in [-1, 1] at 16 kHz.
            masks: stretches of the features to hide in training, see `hide`.
        """
        features = self._features(waveform)
        embedding = self.body(features if masks is None else hide(features, masks))
        spoken = self.second_classifier(embedding) if self.second_classifier else None
        return Output(self.classifier(embedding), embedding, features, spoken)

    @torch.no_grad()
    def _features(self, waveform: Tensor) -> Tensor:
        """The log-mel spectrogram; of many clips a few at a time, which stay in the cache."""
        if not self.training:
            return self.front_end(waveform)  # type: ignore[no-any-return]
        return torch.cat([self.front_end(part) for part in torch.split(waveform, CLIPS_IN_CACHE)])

    def logits(self, features: Tensor) -> Tensor:
        """Logits `(batch, classes)` of features `(batch, mel, frames)`."""
        return self.classifier(self.body(features))  # type: ignore[no-any-return]

    def answers(self, waveform: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Calibrated probabilities `(batch, classes)`, embedding, layers: as in the model file."""
        layers = self.body.layers(self._features(waveform))
        probabilities = torch.softmax(self.classifier(layers[-1]) / self.temperature, dim=1)
        return probabilities, layers[-1], torch.cat(layers, dim=1)


def recognizer_weights(network: nn.Module) -> dict[str, Tensor]:
    """The state of a `RecognizerNetwork` without its second classifier."""
    state = network.state_dict()
    return {name: state[name] for name in state if not name.startswith("second_classifier")}


def hide(features: Tensor, masks: Tensor) -> Tensor:
    """SpecAugment (arXiv 1904.08779) with given stretches: the hidden parts become the clip's mean.

    Args:
        features: `(batch, mel, frames)`.
        masks: `(batch, 2, stretches, 2)` integers: axis 1 is mel, frames; the last is first, end.
    """
    shown = features
    for axis, size in ((0, features.shape[1]), (1, features.shape[2])):
        first, end = masks[:, axis, :, :1], masks[:, axis, :, 1:]  # (batch, stretches, 1)
        position = torch.arange(size, device=features.device)
        hidden = ((position >= first) & (position < end)).any(dim=1)  # (batch, size)
        shown = shown.masked_fill(hidden.unsqueeze(2 - axis), 0.0)
    return shown
