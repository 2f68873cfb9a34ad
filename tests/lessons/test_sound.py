from __future__ import annotations

import base64
import io
import json
import statistics
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sayso.lessons.glass import read_clip
from sayso.lessons.sound import panels, pictures, ways
from sayso.lessons.sound.data import SNRS_DB, marked, recordings
from sayso.lessons.sound.functions import (
    above,
    below_peak,
    best_split,
    levels,
    quietest,
    speech_band,
)
from sayso.lessons.sound.libraries import column, read_tables
from sayso.lessons.sound.padding import split
from sayso.lessons.sound.values import values, with_forgotten, word_seconds
from sayso.prepare import Edges, find_cut, find_edges
from sayso.prepare.comparison import _table

DOCS = Path(__file__).parents[2] / "docs" / "audio-libraries.md"


def _loud_and_soft(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    envelope = np.repeat(10 ** rng.uniform(-4, -0.5, 20), 400)
    return (envelope * rng.standard_normal(8000)).astype(np.float32)


def test_the_level_of_a_sine_is_the_closed_forms() -> None:
    sine = (0.5 * np.sin(2 * np.pi * 400 * np.arange(1700) / 16_000)).astype(np.float32)
    np.testing.assert_allclose(levels(sine), [10 * np.log10(0.5**2 / 2)] * 10, atol=1e-3)
    np.testing.assert_allclose(levels(np.zeros(320, np.float32)), [-100, -100])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("threshold_db", [-60, -40, -20, 0])
def test_a_plain_threshold_keeps_what_a_loop_finds(seed: int, threshold_db: float) -> None:
    samples = _loud_and_soft(seed)
    loud = [
        start
        for start in range(0, 8000, 160)
        if 10 * np.log10(np.mean(samples[start : start + 160].astype(float) ** 2)) > threshold_db
    ]
    assert above(samples, threshold_db) == ((loud[0], loud[-1] + 160) if loud else None)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("top_db", [5, 20, 40, 60])
def test_librosas_way_is_a_loop_over_its_windows(seed: int, top_db: float) -> None:
    samples = _loud_and_soft(seed)
    starts = range(0, len(samples) + 1, 512)
    powers = [
        float(np.sum(samples[max(0, at - 1024) : at + 1024].astype(float) ** 2)) for at in starts
    ]
    loud = [
        at
        for at, power in zip(starts, powers, strict=True)
        if power > max(powers) / 10 ** (top_db / 10)
    ]
    assert below_peak(samples, top_db) == (loud[0], min(len(samples), loud[-1] + 512))


@pytest.mark.parametrize("top_db", [10, 30, 60])
def test_librosas_way_is_librosas(top_db: float) -> None:
    librosa = pytest.importorskip("librosa")
    for clip in recordings()[::7]:
        expected = librosa.effects.trim(clip, top_db=top_db)[1]
        assert below_peak(clip, top_db) == tuple(expected)


@pytest.mark.parametrize(("hz", "found"), [(150, True), (1000, True), (6000, False)])
def test_the_band_of_speech_hears_speech_alone(hz: float, found: bool) -> None:
    rng = np.random.default_rng(0)
    samples = 1e-3 * rng.standard_normal(16_000)
    samples[4800:9600] += 0.05 * np.sin(2 * np.pi * hz * np.arange(4800) / 16_000)
    edges = speech_band(samples.astype(np.float32), 20)
    assert edges == (Edges(4800, 9600) if found else None)


@given(
    st.integers(1, 30).flatmap(
        lambda count: st.tuples(
            *[st.lists(st.integers(-9, 9).map(float), min_size=count, max_size=count)] * 2
        )
    )
)
@settings(max_examples=50, deadline=None)
def test_the_best_split_is_kolmogorovs(groups: tuple[list[float], list[float]]) -> None:
    """With groups of one size it is right in (1 + D) / 2, D being the statistic of Kolmogorov."""
    low, high = groups
    threshold, right = best_split(low, high)
    told = sum(x < threshold for x in low) + sum(x >= threshold for x in high)
    assert right == told / (2 * len(low))
    with np.errstate(all="ignore"):
        distance = stats.ks_2samp(low, high, alternative="greater", method="asymp").statistic
    assert right == pytest.approx(max(0.5, (1 + distance) / 2))


def test_errors_are_those_of_the_marked_words() -> None:
    errors = ways.errors_ms(-45, 25)
    for row, clips in enumerate(marked().values()):
        clip = clips[3]
        found = find_edges(clip.samples)
        assert found is not None
        expected = ((found.start - clip.start) / 16, (clip.end - found.end) / 16)
        assert tuple(errors[ways.SAYSO][row, 3]) == expected
    words = [[(clip.end - clip.start) / 16] * 2 for clips in marked().values() for clip in clips]
    nothing = ways.errors_ms(0, 25)[ways.PLAIN]  # nothing is as loud: all of each word is lost
    np.testing.assert_array_equal(nothing.reshape(-1, 2), words)
    assert ways.share_cut(nothing) == 1


def test_no_place_of_the_sliders_is_as_near_as_sayso_everywhere() -> None:
    plain, top = next(panel for panel in panels.PANELS if panel.name == "truth").sliders
    for plain_db, top_db in zip(plain.values, top.values, strict=True):
        *others, sayso = (
            np.array(trace.y) for trace in pictures.truth(plain_db, top_db).figure.data
        )
        assert sayso.shape == (len(SNRS_DB),)
        assert sayso.max() < 15
        for other in others:
            assert (other > 2 * sayso).any()


def test_without_webrtcvad_something_plain_is_drawn_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (ways, pictures):
        monkeypatch.setattr(module, "has_webrtcvad", lambda: False)
    assert ways.ways(-40, 30)[ways.WEBRTC] is speech_band
    assert pictures.edges(-40, 30, 0, 0, None).caption.endswith("a plain look takes its place.)")


def test_bars_are_what_is_kept_also_of_a_readers_recording() -> None:
    own = np.concatenate([read_clip("yes"), read_clip("no")])
    for given_, sound in ((None, read_clip("happy")), (own, own)):
        _, bars = pictures.edges(-40, 30, 0, 0, given_).figure.data
        for name, start, seconds in zip(bars.y, bars.base, bars.x, strict=True):
            edges = ways.ways(-40, 30)[name](sound)
            assert edges is not None
            assert (start, start + seconds) == pytest.approx((edges.start / 16e3, edges.end / 16e3))


def test_noise_beside_it_has_the_level_that_the_slider_says() -> None:
    def power(noise: int) -> float:
        curve = np.array(pictures.edges(-40, 30, noise, 0, None).figure.data[0].y, dtype=float)
        return float(np.mean(10 ** (curve / 10)))

    alone = power(0)
    for noise, snr_db in ((2, 20), (3, 10)):
        assert power(noise) / alone == pytest.approx(1 + 10 ** (-snr_db / 10), rel=0.03)


def test_the_average_is_pulled_away_and_the_median_is_not() -> None:
    seconds = list(word_seconds())
    assert len(seconds) == len(recordings())
    for count in (0, 1, 3):
        found = with_forgotten(count)
        assert found.mean == pytest.approx(statistics.fmean(seconds + [20.0] * count))
        assert found.median == pytest.approx(statistics.median(seconds + [20.0] * count))
    told = values()
    assert float(told["mean_after"]) > 1.2 * float(told["mean"])
    assert float(told["median_after"]) < 1.02 * float(told["median"])
    cuts = [find_cut(clip) for clip in recordings()]
    assert seconds == [(cut.end - cut.start) / 16_000 for cut in cuts if cut]


@pytest.mark.parametrize("target", [0, 1, 2])
def test_the_caption_counts_the_words_that_are_shortened(target: int) -> None:
    seconds = sorted(word_seconds())
    limit = (
        statistics.fmean(seconds),
        statistics.median(seconds),
        float(np.quantile(seconds, 0.95)),
    )[target]
    cut = sum(each > limit for each in seconds)
    picture = pictures.lengths(0, target)
    assert f"{cut} words are shortened" in picture.caption
    assert sum(picture.figure.data[0].y) == len(seconds)


def test_zeros_give_the_recorder_away_and_noise_does_not() -> None:
    for missing_ms in (10, 100, 300):
        zeros, noise = split("zeros", missing_ms), split("noise", missing_ms)
        assert max(zeros.padded) == pytest.approx(-100, abs=1e-3)
        assert zeros.whole == noise.whole
        assert zeros.right > 0.9
        assert noise.right < 0.65
        assert len(zeros.padded) + len(zeros.whole) > 100
    whole = [quietest(clip[:16_000]) for clip in recordings() if len(clip) >= 16_000]
    assert set(split("zeros", 100).whole) <= set(whole)


def test_both_sounds_of_the_figure_can_be_played() -> None:
    pytest.importorskip("starlette", reason="the pages need the extra web")
    from sayso.web.figures import draw_json

    panel = next(panel for panel in panels.PANELS if panel.name == "equal")
    answer = json.loads(draw_json(panel, {"clip": "1", "length_ms": "1500", "fill": "0"}))
    assert list(answer["sounds"]) == ["As recorded", "Prepared"]
    recorded, prepared = (
        soundfile.read(io.BytesIO(base64.b64decode(text.partition(",")[2])))
        for text in answer["sounds"].values()
    )
    assert recorded[1] == prepared[1] == 16_000
    np.testing.assert_allclose(recorded[0], read_clip("stop"), atol=1 / 32768)
    assert len(prepared[0]) == 24_000
    assert not prepared[0][:1000].any()


def test_the_tables_are_those_of_the_documentation() -> None:
    """After `make bench-audio` both are the same page."""
    shipped = Path(panels.__file__).parent / "audio-libraries.md"
    assert shipped.read_text(encoding="utf-8") == DOCS.read_text(encoding="utf-8")
    for title, _, _ in pictures.TASKS:
        numbers = list(column(title).values())
        assert len(numbers) > 2
        assert numbers == sorted(numbers, reverse=True)


def test_tables_are_read_as_the_command_writes_them() -> None:
    speeds = _table(["library", "trim", "array"], [["a", "1,234", "(x, y)"], ["b", "", ""]])
    edges = _table(["library", "error"], [["a", "5 ms"]])
    assert read_tables("\n".join(["# Title", "", *speeds, "", "Text.", *edges])) == {
        "a": {"trim": "1,234", "array": "(x, y)", "error": "5 ms"},
        "b": {"trim": "", "array": ""},
    }
