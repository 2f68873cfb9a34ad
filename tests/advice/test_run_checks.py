"""What the examples of the pages do not show of the checks of a training run."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from sayso import audio
from sayso.advice import checks_of, curve_checks, practice_checks
from sayso.advice.baselines import WEIGHT_PENALTY, fit_logistic, measure_baselines
from sayso.advice.training import TrainingRun, read_training_run
from sayso.advice.trials import first_loss, one_of_each
from sayso.corpus import Clip, Split
from sayso.training.history import Epoch
from sayso.training.run import RunError, make_config
from sayso.words import UNKNOWN


@pytest.fixture
def run(a_run: Path) -> TrainingRun:
    return read_training_run(a_run / "run", a_run / "mine")


def curve(run: TrainingRun, **columns: list[float]) -> TrainingRun:
    """The run with other epochs: columns of its history, the rest as good as can be."""
    length = len(next(iter(columns.values())))
    well = [Epoch(n + 1, 1e-3, 3 / (n + 1), 0.9, 3 / (n + 1), 0.9, 0.9, 1.0) for n in range(length)]
    rows = [
        replace(epoch, **{name: values[n] for name, values in columns.items()})  # type: ignore[arg-type]
        for n, epoch in enumerate(well)
    ]
    config = replace(run.config, recipe=replace(run.config.recipe, epochs=length))
    return replace(run, epochs=tuple(rows), config=config)


def test_the_first_loss_is_recorded_and_comes_again(run: TrainingRun) -> None:
    assert run.corpus
    assert run.first_loss == pytest.approx(first_loss(run, run.corpus), rel=1e-5)
    other = replace(run, config=replace(run.config, seed=1))
    assert run.first_loss != pytest.approx(first_loss(other, run.corpus), rel=1e-3)


def test_without_data_a_run_gets_no_guesses(a_run: Path) -> None:
    run = read_training_run(a_run / "run")
    verdicts = {check.name: check.run(run).verdict for check in checks_of("a training run")}
    needs_data = {"validation-plain", "better-than-baseline", "data-unchanged"}
    assert {n for n, v in verdicts.items() if v == "cannot say"} == {
        *needs_data,
        "first-step-repeats",
    }
    assert verdicts["one-batch"] == "ok"


def test_a_run_that_began_elsewhere_does_not_begin_at_log_classes(run: TrainingRun) -> None:
    taught = replace(run, config=replace(run.config, teacher="0" * 64))
    for check in checks_of("a training run"):
        if check.name in ("starting-loss", "first-step-repeats"):
            assert check.run(taught).verdict == "cannot say"


def rehearsed(run: TrainingRun, words: tuple[str, ...]) -> TrainingRun:
    """The run as it would be had it learned clips of the sample along, some of them of words."""
    assert run.corpus
    sample = Path(run.folder, "sample")
    clips = tuple(
        Clip(sample / word / f"{take}.wav", word, f"s{take}", split)
        for word in (UNKNOWN, *words)
        for split in ("training", "validation")
        for take in range(5)
    )
    mixed = replace(run.corpus, clips=(*run.corpus.clips, *clips))
    config = make_config(mixed, run.config.recipe, 0, run.folder, None)
    assert config.data["rehearsed"]["clips"] == len(clips)
    return replace(run, config=config)


def test_other_speech_learned_along_changes_no_figure_of_words(run: TrainingRun) -> None:
    along = rehearsed(run, ())
    verdicts = {check.name: check.run(along).verdict for check in checks_of("a training run")}
    assert {name for name, verdict in verdicts.items() if verdict != "ok"} == {
        "starting-loss",  # cannot say: it began with learned weights
        "first-step-repeats",
        "better-than-baseline",  # which knows all tones, too
    }


@pytest.mark.parametrize("words", [("low",), ("yes", "no")])
def test_figures_of_words_learned_along_are_not_held_against_the_data(
    run: TrainingRun, words: tuple[str, ...]
) -> None:
    along = rehearsed(run, words)
    for check in checks_of("a training run"):
        finding = check.run(along)
        if check.name in ("validation-plain", "chosen-on-validation", "better-than-baseline"):
            assert finding.verdict == "cannot say"
            assert "the sample inside sayso" in finding.says
        elif check.name in ("starting-loss", "first-step-repeats"):
            assert finding.verdict == "cannot say"
        else:
            assert finding.verdict == "ok", finding


def test_figures_are_not_held_against_clips_split_anew(run: TrainingRun) -> None:
    assert run.corpus
    clips = tuple(replace(clip, split="training") for clip in run.corpus.clips)
    anew = replace(run, corpus=replace(run.corpus, clips=clips))
    for check in checks_of("a training run"):
        if check.name in ("validation-plain", "chosen-on-validation", "better-than-baseline"):
            finding = check.run(anew)
            assert finding.verdict == "cannot say"
            assert finding.says.startswith("Other clips of the data set are for validation")


def test_without_validation_clips_of_words_nothing_is_compared(run: TrainingRun) -> None:
    assert run.corpus
    clips = tuple(
        replace(clip, word=UNKNOWN) if clip.split == "validation" else clip
        for clip in run.corpus.clips
    )
    corpus = replace(run.corpus, clips=clips)
    config = make_config(corpus, run.config.recipe, 0, None, None)
    unheard = replace(run, corpus=corpus, config=config)
    for check in checks_of("a training run"):
        if check.name in ("validation-plain", "chosen-on-validation", "better-than-baseline"):
            finding = check.run(unheard)
            assert finding.verdict == "cannot say"
            assert finding.says == "No clips of words are for validation."


def test_another_data_set_is_told_and_nothing_else_is_said_of_it(
    a_run: Path, tmp_path: Path
) -> None:
    for word in ("high", "low", "middle"):  # fewer clips than a batch, and none to train on
        name = f"{word}/00000000_nohash_0.wav"
        (tmp_path / word).mkdir()
        shutil.copy(a_run / "mine" / name, tmp_path / name)
    (tmp_path / "validation_list.txt").write_text("\n".join(
        f"{word}/00000000_nohash_0.wav" for word in ("high", "low", "middle")
    ))  # fmt: skip
    run = read_training_run(a_run / "run", tmp_path)
    vars(run)["first_loss"] = math.nan  # as of a run from before it was kept
    verdicts = {check.name: check.run(run).verdict for check in checks_of("a training run")}
    assert verdicts["data-unchanged"] == "fault"
    assert verdicts["one-batch"] == "ok"
    assert {name for name, verdict in verdicts.items() if verdict == "cannot say"} == {
        "starting-loss",
        "validation-plain",
        "chosen-on-validation",
        "better-than-baseline",
        "first-step-repeats",
    }


@pytest.mark.parametrize("epochs", [1, 5])
def test_one_batch_is_learned_with_any_schedule(run: TrainingRun, epochs: int) -> None:
    recipe = replace(run.config.recipe, epochs=epochs, warmup_share=0.2)
    short = replace(run, config=replace(run.config, recipe=recipe))
    assert practice_checks.one_batch(short).verdict == "ok"


@pytest.mark.parametrize(
    ("check", "columns", "verdict"),
    [
        (curve_checks.loss_falls, {"training_loss": [3.6, 3.6, 3.59, 3.61]}, "fault"),
        (curve_checks.loss_falls, {"training_loss": [3.6, 3.5, 3.4, 3.3]}, "ok"),
        (curve_checks.loss_falls, {"training_loss": [3.6, 3.5]}, "cannot say"),
        (curve_checks.loss_falls, {"validation_loss": [3.6, math.inf]}, "fault"),
        (curve_checks.overfitting, {"validation_loss": [2.0, 1.0, 1.1, 1.2]}, "warning"),
        (curve_checks.overfitting, {"validation_loss": [2.0, 1.0, 1.05, 1.1]}, "ok"),
        (curve_checks.overfitting, {"training_accuracy": [0.9, 0.95, 0.99]}, "ok"),
        (curve_checks.overfitting, {"validation_accuracy": [0.7, 0.75, 0.79]}, "warning"),
        (curve_checks.underfitting, {"validation_accuracy": [0.5, 0.6, 0.7, 0.9]}, "warning"),
        (curve_checks.underfitting, {"validation_accuracy": [0.5, 0.8, 0.9, 0.91]}, "ok"),
        (curve_checks.learning_rate, {"training_loss": [3.0, 3.4, 2.0]}, "ok"),
        (curve_checks.learning_rate, {"training_loss": [3.0, 3.5, 2.0]}, "warning"),
        (curve_checks.learning_rate, {"training_loss": [3.0, math.nan, 2.0]}, "warning"),
    ],
)
def test_curves(
    run: TrainingRun,
    check: Callable[[TrainingRun], object],
    columns: dict[str, list[float]],
    verdict: str,
) -> None:
    assert getattr(check(curve(run, **columns)), "verdict") == verdict  # noqa: B009


def test_a_run_under_way_is_not_called_too_short(run: TrainingRun) -> None:
    under_way = replace(run, epochs=run.epochs[:4])
    assert curve_checks.underfitting(under_way).verdict == "cannot say"


@pytest.mark.parametrize("change", [-0.3, 0.3])
def test_a_figure_that_the_clips_do_not_bear_out(run: TrainingRun, change: float) -> None:
    kept = run.kept
    assert kept
    vars(run)["kept"] = {**kept, "validation_accuracy": kept["validation_accuracy"] + change}
    finding = practice_checks.validation_plain(run)
    assert finding.verdict == "fault"
    assert ("better than it was recorded" in finding.says) == (change < 0)


def test_test_clips_in_the_place_of_validation_clips_are_found(run: TrainingRun) -> None:
    assert run.corpus
    swap: dict[Split, Split] = {
        "validation": "testing",
        "testing": "validation",
        "training": "training",
    }
    clips = tuple(replace(clip, split=swap[clip.split]) for clip in run.corpus.clips)
    finding = practice_checks.chosen_on_validation(
        replace(run, corpus=replace(run.corpus, clips=clips))
    )
    assert finding.verdict == "fault"
    assert "those for testing" in finding.says


def test_counted_test_clips_are_found(a_run: Path, tmp_path: Path) -> None:
    shutil.copytree(a_run / "run", tmp_path / "run")
    path = tmp_path / "run" / "config.json"
    config = json.loads(path.read_text())
    config["data"]["clips"]["low"]["testing"] = 3
    path.write_text(json.dumps(config))
    finding = practice_checks.chosen_on_validation(read_training_run(tmp_path / "run"))
    assert finding.verdict == "fault"


def test_a_network_that_is_better_than_the_baselines(tmp_path: Path, run: TrainingRun) -> None:
    rng = np.random.default_rng(0)
    clips = []
    for number in range(120):  # of noise: nothing is to be learned
        path = tmp_path / f"{number}.wav"
        audio.write(path, rng.normal(0, 0.1, 16_000).astype(np.float32))
        split: Split = "training" if number % 2 else "validation"
        clips.append(Clip(path, ("low", "high")[number % 4 // 2], f"s{number}", split))
    assert run.corpus
    corpus = replace(run.corpus, clips=tuple(clips))
    config = make_config(corpus, run.config.recipe, 0, None, None)
    noise = replace(run, corpus=corpus, config=config)
    assert practice_checks.better_than_baseline(
        curve(noise, validation_accuracy=[0.9, 0.9])
    ).verdict == "ok"  # fmt: skip
    assert practice_checks.better_than_baseline(
        curve(noise, validation_accuracy=[0.3, 0.3])
    ).verdict == "fault"  # fmt: skip


def test_the_baselines_know_tones(run: TrainingRun) -> None:
    assert run.corpus
    found = measure_baselines(run.corpus.of("training"), run.corpus.of("validation"))
    assert found["always the most frequent word"] == pytest.approx(1 / 3)
    assert found["nearest mean spectrum"] > 0.8
    assert found["logistic regression"] == 1.0


def test_logistic_regression_finds_the_minimum_that_scipy_finds() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(80, 3)), rng.integers(0, 3, 80)

    def loss(flat: np.ndarray) -> float:
        weights = flat.reshape(4, 3)
        scores = x @ weights[:3] + weights[3]
        lse = np.log(np.exp(scores).sum(axis=1))
        penalty = WEIGHT_PENALTY * np.square(weights[:3]).sum()
        return float((lse - scores[np.arange(80), y]).mean() + penalty)

    weights = fit_logistic(torch.from_numpy(x), torch.from_numpy(y), 3)
    best = minimize(loss, np.zeros(12), tol=1e-10)
    assert loss(weights.numpy().ravel()) == pytest.approx(best.fun, abs=1e-5)


def test_one_of_each_word_first() -> None:
    clips = [Clip(Path(f"{w}{n}"), w, "s", "training") for w in "abc" for n in range(9)]
    assert [clip.path.name for clip in one_of_each(clips, 5)] == ["a0", "b0", "c0", "a1", "b1"]


def test_a_damaged_history_is_told(a_run: Path, tmp_path: Path) -> None:
    shutil.copytree(a_run / "run", tmp_path / "run")
    (tmp_path / "run" / "history.csv").write_text("epoch,luck\n1,2\n")
    with pytest.raises(RunError, match="is not the history of a run"):
        read_training_run(tmp_path / "run")
