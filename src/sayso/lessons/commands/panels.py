"""The panels of this lesson."""

from __future__ import annotations

from collections.abc import Callable

from sayso.corpus import speaker_of, split_of
from sayso.corpus.noise import add_noise
from sayso.lessons.commands.data import said_again
from sayso.lessons.commands.functions import (
    bands,
    log_floor,
    mel_filters,
    nearest,
    spectrum,
    without_mean,
)
from sayso.lessons.commands.measure import (
    FLOORS_DB,
    MEL_BANDS,
    PACKAGED_DB,
    PACKAGED_MS,
    WINDOWS_MS,
    measured,
)
from sayso.lessons.commands.network_figures import SHOWN_WORDS, STAGES, changes, layers
from sayso.lessons.commands.run_figures import CURVES, WHOSE, curve, hear, parts
from sayso.lessons.commands.runs import HAS_TORCH
from sayso.lessons.commands.sound_figures import STEP_NAMES, knob, leak, people, steps
from sayso.lessons.commands.values import bytes_of, recorded, weight_share
from sayso.lessons.glass import clip_words
from sayso.lessons.layers import run_layers
from sayso.lessons.lesson import Control, Panel, Question, Recording
from sayso.recognition import Scan
from sayso.training.history import Epoch, write_history

_CHANGES: tuple[Callable[..., object], ...] = (add_noise,)
if HAS_TORCH:
    from sayso.training.augment import augment

    _CHANGES = (augment,)

_SHOWN = Control("clip", "Word", tuple(range(len(SHOWN_WORDS))), 0, SHOWN_WORDS)
_WORDS = Control("clip", "Word", tuple(range(len(clip_words()))), 0, clip_words())
_OWN = Recording("own", "Or a word of your own", instead_of="clip")
_RULES = (0, 10, 20, 30, 40, 50, 60)

PANELS = (
    Panel(
        "people",
        "Who trains, who does not",
        people,
        (
            Control(
                "split",
                "Split by",
                _RULES,
                0,
                ("the sample's list", *(f"the rule, {percent} %" for percent in _RULES[1:])),
            ),
            Control("by", "Count by", (0, 1), 0, ("speaker", "word")),
        ),
        (split_of, speaker_of),
    ),
    Panel(
        "leak",
        "A voice that it knows",
        leak,
        (Control("chosen", "Clips", (0, 1), 1, ("all", "said more than once")),),
        (nearest,),
        Question(
            f"For {said_again().sum()} clips of the sample the speaker says the word in another "
            f"clip too. The most similar clip of all is of the same word in "
            f"{measured()['again by own voice'] / said_again().sum():.0%} of them. In how many "
            "percent, when it has to be another person's?",
            lambda: 100 * measured()["again"] / float(said_again().sum()),
            {"chosen": 1},
            "y",
        ),
    ),
    Panel(
        "steps",
        "From sound to features",
        steps,
        (Control("step", "Step", tuple(range(len(STEP_NAMES))), 0, STEP_NAMES), _WORDS, _OWN),
        (spectrum, bands, log_floor, without_mean),
    ),
    Panel(
        "knob",
        "How much to throw away",
        knob,
        (
            Control("window_ms", "Window, milliseconds", WINDOWS_MS, PACKAGED_MS),
            Control("mels", "Mel bands", MEL_BANDS, 40),
            Control("floor_db", "Floor, decibels below the mean", FLOORS_DB, PACKAGED_DB),
        ),
        (mel_filters,),
    ),
    Panel(
        "layers",
        "A second on its way",
        layers,
        (Control("stage", "After", tuple(range(len(STAGES))), 0, STAGES), _SHOWN),
        (run_layers,),
        Question(
            "The first two layers are the only ones that look at the picture as a picture. How "
            "many percent of all the weights do they have?",
            lambda: 100 * weight_share("first two layers"),
            {"stage": 2, "clip": 0},
        ),
    ),
    Panel(
        "changes",
        "Never the same clip twice",
        changes,
        (Control("draw", "Draw", tuple(range(13)), 0, ("none", *map(str, range(1, 13)))), _SHOWN),
        _CHANGES,
        needs_torch=True,
    ),
    Panel(
        "curve",
        "Learning",
        curve,
        (
            Control("shown", "Show", (0, 1, 2), 0, CURVES),
            Control("whose", "Run", (0, 1), 0, WHOSE),
        ),
        (Epoch, write_history),
        Question(
            f"After {recorded().epochs} passes over the sample, how many percent of the words in "
            "the clips that were kept back does the network know?",
            lambda: 100 * recorded().done[-1].validation_accuracy,
            {"shown": 0, "whose": 0},
            "y",
        ),
    ),
    Panel(
        "parts",
        "What is in the file",
        parts,
        (Control("whose", "Model", (0, 1), 0, ("the shipped one", "yours")),),
        (bytes_of,),
    ),
    Panel(
        "hear",
        "What it hears",
        hear,
        (_WORDS, _OWN),
        (Scan.best,),
    ),
)
