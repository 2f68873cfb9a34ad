"""The network in PyTorch: front end, body, classifier. Needs the extra `train`."""

from sayso.network.features import LogMel
from sayso.network.recognizer import (
    ARCHITECTURES,
    Output,
    RecognizerNetwork,
    hide,
    recognizer_weights,
)

__all__ = [
    "ARCHITECTURES",
    "LogMel",
    "Output",
    "RecognizerNetwork",
    "hide",
    "recognizer_weights",
]
