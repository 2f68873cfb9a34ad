"""Commands: complete the four functions, the heart of a recognizer, and save."""


def split_of(clip: str) -> str:
    """The side of a clip: validation below 10 percent, testing below 20, else training.

    A clip is called `word/speaker_nohash_number.wav`, as `yes/0a2b400e_nohash_1.wav`. All clips of
    a speaker have to be on one side. This makes a percentage of any text, the same every time:

        digest = hashlib.sha1(text.encode()).hexdigest()
        percent = int(digest, 16) % 2**27 * 100 / (2**27 - 1)
    """
    raise NotImplementedError


def log_floor(power: list[float], floor: float) -> list[float]:
    """The natural logarithm of each number, lifted a bit so that silence has one too.

    Add `floor` times the mean of all the numbers to each of them first. In digital silence the
    mean is zero, so begin by adding 0.00001 to the mean.
    """
    raise NotImplementedError


def softmax(scores: list[float], temperature: float) -> list[float]:
    """Probabilities: e to the power of each score over the temperature, shared out to make one.

    Scores may be 1000 and more.
    """
    raise NotImplementedError


def best(probabilities: list[float], words: list[str], threshold: float) -> str | None:
    """The command that is heard, or None.

    It is the word of the highest probability, if that reaches the threshold. The classes
    `_unknown_` and `_silence_` are no commands.
    """
    raise NotImplementedError
