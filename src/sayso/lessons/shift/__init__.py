"""What moves along with a sound, and what stays."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=5,
    title="Shift",
    point="Move the word: a convolution's answer moves along, a pooled one stays.",
    package=__name__,
)
