"""Growth: one way to do it."""


def compound(rate: float, steps: int) -> float:
    """What one euro becomes in a year."""
    money = 1.0
    for _ in range(steps):
        money = money + money * rate / steps
    return money


def steps_to_half(keep: float) -> int:
    """After how many steps at most a half is left."""
    left, steps = 1.0, 0
    while left > 0.5:
        left = left * keep
        steps = steps + 1
    return steps
