"""Which checks there are: every public function of a module of checks is one, named after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, resources
from types import FunctionType, ModuleType
from typing import Any

from sayso.advice.verdict import Finding
from sayso.errors import SaysoError

MODULES = {
    "a data set": ("split_checks", "sound_checks", "word_checks"),
    "a training run": ("curve_checks", "practice_checks", "record_checks"),
    "a release": ("release_checks",),
}
"""What is looked at, and where its checks are, in the order in which they run."""


BOOK = """<!-- Written by `sayso check --explain all`. -->

# What `sayso check` looks for

What a good teacher tells beginners, as checks that run: `sayso check DIR` looks at a data set,
`sayso check RUN --data DIR` at a training run, `sayso check --all` at what is released.

Each check says *ok*, *warning* (somebody should look), *fault* (a figure would be untrue, or
training in vain) or *cannot say*, with the numbers, the first files and what to do. The exit status
is 1 where there is a fault.

The examples are Python, for a folder that holds `mine`, a copy of the bundled sample
(`sayso data sample mine`), and `run`, the folder of a training run on it
(`sayso train mine --recipe sample --out run`). Each makes a mistake that its check then finds. The
tests run them all.
"""


class AdviceError(SaysoError):
    """A check that does not exist."""


@dataclass(frozen=True)
class Check:
    """One thing that should hold; `run` looks whether it does."""

    name: str
    title: str  # the sentence that should be true
    run: Callable[[Any], Finding]


def checks_of(subject: str) -> Iterator[Check]:
    """The checks of one of the keys of `MODULES`, in order."""
    for name in MODULES[subject]:
        yield from checks_in(import_module(f"sayso.advice.{name}"))


def checks_in(module: ModuleType) -> Iterator[Check]:
    """The checks that a module holds, in the order of its lines."""
    for name, value in vars(module).items():
        is_own = isinstance(value, FunctionType) and value.__module__ == module.__name__
        if is_own and not name.startswith("_"):
            yield Check(name.replace("_", "-"), (value.__doc__ or "").partition("\n")[0], value)


def page(name: str) -> str:
    """The page of a check, in Markdown.

    Raises:
        AdviceError: there is no such check.
    """
    known = [check.name for subject in MODULES for check in checks_of(subject)]
    if name not in known:
        raise AdviceError(f"There is no check {name}: sayso check --list names them all.")
    return (resources.files("sayso.advice") / "pages" / f"{name}.md").read_text(encoding="utf-8")


def book() -> str:
    """All pages, one after the other: `docs/checks.md`."""
    parts = [BOOK]
    for subject in MODULES:
        parts.append(f"## Of {subject}\n")
        parts += [page(check.name).replace("# ", "### ", 1) for check in checks_of(subject)]
    return "\n".join(parts)
