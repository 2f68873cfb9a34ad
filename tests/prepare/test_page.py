import base64
import io
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sayso import audio
from sayso.prepare import Settings, equalise, prepare_clips, summary
from sayso.prepare.examples import COLUMNS, draw_waveform


def _page(recordings: Path, out: Path, settings: Settings | None = None) -> str:
    pytest.importorskip("plotly")
    prepare_clips(recordings, out, settings, jobs=1)
    return (out / "report.html").read_text(encoding="utf-8")


def test_the_page_needs_nothing_from_elsewhere(recordings: Path, tmp_path: Path) -> None:
    page = _page(recordings, tmp_path / "out")
    ours = re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.DOTALL)  # not plotly's
    assert "Plotly.react" in ours
    addresses = re.findall(r"""(?:src|href)\s*=\s*["'](.*?)["']|url\(|@import|\bfetch\(""", ours)
    assert len(addresses) == 24
    assert all(address.startswith("data:audio/wav;base64,") for address in addresses)


def test_the_histograms_count_every_clip(recordings: Path, tmp_path: Path) -> None:
    page = _page(recordings, tmp_path / "out", Settings(length="1s"))
    data = re.search(r'id="figures">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    figures = json.loads(data[1])
    counts = figures["durations"]["counts"]
    assert {name: sum(each) for name, each in counts.items()} == dict.fromkeys(counts, 12)
    (bin_of_one_second,) = np.flatnonzero(counts["as written"])
    middle = figures["durations"]["middle_s"][bin_of_one_second]
    assert middle == pytest.approx(1, abs=figures["durations"]["width_s"])
    assert [word["word"] for word in figures["words"]] == ["go", "stop"]
    assert figures["length"] == 1


def test_a_dozen_clips_can_be_heard_before_and_after(recordings: Path, tmp_path: Path) -> None:
    settings = Settings(length="900ms", fill="zeros")
    page = _page(recordings, tmp_path / "out", settings)
    cards = re.findall(r"<article>.*?</article>", page, re.DOTALL)
    assert len(cards) == 12
    names = set()
    for card in cards:
        name = re.search(r"<h3>(.*?)</h3>", card)
        assert name is not None
        names.add(name[1])
        sounds = [
            soundfile.read(io.BytesIO(base64.b64decode(wav)), dtype="float32")[0]
            for wav in re.findall(r"base64,([^\"]+)", card)
        ]
        np.testing.assert_array_equal(sounds[0], audio.read(recordings / name[1]))
        np.testing.assert_array_equal(sounds[1], audio.read(tmp_path / "out" / name[1]))
        assert len(sounds[1]) == len(equalise(sounds[0], 14_400))
    assert len(names) == 12


def test_background_noise_is_no_example_of_a_word(recordings: Path, tmp_path: Path) -> None:
    hum = np.sin(np.arange(32_000) / 9).astype(np.float32)
    audio.write(recordings / "_background_noise_" / "hum.wav", hum)
    page = _page(recordings, tmp_path / "out")
    assert len(re.findall("<article>", page)) == 12
    assert "hum.wav" not in page


def test_names_are_shown_and_not_run(recordings: Path, tmp_path: Path) -> None:
    evil = "<img onerror=alert(1)>&.wav"
    shutil.move(recordings / "go" / "speaker0_nohash_0.wav", recordings / "go" / evil)
    (recordings / "go" / "<script>.wav").write_bytes(b"not sound")
    page = _page(recordings, tmp_path / "out")
    assert "<img" not in page.partition("<script>")[0]
    assert "&lt;img onerror=alert(1)&gt;&amp;.wav" in page
    assert "go/&lt;script&gt;.wav is not sound" in page


def test_without_plotly_all_but_the_page_is_there(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "find_spec", lambda _: None)
    done = prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert done.html is None
    assert not (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "report.json").exists()


def test_a_waveform_shows_the_extremes_and_the_cut() -> None:
    samples = np.zeros(16_000, np.float32)
    samples[8_000], samples[8_001] = 1, -0.5
    drawn = draw_waveform(samples, 16_000, 2.0, (0.25, 0.75))
    lines = re.findall(r"M(\d+)\.5 ([\d.]+)V([\d.]+)", drawn)
    assert len(lines) == COLUMNS / 2  # one second of two
    spike = {int(x): (float(top), float(bottom)) for x, top, bottom in lines}[COLUMNS // 4]
    assert spike == (1.5, 44.5)
    assert f'd="M{COLUMNS / 8:.1f} 0V60M{COLUMNS * 3 / 8:.1f} 0V60"' in drawn
    assert "rect" not in draw_waveform(samples, 16_000, 1.0)
