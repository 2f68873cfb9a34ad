"""From sound to words: the model file, what a sound holds, many sounds at once, live streams."""

from sayso.recognition.microphone import Microphone, MicrophoneError
from sayso.recognition.model import Model, ModelError
from sayso.recognition.recognizer import Recognizer, load
from sayso.recognition.scan import Heard, Scan
from sayso.recognition.sources import pcm_blocks
from sayso.recognition.stream import Detection, Detector

__all__ = [
    "Detection",
    "Detector",
    "Heard",
    "Microphone",
    "MicrophoneError",
    "Model",
    "ModelError",
    "Recognizer",
    "Scan",
    "load",
    "pcm_blocks",
]
