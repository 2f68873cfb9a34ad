"""The front end against PyTorch and the model file; the tables measured again; the runs."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal, special

from sayso.audio import Sound
from sayso.corpus import speaker_of, split_of
from sayso.evaluation.accuracy import Share
from sayso.lessons import find_lesson
from sayso.lessons.commands import data, functions, measure, runs, solution
from sayso.lessons.commands.functions import (
    bands,
    log_floor,
    mel_filters,
    nearest,
    percent_of,
    spectrum,
    without_mean,
)
from sayso.lessons.commands.heat import heat
from sayso.lessons.commands.network_figures import STAGES, changes, layers
from sayso.lessons.commands.run_figures import curve, hear, parts
from sayso.lessons.commands.sound_figures import people, steps
from sayso.lessons.commands.values import (
    LARGEST_DIFFERENCE,
    bytes_of,
    layer_weights,
    looks_ms,
    recorded,
    values,
    weight_share,
)
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.layers import run_front_end
from sayso.recognition.recognizer import PACKAGED
from sayso.words import SPEECH_COMMANDS

CLIPS_APART = 3  # of 625, that rounding on another machine may turn


@cache
def sounds() -> npt.NDArray[np.float32]:
    return data.read_sounds()


def features_of(sound: Sound) -> functions.Floats:
    return without_mean(log_floor(bands(spectrum(sound))))  # (frames, mels)


def tricky_sounds() -> list[Sound]:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(16_000)
    tone = np.sin(np.arange(16_000) * 0.3)
    made = [level * wave for level in (1.0, 1e-2, 1e-4) for wave in (noise / 4, tone)]
    return [np.zeros(16_000, np.float32), *(np.asarray(sound, np.float32) for sound in made)]


# the front end


def test_the_front_end_is_that_of_the_network() -> None:
    torch = pytest.importorskip("torch", reason="the network needs the extra train")
    from sayso.network import features

    for name in ("HOP_SAMPLES", "WINDOW_SAMPLES", "FFT_POINTS", "MELS", "FLOOR", "SILENCE"):
        assert getattr(functions, name) == getattr(features, name)
    np.testing.assert_allclose(mel_filters(40, 257), features.mel_filters(), atol=1e-12)
    layer = features.LogMel()
    for sound in (*tricky_sounds(), *map(read_clip, clip_words())):
        expected = layer(torch.from_numpy(sound[None]))[0].numpy()
        np.testing.assert_allclose(features_of(sound).T, expected, atol=2e-3)


def test_the_front_end_is_that_of_the_model_file() -> None:
    for sound in (*tricky_sounds(), read_clip("yes")):
        np.testing.assert_allclose(features_of(sound).T, run_front_end(sound), atol=2e-3)


@pytest.mark.parametrize("window", [160, 320, 480, 960])
def test_the_spectrum_is_scipys(window: int) -> None:
    sound = read_clip("stop").astype(np.float64)
    fade = signal.windows.hann(2 * window + 1)[1::2]  # between the samples of the usual one
    _, _, expected = signal.spectrogram(
        sound,
        window=fade,
        noverlap=window - 160,
        nfft=max(window, 512),
        detrend=False,
        mode="complex",
    )
    scale = np.abs(expected).max() / np.sqrt(spectrum(sound, window).max())
    np.testing.assert_allclose(
        np.sqrt(spectrum(sound, window)), np.abs(expected.T) / scale, atol=1e-9
    )
    tone = np.sin(np.arange(16_000) * 2 * np.pi * 1000 / 16_000)
    points = max(window, 512)
    assert set(spectrum(tone, window).argmax(axis=1)) == {points // 16}
    power = (window / 4) ** 2  # of a sine of amplitude one under a Hann window
    np.testing.assert_allclose(spectrum(tone, window).max(axis=1), power, rtol=1e-3)


@pytest.mark.parametrize("gain", [0.001, 0.1, 10.0])
def test_features_are_the_same_at_any_loudness(gain: float) -> None:
    clip = read_clip("left").astype(np.float64)
    loud = bands(spectrum(clip))
    quiet = bands(spectrum(gain * clip))
    apart = np.abs(without_mean(np.log(quiet)) - without_mean(np.log(loud))).max()
    assert apart < 1e-6
    if gain >= 0.1:  # far above what stands for silence
        np.testing.assert_allclose(
            without_mean(log_floor(quiet)), without_mean(log_floor(loud)), atol=1e-3
        )


def test_silence_has_features_without_a_warning() -> None:
    np.testing.assert_allclose(features_of(np.zeros(16_000, np.float32)), 0, atol=1e-12)


# the data


def test_the_recorded_run_learned_from_the_sample() -> None:
    config = json.loads((runs.RECORDED / "config.json").read_text())
    names = "\n".join(f"{name}.wav" for name in data.clip_names())
    assert config["data"]["digest"] == hashlib.sha256(names.encode()).hexdigest()
    assert config["words"] == list(SPEECH_COMMANDS)
    for word, count in config["data"]["clips"].items():
        of_word = data.words() == word
        assert count["validation"] == (of_word & data.validates()).sum()
        assert count["training"] == (of_word & ~data.validates()).sum()


def test_nobody_is_on_both_sides() -> None:
    assert not set(data.voices()[data.validates()]) & set(data.voices()[~data.validates()])


def test_said_again_is_said_again() -> None:
    pairs = list(zip(data.words(), data.voices(), strict=True))
    assert data.said_again().tolist() == [pairs.count(pair) > 1 for pair in pairs]


@settings(deadline=None)
@given(st.text(min_size=1))
def test_the_percentage_is_that_of_the_rule(name: str) -> None:
    percent = percent_of(name)
    assert 0 <= percent <= 100
    assert split_of(name, percent + 1e-9, 0) == "validation"
    assert split_of(name, percent - 1e-9, 1e-6) == "testing"


@pytest.mark.parametrize("split", [10, 20, 30, 60])
def test_people_are_drawn_where_the_rule_puts_them(split: int) -> None:
    by_side = dict(
        zip(("training", "testing", "validation"), people(split, 0).figure.data, strict=True)
    )
    for side, bars in by_side.items():
        mine = [voice for voice in data.voices() if split_of(str(voice), split) == side]
        assert sum(bars.y) == len(mine)
        drawn = {x for x, y in zip(bars.x, bars.y, strict=True) if y}
        assert drawn == {round(percent_of(str(voice)), 2) for voice in mine}


def test_words_are_counted() -> None:
    trained, _, held_out = people(0, 1).figure.data
    for word, some, others in zip(trained.x, trained.y, held_out.y, strict=True):
        of_word = data.words() == word
        assert some + others == of_word.sum()
        assert others == (of_word & data.validates()).sum()


# the baseline


def test_the_nearest_is_what_correlates_most() -> None:
    rng = np.random.default_rng(0)
    clips, voices = rng.standard_normal((30, 8)), rng.integers(0, 4, 30)
    alike = np.asarray(np.corrcoef(clips))
    for chosen in (None, voices):
        for clip, found in enumerate(nearest(clips, chosen)):
            others = [
                other
                for other in range(30)
                if other != clip and (chosen is None or chosen[other] != chosen[clip])
            ]
            assert found == others[int(np.argmax(alike[clip, others]))]


def test_the_steps_are_as_measured() -> None:
    again = dict(measure.measure_steps(sounds()))
    assert list(again) == list(measure.measured())
    for step, right in again.items():
        assert abs(right - measure.measured()[step]) <= CLIPS_APART


def test_the_knobs_are_as_measured() -> None:
    assert list(measure.knobs()) == [
        (window, mels, floor)
        for window in measure.WINDOWS_MS
        for mels in measure.MEL_BANDS
        for floor in measure.FLOORS_DB
    ]
    for *made, right in measure.measure_knobs(sounds(), (20,), (10,)):
        window, mels, floor = made
        assert abs(right - measure.knobs()[window, mels, floor]) <= CLIPS_APART
    packaged = measure.knobs()[measure.PACKAGED_MS, functions.MELS, measure.PACKAGED_DB]
    assert abs(packaged - measure.measured()["features"]) <= CLIPS_APART


def test_what_the_prose_claims_of_the_baseline() -> None:
    told, right, knobs = values(), measure.measured(), measure.knobs()
    assert [right[step] for step in measure.STEPS] == sorted(right[step] for step in measure.STEPS)
    assert float(told["again_own"]) > 1.5 * float(told["again_other"])
    for window in measure.WINDOWS_MS:
        lowest, *_, highest = (knobs[window, 40, floor] for floor in measure.FLOORS_DB)
        best = max(knobs[window, 40, floor] for floor in measure.FLOORS_DB)
        assert max(lowest, highest) < 0.85 * best
    enough = [knobs[measure.PACKAGED_MS, mels, measure.PACKAGED_DB] for mels in (20, 40, 80)]
    assert max(enough) - min(enough) < 0.05 * max(enough)
    low, high = Share(right["features"], 625).interval()
    best = max(knobs[measure.PACKAGED_MS, 40, floor] for floor in measure.FLOORS_DB)
    assert low < best / 625 < high  # the package's choice is no worse than chance allows


# the network


def test_stages_are_those_of_the_model() -> None:
    probabilities = recognizer().probabilities(read_clip("go")[None])[0]
    assert STAGES[0] == "log-mel"
    assert len(STAGES) == len(layer_weights()) + 3
    drawn = layers(len(STAGES) - 1, 0).figure.data[0].y
    np.testing.assert_allclose(drawn, probabilities, atol=1e-4)
    embedding = layers(len(STAGES) - 2, 0).figure.data[0].y
    np.testing.assert_allclose(
        embedding, recognizer().embeddings(read_clip("go")[None])[0], atol=1e-3
    )


def test_weights_are_those_that_the_convolutions_use() -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(PACKAGED).graph
    sizes = {one.name: int(np.prod(one.dims)) for one in graph.initializer}
    used = [sizes[node.input[1]] for node in graph.node if node.op_type == "Conv"]
    assert layer_weights() == used
    learned = {name: size for name, size in sizes.items() if name.startswith("network.")}
    learned = {name: size for name, size in learned.items() if "front_end" not in name}
    stem = sum(size for name, size in learned.items() if ".stem." in name)
    assert weight_share("first two layers") == pytest.approx(stem / sum(learned.values()), rel=1e-3)


def test_colours_keep_sign_and_size() -> None:
    made = np.random.default_rng(0).standard_normal((5, 7))
    drawn = heat(made, np.arange(7.0), np.arange(5))
    np.testing.assert_allclose(drawn.z / 127 * np.abs(made).max(), made, atol=0.02)
    assert heat(np.zeros((2, 2)), np.arange(2.0), np.arange(2)).z.max() == 0


def test_a_recording_goes_through_the_steps() -> None:
    own = np.concatenate([np.zeros(20_000, np.float32), read_clip("yes")])
    picture = steps(4, 0, own)
    assert picture.caption.startswith("Your recording is 3920 numbers")
    expected = features_of(read_clip("yes")).T
    drawn = np.asarray(picture.figure.data[0].z)
    later = [
        np.corrcoef(np.roll(expected, n, axis=1).ravel(), drawn.ravel())[0, 1]
        for n in range(-60, 61)
    ]
    assert max(later) > 0.9


# training


def test_changes_are_those_of_training() -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra train")
    from sayso.corpus.noise import Noise
    from sayso.lessons.commands.network_figures import change
    from sayso.network import LogMel, hide
    from sayso.training.augment import augment, draw_masks
    from sayso.training.recipe import read_recipe

    recipe, rng = read_recipe("sample"), np.random.default_rng((1, 3))
    masks = draw_masks(recipe, rng)
    expected = augment(read_clip("go"), Noise(data.read_noise()), recipe, rng)
    sound, hidden = change("go", 3)
    np.testing.assert_array_equal(sound, expected)
    assert 0.05 < hidden.mean() < 0.9
    features = LogMel()(torch.from_numpy(sound[None]))
    shown = hide(features, torch.from_numpy(masks[None]))[0].numpy()
    np.testing.assert_array_equal(shown == 0, hidden | (features[0].numpy() == 0))
    drawn = np.asarray(changes(3, 0).figure.data[0].z)
    np.testing.assert_allclose(drawn / 127 * np.abs(shown).max(), shown, atol=0.05)


def test_the_loop_is_that_of_the_package() -> None:
    lines = str(values()["loop"])
    compile(re.sub(r"^    ", "", lines, flags=re.MULTILINE), "loop", "exec")
    for part in ("for ", "loss", "backward", "step()"):
        assert part in lines
    assert "\n        " in lines  # indented enough to be code in the prose


def test_what_the_prose_claims_of_the_recorded_run() -> None:
    told, last = values(), recorded().done[-1]
    assert [epoch.epoch for epoch in recorded().done] == list(range(1, recorded().epochs + 1))
    assert float(told["best"]) > float(told["nearest"]) + 0.2
    assert last.training_accuracy < last.validation_accuracy
    assert float(told["low"]) < float(told["best"]) < float(told["high"])
    assert float(told["apart"]) < 1e-3


def test_the_recorded_run_is_of_the_recipe_that_is_there() -> None:
    pytest.importorskip("torch", reason="recipes need the extra train")
    from sayso.training.recipe import make_recipe, read_recipe

    config = json.loads((runs.RECORDED / "config.json").read_text())
    assert make_recipe(config["recipe"], "config.json") == read_recipe("sample")
    assert config["seed"] == 0


def write_run(folder: Path, epochs: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(runs.RECORDED / "config.json", folder)
    lines = (runs.RECORDED / "history.csv").read_text().splitlines()[: epochs + 1]
    (folder / "history.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_that_is_none_is_none(tmp_path: Path) -> None:
    assert runs.read_run(tmp_path) is None
    write_run(tmp_path, 0)
    assert runs.read_run(tmp_path) is None
    write_run(tmp_path, 2)
    history = (tmp_path / "history.csv").read_text()
    for spoilt in (history[:-30], history.replace("epoch", "age"), "\0", "a,b\n1,2\n"):
        (tmp_path / "history.csv").write_text(spoilt)
        assert runs.read_run(tmp_path) is None
    (tmp_path / "history.csv").write_text(history)
    for spoilt in ("", "[]", "{}", '{"recipe": {"epochs": "many"}}'):
        (tmp_path / "config.json").write_text(spoilt)
        assert runs.read_run(tmp_path) is None


def test_the_curve_follows_a_run(here: Path) -> None:
    missing = curve(0, 1)
    assert missing.caption.startswith("There is no runs/sample with an epoch done")
    assert missing.complete
    write_run(here / runs.RUN, 0)
    assert not curve(0, 1).complete
    write_run(here / runs.RUN, 7)
    picture = curve(0, 1)
    assert not picture.complete
    assert picture.caption.startswith(f"Epoch 7 of {recorded().epochs}: ")
    expected = [100 * epoch.validation_accuracy for epoch in recorded().done[:7]]
    np.testing.assert_allclose(picture.figure.data[1].y, expected)
    write_run(here / runs.RUN, recorded().epochs)
    assert curve(0, 1).complete
    assert curve(0, 1).figure == curve(0, 0).figure


def test_a_run_that_rests_is_not_asked_about_again(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(here / runs.RUN, 7)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert curve(0, 1).complete


# the file and what it hears


def test_the_largest_difference_is_the_one_that_export_allows() -> None:
    pytest.importorskip("torch", reason="export needs the extra train")
    from sayso.training import export

    assert LARGEST_DIFFERENCE == export.LARGEST_DIFFERENCE


def test_how_far_a_convolution_looks() -> None:
    residual = pytest.importorskip("sayso.network.residual")
    assert looks_ms() == residual.KERNEL_FRAMES * 20  # a frame is 20 ms after the first stride


def test_the_parts_are_the_whole_file() -> None:
    sizes = bytes_of(PACKAGED)
    assert sum(sizes.values()) == PACKAGED.stat().st_size
    assert min(sizes.values()) > 0
    assert max(sizes, key=lambda part: sizes[part]) == "blocks"


def test_a_model_of_your_own_is_told_of(here: Path) -> None:
    assert parts(1).caption.startswith("There is no model.onnx yet where sayso was started. So ")
    assert hear(0, None).caption.endswith("There is no model.onnx yet where sayso was started.")
    (here / runs.MODEL).write_bytes(b"no model")
    assert "model.onnx is not a whole ONNX file" in hear(0, None).caption
    shutil.copy(PACKAGED, here / runs.MODEL)
    assert parts(1).caption.startswith("model.onnx: ")
    shipped, own = hear(0, None).figure.data
    assert list(shipped.x) == list(own.x)


@pytest.mark.parametrize("word", ["yes", "left"])
@pytest.mark.usefixtures("here")
def test_the_bars_are_what_is_heard(word: str) -> None:
    sound = np.concatenate([np.zeros(12_000, np.float32), read_clip(word)])
    heard = recognizer().recognize(sound)
    picture = hear(0, sound)
    assert picture.caption.startswith("In your recording the shipped model hears ")
    assert f"“{heard.word}”, is {heard.confidence:.0%} sure" in picture.caption
    (bars,) = picture.figure.data
    assert list(zip(bars.y, bars.x, strict=True)) == [(w, 100 * c) for w, c in heard.ranked[:5]]


def test_what_is_too_unsure_is_not_said() -> None:
    assert "and would say nothing" in hear(0, np.zeros(16_000, np.float32)).caption


def test_pytorch_and_onnx_runtime_are_compared(here: Path) -> None:
    torch = pytest.importorskip("torch", reason="the run is of PyTorch")
    from sayso.network import RecognizerNetwork

    assert runs.difference() is None
    write_run(here / runs.RUN, 1)
    network = RecognizerNetwork(37).eval()
    torch.save({"network": network.state_dict()}, here / runs.RUN / "best.pt")
    shutil.copy(PACKAGED, here / runs.MODEL)
    clips = torch.from_numpy(np.stack([read_clip(word) for word in clip_words()]))
    with torch.no_grad():
        mine = network.answers(clips)[0].numpy()
    apart = float(np.abs(mine - recognizer().probabilities(clips.numpy())).max())
    assert runs.difference() == pytest.approx(apart, abs=1e-6)
    assert parts(1).caption.endswith("the run has learned since, so export it again.")
    torch.save({"network": RecognizerNetwork(5).state_dict()}, here / runs.RUN / "best.pt")
    assert runs.difference() is None


# the exercise


@settings(deadline=None)
@given(
    st.lists(st.floats(-2000, 2000), min_size=1, max_size=8),
    st.floats(0.1, 10),
)
def test_the_solutions_softmax_is_scipys(scores: list[float], temperature: float) -> None:
    expected = special.softmax(np.array(scores) / temperature)
    np.testing.assert_allclose(solution.softmax(scores, temperature), expected, atol=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=8))
def test_the_solutions_floor_is_the_front_ends(power: list[float]) -> None:
    expected = log_floor(np.array(power), 1e-4)
    np.testing.assert_allclose(solution.log_floor(power, 1e-4), expected)


def test_the_solutions_split_is_the_packages() -> None:
    for name in data.clip_names():
        assert solution.split_of(f"{name}.wav") == split_of(speaker_of(f"{name}.wav"))
    for name in ("mia", "max", "ida", "tom", *map(str, range(200))):
        assert solution.split_of(f"yes/{name}_nohash_0.wav") == split_of(name)


def test_the_solutions_answer_is_what_the_package_reports() -> None:
    words = recognizer().words
    quiet = [np.zeros(16_000, np.float32), 0.5 * read_clip("marvin")[::-1]]
    for sound in (*map(read_clip, clip_words()), *quiet):
        probabilities = recognizer().probabilities(sound[None])[0]
        found = recognizer().search(sound)
        for threshold in {float(t) for t in recognizer().model.thresholds if np.isfinite(t)}:
            thresholds = [t for t in recognizer().model.thresholds if np.isfinite(t)]
            if len(set(thresholds)) == 1:
                mine = solution.best(probabilities.tolist(), list(words), threshold)
                assert mine == (found[0].word if found else None)


# the way in the terminal


def test_the_commands_in_the_prose_are_commands() -> None:
    from sayso.cli import app

    text = find_lesson("commands").source("lesson.md")
    typed = [shlex.split(line) for line in re.findall(r"^    sayso (.*)$", text, re.MULTILINE)]
    assert [words[0] for words in typed] == [
        "train",
        "export",
        "data",
        "evaluate",
        "hear",
        "listen",
    ]
    program = typer.main.get_command(app)
    for words in typed:
        command = program
        while isinstance(command, typer.core.TyperGroup):
            command = command.commands[words.pop(0)]
        command.make_context("sayso", words)  # refuses what it does not know


def test_the_lesson_is_whole_without_pytorch(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from sayso.lessons import find_lesson\n"
        "lesson = find_lesson('commands')\n"
        "assert not lesson.lacks and lesson.part('values').values()\n"
        "for name, panel in lesson.panels.items():\n"
        "    if not panel.lacks: panel.draw(**panel.read({}))\n"
        "print([name for name, panel in lesson.panels.items() if panel.lacks])\n"
    )
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.stderr == ""
    assert made.stdout == "['changes']\n"
