"""From sound to words: the model file, what a sound holds, many sounds at once, live streams."""

from sayso.recognition.microphone import Microphone, MicrophoneError
from sayso.recognition.model import Model, ModelError
from sayso.recognition.packs import PackError
from sayso.recognition.recognizer import Recognizer, load
from sayso.recognition.scan import Heard, Scan
from sayso.recognition.sources import pcm_blocks
from sayso.recognition.stream import Detection, Detector
from sayso.recognition.thresholds import ThresholdsError

__all__ = [
    "Detection",
    "Detector",
    "Heard",
    "Microphone",
    "MicrophoneError",
    "Model",
    "ModelError",
    "PackError",
    "Recognizer",
    "Scan",
    "ThresholdsError",
    "load",
    "pcm_blocks",
]
