"""The other way to find the edges: WebRTC's voice activity detector (`webrtcvad-wheels`)."""

from __future__ import annotations

import numpy as np

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.prepare.edges import Edges
from sayso.prepare.optional import load_optional

FRAME_S = 0.01  # the shortest frame that the detector takes
AGGRESSIVENESS = 2  # of 0 to 3: how readily a frame is taken for noise


def vad_edges(samples: Sound, rate: int = SAMPLE_RATE) -> Edges | None:
    """Finds the first and the last frame (10 ms) that WebRTC's detector calls speech.

    Args:
        samples: `(samples,)` float32 in [-1, 1].
        rate: Hz; the detector hears it at 16 000 Hz.

    Returns:
        The edges in samples of `rate`; None where no frame is speech.

    Raises:
        SaysoError: `webrtcvad` is not installed.
    """
    webrtcvad = load_optional(
        "webrtcvad", 'The method "vad" needs WebRTC\'s detector: run pip install webrtcvad-wheels.'
    )
    detector = webrtcvad.Vad(AGGRESSIVENESS)
    heard = audio.resample(samples, rate, SAMPLE_RATE)
    frame = round(FRAME_S * SAMPLE_RATE)
    whole = np.clip(heard[: len(heard) // frame * frame] * 32768, -32768, 32767).astype("<i2")
    speech = [
        index
        for index, samples_of_frame in enumerate(whole.reshape(-1, frame))
        if detector.is_speech(samples_of_frame.tobytes(), SAMPLE_RATE)
    ]
    if not speech:
        return None
    scale = rate / SAMPLE_RATE
    return Edges(
        round(speech[0] * frame * scale), min(round((speech[-1] + 1) * frame * scale), len(samples))
    )
