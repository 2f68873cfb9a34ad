from dataclasses import fields, replace
from pathlib import Path

import pytest

from sayso.training.recipe import Recipe, RecipeError, make_recipe, read_recipe


@pytest.mark.parametrize("name", ["base", "refine", "small", "sample", "finetune", "finetune-keep"])
def test_the_packaged_recipes_are_read(name: str) -> None:
    assert isinstance(read_recipe(name), Recipe)


def test_what_a_file_names_is_taken_and_the_rest_keeps_its_default(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("epochs = 7\nlearning_rate = 1\n")
    assert read_recipe(str(file)) == replace(Recipe(), epochs=7, learning_rate=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("epoch = 7", "has epoch, which no recipe has"),
        ("epochs = 'many'", "epochs = 'many': it is a whole number"),
        ("epochs = true", "epochs = True: it is a whole number"),
        ("epochs = 7.5", "epochs = 7.5: it is a whole number"),
        ("epochs = 0", "above zero"),
        ("learning_rate = nan", "above zero"),
        ("learning_rate = inf", "above zero"),
        ("warmup_share = 15.0", r"warmup_share is from 0 to 0\.9, not 15\.0"),
        ("averaging = 1.5", r"averaging is from 0 to 1, not 1\.5"),
        ("distillation = nan", "distillation is from 0 to 1, not nan"),
        ("silence_share = -0.1", "silence_share is from 0 to 1"),
        ("speed_change = 1", "speed_change is from 0 to"),
        ("shift_ms = 2000.0", "shift_ms is from 0 to 1000"),
        ("mel_masks = -1", "mel_masks is from 0 to 40"),
        ("frame_mask_width = 99", "frame_mask_width is from 0 to 98"),
        ("noise_snr_low_db = inf", "noise_snr_low_db is from"),
        ("noise_snr_low_db = 40.0", "noise_snr_low_db is at most its noise_snr_high_db"),
        ("unknown_share = 0.7\nsilence_share = 0.4", "below 1 together"),
        ("unknown_share = 0.3\nother_words_share = 0.7", "below 1 together"),
        ("architecture = 'transformer'", "no architecture transformer"),
        ("epochs = ", "is not a recipe in TOML"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(RecipeError, match=sentence):
        read_recipe(str(file))


def test_every_number_of_a_recipe_is_checked() -> None:
    for field in fields(Recipe):
        if field.name != "architecture":
            with pytest.raises(RecipeError, match=field.name):
                make_recipe({field.name: int(-1e9)}, "mine.toml")


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no recipe .*none\.toml: name a TOML file"):
        read_recipe(str(tmp_path / "none.toml"))
