"""A debugger that waits for the right moment."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=8,
    title="Breakpoint",
    point="Stop the debugger at the one turn of the loop that matters, not at all of them.",
    package=__name__,
)
