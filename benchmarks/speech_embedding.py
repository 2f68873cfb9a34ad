"""Google's speech_embedding in place of a model's layers, to compare with.

What openWakeWord's detectors are made of: `pip install --no-deps openwakeword==0.5.1` brings it
(Lin et al., "Training keyword spotters with limited and synthesized speech data",
arXiv 2002.01322).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.recognition import Model

MELS, FRAMES, HOP_FRAMES = 32, 76, 8  # 775 ms, every 80 ms
AROUND = SAMPLE_RATE // 8  # samples of quiet noise on either side: windows then hold the whole word
QUIET = 1e-4  # its amplitude


class SpeechEmbedding(Model):
    """A model that tells its words apart as ever, and places sounds by speech_embedding.

    Args:
        path: the model file.

    Raises:
        SaysoError: openWakeWord is not installed, or without the embedding.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        package = find_spec("openwakeword")
        folder = Path(package.origin if package and package.origin else "").parent
        try:
            self._mel, self._embedding = (
                onnxruntime.InferenceSession(folder / "resources" / "models" / name)
                for name in ("melspectrogram.onnx", "embedding_model.onnx")
            )
        except Exception as error:  # ONNX Runtime's errors have no base of their own
            raise SaysoError(
                "speech_embedding is missing: pip install --no-deps openwakeword==0.5.1"
            ) from error

    def layers(self, waveforms: Sound) -> npt.NDArray[np.float32]:
        """The maximum over time of the embeddings of `(batch, 16000)`, `(batch, 96)`."""
        return np.stack([self._hear(waveform) for waveform in waveforms])

    def _hear(self, waveform: Sound) -> npt.NDArray[np.float32]:
        noise = np.random.default_rng(0).normal(0, QUIET, len(waveform) + 2 * AROUND)
        samples = 32767 * (np.pad(waveform, AROUND) + noise)  # it takes 16-bit values
        (mels,) = self._mel.run(None, {"input": samples[np.newaxis].astype(np.float32)})
        mels = mels.reshape(-1, MELS) / 10 + 2  # to the scale that the embedding learned from
        windows = np.lib.stride_tricks.sliding_window_view(mels, FRAMES, axis=0)[::HOP_FRAMES]
        windows = windows.transpose(0, 2, 1)[..., np.newaxis]  # (windows, frames, mels, 1)
        (found,) = self._embedding.run(None, {"input_1": np.ascontiguousarray(windows)})
        return np.asarray(found.reshape(-1, 96).max(axis=0), np.float32)
