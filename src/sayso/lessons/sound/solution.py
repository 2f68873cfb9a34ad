"""Sound: one way to do it."""


def bar(levels: list[float], share: float) -> float:
    """The level above which something counts as sound."""
    floor = sorted(levels)[len(levels) // 10]
    return floor + share * (max(levels) - floor)


def edges(levels: list[float], threshold: float) -> tuple[int, int]:
    """The blocks between which sound lies, so that `levels[start:end]` holds all of it."""
    loud = [block for block, level in enumerate(levels) if level > threshold]
    return (loud[0], loud[-1] + 1) if loud else (0, 0)


def typical(seconds: list[float]) -> float:
    """The median: half of the clips are shorter. Of an even number, the mean of the middle two."""
    ordered = sorted(seconds)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[-1 - middle]) / 2


def equal(samples: list[float], length: int) -> list[float]:
    """Gives a clip exactly `length` samples."""
    spare = len(samples) - length
    if spare >= 0:
        return samples[spare // 2 : spare // 2 + length]
    return [0.0] * (-spare // 2) + samples + [0.0] * (-spare - -spare // 2)
