"""The words of the Speech Commands data set, version 0.02 (arXiv 1804.03209)."""

CORE = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go")
"""The ten commands that the data set's paper scores as the "V2-12" task."""

SPEECH_COMMANDS = (
    "backward", "bed", "bird", "cat", "dog", "down", "eight", "five", "follow", "forward",
    "four", "go", "happy", "house", "learn", "left", "marvin", "nine", "no", "off", "on", "one",
    "right", "seven", "sheila", "six", "stop", "three", "tree", "two", "up", "visual", "wow",
    "yes", "zero",
)  # fmt: skip
"""All 35 words, in alphabetical order: the order of a recognizer's classes."""

UNKNOWN = "_unknown_"
"""The class of speech that is none of the recognizer's words."""

SILENCE = "_silence_"
"""The class of sound without speech."""

NO_COMMAND = (UNKNOWN, SILENCE)

ANY = "any"
"""Stands for every word where actions are named, and so is no name for a word that is taught."""

BACKGROUND_NOISE = "_background_noise_"
"""The data set's folder of long noise recordings: not a word, not clips."""
