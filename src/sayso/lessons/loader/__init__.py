"""What a loader does between the recordings and the network."""

from sayso.lessons.lesson import Lesson

LESSON = Lesson(
    order=6,
    title="Loader",
    point="What PyTorch's Dataset and DataLoader do for you, and what goes wrong without them.",
    package=__name__,
    needs_torch=True,
)
