import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from sayso.breakpoints import Break, BreakError
from tones_corpus import write_tones

CLIPS = "src/sayso/bundled/clips"


def stopped_at(expression: str, values: list[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The values at which a debugger would have opened."""
    opened: list[int] = []
    look = Break(expression, ["x", "lazy"])
    for current in values:
        monkeypatch.setattr(look, "_set_trace", partial(opened.append, current))
        look({"lazy": partial(int.__mul__, 10, current)}, x=current)
    return opened


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x > 3", [4, 5]),
        ("lazy == 20", [2]),
        ("any(number == x for number in (1, 5))", [1, 5]),
        ("not x % 2 and x", [2, 4]),
        ("max((x, 3), key=lambda number: -number) == x", [0, 1, 2, 3]),
    ],
)
def test_it_stops_where_the_expression_is_true(
    expression: str, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stopped_at(expression, [0, 1, 2, 3, 4, 5], monkeypatch) == expected


def test_what_is_not_needed_is_not_worked_out() -> None:
    look = Break("x > 3", ["x", "lazy"])
    look({"lazy": lambda: pytest.fail("was worked out")}, x=1)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("los > 5", "There is no los here: use loss, epoch."),
        ("loss >", "'loss >' is not an expression: invalid syntax."),
        ("loss = 5", "is not an expression"),
    ],
)
def test_an_expression_that_means_nothing_is_refused(expression: str, sentence: str) -> None:
    with pytest.raises(BreakError) as caught:
        Break(expression, ["loss", "epoch"])
    assert sentence in str(caught.value)


def test_one_that_fails_and_a_debugger_that_is_none() -> None:
    with pytest.raises(BreakError, match=r"'1 / x' failed: ZeroDivisionError"):
        Break("1 / x", ["x"])({}, x=0)
    with pytest.raises(BreakError, match="no debugger gdb: name pdb or debugpy"):
        Break("x", ["x"], debugger="gdb")


def in_pdb(typed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "sayso", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_hear_stops_at_a_clip_and_goes_on() -> None:
    done = in_pdb("p word, len(waveform)\nc\n", "hear", CLIPS, "--break-when", "'marvin' in file")
    assert done.returncode == 0
    assert "('marvin', 16000)" in done.stdout
    assert done.stdout.count("(Pdb)") == 2
    assert "yes.opus" in done.stdout


def test_train_stops_at_a_step_with_its_names_and_q_ends_it(tmp_path: Path) -> None:
    tones = write_tones(tmp_path / "tones")
    recipe = tmp_path / "few.toml"
    recipe.write_text("batch_size = 20\nepochs = 2\n")
    run = ["train", str(tones), "--out", str(tmp_path / "run"), "--recipe", str(recipe)]
    typed = "p (epoch, step), waveform.shape, gradient_norm > 0\nq\n"
    done = in_pdb(typed, *run, "--workers", "0", "--break-when", "step == 2 and loss > 0")
    assert "((1, 2), torch.Size([20, 16000]), True)" in done.stdout
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    done = in_pdb("", *run, "--break-when", "loss > 5 and epok > 0")
    assert done.returncode == 1
    assert "There is no epok here: use epoch, step, loss" in done.stderr


def test_the_gradient_norm_is_torchs(tmp_path: Path) -> None:
    import torch

    from sayso.corpus import read_corpus
    from sayso.training.loop import STEP_NAMES, train
    from sayso.training.recipe import Recipe
    from tones_corpus import Quiet

    norms = []

    def look(later: Mapping[str, Callable[[], float]], **here: object) -> None:
        assert (*here, *later) == STEP_NAMES
        network, norm = here["network"], later["gradient_norm"]
        assert isinstance(network, torch.nn.Module)
        flat = torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])
        norms.append((norm(), float(flat.norm())))

    recipe = Recipe(epochs=1, batch_size=20)
    tones = read_corpus(write_tones(tmp_path / "tones"))
    train(tones, recipe, tmp_path / "run", Quiet(), workers=0, look=look)
    assert len(norms) == 3
    for mine, theirs in norms:
        assert mine == pytest.approx(theirs, rel=1e-4)
