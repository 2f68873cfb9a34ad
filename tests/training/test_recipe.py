from dataclasses import replace
from pathlib import Path

import pytest

from sayso.training.recipe import Recipe, RecipeError, read_recipe


@pytest.mark.parametrize("name", ["base", "refine", "small", "sample"])
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
        ("epochs = 'many'", "epochs = 'many': it is a int"),
        ("epochs = true", "epochs = True: it is a int"),
        ("epochs = 7.5", "epochs = 7.5: it is a int"),
        ("epochs = 0", "above zero"),
        ("unknown_share = 0.7\nsilence_share = 0.4", "below 1 together"),
        ("architecture = 'transformer'", "no architecture transformer"),
        ("epochs = ", "is not a recipe in TOML"),
    ],
)
def test_a_recipe_that_means_nothing_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(RecipeError, match=sentence):
        read_recipe(str(file))


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no recipe .*none\.toml: name a TOML file"):
        read_recipe(str(tmp_path / "none.toml"))
