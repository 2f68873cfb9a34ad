"""What `sayso listen --on WORD=COMMAND` runs: programs beside the listening, a few at once."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING

from sayso.errors import SaysoError
from sayso.words import ANY

if TYPE_CHECKING:
    from sayso.recognition import Detection

AT_ONCE = 4  # actions; what never ends must not pile up
_FIELD = re.compile(r"\{(word|confidence|start_s|end_s)\}")
_HARMLESS = re.compile(r"[\w-]+")  # in any shell, quoted or not


@dataclass(frozen=True)
class Action:
    """A command line to run when a word is heard.

    Attributes:
        word: the word, or `any`.
        command: the command line, with `{word}`, `{confidence}`, `{start_s}` and `{end_s}` in it.
        by_shell: whether a shell runs it.
    """

    word: str
    command: str
    by_shell: bool

    def filled(self, detection: Detection) -> str | list[str]:
        """What to run: a line for a shell, or the program and its arguments.

        Without a shell the line is split first and filled then, so nothing that is filled in can
        become an argument of its own.
        """
        values = {
            "word": detection.word,
            "confidence": f"{detection.confidence:.3f}",
            "start_s": f"{detection.start_s:.2f}",
            "end_s": f"{detection.end_s:.2f}",
        }

        def fill(text: str) -> str:
            return _FIELD.sub(lambda field: values[field[1]], text)

        return fill(self.command) if self.by_shell else [fill(part) for part in split(self.command)]


def split(command: str) -> list[str]:
    """Splits a command line into words as a shell does; on Windows a backslash is just that."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    if os.name == "nt":
        lexer.escape = ""
    return list(lexer)


def parse_actions(given: Sequence[str], words: Collection[str], *, by_shell: bool) -> list[Action]:
    """Reads `WORD=COMMAND`, each for one of the words that are listened for, or for `any`.

    Raises:
        SaysoError: another form, another word, a quote left open; or, for a shell, a word that
            could be more than a word there.
    """
    actions = []
    for text in given:
        word, equals, command = text.partition("=")
        if not (equals and command.strip()):
            raise SaysoError(f"--on {text}: write it as WORD=COMMAND, as in stop='echo {{word}}'.")
        if word not in (*words, ANY):
            raise SaysoError(
                f"--on {word}: it is not listened for; {ANY} and these are: {', '.join(words)}."
            )
        for spoken in words if word == ANY else (word,):
            if by_shell and not _HARMLESS.fullmatch(spoken):
                raise SaysoError(f"--shell: the word {spoken!r} could be a command to a shell.")
        try:
            split(command)
        except ValueError as error:
            raise SaysoError(f"--on {word}: a quote is left open in {command}") from error
        actions.append(Action(word, command, by_shell))
    return actions


class Runner:
    """Runs actions in threads, and tells what they print and how they fail.

    Args:
        actions: which.
        tell: is given a line to show, from any thread.
        wait: at the limit of actions at once, whether the next one waits its turn, which holds
            the listening up, or is left out.
    """

    def __init__(
        self, actions: Sequence[Action], tell: Callable[[str], None], *, wait: bool
    ) -> None:
        self._actions = actions
        self._tell = tell
        self._wait = wait
        self._places = BoundedSemaphore(AT_ONCE)

    def run(self, detection: Detection) -> None:
        """Starts the actions for what was heard."""
        for action in self._actions:
            if action.word not in (detection.word, ANY):
                continue
            if self._places.acquire(blocking=self._wait):
                Thread(target=self._run, args=(action, detection), daemon=True).start()
            else:
                self._tell(f"--on {action.word}: left out, {AT_ONCE} actions are still running.")

    def finish(self) -> None:
        """Waits until no action is running any more."""
        for _ in range(AT_ONCE):
            self._places.acquire()

    def _run(self, action: Action, detection: Detection) -> None:
        try:
            with subprocess.Popen(  # noqa: S603, what the user has asked for
                action.filled(detection),
                shell=action.by_shell,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as process:
                for line in process.stdout or ():
                    self._tell(line.rstrip("\n"))
            if process.returncode:
                self._tell(f"--on {action.word}: it ended with status {process.returncode}.")
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            self._tell(f"--on {action.word}: {action.command} cannot be run: {reason}.")
        finally:
            self._places.release()
