"""One utterance out of a stream: it begins when somebody speaks and ends by itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound

WAIT_S = 6.0  # for somebody to speak
LONGEST_S = 3.0  # of an utterance; a command takes one
QUIET_S = 0.6  # after which it has ended; the stop in a "t" or "k" takes 0.1
BEFORE_S = 0.3  # kept of what came before: a soft "f" or "h" is quieter than its vowel
_ABOVE = 4.0  # times the room's own amplitude: 12 dB
_LEAST = 0.003  # RMS, -50 dB below full scale; speech into a microphone is 20 dB louder


def next_utterance(blocks: Iterable[Sound]) -> Sound | None:
    """The next thing said in a stream; None where nobody speaks for six seconds, or it ends.

    Speech is what is 12 dB louder than the quietest moment so far.

    Args:
        blocks: of sound `(samples,)` at 16 kHz, of any length, best of 20 to 100 ms.
    """
    heard: list[Sound] = []
    room = np.inf  # RMS of the quietest block
    waited = spoken = quiet = 0  # samples
    for block in blocks:
        if not len(block):
            continue
        level = float(np.sqrt(np.mean(np.square(block, dtype=np.float64))))
        if level:  # a device that starts sends zeros
            room = min(room, level)
        speaks = level > max(_LEAST, _ABOVE * room)
        heard.append(block)
        if not spoken and not speaks:
            waited += len(block)
            heard = _last(heard, BEFORE_S)
            if waited >= WAIT_S * SAMPLE_RATE:
                return None
            continue
        spoken += len(block)
        quiet = 0 if speaks else quiet + len(block)
        if quiet >= QUIET_S * SAMPLE_RATE or spoken >= LONGEST_S * SAMPLE_RATE:
            break
    return np.concatenate(heard) if spoken else None


def _last(blocks: list[Sound], seconds: float) -> list[Sound]:
    """The fewest last blocks that are that long together."""
    kept = 0
    for index in range(len(blocks) - 1, -1, -1):
        kept += len(blocks[index])
        if kept >= seconds * SAMPLE_RATE:
            return blocks[index:]
    return blocks
