"""Differences and running sums."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=2,
    title="Calculus",
    point="A derivative is a difference, an integral a running sum, and each undoes the other.",
    package=__name__,
)
