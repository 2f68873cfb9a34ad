"""Sound: complete the four functions and save."""


def bar(levels: list[float], share: float) -> float:
    """The level above which something counts as sound.

    The floor is the level that a tenth of the blocks stay below: of 20 blocks in order, the one
    with the number 2, counted from 0. The bar lies above it by a share of the way to the loudest.

    Args:
        levels: of the blocks of a clip, in dB, at least one.
        share: 0 is at the floor, 1 at the loudest block.
    """
    raise NotImplementedError


def edges(levels: list[float], threshold: float) -> tuple[int, int]:
    """The blocks between which sound lies, so that `levels[start:end]` holds all of it.

    A block is sound if it is louder than the threshold. Without any, both are 0.
    """
    raise NotImplementedError


def typical(seconds: list[float]) -> float:
    """The median: half of the clips are shorter. Of an even number, the mean of the middle two."""
    raise NotImplementedError


def equal(samples: list[float], length: int) -> list[float]:
    """Gives a clip exactly `length` samples.

    A longer one loses at both ends, a shorter one gets zeros at both ends. If it does not divide
    by two, the odd one is lost, or added, at the end.
    """
    raise NotImplementedError
