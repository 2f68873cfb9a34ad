"""Conditional breakpoints in long work: it stops where an expression comes true.

The expression is what the user typed, compiled once. It sees the names that the work offers, at
each batch or clip, and when it is true a debugger opens with those names in scope.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import importlib
import inspect
import linecache
import pdb
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import mkdtemp

from sayso.errors import SaysoError

DEBUGGERS = ("pdb", "debugpy")
ADDRESS = ("127.0.0.1", 5678)  # where debugpy waits, the port that editors try first
_FILE = "<break-when>"
_HELP = "p NAME prints, pp dir() lists, u goes up, c on, q ends"


class BreakError(SaysoError):
    """An expression that is none, or that uses a name which is not offered."""


class Break:
    """Looks at each batch or clip and opens a debugger where an expression is true.

    Args:
        expression: in Python, such as `loss > 5 and epoch > 1`.
        names: those that it may use, besides Python's built-in ones.
        debugger: `pdb` in this terminal, or `debugpy`, which waits for an editor.
        pause: entered while the debugger is open; makes room on the terminal.

    Raises:
        BreakError: the expression cannot be read, or names something that is not there.
    """

    def __init__(
        self,
        expression: str,
        names: Collection[str],
        debugger: str = "pdb",
        pause: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        try:
            tree = ast.parse(expression, _FILE, "eval")
        except SyntaxError as error:
            raise BreakError(f"{expression!r} is not an expression: {error.msg}.") from error
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        own = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
        own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}  # a lambda's
        for node in nodes:
            if node.id not in {*names, *own, *dir(builtins)}:
                raise BreakError(f"There is no {node.id} here: use {', '.join(names)}.")
        if debugger not in DEBUGGERS:
            raise BreakError(f"There is no debugger {debugger}: name {' or '.join(DEBUGGERS)}.")
        self.expression = expression
        self.pause = pause
        self._code = compile(tree, _FILE, "eval")
        if debugger == "pdb":
            self._set_trace, file = _open_pdb, _FILE
            source = f"set_trace()\nwhy = {expression!r}  # {_HELP}\n"
            linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)
        else:
            source = f"set_trace()\nwhy = {expression!r}\n"
            self._set_trace, file = _wait_for_editor(), _write_for_editor(source)
        self._stop = compile(source, file, "exec")

    def __call__(self, later: Mapping[str, Callable[[], object]], **here: object) -> None:
        """Opens the debugger if the expression is true of these names.

        Args:
            later: functions that work a value out when the expression or the debugger needs it.
            here: values that are there anyway.
        """
        names = _Names(later, here)
        try:
            found = eval(self._code, names)  # noqa: S307 - the user's own, from the command line
        except Exception as error:
            raise BreakError(f"{self.expression!r} failed: {error!r}.") from error
        if not found:
            return
        scope = {name: names[name] for name in (*here, *later)} | {"set_trace": self._set_trace}
        with self.pause():
            exec(self._stop, scope)  # noqa: S102 - opens the debugger, no more


class _Names(dict[str, object]):
    """Values by name; some are worked out when they are asked for, and once."""

    def __init__(
        self, later: Mapping[str, Callable[[], object]], here: Mapping[str, object]
    ) -> None:
        super().__init__(here)
        self._later = later

    def __missing__(self, name: str) -> object:
        if name not in self._later:
            raise KeyError(name)
        self[name] = self._later[name]()
        return self[name]


def _open_pdb() -> None:
    """Opens pdb where it is called; unlike `pdb.set_trace` it leaves ctrl-C to the program."""
    here = inspect.currentframe()
    pdb.Pdb(nosigint=True).set_trace(here and here.f_back)


def _wait_for_editor() -> Callable[[], None]:
    """Opens the port for an editor, which is waited for at the first stop."""
    try:
        debugpy = importlib.import_module("debugpy")
    except ImportError as error:
        raise BreakError("debugpy is not installed: run pip install debugpy.") from error
    try:
        debugpy.listen(ADDRESS)
    except RuntimeError as error:
        raise BreakError(
            f"Port {ADDRESS[1]}, where an editor looks for debugpy, is taken: end the program that "
            "has it, perhaps another sayso that waits."
        ) from error

    def set_trace() -> None:
        debugpy.wait_for_client()
        debugpy.breakpoint()

    return set_trace


def _write_for_editor(source: str) -> str:
    """Writes the place of the stop to a file: without one an editor takes it for a library's."""
    folder = mkdtemp(prefix="sayso-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "break_when.py")
    path.write_text(source, encoding="utf-8")
    return str(path)
