"""The figures of a run, of the file made of it, and of what that hears."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from sayso.audio import Sound
from sayso.lessons import plot
from sayso.lessons.commands import runs
from sayso.lessons.commands.measure import measured
from sayso.lessons.commands.values import HELD_OUT, LARGEST_DIFFERENCE, bytes_of, recorded
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.lesson import Picture
from sayso.recognition import Heard, Recognizer

CURVES = ("accuracy", "loss", "learning rate")
WHOSE = ("the recorded one", "yours")
TOP = 5


def curve(shown: int, whose: int) -> Picture:
    """How a run went so far, epoch by epoch."""
    folder = runs.RUN if whose else runs.RECORDED
    run = runs.read_run(folder) if whose else recorded()
    if run is None:
        picture = curve(shown, 0)
        return Picture(
            picture.figure,
            f"There is no {folder} with an epoch done where sayso was started, so this is the "
            "recorded run: sayso train --sample makes yours.",
            complete=not runs.is_under_way(folder),
        )
    done, last = run.done, run.done[-1]
    epochs = [epoch.epoch for epoch in done]
    lines = {
        "accuracy": (
            [100 * epoch.training_accuracy for epoch in done],
            [100 * epoch.validation_accuracy for epoch in done],
        ),
        "loss": (
            [epoch.training_loss for epoch in done],
            [epoch.validation_loss for epoch in done],
        ),
        "learning rate": ([epoch.learning_rate for epoch in done],),
    }[CURVES[shown]]
    made = plot.figure(
        *(
            go.Scatter(x=epochs, y=y, mode="lines+markers", line={"color": color, "width": 3})
            for y, color in zip(lines, (plot.GREY, plot.BLUE), strict=False)
        ),
        x="epoch",
        y="percent right" if CURVES[shown] == "accuracy" else CURVES[shown],
    )
    made.update_xaxes(range=[0, run.epochs + 1])
    if CURVES[shown] == "accuracy":
        baseline = 100 * measured()["validation"] / HELD_OUT
        made.add_hline(y=baseline, line={"color": plot.ORANGE, "dash": "dot"})
        plot.label(
            made,
            run.epochs,
            baseline,
            "most similar clip",
            plot.ORANGE,
            xanchor="right",
            yanchor="top",
        )
        made.update_yaxes(range=[0, 100])
    return Picture(
        made,
        f"Epoch {last.epoch} of {run.epochs}: {last.training_accuracy:.0%} right in training, on "
        f"changed clips (grey), {last.validation_accuracy:.0%} on the clips kept back (blue); the "
        f"losses are {last.training_loss:.2f} and {last.validation_loss:.2f}.",
        complete=not runs.is_under_way(folder),
    )


def parts(whose: int) -> Picture:
    """What takes how much of a model file, and what the file says of itself."""
    model = runs.own_model() if whose else recognizer()
    missing = ""
    if not isinstance(model, Recognizer):
        missing, model = f"{model} So this is the shipped model. ", recognizer()
    sizes = bytes_of(model.model.path)
    made = plot.figure(
        go.Bar(
            x=list(sizes),
            y=[size / 1000 for size in sizes.values()],
            marker={"color": plot.BLUE},
        ),
        x="part of the file",
        y="kilobytes",
    )
    told = (
        f"{missing}{model.model.path.name}: {sum(sizes.values()) / 1e6:.1f} MB, "
        f"{len(model.words)} classes, format {model.model.metadata['sayso_model']}."
    )
    apart = runs.difference() if whose and not missing else None
    if apart is not None:
        told += f" PyTorch and ONNX Runtime differ by at most {apart:.0e}."
        if apart > LARGEST_DIFFERENCE:
            told += " That is too much: the run has learned since, so export it again."
    return Picture(made, told)


def hear(clip: int, own: Sound | None) -> Picture:
    """What the shipped model hears, and the reader's own."""
    given = read_clip(clip_words()[clip]) if own is None else own
    model = runs.own_model()
    answers = [recognizer().recognize(given)]
    if isinstance(model, Recognizer):
        answers.append(model.recognize(given))
    chances = [dict(answer.ranked) for answer in answers]
    words = list(dict.fromkeys(word for answer in answers for word, _ in answer.ranked[:TOP]))
    bars: list[Any] = [
        go.Bar(
            orientation="h",
            y=words,
            x=[100 * chance.get(word, 0.0) for word in words],
            marker={"color": color},
        )
        for chance, color in zip(chances, (plot.BLUE, plot.ORANGE), strict=False)
    ]
    made = plot.figure(*bars, x="percent", y="word", barmode="group")
    made.update_yaxes(autorange="reversed")
    made.update_xaxes(range=[0, 100])
    what = "your recording" if own is not None else f"the clip of “{clip_words()[clip]}”"
    told = f"In {what} the shipped model hears {_say(answers[0], recognizer())}"
    if isinstance(model, Recognizer):
        return Picture(made, f"{told}; yours {_say(answers[1], model)}.")
    return Picture(made, f"{told}. {model}")


def _say(heard: Heard, recognizer: Recognizer) -> str:
    threshold = recognizer.model.thresholds[recognizer.words.index(heard.word)]
    silent = "" if heard.confidence >= threshold else " and would say nothing"
    return f"“{heard.word}”, is {heard.confidence:.0%} sure{silent}"
