"""The figures of this lesson."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from sayso.lessons import plot
from sayso.lessons.glass import clip_words
from sayso.lessons.lesson import Control, Panel, Picture, Question
from sayso.lessons.loader.functions import Clips, by_hand, cut, measure, with_loader, work
from sayso.lessons.loader.measured import Loaded, Measured, machine, measured
from sayso.lessons.loader.timing import CLIPS as TIMED
from sayso.lessons.loader.timing import SIZE as TIMED_SIZE
from sayso.lessons.loader.timing import loaders
from sayso.lessons.loader.values import BATCHES, LEARN_S, enough_workers, order_of
from sayso.training.loader import Batches

CLIPS = 100
SIZE = 4  # clips in a batch that is drawn
_EVERY = 40  # samples; one in so many is drawn
_COLORS = {"Grey": plot.GREY, "orange": plot.ORANGE, "blue": plot.BLUE, "green": plot.GREEN}
_MISTAKES = ("none", "begins one too early", "begins one too late", "leaves out the first")


def used(size: int, mistake: int) -> list[int]:
    """How often each clip is used in an epoch whose batches are cut with one of the mistakes."""
    step = size + (0, -1, 1, 0)[mistake]
    batches = cut(CLIPS, size, first=int(mistake == 3), step=step)
    return [sum(clip in batch for batch in batches) for clip in range(CLIPS)]


def epoch(size: int, mistake: int) -> Picture:
    """How often each clip is used, cut by hand and cut by the package's sampler."""
    times = used(size, mistake)
    sampled = np.bincount(np.concatenate([*Batches(CLIPS, size, whole=False)]), minlength=CLIPS)
    colors = [plot.BLUE if count == 1 else plot.ORANGE for count in times]
    made = plot.figure(
        go.Bar(x=list(range(CLIPS)), y=times, marker={"color": colors}),
        go.Scatter(x=list(range(CLIPS)), y=sampled, line={"color": plot.GREY, "dash": "dot"}),
        x="clip",
        y="times used in an epoch",
        bargap=0.15,
    )
    made.update_yaxes(range=[0, 2.4], dtick=1)
    twice, never = sum(count > 1 for count in times), times.count(0)
    return Picture(
        made,
        f"{CLIPS} clips in batches of {size}, cut by hand: {twice} used more than once, {never} "
        "never. Python is content with all of it. Dotted: the sampler.",
    )


def equal(batch: int) -> Picture:
    """One batch, made by hand and by the loader, drawn over each other."""
    words, order = clip_words(), order_of(0)
    hand = list(by_hand(words, order, SIZE))[batch - 1][0].numpy()  # (clips, samples)
    loaded = list(with_loader(words, order, SIZE))[batch - 1][0].numpy()
    time = np.arange(0, hand.shape[1], _EVERY) / 16_000
    traces = []
    for row in range(len(hand)):
        for sounds, line in (
            (loaded, {"color": plot.BLUE, "width": 3}),
            (hand, {"color": plot.ORANGE, "width": 1}),
        ):
            traces.append(go.Scatter(x=time, y=sounds[row, ::_EVERY] - 2 * row, line=line))
    made = plot.figure(*traces, x="seconds", y="clip in the batch")
    chosen = [words[i] for i in order[(batch - 1) * SIZE : batch * SIZE]]
    made.update_yaxes(tickvals=[-2 * row for row in range(len(hand))], ticktext=chosen)
    return Picture(
        made,
        f"Batch {batch} of {len(order) // SIZE}, {hand.shape[0]} clips of {hand.shape[1]} "
        f"samples: the largest difference is {np.abs(hand - loaded).max():g}.",
    )


def waiting(workers: int, make_s: float) -> Picture:
    """Who makes and who learns when, batch by batch."""
    times = np.array(work(BATCHES, make_s, LEARN_S, workers))
    rows = np.arange(1, BATCHES + 1)
    made = plot.figure(
        go.Bar(
            orientation="h",
            y=rows,
            base=times[:, 0],
            x=times[:, 1] - times[:, 0],
            marker={"color": plot.GREY},
        ),
        go.Bar(
            orientation="h",
            y=rows,
            base=times[:, 2] - LEARN_S,
            x=np.full(BATCHES, LEARN_S),
            marker={"color": plot.BLUE},
        ),
        x="seconds",
        y="batch",
        barmode="overlay",
    )
    made.update_yaxes(autorange="reversed", dtick=1)
    made.update_xaxes(range=[0, BATCHES * (make_s + LEARN_S)])
    total = times[-1, 2]
    return Picture(
        made,
        f"Grey is making, blue is learning. With {workers or 'no'} worker{'s' * (workers != 1)} "
        f"{BATCHES} batches take {total:.1f} s; for {1 - BATCHES * LEARN_S / total:.0%} of that "
        "the network waits.",
    )


def timed(clips: int) -> Picture:
    """How long loaders with and without workers took on this machine for their first clips."""
    found = measured()
    runs = list(found.runs)
    made = plot.figure(
        *(
            go.Scatter(
                x=[0, *range(TIMED_SIZE, TIMED + 1, TIMED_SIZE)],
                y=[0.0, *run.times],
                mode="lines",
                line={"color": color, "width": 3},
            )
            for run, color in zip(runs, _COLORS.values(), strict=False)
        ),
        x="clips",
        y="seconds",
    )
    made.add_vline(x=clips, line={"color": plot.GREY, "width": 1, "dash": "dot"})
    made.update_xaxes(range=[0, TIMED])
    made.update_yaxes(rangemode="tozero")
    return Picture(made, _told(found, clips), complete=found.ended is not None)


def _told(found: Measured, clips: int) -> str:
    """What has been measured, up to a number of clips, and on what."""
    if found.ended is None:
        return f"Measuring on {machine()}: {len(found.runs)} of {len(loaders())} loaders are done."
    if found.ended:
        return f"This could not be measured: {found.ended.rstrip('.')}."
    batch = clips // TIMED_SIZE - 1
    times = "; ".join(
        f"{color}, {_named(run)}: {run.times[batch]:.2f} s (first batch {run.times[0]:.2f} s)"
        for color, run in zip(_COLORS, found.runs, strict=False)
    )
    return (
        f"{clips} clips. {times}. Making a clip takes {1000 * found.clip_s:.1f} ms, decoding it "
        f"{1000 * found.read_s:.1f} ms of them. Measured on {machine()}."
    )


def _named(run: Loaded) -> str:
    workers = f"{run.workers or 'no'} worker{'s' * (run.workers != 1)}"
    return f"{workers} by {run.start}" if run.workers else workers


PANELS = (
    Panel(
        "epoch",
        "Off by one",
        epoch,
        (
            Control("size", "Clips in a batch", (5, 8, 10, 16, 20, 32), 16),
            Control("mistake", "Each batch", (0, 1, 2, 3), 0, _MISTAKES),
        ),
        (cut, Batches.__iter__),
        Question(
            "You cut 100 clips into batches of 16, but each batch begins one clip too early. How "
            "many clips are used twice?",
            lambda: sum(count > 1 for count in used(16, 1)),
            {"size": 16, "mistake": 1},
        ),
    ),
    Panel(
        "equal",
        "The same batches",
        equal,
        (Control("batch", "Batch", tuple(range(1, 1 + len(clip_words()) // SIZE)), 1),),
        (by_hand, Clips, with_loader),
    ),
    Panel(
        "waiting",
        "Who waits for whom",
        waiting,
        (
            Control("workers", "Workers", tuple(range(7)), 0),
            Control("make_s", "Seconds to make a batch", (0.05, 0.1, 0.2, 0.3, 0.4, 0.5), 0.3),
        ),
        (work,),
        Question(
            "To make a batch takes 0.3 seconds, to learn from it 0.1. How many workers does it "
            "take until the network waits for nothing but its first batch?",
            lambda: enough_workers(0.3),
            {"workers": enough_workers(0.3), "make_s": 0.3},
        ),
    ),
    Panel(
        "timed",
        "Measured",
        timed,
        (Control("clips", "Clips", tuple(range(TIMED_SIZE, TIMED + 1, TIMED_SIZE)), TIMED // 2),),
        (measure,),
    ),
)
