import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from sayso.corpus import CorpusError, read_corpus
from sayso.network import RecognizerNetwork
from sayso.training.loop import STEP_NAMES, train
from sayso.training.recipe import Recipe
from sayso.training.run import RunError, read_config, restore, save
from sayso.words import UNKNOWN
from tones_corpus import Quiet


class Impatient(Quiet):
    """Presses ctrl-C after some steps."""

    def __init__(self, stop_after: int) -> None:
        super().__init__()
        self.stop_after = stop_after

    def step(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        super().step(epoch, step, loss, accuracy)
        if len(self.steps) == self.stop_after:
            signal.raise_signal(signal.SIGINT)


def weights(run: Path, name: str = "best.pt") -> dict[str, torch.Tensor]:
    """The weights of a run as flat tensors by name."""
    return dict(restore(run, name)["network"])


def train_command(data: Path, run: Path, recipe: Recipe) -> list[str]:
    """`sayso train` with the settings of `whole_run`, as arguments after `-m`."""
    file = run.with_suffix(".toml")
    file.write_text("\n".join(f"{key} = {value!r}" for key, value in asdict(recipe).items()))
    options = ["--out", str(run), "--seed", "5", "--recipe", str(file), "--workers", "0"]
    return ["sayso", "train", str(data), *options]


def assert_equal_weights(one: Path, other: Path) -> None:
    for name in ("best.pt", "checkpoint.pt"):
        theirs = weights(other, name)
        for key, tensor in weights(one, name).items():
            assert torch.equal(tensor, theirs[key]), key


@pytest.fixture(scope="module")
def whole_run(tones: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    run = tmp_path_factory.mktemp("runs") / "whole"
    recipe = Recipe(
        epochs=3, batch_size=20, learning_rate=2e-3, averaging=0.9, colour_probability=0.0
    )
    assert train(read_corpus(tones), recipe, run, Quiet(), seed=5, workers=0)
    return run


def test_a_run_folder_says_what_was_learned_and_how(whole_run: Path, tones: Path) -> None:
    config = read_config(whole_run)
    assert config.seed == 5
    assert config.words == ("high", "low", "middle")
    assert config.data["clips"]["low"] == {"training": 20, "validation": 4}
    assert set(config.versions) >= {"sayso", "torch", "python"}
    with (whole_run / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert float(rows[-1]["training_loss"]) < float(rows[0]["training_loss"])
    page = (whole_run / "curves.html").read_text()
    assert "plotly.min.js" in page
    assert "https://cdn" not in page
    assert (whole_run / "plotly.min.js").is_file()
    assert tones.name == config.data["folder"]


def test_the_tones_are_learned(tones: Path, tmp_path: Path) -> None:
    recipe = Recipe(
        epochs=12, batch_size=20, learning_rate=3e-3, averaging=0.8, noise_probability=0.2
    )
    watcher = Quiet()
    train(read_corpus(tones), recipe, tmp_path / "run", watcher, workers=0)
    assert watcher.epochs[-1].validation_accuracy == 1.0
    assert sum(epoch.validation_accuracy == 1.0 for epoch in watcher.epochs) > 1
    assert restore(tmp_path / "run", "best.pt")["epoch"]["epoch"] == 12  # of equals the last


@pytest.mark.parametrize("workers", [0, 1])
def test_the_same_seed_learns_the_same_for_any_number_of_workers(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe, workers: int
) -> None:
    train(read_corpus(tones), recipe, tmp_path / "run", Quiet(), seed=5, workers=workers)
    assert_equal_weights(whole_run, tmp_path / "run")


@pytest.mark.parametrize("stop_after", [1, 3, 4])
def test_interrupted_in_an_epoch_or_after_one_it_goes_on_to_the_same_result(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe, stop_after: int
) -> None:
    corpus, run = read_corpus(tones), tmp_path / "run"
    first = Impatient(stop_after)
    assert not train(corpus, recipe, run, first, seed=5, workers=0)
    second = Quiet()
    assert train(corpus, recipe, run, second, seed=5, workers=0)
    assert first.steps + second.steps == [(e, s) for e in range(3) for s in (1, 2, 3)]
    assert_equal_weights(whole_run, run)


def test_a_run_from_before_the_history_alone_told_the_best_goes_on(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe
) -> None:
    corpus, run = read_corpus(tones), tmp_path / "run"
    assert not train(corpus, recipe, run, Impatient(4), seed=5, workers=0)
    older = restore(run, "checkpoint.pt")
    older["progress"]["best_accuracy"] = 0.5
    save(run, "checkpoint.pt", older)
    assert train(corpus, recipe, run, Quiet(), seed=5, workers=0)
    assert_equal_weights(whole_run, run)


def test_killed_it_loses_at_most_the_epoch_under_way(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe
) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-m", *train_command(tones, run, recipe)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        while not (run / "checkpoint.pt").exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    watcher = Quiet()
    train(read_corpus(tones), recipe, run, watcher, seed=5, workers=0)
    assert len(watcher.epochs) < 3
    assert_equal_weights(whole_run, run)


def test_two_processes_learn_what_one_does(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe
) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["-m", *train_command(tones, run, recipe)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MASTER_ADDR": "127.0.0.1"}
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603
    theirs = weights(run)
    for key, tensor in weights(whole_run).items():
        if tensor.is_floating_point():
            torch.testing.assert_close(theirs[key], tensor, atol=2e-3, rtol=2e-3, msg=key)


def test_a_folder_of_another_run_is_left_alone(
    tones: Path, whole_run: Path, recipe: Recipe
) -> None:
    before = {path.name: path.read_bytes() for path in whole_run.iterdir()}
    corpus = read_corpus(tones)
    for other_recipe, seed in ((recipe, 6), (replace(recipe, epochs=4), 5)):
        with pytest.raises(RunError, match="another recipe, seed, start, teacher or data"):
            train(corpus, other_recipe, whole_run, Quiet(), seed=seed, workers=0)
    assert before == {path.name: path.read_bytes() for path in whole_run.iterdir()}


def test_a_folder_with_something_else_in_it_is_refused(
    tones: Path, tmp_path: Path, recipe: Recipe
) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(RunError, match=r"is not the folder of a training run: no config\.json"):
        train(read_corpus(tones), recipe, tmp_path, Quiet(), workers=0)


def test_a_file_is_no_folder_for_a_run(tones: Path, tmp_path: Path, recipe: Recipe) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(RunError, match=r"letter\.txt is a file: give --out a folder"):
        train(read_corpus(tones), recipe, tmp_path / "letter.txt", Quiet(), workers=0)


def test_a_look_sees_what_the_network_saw(tones: Path, tmp_path: Path, recipe: Recipe) -> None:
    seen: list[set[str]] = []

    def look(later: dict[str, Callable[[], object]], **here: object) -> None:
        seen.append({*later, *here})
        network, features, waveform = here["network"], later["features"](), here["waveform"]
        assert isinstance(network, RecognizerNetwork)
        assert isinstance(features, torch.Tensor)
        assert isinstance(waveform, torch.Tensor)
        with torch.no_grad():  # in training mode, with the batch's own means and variances
            torch.testing.assert_close(network.logits(features), here["logits"])
            hidden = features != network.front_end(waveform)
        assert (features[hidden] == 0).all()
        assert 0.05 < hidden.float().mean() < 0.6

    once = replace(recipe, epochs=1)
    train(read_corpus(tones), once, tmp_path / "run", Quiet(), workers=0, look=look)
    assert seen == [set(STEP_NAMES)] * 3


def test_a_complete_run_has_nothing_left_to_do(
    tones: Path, whole_run: Path, recipe: Recipe
) -> None:
    watcher = Quiet()
    assert train(read_corpus(tones), recipe, whole_run, watcher, seed=5, workers=0)
    assert watcher.steps == []


@pytest.mark.parametrize("words", [None, ("high", "low")])
def test_another_run_can_be_the_start(
    tones: Path, tmp_path: Path, whole_run: Path, recipe: Recipe, words: tuple[str, ...] | None
) -> None:
    corpus, run = read_corpus(tones, words), tmp_path / "run"
    crawl = replace(recipe, epochs=1, learning_rate=1e-9)
    assert train(corpus, crawl, run, Quiet(), workers=0, start=whole_run)
    theirs = weights(run)
    for key, tensor in weights(whole_run).items():
        if key.startswith("body.") and "running" not in key and "tracked" not in key:
            torch.testing.assert_close(theirs[key], tensor, msg=key)
    for name in ("classifier.weight", "classifier.bias"):  # without "middle", or with it
        began_with = weights(whole_run)[name][[0, 1, 3, 4] if words else [0, 1, 2, 3, 4]]
        torch.testing.assert_close(theirs[name], began_with, msg=name)
    with pytest.raises(RunError, match="another recipe, seed, start, teacher or data"):
        train(corpus, crawl, run, Quiet(), workers=0)


def test_a_start_without_weights_is_refused(tones: Path, tmp_path: Path, recipe: Recipe) -> None:
    run, short = tmp_path / "run", replace(recipe, epochs=1)
    with pytest.raises(RunError, match=r"has no best\.pt: name the folder"):
        train(read_corpus(tones), short, run, Quiet(), workers=0, start=tmp_path)
    assert train(read_corpus(tones), short, run, Quiet(), workers=0)  # the folder is not taken


def test_too_few_clips_are_named(tones: Path, tmp_path: Path, recipe: Recipe) -> None:
    corpus = read_corpus(tones)
    with pytest.raises(CorpusError, match="60 clips to train on and 12 of words to validate"):
        train(corpus, replace(recipe, batch_size=64), tmp_path / "run", Quiet(), workers=0)
    speech = tuple(replace(clip, word=UNKNOWN) for clip in corpus.of("validation"))
    unspoken = replace(corpus, clips=(*corpus.of("training"), *speech))
    with pytest.raises(CorpusError, match="60 clips to train on and 0 of words to validate"):
        train(unspoken, recipe, tmp_path / "run", Quiet(), workers=0)
