"""`sayso listen --break-when`: what the expression sees at each look at the stream."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.breakpoints import Break
from sayso.cli.meter import level_dbfs

if TYPE_CHECKING:
    from sayso.recognition import Detection, Detector
    from sayso.recognition.events import Floats

NAMES = (
    "time_s",  # since the stream began
    "word",  # the event's, else the likeliest of those listened for
    "confidence",  # its smoothed probability, which is held against the threshold
    "threshold",
    "event",  # the Detection, or None
    "level_dbfs",  # of the second that was judged
    "probabilities",  # smoothed, by class
    "waveform",  # (32000,), the last two seconds
)
WAVEFORM_S = 2


def break_at_hops(expression: str, debugger: str, detector: Detector, thresholds: Floats) -> Break:
    """A breakpoint that looks at each hop of a stream.

    Args:
        expression: of `NAMES`.
        debugger: one of `breakpoints.DEBUGGERS`.
        detector: that listens.
        thresholds: `(classes,)`, those that it decides by.

    Raises:
        BreakError: the expression cannot be read, or names something else.
    """
    look = Break(expression, NAMES, debugger)
    classes = detector.model.words
    listened = np.isfinite(thresholds)

    def at_hop(time_s: float, event: Detection | None) -> None:
        smoothed = detector.latest
        likeliest = int(np.where(listened, smoothed, -1).argmax())
        best = classes.index(event.word) if event else likeliest
        look(
            {
                "level_dbfs": lambda: level_dbfs(last_seconds(detector, time_s)[-SAMPLE_RATE:]),
                "probabilities": lambda: dict(zip(classes, smoothed.tolist(), strict=True)),
                "waveform": partial(last_seconds, detector, time_s),
            },
            time_s=time_s,
            word=classes[best],
            confidence=float(smoothed[best]),
            threshold=float(thresholds[best]),
            event=event,
        )

    detector.look = at_hop
    return look


def last_seconds(detector: Detector, time_s: float) -> Sound:
    """The two seconds up to a moment, `(32000,)`; before and after the stream there is silence."""
    start_s = time_s - WAVEFORM_S
    heard = detector.sound(max(0.0, start_s), time_s)
    waveform = np.zeros(WAVEFORM_S * SAMPLE_RATE, np.float32)
    first = max(0, round(-start_s * SAMPLE_RATE))
    waveform[first : first + len(heard)] = heard
    return waveform
