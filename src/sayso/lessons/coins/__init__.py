"""Chance, added up."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=3,
    title="Coins",
    point="Add up many small chances and a bell appears, in tosses and in a network's weights.",
    package=__name__,
)
