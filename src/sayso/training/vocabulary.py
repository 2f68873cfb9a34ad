"""A second task while training: to tell apart everything that is said, not the words alone.

A network that learns a few words hears what tells these apart and little else. Where the data has
other words too, whose names are known though nobody asked for them, a second classifier learns to
tell them from each other and from the words. What it makes the network hear helps with words that
come later, taught or trained on; the classifier itself is not exported (Caruana, "Multitask
Learning", Machine Learning 28, 1997).
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from sayso.corpus import Clip
from sayso.network import Output
from sayso.training.recipe import Recipe

NONE = -1  # the place of what has no name: noise, speech in `_unknown_`, words cut up
SHARE = 0.6  # of the second task's loss beside the first's


def vocabulary(clips: Sequence[Clip], words: Sequence[str], recipe: Recipe) -> tuple[str, ...]:
    """What the second classifier tells apart: words, words backwards, other words.

    It is empty where the recipe draws no other words, and where there are none.
    """
    others = sorted({clip.other for clip in clips if clip.other})
    if not recipe.other_words_share or not others:
        return ()
    return (*words, *map(backwards, words), *others)


def backwards(word: str) -> str:
    """The name of a word played backwards, which is another word with the voices of this one."""
    return f"{word} backwards"


def second_loss(output: Output, spoken: Tensor, recipe: Recipe) -> Tensor | float:
    """The second task's loss, 0 without one.

    Args:
        output: what the network said.
        spoken: `(batch,)`, places in the vocabulary, or `NONE`.
        recipe: `label_smoothing`.
    """
    if output.spoken is None:
        return 0.0
    loss = functional.cross_entropy(
        output.spoken,
        spoken,
        ignore_index=NONE,
        label_smoothing=recipe.label_smoothing,
        reduction="sum",  # over the batch's size, so that a batch without names counts as nothing
    )
    return SHARE * loss / len(spoken)
