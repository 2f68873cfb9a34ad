"""What to leave undone when you start."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=9,
    title="Mistakes",
    point="What not to do when you start, each one tried out, and the check that would have told.",
    package=__name__,
)
