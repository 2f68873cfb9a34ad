"""Silence trimmed, lengths measured and made equal."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=7,
    title="Sound",
    point="Trim the silence, know how long words are, make them equally long, and lose none.",
    package=__name__,
)
