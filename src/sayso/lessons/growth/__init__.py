"""What compounding in a loop tends to."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=1,
    title="Growth",
    point="The number e is what a loop tends to when it adds a little of what is there.",
    package=__name__,
)
