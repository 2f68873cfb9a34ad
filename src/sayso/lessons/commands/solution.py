"""Commands: one way to do it."""

import hashlib
import math


def split_of(clip: str) -> str:
    """The side of a clip: validation below 10 percent, testing below 20, else training."""
    speaker = clip.split("/")[1].split("_nohash_")[0]
    digest = hashlib.sha1(speaker.encode(), usedforsecurity=False).hexdigest()
    percent = int(digest, 16) % 2**27 * 100 / (2**27 - 1)
    if percent < 10:
        return "validation"
    return "testing" if percent < 20 else "training"


def log_floor(power: list[float], floor: float) -> list[float]:
    """The natural logarithm of each number, lifted a bit so that silence has one too."""
    mean = sum(power) / len(power) + 0.00001
    return [math.log(p + floor * mean) for p in power]


def softmax(scores: list[float], temperature: float) -> list[float]:
    """Probabilities: e to the power of each score over the temperature, shared out to make one."""
    highest = max(scores)  # less the highest, nothing overflows, and the shares stay
    powers = [math.exp((score - highest) / temperature) for score in scores]
    return [power / sum(powers) for power in powers]


def best(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """The command that is heard, or None."""
    confidence, word = max(zip(probabilities, words, strict=True))
    if word in ("_unknown_", "_silence_") or confidence < threshold:
        return None
    return word
