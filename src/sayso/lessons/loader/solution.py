"""Loader: one way to do it."""


def cut(order: list[int], size: int) -> list[list[int]]:
    """Cuts an order into batches; the last one may be shorter, none is empty."""
    return [order[start : start + size] for start in range(0, len(order), size)]


def stack(sounds: list[list[float]]) -> list[list[float]]:
    """Makes sounds equally long: zeros behind each, up to the longest."""
    longest = max(len(sound) for sound in sounds)
    return [sound + [0.0] * (longest - len(sound)) for sound in sounds]


def part_of(order: list[int], rank: int, processes: int) -> list[int]:
    """What one of several processes gets: number 0 the first, number 1 the second, and so on."""
    return order[rank::processes]
