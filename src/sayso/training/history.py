"""How a run goes, epoch by epoch: as a table, and as a page that opens without a network."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plotly import graph_objects
from plotly.subplots import make_subplots

from sayso.files import atomic_path


@dataclass(frozen=True)
class Epoch:
    """How one pass over the data went; accuracies are shares."""

    epoch: int  # counted from 1
    learning_rate: float
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float  # words told from each other, `_unknown_` and `_silence_` left out
    validation_accuracy_open: float  # all clips, all classes
    seconds: float


def best_of(history: Sequence[Epoch]) -> Epoch:
    """The epoch whose weights are kept: most words right in validation, of equals the last.

    The later, the more steps its averaged weights are the mean of.
    """
    return max(reversed(history), key=lambda epoch: epoch.validation_accuracy)


def draw_curves(history: list[Epoch], target: Path) -> None:
    """Draws loss, accuracy and learning rate; plotly.min.js is put beside the page."""
    figure = make_subplots(
        rows=3,
        shared_xaxes=True,
        vertical_spacing=0.06,
        subplot_titles=("Loss", "Accuracy (%)", "Learning rate"),
        row_heights=[0.4, 0.4, 0.2],
    )
    x = [epoch.epoch for epoch in history]
    lines = (
        ("training loss", 1, "#c0392b", [e.training_loss for e in history]),
        ("validation loss", 1, "#2471a3", [e.validation_loss for e in history]),
        ("training, augmented", 2, "#c0392b", [100 * e.training_accuracy for e in history]),
        ("validation, words", 2, "#2471a3", [100 * e.validation_accuracy for e in history]),
        (
            "validation, open",
            2,
            "#148f77",
            [100 * e.validation_accuracy_open for e in history],
        ),
        ("learning rate", 3, "#7f8c8d", [e.learning_rate for e in history]),
    )
    for name, row, color, y in lines:
        mode = "lines+markers" if len(history) < 30 else "lines"
        line = {"color": color}
        figure.add_trace(
            graph_objects.Scatter(x=x, y=y, name=name, mode=mode, line=line), row=row, col=1
        )
    figure.update_xaxes(title_text="epoch", row=3, col=1)
    figure.update_layout(template="plotly_white", height=800, hovermode="x unified")
    with atomic_path(target) as partial:
        figure.write_html(partial, include_plotlyjs="directory")


def write_history(run: Path, history: list[Epoch]) -> None:
    """Writes `history.csv` and `curves.html`."""
    with (
        atomic_path(run / "history.csv") as partial,
        partial.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.DictWriter(file, [field.name for field in dataclasses.fields(Epoch)])
        writer.writeheader()
        writer.writerows(dataclasses.asdict(epoch) for epoch in history)
    draw_curves(history, run / "curves.html")
