"""The figures of this lesson, with their controls and questions."""

from __future__ import annotations

from sayso.lessons.lesson import Control, Panel, Question, Recording
from sayso.lessons.sound.functions import (
    above,
    below_peak,
    best_split,
    quietest,
    speech_band,
    window_levels,
)
from sayso.lessons.sound.padding import FILLS, split
from sayso.lessons.sound.pictures import (
    NOISES_DB,
    TASKS,
    WORDS,
    edges,
    equal,
    lengths,
    libraries,
    told,
    truth,
)
from sayso.lessons.sound.values import (
    FORGOTTEN_S,
    LIBROSAS_DB,
    MISSING_MS,
    PLAIN_DB,
    TOP_DB,
    WORD,
    librosa_keeps_ms,
    with_forgotten,
    word_seconds,
)
from sayso.lessons.sound.ways import has_webrtcvad, share_cut
from sayso.prepare import durations, equalise, find_edges, trim
from sayso.prepare.durations import target_s
from sayso.prepare.libraries import _librosa, _scipy
from sayso.prepare.synthetic import marked_clip

_LENGTHS_MS = (300, 500, 700, 1000, 1500)
_CLIP = Control("clip", "Word", tuple(range(len(WORDS))), 0, WORDS)
_OWN = Recording("own", "Or a recording of your own", instead_of="clip")

PANELS = (
    Panel(
        "edges",
        "One clip, four opinions",
        edges,
        (
            Control("plain_db", "Plain threshold, dB", tuple(range(-70, -19, 10)), PLAIN_DB),
            Control(
                "top_db", "librosa: dB below the peak", (10, 20, 30, 40, 50, LIBROSAS_DB), TOP_DB
            ),
            Control(
                "noise",
                "Beside it",
                tuple(range(len(NOISES_DB))),
                0,
                ("a quiet room", *(f"a tap, {db:g} dB softer" for db in NOISES_DB[1:] if db)),
            ),
            _CLIP,
            _OWN,
        ),
        (
            above,
            window_levels,
            below_peak,
            *(() if has_webrtcvad() else (speech_band,)),
            find_edges,
        ),
        Question(
            f"“{WORD}”, one second in a quiet room. librosa keeps what is less than "
            f"{LIBROSAS_DB:g} dB below the loudest window unless you say otherwise. How many of "
            "the 1000 milliseconds are kept?",
            librosa_keeps_ms,
            {"top_db": LIBROSAS_DB, "noise": 0, "clip": 0},
        ),
    ),
    Panel(
        "truth",
        "Where the truth is known",
        truth,
        (
            Control("plain_db", "Plain threshold, dB", tuple(range(-70, -19, 5)), PLAIN_DB),
            Control(
                "top_db", "librosa: dB below the peak", (*range(10, 56, 5), LIBROSAS_DB), TOP_DB
            ),
        ),
        (marked_clip, share_cut),
    ),
    Panel(
        "lengths",
        "How long is a word?",
        lengths,
        (
            Control("forgotten", "Recordings nobody stopped", (0, 1, 2, 3), 0),
            Control(
                "target", "As long as the", (0, 1, 2), 1, ("mean", "median", "95th percentile")
            ),
        ),
        (durations, target_s),
        Question(
            f"{len(word_seconds())} words are {with_forgotten(0).mean:.2f} s long on average. One "
            f"more recording comes in: somebody forgot to stop it, and it has {FORGOTTEN_S:g} s. "
            "What is the average now, in seconds?",
            lambda: with_forgotten(1).mean,
            {"forgotten": 1, "target": 0},
            "x",
        ),
    ),
    Panel(
        "equal",
        "Equally long",
        equal,
        (
            _CLIP,
            Control("length_ms", "Length, ms", _LENGTHS_MS, 1000),
            Control("fill", "Filled with", (0, 1), 1, FILLS),
            _OWN,
        ),
        (trim, equalise),
    ),
    Panel(
        "told",
        "What padding gives away",
        told,
        (
            Control("fill", "Filled with", (0, 1), 0, FILLS),
            Control("missing_ms", "Stopped early by, ms", (10, 20, 50, 100, 200, 300), MISSING_MS),
        ),
        (quietest, best_split),
        Question(
            f"Half of the clips come from a recorder that stops {MISSING_MS} ms early; the end is "
            "filled up with zeros. You know nothing of a clip but the level of its quietest 10 ms. "
            "For what percentage of the clips can you tell which recorder it was?",
            lambda: 100 * split("zeros", MISSING_MS).right,
            {"fill": 0, "missing_ms": MISSING_MS},
        ),
    ),
    Panel(
        "libraries",
        "Which library for what",
        libraries,
        (
            Control(
                "task",
                "To compare",
                tuple(range(len(TASKS))),
                2,
                tuple(name for _, name, _ in TASKS),
            ),
        ),
        (_scipy, _librosa),
    ),
)
