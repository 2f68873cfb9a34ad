"""Mistakes: complete the four checks and save."""


def expected_first_loss(words: int) -> float:
    """The loss of a network that knows nothing, and gives each of so many words the same share.

    The loss is log(1 / the right word's share), with the natural logarithm.
    """
    raise NotImplementedError


def majority_baseline(training: list[str], test: list[str]) -> float:
    """Which share of the test is right if the answer is always the same word.

    It is the word that is the most frequent in the training.
    """
    raise NotImplementedError


def shared_speakers(training: list[str], test: list[str]) -> list[str]:
    """The speakers of whom there are clips on both sides, in the order of the alphabet.

    Each is in it once. A clip is named "word/speaker_nohash_number".
    """
    raise NotImplementedError


def looks_stuck(losses: list[float]) -> bool:
    """Whether a loss does not come down, epoch after epoch.

    It does not if the mean of the last three is more than half of the first, or is not a number.
    """
    raise NotImplementedError
