"""The model file: ONNX from waveform to probabilities, with its words and thresholds inside."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from sayso.audio import SAMPLE_RATE, Sound, SoundError
from sayso.errors import SaysoError
from sayso.words import NO_COMMAND

FORMAT = "1"  # of the model file, in its metadata as `sayso_model`
WINDOW = SAMPLE_RATE  # samples; a model hears one second
BATCH = 16  # windows inferred at once; more is no faster and takes more memory
_THRESHOLD = 0.5  # confidence, for a word that the file gives no threshold for

onnxruntime.disable_telemetry_events()  # its Windows build would send them


class ModelError(SaysoError):
    """A model file that is missing, damaged, or not one that sayso made."""


class Model:
    """A model file, ready to run on the CPU with one thread per call; calls may run side by side.

    Attributes:
        sha256: of the file's bytes, as they were when it was loaded.
        words: the classes in order: the words, then `_unknown_` and `_silence_`.
        thresholds: `(classes,)`, the confidence from which a class counts as found in a long
            sound; infinite for the classes that are no command.
        metadata: everything the file says of itself, as strings.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        content = _read(self.path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self._session = _open(content, self.path)
        outputs = [output.name for output in self._session.get_outputs()]
        self._layers = "layers" if "layers" in outputs else "embedding"
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        self.words, self.thresholds = _read_metadata(self._session, self.metadata, self.path)

    def probabilities(self, waveforms: Sound) -> npt.NDArray[np.float32]:
        """Calibrated probabilities `(batch, classes)` of waveforms `(batch, 16000)`.

        Raises:
            SoundError: the array has another shape.
        """
        return self._run(("probabilities",), waveforms)[0]

    def embeddings(self, waveforms: Sound) -> npt.NDArray[np.float32]:
        """Embeddings `(batch, width)`, what the classes are told apart by, of `(batch, 16000)`.

        Raises:
            SoundError: the array has another shape.
        """
        return self._run(("embedding",), waveforms)[0]

    def layers(self, waveforms: Sound) -> npt.NDArray[np.float32]:
        """What every layer makes of waveforms `(batch, 16000)`, `(batch, width)`.

        It is the mean and the maximum over time of each block of the network, the embedding last.
        Of a file that does not give them it is the embedding alone.

        Raises:
            SoundError: the array has another shape.
        """
        return self._run((self._layers,), waveforms)[0]

    def _run(self, outputs: Sequence[str], waveforms: Sound) -> tuple[npt.NDArray[np.float32], ...]:
        if waveforms.ndim != 2 or waveforms.shape[1] != WINDOW or not len(waveforms):
            raise SoundError(
                f"Waveforms are an array (batch, {WINDOW}), not of shape {waveforms.shape}."
            )
        parts = []
        for start in range(0, len(waveforms), BATCH):
            batch = np.ascontiguousarray(waveforms[start : start + BATCH], np.float32)
            parts.append(self._session.run(outputs, {"waveform": batch}))
        return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ModelError(f"The model file {path} cannot be read: {reason}.") from error


def _open(content: bytes, path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # only what is fatal: faults come as exceptions
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no base of their own
        raise ModelError(
            f"{path} is not a whole ONNX file: copy it again, or make it with sayso export."
        ) from error


def _read_metadata(
    session: onnxruntime.InferenceSession, metadata: dict[str, str], path: Path
) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """The words and their thresholds, once file and metadata are found to agree."""
    version = metadata.get("sayso_model")
    if version is None:
        raise ModelError(
            f"{path} is not a model file of sayso: name one that sayso export has written."
        )
    if version != FORMAT:
        raise ModelError(f"{path} is a model file of format {version}: install a newer sayso.")
    try:
        tensors = (*session.get_inputs(), *session.get_outputs())
        shapes = {tensor.name: tensor.shape for tensor in tensors}
        words = tuple(json.loads(metadata["words"]))
        stated = {**json.loads(metadata["threshold"]), **dict.fromkeys(NO_COMMAND, np.inf)}
        thresholds = np.array([stated.get(word, _THRESHOLD) for word in words], np.float32)
        agree = (
            shapes["waveform"][1:] == [WINDOW]
            and shapes["probabilities"][1:] == [len(words)]
            and "embedding" in shapes
            and metadata["sample_rate"] == str(SAMPLE_RATE)
            and len({word for word in words if isinstance(word, str)}) == len(words)
        )
    except (KeyError, TypeError, ValueError):
        agree = False
    if not agree:
        raise ModelError(f"{path} is at odds with itself: make it again with sayso export.")
    return words, thresholds
