"""From sound to words: the model file, what a sound holds, and many sounds at once."""

from sayso.recognition.model import Model, ModelError
from sayso.recognition.recognizer import Recognizer, load
from sayso.recognition.scan import Heard, Scan

__all__ = ["Heard", "Model", "ModelError", "Recognizer", "Scan", "load"]
