"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

import hashlib
import math

from sayso.lessons.checking import Case


def _percent(text: str) -> float:
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 2**27 * 100 / (2**27 - 1)


def _side(percent: float) -> str:
    if percent < 10:
        return "validation"
    return "testing" if percent < 20 else "training"


def _speaker(clip: str) -> str:
    return clip.split("/")[1].split("_nohash_")[0]


def _share(powers: list[float]) -> list[float]:
    return [power / sum(powers) for power in powers]


def _top(probabilities: list[float], words: list[str]) -> tuple[float, str]:
    return max(zip(probabilities, words, strict=True))


CASES = (
    Case('split_of("yes/mia_nohash_0.wav")', "The speaker is mia, who has 3 percent."),
    Case('split_of("no/mia_nohash_1.wav")', "Mia again: she has to be where she was."),
    Case('split_of("yes/max_nohash_0.wav")', "Max has 16 percent."),
    Case('split_of("yes/ida_nohash_0.wav")', "Ida has 74 percent."),
    Case("log_floor([1.0, 0.0], 0.01)", "The mean is 0.5, and a bit: a hundredth of it is added."),
    Case("log_floor([0.0, 0.0], 0.5)", "Silence: half of 0.00001 is what is left."),
    Case("log_floor([400.0, 100.0, 100.0], 0.5)", "The mean is 200: 100 is added to each."),
    Case("softmax([1, 2, 3], 1)", "Three powers of e, each divided by the sum of the three."),
    Case("softmax([1, 2, 3], 2)", "Divide each score by the temperature first."),
    Case("softmax([1000, 1001], 1)", "e to the power of 1000 is too large: what of 0 and 1?"),
    Case("softmax([0, 2000], 1)", "Less the highest, no power is above one."),
    Case("softmax([1000, 1001], 0.5)", "Make the scores small, then divide by the temperature."),
    Case('best([0.1, 0.7, 0.2], ["yes", "no", "_unknown_"], 0.5)', "The highest is 0.7."),
    Case('best([0.4, 0.3, 0.3], ["yes", "no", "_unknown_"], 0.5)', "0.4 is too unsure."),
    Case('best([0.3, 0.6, 0.1], ["yes", "no", "_unknown_"], 0.2)', "Two reach the threshold."),
    Case('best([0.5, 0.2, 0.3], ["yes", "no", "_unknown_"], 0.5)', "0.5 reaches 0.5."),
    Case('best([0.3, 0.1, 0.6], ["yes", "no", "_unknown_"], 0.2)', "Which class is likeliest?"),
    Case('best([0.1, 0.2, 0.7], ["yes", "no", "_silence_"], 0.5)', "Nobody speaks."),
)


def by_file(clip: str) -> str:
    """It splits by file: clips of one person end up on both sides. Ask for the speaker alone."""
    return _side(_percent(clip))


def by_name(clip: str) -> str:
    """The number is still in the name, so it splits by file: leave out all from _nohash_ on."""
    return _side(_percent(clip.split("/")[1]))


def by_word_too(clip: str) -> str:
    """The word is still in the name: a speaker trains with one word and tests with another."""
    return _side(_percent(clip.split("_nohash_")[0]))


def sides_swapped(clip: str) -> str:
    """Validation and testing are swapped: validation comes first."""
    percent = _percent(_speaker(clip))
    return "testing" if percent < 10 else "validation" if percent < 20 else "training"


def never_tests(clip: str) -> str:
    """Nobody tests: testing goes from 10 to 20 percent."""
    return "validation" if _percent(_speaker(clip)) < 10 else "training"


def as_share(clip: str) -> str:
    """It compares with 0.1 and 0.2: a percentage goes up to 100, not up to 1."""
    return _side(100 * _percent(_speaker(clip)))


def no_floor(power: list[float], floor: float) -> list[float]:
    """Zero has no logarithm: lift each number by the floor first."""
    return [math.log(p + 0 * floor) for p in power]


def no_silence(power: list[float], floor: float) -> list[float]:
    """In digital silence the mean is zero, and so is the floor: add 0.00001 to the mean."""
    mean = sum(power) / len(power)
    return [math.log(p + floor * mean) for p in power]


def fixed(power: list[float], floor: float) -> list[float]:
    """The same floor for all: a quiet voice drowns in it. Take it as a share of the mean."""
    return [math.log(p + floor) for p in power]


def cut_off(power: list[float], floor: float) -> list[float]:
    """It takes the larger of number and floor: the floor is added, to each of them."""
    mean = sum(power) / len(power) + 0.00001
    return [math.log(max(p, floor * mean)) for p in power]


def decibels(power: list[float], floor: float) -> list[float]:
    """These are decibels: the natural logarithm is asked for, math.log."""
    mean = sum(power) / len(power) + 0.00001
    return [10 * math.log10(p + floor * mean) for p in power]


def one_added(power: list[float], floor: float) -> list[float]:
    """It adds 1, next to which all that is quiet vanishes: add the floor."""
    return [math.log(1 + p + 0 * floor) for p in power]


def overflows(scores: list[float], temperature: float) -> list[float]:
    """No float holds e to the power of 1000: take the highest score off all of them first."""
    return _share([math.exp(score / temperature) for score in scores])


def taken_off_late(scores: list[float], temperature: float) -> list[float]:
    """It divides, then takes off the highest score, which was not divided: take it off first."""
    return _share([math.exp(score / temperature - max(scores)) for score in scores])


def no_temperature(scores: list[float], temperature: float) -> list[float]:
    """The temperature does nothing: divide by it. It makes a network say how sure it really is."""
    return _share([math.exp(score - max(scores)) * temperature for score in scores])


def multiplied(scores: list[float], temperature: float) -> list[float]:
    """It multiplies by the temperature: divide, a high one makes the answer less sure."""
    return _share([math.exp((score - max(scores)) * temperature) for score in scores])


def not_shared(scores: list[float], temperature: float) -> list[float]:
    """They do not add up to one: divide each by the sum of all."""
    return [math.exp((score - max(scores)) / temperature) for score in scores]


def no_power(scores: list[float], temperature: float) -> list[float]:
    """It shares out the scores themselves, of which some may be below zero: e to the power of."""
    return _share([score / temperature for score in scores])


def any_class(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It reports _unknown_ and _silence_: they are answers, but no commands."""
    confidence, word = _top(probabilities, words)
    return word if confidence >= threshold else None


def no_silence_out(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It reports _silence_: that is no command either."""
    confidence, word = _top(probabilities, words)
    return word if confidence >= threshold and word != "_unknown_" else None


def among_commands(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It asks the commands alone: where _unknown_ is the likeliest, nothing was said to you."""
    pairs = zip(probabilities, words, strict=True)
    confidence, word = max(pair for pair in pairs if not pair[1].startswith("_"))
    return word if confidence >= threshold else None


def wrong_side(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It reports what it is not sure of: the threshold is to be reached."""
    confidence, word = _top(probabilities, words)
    return word if confidence < threshold and not word.startswith("_") else None


def strictly_above(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It wants more than the threshold: to reach it is enough."""
    confidence, word = _top(probabilities, words)
    return word if confidence > threshold and not word.startswith("_") else None


def no_threshold(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It answers however unsure it is: below the threshold nothing is reported."""
    confidence, word = _top(probabilities, words)
    return word if confidence >= 0 * threshold and not word.startswith("_") else None


def first_above(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """It takes the first that reaches the threshold: the likeliest one, if that reaches it."""
    for confidence, word in zip(probabilities, words, strict=True):
        if confidence >= threshold:
            return None if word.startswith("_") else word
    return None


MISCONCEPTIONS = {
    "split_of": (by_file, by_name, by_word_too, sides_swapped, never_tests, as_share),
    "log_floor": (no_floor, no_silence, fixed, cut_off, decibels, one_added),
    "softmax": (
        overflows,
        taken_off_late,
        no_temperature,
        multiplied,
        not_shared,
        no_power,
    ),
    "best": (
        any_class,
        no_silence_out,
        among_commands,
        wrong_side,
        strictly_above,
        no_threshold,
        first_above,
    ),
}
