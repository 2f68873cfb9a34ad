"""The figures of this lesson."""

from __future__ import annotations

import numpy as np

from sayso.lessons.calculus.functions import slope
from sayso.lessons.filters.convolution import kernel_gradient, lay, touched
from sayso.lessons.filters.curves import ORDINALS, blame, nudge, onset, real
from sayso.lessons.filters.data import (
    PROMISES,
    RIGHT,
    START,
    STEPS,
    WANTED,
    after_steps,
    before_step,
    examples,
    first_kernels,
    learned,
)
from sayso.lessons.filters.functions import errors, learn, loss, step, weight_gradient
from sayso.lessons.filters.ideals import IDEALS, likeness, most_alike
from sayso.lessons.filters.network import loss_and_gradient
from sayso.lessons.filters.pictures import answers, sixteen
from sayso.lessons.filters.tape import Tape
from sayso.lessons.filters.values import (
    CLEAR,
    PROMISE,
    WORD,
    clear_kernels,
    toy_gradient,
    valley,
)
from sayso.lessons.glass import clip_words
from sayso.lessons.lesson import Control, Panel, Question, Recording
from sayso.lessons.shift.functions import convolve

_WHICH = Control("weight", "Weight", (1, 2, 3), 1, ORDINALS)
_STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, STEPS)


def _clearest() -> int:
    """The number of the kernel that is most like an ideal one."""
    return 1 + int(np.argmax([abs(most_alike(kernel)[1]) for kernel in first_kernels()]))


_CLIPS = clip_words()
_ANSWERED = 9  # clips beside the 16 kernels; more would make the static copy large

PANELS = (
    Panel(
        "nudge",
        "One weight by hand",
        nudge,
        (_WHICH, Control("value", "Its value", tuple(n / 4 for n in range(-8, 9)), START[0])),
        (convolve, loss, slope),
        Question(
            f"The right filter is {RIGHT[0]:g}, {RIGHT[1]:g}, {RIGHT[2]:g}. The second and third "
            f"weight are still wrong, at {START[1]:g} and {START[2]:g}. With which value of the "
            "first one is the loss smallest?",
            lambda: valley(0),
            {"weight": 1, "value": round(4 * valley(0)) / 4},
            "x",
        ),
    ),
    Panel(
        "blame",
        "Who touched what",
        blame,
        (_WHICH, Control("places", "Places done", tuple(range(1, len(WANTED) + 1)), 1)),
        (errors, weight_gradient),
        Question(
            f"With the first weight at {START[0]:g} the figure above has a slope. Look there "
            "and read it: to what will the products add up after the last place?",
            lambda: toy_gradient()[0],
            {"weight": 1, "places": len(WANTED)},
        ),
    ),
    Panel(
        "onset",
        "From noise to a filter",
        onset,
        (
            Control("steps", "Steps", _STEPS, 0),
            Control("clip", "Word", tuple(range(len(examples()))), 0, tuple(examples())),
        ),
        (learn, step, kernel_gradient),
        Question(
            "Where the sound begins, the third weight is to answer with one; none of the five will "
            "be beyond 0.1 or -0.1 in the end. What will the first one be, two frames earlier?",
            lambda: learned()[-1][0],
            {"steps": STEPS, "clip": 0},
            "y",
        ),
    ),
    Panel(
        "sixteen",
        "The sixteen",
        sixteen,
        (Control("ideal", "Looking for", tuple(range(len(IDEALS))), 1, tuple(IDEALS)),),
        (likeness,),
        Question(
            "Seven ideal kernels are compared with the 16 learned ones. How many of the 16 are at "
            f"least {CLEAR} like one of the seven or its opposite?",
            clear_kernels,
            {"ideal": 5},
        ),
    ),
    Panel(
        "answers",
        "What a kernel answers to",
        answers,
        (
            Control("kernel", "Kernel", tuple(range(1, 17)), _clearest()),
            Control("clip", "Word", tuple(range(_ANSWERED)), 0, _CLIPS[:_ANSWERED]),
            Recording("own", "Or a word of your own", instead_of="clip"),
        ),
        (touched, lay),
    ),
    Panel(
        "real",
        "One real step",
        real,
        (
            Control(
                "promise",
                "Promised to go",
                PROMISES,
                0,
                tuple(f"{100 * promise:.0f} %" for promise in PROMISES),
            ),
            Control("clip", "Word", tuple(range(len(_CLIPS))), _CLIPS.index(WORD), _CLIPS),
        ),
        (loss_and_gradient, Tape.convolve, step),
        Question(
            f"The gradient promises that this step takes {100 * PROMISE:.0f} % of the loss away. "
            "It only knows the ground under its feet. What percentage of the loss is left?",
            lambda: 100 * after_steps(WORD)[PROMISES.index(PROMISE)] / before_step(WORD)[0],
            {"promise": PROMISE, "clip": _CLIPS.index(WORD)},
            "y",
        ),
    ),
)
