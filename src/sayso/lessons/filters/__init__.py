"""Where the numbers in a filter come from."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=4,
    title="Filters",
    point="Nobody writes the numbers in a filter: being wrong does, one weight at a time.",
    package=__name__,
)
