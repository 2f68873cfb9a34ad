"""The one base of every error that is the input's fault and not the program's."""


class SaysoError(Exception):
    """Bad input, told in one sentence that says what to do; the command line exits with 1."""
