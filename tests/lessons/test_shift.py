from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage, stats

from sayso.lessons.glass import clip_words, read_clip, recognizer
from sayso.lessons.shift import panels
from sayso.lessons.shift.functions import alike, convolve, move, pool, turn
from sayso.lessons.shift.values import SHIFTS_MS, compare, confidences, frame_ms, steady_ms, values

whole = st.integers(-50, 50).map(float)


@given(st.lists(whole, min_size=3, max_size=20), st.lists(whole, min_size=1, max_size=3))
def test_convolving_is_correlating(signal: list[float], weights: list[float]) -> None:
    for stride in (1, 2, 3):
        expected = np.correlate(signal, weights, "valid")[::stride]
        np.testing.assert_allclose(convolve(signal, weights, stride), expected)


@given(st.lists(whole, min_size=1, max_size=20), st.integers(-10, 10))
def test_moving_is_scipys_shift(values_: list[float], later: int) -> None:
    array = np.array(values_)
    later = max(-len(array), min(len(array), later))
    np.testing.assert_array_equal(move(array, later), ndimage.shift(array, later, order=0))


def test_likeness_is_the_correlation() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 50))
    assert alike(a, b) == pytest.approx(stats.pearsonr(a, b).statistic)
    assert alike(a, 3 * a + 1) == pytest.approx(1)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_bump_moves_along_by_whole_strides_only(stride: int) -> None:
    for place in range(6, 28):
        here = np.array(convolve(panels.signal(place), panels.WEIGHTS, stride))
        there = np.array(convolve(panels.signal(place + stride), panels.WEIGHTS, stride))
        np.testing.assert_array_equal(there[1:], here[:-1])
        assert pool(list(here)) == pool(list(there))
    largest = {
        pool(convolve(panels.signal(place), panels.WEIGHTS, stride)) for place in range(6, 28)
    }
    assert (len(largest) == 1) == (stride == 1)


def test_layers_are_those_that_onnx_runtime_finds_when_onnx_asks() -> None:
    onnx = pytest.importorskip("onnx")
    import onnxruntime

    from sayso.lessons.layers import run_layers
    from sayso.recognition.recognizer import PACKAGED

    model = onnx.load(PACKAGED)
    names = [node.output[0] for node in model.graph.node if node.op_type == "Conv"]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    clip = read_clip("yes")
    expected = session.run([*names, "embedding"], {"waveform": clip[None]})
    for mine, theirs in zip(run_layers(clip).values(), expected, strict=True):
        np.testing.assert_allclose(mine, theirs[0], rtol=1e-4, atol=1e-4)


def test_the_last_layer_is_the_recognizers_embedding() -> None:
    from sayso.lessons.layers import run_layers

    clip = read_clip("no")
    expected = recognizer().embeddings(clip[None])[0]
    np.testing.assert_allclose(run_layers(clip)["embedding"], expected, rtol=1e-4, atol=1e-4)


def test_unmoved_everything_is_as_it_was() -> None:
    assert all(pair == pytest.approx((1, 1)) for pair in compare(read_clip("go"), 0).values())


def test_what_the_prose_claims_of_the_layers() -> None:
    told = values()
    assert float(told["least_moved"]) > float(told["most_stayed"]) + 0.3
    assert float(told["embedding"]) > 0.8
    assert float(told["whole_first"]) > float(told["half_first"]) + 0.02
    assert told["frame"] == frame_ms() == 20
    assert float(told["trained_ms"]) < float(told["steady"]) < SHIFTS_MS[-1]  # else another word


def test_words_flip_where_the_figure_says() -> None:
    for word in clip_words():
        words = recognizer().words
        heard = [words[i] for i in confidences(read_clip(word)).argmax(axis=1)]
        assert heard[SHIFTS_MS.index(0)] == word
        if (flip := steady_ms(read_clip(word))) < SHIFTS_MS[-1]:
            later = dict(zip(SHIFTS_MS, heard, strict=True))
            assert later[flip] != word
            assert all(later[shift] == word for shift in SHIFTS_MS if 0 <= shift < flip)


def test_confidences_are_the_recognizers() -> None:
    moved = np.zeros(16_000, np.float32)
    moved[1600:] = read_clip("left")[:-1600]
    expected = recognizer().probabilities(moved[None])[0]
    index = SHIFTS_MS.index(100)
    np.testing.assert_allclose(confidences(read_clip("left"))[index], expected, atol=1e-4)


def test_turning_loses_nothing() -> None:
    clip = read_clip("up")
    np.testing.assert_array_equal(turn(turn(clip, 777), -777), clip)
