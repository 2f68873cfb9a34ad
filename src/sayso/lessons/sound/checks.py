"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

import statistics

from sayso.lessons.checking import Case

CASES = (
    Case("bar([-60, -20], 0.5)", "Two blocks: the floor is the softest, the bar half-way up."),
    Case(
        "bar([-70, -60, -61, -62, -20, -10, -12, -15, -30, -58, -64, -63], 0.25)",
        "Sort them. Of 12 blocks the floor is the one with the number 1: -64, not -70.",
    ),
    Case(
        "bar([level - 60 for level in range(20)], 0)",
        "Of 20 blocks in order, the one with the number 2, counted from 0.",
    ),
    Case("bar([-40, -10, -30, -20], 0)", "With a share of 0 the bar is the floor itself."),
    Case("edges([-60, -20, -30, -60], -40)", "Blocks 1 and 2 are sound; the end is 3."),
    Case("edges([-60, -20, -60, -60, -25, -60], -40)", "A pause inside a word belongs to it."),
    Case("edges([-60, -40, -20, -40], -40)", "A block at the threshold is not louder than it."),
    Case("edges([-60, -60], -40)", "Nothing is loud: 0 and 0."),
    Case("edges([-20, -25, -60], -40)", "Blocks 0 and 1: block 0 is a block like any other."),
    Case("edges([-20, -60, -60], -40)", "Sound may begin with the first block, number 0."),
    Case("typical([0.7, 0.5, 20.0])", "In order: 0.5, 0.7, 20. One recording nobody stopped."),
    Case("typical([0.4, 1.2, 0.6, 0.9])", "Four clips: between 0.6 and 0.9."),
    Case("typical([1.0, 0.5])", "Two clips: their mean."),
    Case("equal([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2)", "Two go at each end."),
    Case("equal([1.0, 2.0], 6)", "Two zeros before, two after."),
    Case("equal([1.0, 2.0, 3.0], 2)", "One is too many: it is lost at the end."),
    Case("equal([1.0, 2.0], 5)", "Three zeros: one before, two after."),
    Case("equal([1.0, 2.0], 2)", "Nothing to do."),
)


def from_peak(levels: list[float], share: float) -> float:
    """It goes down from the loudest: begin at the floor and go up."""
    floor = sorted(levels)[len(levels) // 10]
    return max(levels) - share * (max(levels) - floor)


def from_softest(levels: list[float], share: float) -> float:
    """One very soft block is not the floor: take the one that a tenth of them stay below."""
    return min(levels) + share * (max(levels) - min(levels))


def of_peak(levels: list[float], share: float) -> float:
    """It is a share of the loudest level: take a share of the way from the floor to the loudest."""
    return share * max(levels)


def unsorted(levels: list[float], share: float) -> float:
    """It takes the block that happens to stand there: sort the levels first."""
    floor = levels[len(levels) // 10]
    return floor + share * (max(levels) - floor)


def share_only(levels: list[float], share: float) -> float:
    """That is how far above the floor the bar lies: add the floor."""
    floor = sorted(levels)[len(levels) // 10]
    return share * (max(levels) - floor)


def last_block(levels: list[float], threshold: float) -> tuple[int, int]:
    """The end is the number of the last loud block, so a slice leaves it out: go one further."""
    loud = [block for block, level in enumerate(levels) if level > threshold]
    return (loud[0], loud[-1]) if loud else (0, 0)


def to_first_pause(levels: list[float], threshold: float) -> tuple[int, int]:
    """It ends at the first pause: a word may have one, so look for the last loud block."""
    loud = [block for block, level in enumerate(levels) if level > threshold]
    if not loud:
        return 0, 0
    end = loud[0]
    while end < len(levels) and levels[end] > threshold:
        end += 1
    return loud[0], end


def at_threshold(levels: list[float], threshold: float) -> tuple[int, int]:
    """A block exactly at the threshold counts for it: louder is >, not >=."""
    loud = [block for block, level in enumerate(levels) if level >= threshold]
    return (loud[0], loud[-1] + 1) if loud else (0, 0)


def quiet_blocks(levels: list[float], threshold: float) -> tuple[int, int]:
    """It finds the quiet: levels in dB are negative, and louder is nearer to zero."""
    loud = [block for block, level in enumerate(levels) if level < threshold]
    return (loud[0], loud[-1] + 1) if loud else (0, 0)


def all_of_it(levels: list[float], threshold: float) -> tuple[int, int]:
    """Where nothing is loud it keeps everything: the answer is 0 and 0."""
    loud = [block for block, level in enumerate(levels) if level > threshold]
    return (loud[0], loud[-1] + 1) if loud else (0, len(levels))


def average(seconds: list[float]) -> float:
    """That is the mean, which one recording nobody stopped pulls away: take the middle one."""
    return statistics.fmean(seconds)


def as_given(seconds: list[float]) -> float:
    """It takes the middle of the list as it was given: sort it first."""
    middle = len(seconds) // 2
    return (seconds[middle] + seconds[-1 - middle]) / 2


def upper(seconds: list[float]) -> float:
    """Of an even number it takes the upper one: take the mean of the middle two."""
    return statistics.median_high(seconds)


def lower(seconds: list[float]) -> float:
    """Of an even number it takes the lower one: take the mean of the middle two."""
    return statistics.median_low(seconds)


def at_end(samples: list[float], length: int) -> list[float]:
    """It cuts and fills at the end only: do half of it at each end."""
    return samples[:length] + [0.0] * (length - len(samples))


def at_start(samples: list[float], length: int) -> list[float]:
    """It cuts and fills at the start only: do half of it at each end."""
    return [0.0] * (length - len(samples)) + samples[max(0, len(samples) - length) :]


def odd_before(samples: list[float], length: int) -> list[float]:
    """The odd one is at the start: lose it, or add it, at the end."""
    spare = len(samples) - length
    before = abs(spare) - abs(spare) // 2
    if spare >= 0:
        return samples[before : before + length]
    return [0.0] * before + samples + [0.0] * (-spare - before)


def never_cut(samples: list[float], length: int) -> list[float]:
    """A longer clip stays as it is: cut it."""
    missing = max(0, length - len(samples))
    return [0.0] * (missing // 2) + samples + [0.0] * (missing - missing // 2)


def never_filled(samples: list[float], length: int) -> list[float]:
    """A shorter clip stays as it is: fill it with zeros."""
    spare = max(0, len(samples) - length)
    return samples[spare // 2 : spare // 2 + length]


def even_only(samples: list[float], length: int) -> list[float]:
    """It is one too short when the zeros do not divide by two: the odd one is added at the end."""
    spare = len(samples) - length
    if spare >= 0:
        return samples[spare // 2 : spare // 2 + length]
    return [0.0] * (-spare // 2) + samples + [0.0] * (-spare // 2)


MISCONCEPTIONS = {
    "bar": (from_peak, from_softest, of_peak, unsorted, share_only),
    "edges": (last_block, to_first_pause, at_threshold, quiet_blocks, all_of_it),
    "typical": (average, as_given, upper, lower),
    "equal": (at_end, at_start, odd_before, never_cut, never_filled, even_only),
}
