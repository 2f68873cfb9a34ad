"""What a lesson is made of: the lesson itself, panels, their controls and their questions."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from sayso.audio import Sound
from sayso.errors import SaysoError

NO_RECORDINGS: Mapping[str, Sound] = MappingProxyType({})


class LessonError(SaysoError):
    """A lesson, panel or value of a control that does not exist."""


@dataclass(frozen=True)
class Control:
    """A slider over a few values.

    Attributes:
        name: the parameter of the panel's `draw` that it sets.
        label: what stands beside it.
        values: all the values it can have, in order.
        start: the one it begins with.
        names: what to show for each value, where the number alone says too little.
    """

    name: str
    label: str
    values: tuple[float, ...]
    start: float
    names: tuple[str, ...] = ()

    def read(self, text: str) -> float:
        """The value that a text stands for.

        Raises:
            LessonError: the control has no such value.
        """
        try:
            wanted = float(text)
        except ValueError:
            wanted = math.nan
        for value in self.values:
            if math.isclose(value, wanted, rel_tol=1e-9):
                return value
        raise LessonError(
            f"{self.label} cannot be {text[:40]!r}: "
            f"choose one of {len(self.values)} values from {self.values[0]:g} "
            f"to {self.values[-1]:g}."
        )

    def show(self, value: float) -> str:
        """What a reader sees for one of the values."""
        return self.names[self.values.index(value)] if self.names else f"{value:g}"


@dataclass(frozen=True)
class Recording:
    """A recording of the reader's own, from a file or the microphone.

    In a static copy there is none: what is drawn without it has to be whole.

    Attributes:
        name: the parameter of the panel's `draw` that it sets: `(samples,)` of any length, or None
            until one is given.
        label: what stands beside it.
        instead_of: the control that means nothing while there is a recording, if any.
    """

    name: str
    label: str = "Your own recording"
    instead_of: str = ""

    def read(self, text: str, recordings: Mapping[str, Sound]) -> Sound | None:
        """The recording that a text names; None where it is no longer there.

        Args:
            text: the SHA-256 of a recording, in hexadecimal digits.
            recordings: those that are there.

        Raises:
            LessonError: the text is not the name of any recording.
        """
        if not re.fullmatch("[0-9a-f]{64}", text):
            raise LessonError(f"{text[:40]!r} is no recording: it is named by its SHA-256.")
        return recordings.get(text)


def write(value: float) -> str:
    """The text by which an address names a control's value."""
    return f"{value:.12g}"


@dataclass(frozen=True)
class Question:
    """What the reader predicts before a panel shows its figure.

    Attributes:
        text: the question, whose answer is a number.
        answer: computes it.
        at: the values of the controls at which the figure shows it.
        axis: the axis of the figure on which the answer lies, to mark the guess there, if any.
    """

    text: str
    answer: Callable[[], float]
    at: Mapping[str, float]
    axis: Literal["x", "y"] | None = None


@dataclass(frozen=True)
class Picture:
    """A plotly figure, and in one sentence what is to be seen in it.

    Attributes:
        figure: of plotly.
        caption: the sentence.
        complete: False while what it shows is still being computed; it is asked for again then.
        sounds: what can be played below it: a button's text, and `(samples,)` at 16 kHz.
    """

    figure: Any
    caption: str
    complete: bool = True
    sounds: tuple[tuple[str, Sound], ...] = ()


@dataclass(frozen=True)
class Panel:
    """A figure that answers to controls, beside the source of the functions that it is made of.

    Attributes:
        name: its place in the prose, and its part of the address.
        title: a few words.
        draw: makes the picture; its parameters are the names of the controls.
        controls: the sliders, and places for a recording of the reader's own.
        functions: those whose source is shown.
        question: asked before the figure is shown.
        needs_torch: whether its figure is made with PyTorch, in a lesson that else works without.
    """

    name: str
    title: str
    draw: Callable[..., Picture]
    controls: tuple[Control | Recording, ...]
    functions: tuple[Callable[..., object], ...]
    question: Question | None = None
    needs_torch: bool = False

    @property
    def sliders(self) -> tuple[Control, ...]:
        """The controls that are sliders."""
        return tuple(control for control in self.controls if isinstance(control, Control))

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """The controls that take a recording."""
        return tuple(control for control in self.controls if isinstance(control, Recording))

    @property
    def lacks(self) -> str | None:
        """What to install before the figure can be drawn, in one sentence."""
        return _lacks_torch(f"The figure “{self.title}”") if self.needs_torch else None

    def read(
        self, query: Mapping[str, str], recordings: Mapping[str, Sound] = NO_RECORDINGS
    ) -> dict[str, float | Sound | None]:
        """The values of the controls that a query gives; those not named are at their start.

        Args:
            query: values as texts, by control.
            recordings: those that the query may name, by SHA-256.

        Raises:
            LessonError: the query names a control or a value that the panel does not have.
        """
        controls = {control.name: control for control in self.controls}
        values: dict[str, float | Sound | None] = {each.name: None for each in self.recordings}
        values |= {slider.name: slider.start for slider in self.sliders}
        for name, text in query.items():
            control = controls.get(name)
            if control is None:
                raise LessonError(f"There is no control {name[:40]!r} here.")
            if isinstance(control, Recording):
                values[name] = control.read(text, recordings)
            else:
                values[name] = control.read(text)
        return values


@dataclass(frozen=True)
class Lesson:
    """One lesson: a folder of the package whose `__init__.py` names this.

    Attributes:
        order: lessons are sorted by it.
        title: one or two words.
        point: what it shows, in one sentence.
        package: the `__name__` of the folder's package.
        needs_torch: whether its figures are made with PyTorch.
    """

    order: int
    title: str
    point: str
    package: str
    needs_torch: bool = False

    @property
    def name(self) -> str:
        """The folder's name, by which the lesson is called."""
        return self.package.rpartition(".")[2]

    @property
    def folder(self) -> Path:
        """Where the lesson's files lie."""
        return Path(__file__).parent / self.name

    @property
    def lacks(self) -> str | None:
        """What to install before the lesson's figures can be drawn, in one sentence."""
        return _lacks_torch(f"The lesson {self.name}") if self.needs_torch else None

    def part(self, name: str) -> ModuleType:
        """One of the lesson's modules: `panels`, `values`, `exercise`, `checks`, `solution`."""
        return import_module(f"{self.package}.{name}")

    @property
    def panels(self) -> dict[str, Panel]:
        """The panels by name."""
        panels: tuple[Panel, ...] = self.part("panels").PANELS
        return {panel.name: panel for panel in panels}

    def panel(self, name: str) -> Panel:
        """The panel of that name.

        Raises:
            LessonError: there is none.
        """
        if name not in self.panels:
            raise LessonError(f"The lesson {self.name} has no panel {name[:40]!r}.")
        return self.panels[name]

    def source(self, part: str) -> str:
        """The text of one of the lesson's files, such as `exercise.py`."""
        return (self.folder / part).read_text(encoding="utf-8")


def _lacks_torch(what: str) -> str | None:
    if find_spec("torch") is None:
        return f'{what} needs PyTorch: run pip install "sayso[train]".'
    return None
