import sys

import numpy as np
import pytest

from sayso import audio
from sayso.errors import SaysoError
from sayso.prepare import find_cut, find_edges, trim
from sayso.prepare.synthetic import marked_clip


@pytest.mark.parametrize("margin_ms", [0, 50, 120])
def test_the_margin_is_left_on_both_sides(margin_ms: float) -> None:
    clip = marked_clip(np.random.default_rng(0), 30, length_s=3)
    edges, cut = find_edges(clip.samples), find_cut(clip.samples, margin_ms=margin_ms)
    assert edges is not None
    assert cut is not None
    margin = round(margin_ms * 16)
    assert cut == (max(0, edges.start - margin), min(len(clip.samples), edges.end + margin))
    kept = trim(clip.samples, margin_ms=margin_ms)
    np.testing.assert_array_equal(kept, clip.samples[cut.start : cut.end])


def test_silence_is_left_whole() -> None:
    silence = np.zeros(16_000, np.float32)
    assert find_cut(silence) is None
    assert trim(silence) is silence


def test_nothing_is_cut_without_a_method() -> None:
    clip = marked_clip(np.random.default_rng(0), 30)
    assert len(trim(clip.samples, method="none")) == len(clip.samples)


def test_the_original_is_untouched() -> None:
    clip = marked_clip(np.random.default_rng(0), 30)
    before = clip.samples.copy()
    trim(clip.samples)
    np.testing.assert_array_equal(clip.samples, before)


@pytest.mark.parametrize("arguments", [{"method": "magic"}, {"margin_ms": -1}])
def test_a_wrong_choice_is_told(arguments: dict[str, object]) -> None:
    with pytest.raises(SaysoError):
        trim(np.zeros(16_000, np.float32), **arguments)  # type: ignore[arg-type]


def test_several_channels_are_refused() -> None:
    with pytest.raises(SaysoError, match="samples"):
        trim(np.zeros((16_000, 2), np.float32))


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_webrtcs_detector_gives_its_first_and_last_frame_of_speech(rate: int) -> None:
    webrtcvad = pytest.importorskip("webrtcvad")
    word = marked_clip(np.random.default_rng(3), 60).samples
    clip = np.pad(word, (8_000, 12_000))
    detector = webrtcvad.Vad(2)
    frames = (clip * 32768).astype("<i2").reshape(-1, 160)
    speech = [i for i, frame in enumerate(frames) if detector.is_speech(frame.tobytes(), 16_000)]
    cut = find_cut(audio.resample(clip, 16_000, rate), rate, method="vad", margin_ms=0)
    assert cut is not None
    scale = rate / 16_000  # a frame more or less where the resampler rings
    assert cut.start == pytest.approx(speech[0] * 160 * scale, abs=160 * scale)
    assert cut.end == pytest.approx((speech[-1] + 1) * 160 * scale, abs=160 * scale)


def test_a_missing_detector_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webrtcvad", None)
    with pytest.raises(SaysoError, match="pip install"):
        find_cut(np.zeros(16_000, np.float32), method="vad")


def test_webrtcs_detector_hears_nothing_in_silence() -> None:
    pytest.importorskip("webrtcvad")
    assert find_cut(np.zeros(16_000, np.float32), method="vad") is None
