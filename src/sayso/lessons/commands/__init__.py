"""A recognizer, from the recordings to a word that it hears."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=10,
    title="Commands",
    point="Build the recognizer: data, features, network, training, export, listening.",
    package=__name__,
)
