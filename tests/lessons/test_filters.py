from __future__ import annotations

import math
import re
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from sayso.lessons import find_lesson
from sayso.lessons.calculus.functions import slope_both_ways
from sayso.lessons.filters import curves, panels, pictures
from sayso.lessons.filters.autograd import autograd_gradient, autograd_network
from sayso.lessons.filters.convolution import input_gradient, kernel_gradient, lay
from sayso.lessons.filters.data import (
    HOP_SAMPLES,
    PROMISES,
    RATE,
    SIGNAL,
    START,
    STEPS,
    WANTED,
    WIDTH,
    WINDOW_SAMPLES,
    after_steps,
    before_step,
    examples,
    first_kernels,
    late_s,
    learned,
    learned_loss,
    log_mel,
    loudness,
    stepped,
)
from sayso.lessons.filters.functions import errors, learn, loss, weight_gradient
from sayso.lessons.filters.ideals import IDEALS, SIZE, likeness, most_alike
from sayso.lessons.filters.network import FIRST, loss_and_gradient, loss_of, packaged_weights
from sayso.lessons.filters.runtime import loss_in_runtime
from sayso.lessons.filters.values import WORD, toy_gradient, valley, values
from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.layers import run_front_end
from sayso.lessons.shift.functions import convolve
from sayso.prepare.edges import find_edges

number = st.floats(-9, 9)


def right(word: str) -> int:
    return recognizer().words.index(word)


@given(
    st.lists(number, min_size=3, max_size=20),
    st.lists(number, min_size=1, max_size=3),
    st.integers(1, 3),
    st.data(),
)
def test_the_loop_is_the_difference(
    signal: list[float], weights: list[float], stride: int, data: st.DataObject
) -> None:
    places = len(convolve(signal, weights, stride))
    wanted = data.draw(st.lists(number, min_size=places, max_size=places))

    def loss_of_(k: int, value: float) -> float:
        changed = [*weights[:k], value, *weights[k + 1 :]]
        answers = convolve(signal, changed, stride)
        return sum((a - b) ** 2 for a, b in zip(answers, wanted, strict=True)) / 2

    wrong = [a - b for a, b in zip(convolve(signal, weights, stride), wanted, strict=True)]
    expected = [
        slope_both_ways(lambda value, k=k: loss_of_(k, value), weight, 1e-3)  # type: ignore[misc]
        for k, weight in enumerate(weights)
    ]
    found = weight_gradient(signal, wrong, len(weights), stride)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)  # of a parabola: exact


@pytest.mark.parametrize("seed", range(5))
def test_the_loop_is_autograd(seed: int) -> None:
    pytest.importorskip("torch")
    random = np.random.default_rng(seed)
    signal, weights, wanted = (list(map(float, random.normal(size=n))) for n in (30, 7, 24))
    found = weight_gradient(signal, errors(weights, signal, wanted), len(weights))
    expected = autograd_gradient(weights, signal, wanted)
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 1e-6 / 1e6
    assert max(map(abs, expected)) > 1


@pytest.mark.parametrize(
    ("shape", "kernel_shape", "stride"),
    [
        ((1, 44, 102), (16, 1, 5, 5), (2, 2)),
        ((3, 12, 9), (4, 3, 3, 3), (2, 1)),
        ((5, 1, 20), (2, 5, 1, 7), (1, 1)),
        ((2, 7, 8), (3, 2, 2, 3), (3, 2)),
        ((4, 6, 6), (4, 4, 1, 1), (1, 1)),
    ],
)
def test_the_loops_over_pictures_are_torchs(
    shape: tuple[int, ...], kernel_shape: tuple[int, ...], stride: tuple[int, int]
) -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(7)
    inputs, kernel = random.normal(size=shape), random.normal(size=kernel_shape)
    x, weights = (torch.tensor(each, requires_grad=True) for each in (inputs, kernel))
    answers = torch.nn.functional.conv2d(x[None], weights, stride=stride)[0]
    wrong = random.normal(size=tuple(answers.shape))
    to_x, to_weights = torch.autograd.grad(answers, (x, weights), torch.tensor(wrong))
    size = kernel_shape[2], kernel_shape[3]
    for mine, theirs in (
        (lay(inputs, kernel, stride), answers.detach()),
        (kernel_gradient(inputs, wrong, size, stride), to_weights),
        (input_gradient(shape, kernel, wrong, stride), to_x),
    ):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-10, atol=1e-10)


def test_learning_is_the_loop_and_a_step_again_and_again() -> None:
    random = np.random.default_rng(3)
    signals, wanted = random.normal(size=(4, 12)), random.normal(size=(4, 10))
    path = learn(signals[None], wanted[None], np.ones((1, 1, 1, 3)), 0.01, 20)
    weights = [1.0, 1.0, 1.0]
    for kernel in path:
        np.testing.assert_allclose(kernel.ravel(), weights, rtol=1e-10)
        gradients = [
            weight_gradient(list(signal), errors(weights, list(signal), list(answers)), 3)
            for signal, answers in zip(signals, wanted, strict=True)
        ]
        slopes = [sum(column) for column in zip(*gradients, strict=True)]
        weights = [w - 0.01 * slope for w, slope in zip(weights, slopes, strict=True)]
    assert len(path) == 21


def test_the_toys_valley_is_where_scipy_finds_it() -> None:
    for k in range(3):

        def loss_at(x: float, k: int = k) -> float:
            return loss([*START[:k], x, *START[k + 1 :]], SIGNAL, WANTED)

        assert valley(k) == pytest.approx(optimize.minimize_scalar(loss_at).x, abs=1e-6)
    assert loss((-1, 0, 1), SIGNAL, WANTED) == 0


def test_loudness_is_the_power_of_each_frame() -> None:
    tone = np.sin(2 * np.pi * 100 * np.arange(16_000) / 16_000).astype(np.float32)
    tone[8_000:] *= 0.1
    level = loudness(tone)
    assert len(level) == (16_000 - WINDOW_SAMPLES) // HOP_SAMPLES + 1
    assert level[10] - level[90] == pytest.approx(2, abs=0.01)  # a hundredth of the power
    assert sum(level) == pytest.approx(0, abs=1e-9)
    quiet = (tone / 4).astype(np.float32)
    np.testing.assert_allclose(np.array(loudness(quiet)), np.array(level), atol=1e-4)


def test_the_wanted_answers_are_where_sayso_finds_the_beginning() -> None:
    assert len(examples()) >= 8
    for word, (level, wanted) in examples().items():
        edges = find_edges(read_clip(word))
        assert edges
        middle_samples = (wanted.index(1) + WIDTH // 2) * HOP_SAMPLES + WINDOW_SAMPLES / 2
        assert abs(middle_samples - edges.start) <= HOP_SAMPLES / 2
        assert sum(wanted) == 1
        assert len(wanted) == len(level) - WIDTH + 1


def test_an_edge_is_learned_from_noise() -> None:
    signals = [np.lib.stride_tricks.sliding_window_view(a, WIDTH) for a, _ in examples().values()]
    wanted = np.concatenate([answers for _, answers in examples().values()])
    best = np.linalg.lstsq(np.concatenate(signals), wanted, rcond=None)[0]
    least = ((np.concatenate(signals) @ best - wanted) ** 2).sum() / 2
    losses = [learned_loss(n) for n in (0, 1, 5, 20, 100, STEPS)]
    assert losses == sorted(losses, reverse=True)
    assert least <= losses[-1] < 1.01 * least
    first, last = learned()[0], learned()[-1]
    assert likeness(np.array(first), np.array([-1, -1, 1, 1, 0])) < 0.3
    assert likeness(np.array(last), np.array([-1, -1, 1, 1, 0])) > 0.9
    assert likeness(np.array(last), best) > 0.95
    steepest = np.linalg.eigvalsh(sum(each.T @ each for each in signals))[-1]
    assert 1 < RATE * steepest < 2  # beyond two it would fly off


def test_the_front_end_is_that_of_the_network() -> None:
    torch = pytest.importorskip("torch")
    from sayso.network import LogMel

    clip = read_clip(WORD)
    expected = LogMel()(torch.tensor(clip)[None])[0].numpy()
    np.testing.assert_allclose(run_front_end(clip), expected, atol=1e-4)


@pytest.mark.parametrize("word", clip_words())
def test_the_loss_is_that_of_the_recognizer(word: str) -> None:
    probability = recognizer().probabilities(read_clip(word)[None])[0, right(word)]
    found = loss_of(packaged_weights(), log_mel(word), right(word))
    assert found == pytest.approx(-math.log(probability), rel=1e-3, abs=1e-6)


def test_going_back_is_autograd_on_the_packages_network() -> None:
    pytest.importorskip("torch")
    _, found = loss_and_gradient(packaged_weights(), log_mel(WORD), right(WORD))
    expected = autograd_network(packaged_weights(), log_mel(WORD), right(WORD))
    assert len(expected) == sum(values.ndim == 4 for values in packaged_weights().values())
    for name, theirs in expected.items():
        mine = found[name]
        if mine.shape[1] != theirs.shape[1]:  # a kernel for each channel
            mine = np.stack([mine[n, n] for n in range(len(mine))])
        assert np.abs(mine.ravel() - theirs.ravel()).max() < 1e-6 * np.abs(theirs).max()


def test_going_back_is_nudging_every_kind_of_weight() -> None:
    weights, word = packaged_weights(), "go"
    before, gradient = loss_and_gradient(weights, log_mel(word), right(word))
    assert before == loss_of(weights, log_mel(word), right(word))
    assert gradient.keys() == weights.keys() - {"temperature"}
    names = ["body.stem.0.bias", "body.stem.3.weight", "classifier.weight", "classifier.bias"]
    for name in [FIRST, *names, "body.blocks.1.second.weight", "body.blocks.4.first.bias"]:
        place = np.unravel_index(np.abs(gradient[name]).argmax(), gradient[name].shape)

        def loss_at(value: float, name: str = name, place: tuple[int, ...] = place) -> float:  # type: ignore[assignment]
            changed = weights[name].copy()
            changed[place] = value
            return loss_of({**weights, name: changed}, log_mel(word), right(word))

        nudged = slope_both_ways(loss_at, float(weights[name][place]), 1e-7)
        assert nudged == pytest.approx(float(gradient[name][place]), rel=1e-3)


def test_onnx_runtime_runs_the_changed_weights() -> None:
    clip, old = read_clip(WORD), packaged_weights()[FIRST]
    probability = recognizer().probabilities(clip[None])[0, right(WORD)]
    assert loss_in_runtime(old, clip, right(WORD)) == pytest.approx(-math.log(probability))
    for changed in (stepped(WORD, 0.5), 0.9 * old, np.roll(old, 1, axis=3)):
        expected = loss_of({**packaged_weights(), FIRST: changed}, log_mel(WORD), right(WORD))
        assert loss_in_runtime(changed, clip, right(WORD)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("word", clip_words())
def test_a_tiny_step_keeps_what_the_gradient_promises(word: str) -> None:
    before, _ = before_step(word)
    weights = {**packaged_weights(), FIRST: stepped(word, 1e-4)}
    fall = 1 - loss_of(weights, log_mel(word), right(word)) / before
    assert fall == pytest.approx(1e-4, rel=0.05)
    assert after_steps(word)[0] == pytest.approx(before, rel=1e-12)
    assert len(after_steps(word)) == len(PROMISES)


def test_ideals_are_like_themselves() -> None:
    for name, ideal in IDEALS.items():
        assert ideal.shape == (SIZE, SIZE)
        for times, sign in ((3, 1), (-1, -1)):
            found, alike = most_alike(times * ideal)
            assert (found, round(alike, 9)) == (name, sign)
        assert ideal.sum() == pytest.approx(SIZE**2 if name == "more sound" else 0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("a beginning", np.tile(np.arange(11) >= 6, (11, 1))),
        ("more above than below", np.tile((np.arange(11) >= 6)[:, None], (1, 11))),
        ("a steady tone", np.tile((np.arange(11) == 5)[:, None], (1, 11))),
        ("a click", np.tile(np.arange(11) == 5, (11, 1))),
        ("a rising tone", np.eye(11)),
        ("a falling tone", np.eye(11)[::-1]),
    ],
)
def test_an_ideal_answers_to_what_its_name_says(name: str, scene: np.ndarray) -> None:
    scene = scene.astype(float)
    found = {
        each: lay(scene[None], (ideal / np.linalg.norm(ideal))[None, None], (1, 1)).max()
        for each, ideal in IDEALS.items()
        if each != "more sound"
    }
    assert max(found, key=lambda each: found[each]) == name


def test_the_gradient_is_where_the_blame_ends() -> None:
    for weight in (1, 2, 3):
        caption = curves.blame(weight, len(WANTED)).caption
        assert f"is {toy_gradient()[weight - 1]:g}: the whole gradient." in caption
        _, _, products = curves.blame(weight, 4).figure.data
        assert sum(products.y) == pytest.approx(toy_gradient()[weight - 1])
        low, high = curves.blame(weight, 4).figure.layout.yaxis3.range
        assert low < min(products.y)
        assert max(products.y) < high


def test_the_slope_shown_is_the_gradient() -> None:
    for weight in (1, 2, 3):
        picture = curves.nudge(weight, START[weight - 1])
        told = re.search(r"the slope is (-?[\d.]+)\.$", picture.caption)
        assert told
        assert float(told[1]) == pytest.approx(toy_gradient()[weight - 1], abs=0.03)
        curve, tangent, _ = picture.figure.data
        assert min(curve.y) == pytest.approx(
            loss([valley(k) if k == weight - 1 else START[k] for k in range(3)], SIGNAL, WANTED),
            abs=0.05,
        )
        assert np.diff(tangent.y)[0] / np.diff(tangent.x)[0] == pytest.approx(float(told[1]), 0.01)


def test_the_filters_bars_and_answers_are_inside_the_picture() -> None:
    onset = find_lesson("filters").panel("onset")
    steps, clips = (control.values for control in onset.sliders)
    for step, clip in product(steps, clips):
        figure = onset.draw(step, clip).figure
        bars, level, found = figure.data
        np.testing.assert_allclose(found.y, np.correlate(level.y, bars.y, "valid"), atol=1e-12)
        for values_, (low, high) in (
            (bars.y, figure.layout.yaxis.range),
            (found.y, figure.layout.yaxis3.range),
        ):
            assert low < min(values_)
            assert max(values_) < high


def test_all_kernels_are_shown_the_most_alike_first() -> None:
    for number_, ideal in enumerate(IDEALS.values()):
        figure = pictures.sixteen(number_).figure
        labels = figure.layout.annotations
        order = [int(label.text.split(":")[0]) - 1 for label in labels[1:]]
        assert sorted(order) == list(range(16))
        alike = [likeness(first_kernels()[n], ideal) for n in order]
        assert alike == sorted(alike, reverse=True)
        shown = np.array(figure.data[0].z)
        for label, kernel in zip(labels, [ideal, *first_kernels()[order]], strict=True):
            left, bottom = round(label.x - SIZE // 2), round(label.y - SIZE + 0.5)
            tile = shown[bottom : bottom + SIZE, left : left + SIZE]
            np.testing.assert_allclose(tile / 127, kernel / np.abs(kernel).max(), atol=0.005)


def test_the_answers_shown_are_those_of_the_first_layer() -> None:
    kernel, clip = 3, 2
    word = clip_words()[clip]
    weights = packaged_weights()
    inputs = np.pad(log_mel(word), SIZE // 2)[None]
    bias = weights["body.stem.0.bias"][:, None, None]
    expected = lay(inputs, weights[FIRST], (2, 2)) + bias
    seen, found = pictures.heard(read_clip(word).tobytes())
    np.testing.assert_array_equal(seen, log_mel(word))
    np.testing.assert_allclose(found, expected, atol=1e-3)
    picture = pictures.answers(kernel, clip, None)
    passed = np.maximum(expected[kernel - 1], 0)
    shown = np.array(picture.figure.data[2].z)
    np.testing.assert_allclose(shown / 127, passed / passed.max(), atol=0.01)
    row, column = np.unravel_index(passed.argmax(), passed.shape)
    assert f"is at {column * 0.02:.2f} s, mel band {2 * row}." in picture.caption
    ideal = first_kernels()[kernel - 1]  # without its bias it is most like itself
    assert pictures.likeness_on(log_mel(word), expected[kernel - 1], ideal) == pytest.approx(1)
    own = pictures.answers(kernel, 0, read_clip(word))
    assert own.caption == picture.caption.replace(f"“{word}”", "your recording")


def test_what_is_out_of_the_picture_is_told() -> None:
    for clip, promise in product(range(len(clip_words())), PROMISES):
        picture = curves.real(promise, clip)
        _, _, here = picture.figure.data
        out = here.y[0] > picture.figure.layout.yaxis.range[1]
        assert out == picture.caption.endswith("out of the picture.")


def test_what_the_prose_claims_of_filters() -> None:
    told = {name: value for name, value in values().items() if not isinstance(value, str)}
    assert abs(told["valley"] - told["right_first"]) > 0.5
    assert told["before"] < 0 < told["after"]
    assert told["hits"] > told["hits_noise"]
    assert all(late_s(STEPS, word) > -0.02 for word in examples())
    assert told["clear"] < told["kernels"]
    assert told["nudged"] == pytest.approx(told["slope"], rel=0.05)
    assert told["stepped"] == pytest.approx(told["in_runtime"], rel=1e-3)
    assert told["down"] >= 0.75 * told["clips"]


def test_how_far_autograd_is_from_the_loops_is_told() -> None:
    pytest.importorskip("torch")
    for name in ("autograd", "network_autograd"):
        told = re.search(r"(\d[\de.-]*?)( at most)?\.$", str(values()[name]))
        assert told
        assert float(told[1]) < 1e-6


def test_without_torch_only_a_sentence_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    lesson = find_lesson("filters")
    assert lesson.lacks is None
    assert "not installed" in str(values()["autograd"])
    assert "PyTorch installed" in str(values()["network_autograd"])
    for panel in panels.PANELS:
        assert panel.draw(**panel.read({})).caption
