"""Everything that decides what a training run learns, as one flat, named list of values."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from importlib import resources
from math import inf
from pathlib import Path

from sayso.errors import SaysoError
from sayso.network import ARCHITECTURES
from sayso.network.features import FRAMES, MELS

_KINDS = {int: "a whole number", float: "a number", str: "a name in quotes"}
RANGES = (  # the lowest and the highest value that makes sense, and of what
    (0, 1, ("label_smoothing", "distillation", "averaging", "balance", "weight_decay")),
    (0, 1, ("unknown_share", "other_words_share", "silence_share", "beep_share")),
    (0, 1, ("made_unknown_share", "noise_probability", "colour_probability")),
    (0, 0.9, ("warmup_share", "speed_change")),
    (0, 1000, ("shift_ms",)),  # the whole clip
    (-100, 100, ("noise_snr_low_db", "noise_snr_high_db")),
    (0, MELS, ("mel_masks", "mel_mask_width")),
    (0, FRAMES, ("frame_masks", "frame_mask_width")),
)


class RecipeError(SaysoError):
    """A recipe that is missing, not TOML, or has a key or value that means nothing."""


@dataclass(frozen=True)
class Recipe:
    """The values of a training run; two runs with equal recipe, seed and data learn the same."""

    architecture: str = "residual"
    epochs: int = 60
    batch_size: int = 128  # over all processes together
    learning_rate: float = 4e-3  # the peak of one cycle (arXiv 1708.07120)
    warmup_share: float = 0.15  # of all steps, before the peak
    weight_decay: float = 0.02  # AdamW's; most of the guard is in the augmentation
    label_smoothing: float = 0.1
    distillation: float = 0.7  # of the loss, where a teacher is given
    averaging: float = 0.999  # of the weights, a step: some four passes over 32 000 clips
    balance: float = 0.5  # a word of n clips is drawn n ** balance often: 0 all alike
    unknown_share: float = 0.06  # of the drawn examples
    silence_share: float = 0.03
    other_words_share: float = 0.0  # of words not asked for, told apart by a second classifier
    beep_share: float = 0.0  # of silence, with beeps or clicks in it
    noise_probability: float = 0.7
    noise_snr_low_db: float = 0.0
    noise_snr_high_db: float = 30.0
    made_unknown_share: float = 0.0  # of the words drawn become speech that is none of them
    colour_probability: float = 0.3  # of another room and microphone
    shift_ms: float = 100.0  # earlier or later
    speed_change: float = 0.15  # resampling: faster and higher, or slower and lower
    mel_masks: int = 2
    mel_mask_width: int = 7  # bands, of 40
    frame_masks: int = 2
    frame_mask_width: int = 25  # frames of 10 ms, of 98

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise RecipeError(
                f"There is no architecture {self.architecture}: name one of "
                f"{', '.join(ARCHITECTURES)}."
            )
        if not all(0 < value < inf for value in (self.epochs, self.batch_size, self.learning_rate)):
            raise RecipeError("A recipe's epochs, batch_size and learning_rate are above zero.")
        for low, high, names in RANGES:
            for name in names:
                if not low <= getattr(self, name) <= high:
                    raise RecipeError(
                        f"A recipe's {name} is from {low} to {high}, not {getattr(self, name)}."
                    )
        if self.noise_snr_low_db > self.noise_snr_high_db:
            raise RecipeError("A recipe's noise_snr_low_db is at most its noise_snr_high_db.")
        if self.unknown_share + self.other_words_share + self.silence_share >= 1:
            raise RecipeError(
                "A recipe's unknown_share, other_words_share and silence_share are below 1 "
                "together."
            )


def read_recipe(name: str) -> Recipe:
    """Reads a recipe that the package has (`base`, `refine`, …, see `recipes/`) or a TOML file.

    Raises:
        RecipeError: there is no such recipe, or it holds a key that no recipe has.
    """
    packaged = resources.files("sayso.training").joinpath("recipes", f"{name}.toml")
    source = packaged if packaged.is_file() else Path(name)
    if not source.is_file():
        raise RecipeError(
            f"There is no recipe {name}: name a TOML file, or base, refine, small, sample or "
            "finetune (with words that stay: finetune-keep)."
        )
    try:
        values = tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{name} is not a recipe in TOML: {error}.") from error
    return make_recipe(values, name)


def make_recipe(values: dict[str, object], name: str) -> Recipe:
    """Makes a recipe of named values; those not named keep their default."""
    fields = {field.name: type(field.default) for field in dataclasses.fields(Recipe)}
    for key, value in values.items():
        if key not in fields:
            raise RecipeError(f"{name} has {key}, which no recipe has: {', '.join(fields)}.")
        accepted = (int, float) if fields[key] is float else fields[key]
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise RecipeError(f"{name} has {key} = {value!r}: it is {_KINDS[fields[key]]}.")
    return Recipe(**values)  # type: ignore[arg-type]  # the loop above checked names and types
