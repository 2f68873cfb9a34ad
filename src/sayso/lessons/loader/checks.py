"""The calls that the exercise has to answer, and the wrong answers that are known."""

from __future__ import annotations

from sayso.lessons.checking import Case

CASES = (
    Case("cut([4, 2, 0, 1, 3, 5], 3)", "Two batches of three, in the order given."),
    Case("cut([4, 2, 0, 1, 3], 2)", "One is left over: it is a batch of its own."),
    Case("cut([7, 8], 5)", "Fewer clips than a batch holds: one short batch."),
    Case("cut([], 5)", "Nothing to cut: no batch."),
    Case("stack([[1.0, 2.0], [3.0]])", "The second needs one zero behind it."),
    Case("stack([[1.0], [2.0, 3.0, 4.0], []])", "All become three long, the empty one too."),
    Case("part_of([5, 6, 7, 8], 0, 2)", "The first, the third."),
    Case("part_of([5, 6, 7, 8, 9], 1, 2)", "The second, the fourth."),
    Case("part_of([5, 6, 7, 8, 9], 0, 2)", "The first, the third, the fifth: one more than two."),
    Case("part_of([5, 6, 7, 8, 9], 2, 3)", "Count in steps of three, from the third."),
)


def rest_lost(order: list[int], size: int) -> list[list[int]]:
    """The rest is lost: the clips that do not fill a batch belong into a shorter one."""
    return [order[i * size : (i + 1) * size] for i in range(len(order) // size)]


def overlapping(order: list[int], size: int) -> list[list[int]]:
    """A batch begins at every clip: go on by the size of a batch."""
    return [order[start : start + size] for start in range(len(order))]


def empty_last(order: list[int], size: int) -> list[list[int]]:
    """There is an empty batch at the end: stop when nothing is left."""
    return [order[i : i + size] for i in range(0, len(order) + (len(order) % size == 0), size)]


def one_short(order: list[int], size: int) -> list[list[int]]:
    """Each batch is one too short: a slice ends before its second number, no need for - 1."""
    return [order[start : start + size - 1] for start in range(0, len(order), size)]


def in_order(order: list[int], size: int) -> list[list[int]]:
    """It gives positions, not clips: use them to look into `order`."""
    positions = list(range(len(order)))
    return [positions[start : start + size] for start in range(0, len(order), size)]


def shortest(sounds: list[list[float]]) -> list[list[float]]:
    """It cuts all to the shortest: sound is lost. Fill up to the longest."""
    length = min(len(sound) for sound in sounds)
    return [sound[:length] for sound in sounds]


def before(sounds: list[list[float]]) -> list[list[float]]:
    """The zeros are in front: they belong behind the sound."""
    longest = max(len(sound) for sound in sounds)
    return [[0.0] * (longest - len(sound)) + sound for sound in sounds]


def as_first(sounds: list[list[float]]) -> list[list[float]]:
    """It takes the length of the first sound: look for the longest of all."""
    length = len(sounds[0])
    return [(sound + [0.0] * length)[: max(length, len(sound))] for sound in sounds]


def repeated(sounds: list[list[float]]) -> list[list[float]]:
    """It fills up with the last sample: silence is zero."""
    longest = max(len(sound) for sound in sounds)
    return [sound + sound[-1:] * (longest - len(sound)) for sound in sounds]


def blocks(order: list[int], rank: int, processes: int) -> list[int]:
    """It cuts the order into blocks: deal the clips out in turn, as cards are dealt."""
    size = -(-len(order) // processes)
    return order[rank * size : (rank + 1) * size]


def all_of_it(order: list[int], rank: int, processes: int) -> list[int]:
    """It begins at the right clip and leaves none out: go on in steps of `processes`."""
    return order[rank:] if processes else []


def rest_left_out(order: list[int], rank: int, processes: int) -> list[int]:
    """The clips that do not come out even are left out: some parts are one longer."""
    return order[rank::processes][: len(order) // processes]


def from_one(order: list[int], rank: int, processes: int) -> list[int]:
    """Everybody gets the part of the next one: ranks are counted from 0."""
    return order[rank + 1 :: processes]


def same_for_all(order: list[int], rank: int, processes: int) -> list[int]:
    """Every process gets the same part: begin at the clip with the number `rank`."""
    return order[0 * rank :: processes]


MISCONCEPTIONS = {
    "cut": (rest_lost, overlapping, empty_last, one_short, in_order),
    "stack": (shortest, before, as_first, repeated),
    "part_of": (blocks, all_of_it, rest_left_out, from_one, same_for_all),
}
