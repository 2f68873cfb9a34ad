"""Growth: complete the two functions and save."""


def compound(rate: float, steps: int) -> float:
    """What one euro becomes in a year.

    Args:
        rate: the interest for the whole year, 1.0 is a hundred percent.
        steps: how often interest is added; it is paid in equal parts and earns interest too.
    """
    raise NotImplementedError


def steps_to_half(keep: float) -> int:
    """After how many steps at most a half is left, when each step keeps a share of `keep`."""
    raise NotImplementedError
