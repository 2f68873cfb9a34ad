import numpy as np
import pytest

from sayso.prepare import comparison
from sayso.prepare.comparison import compare_libraries
from sayso.prepare.libraries import _locate, installed_libraries
from sayso.prepare.synthetic import marked_clip


@pytest.mark.filterwarnings("ignore")
def test_the_page_has_a_row_a_library_and_ours_keeps_words_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    libraries = [one for one in installed_libraries() if one.name in ("sayso", "soundfile", "soxr")]
    monkeypatch.setattr(comparison, "installed_libraries", lambda: libraries)
    monkeypatch.setattr(comparison, "PATIENCE_S", 0.05)
    rows = [line.split(" | ") for line in compare_libraries(10).splitlines() if line[:2] == "| "]
    named = [row[0].removeprefix("| ") for row in rows]
    assert named == ["library", "---", "sayso", "soundfile", "soxr", "library", "---", "sayso"]
    assert len({len(row) for row in rows[:5]}) == len({len(row) for row in rows[5:]}) == 1
    assert rows[3][5:7] == ["(samples, channels)", "float64"]
    errors = [float(cell.split()[0]) for cell in rows[-1][1::2]]
    assert max(errors) <= 15
    assert [float(cell.split()[0]) for cell in rows[-1][2::2]] == [0, 0, 0]


@pytest.mark.filterwarnings("ignore")
def test_every_library_gives_the_length_and_the_rate_asked_for() -> None:
    clip = marked_clip(np.random.default_rng(0), 30).samples
    for library in installed_libraries():
        if library.name in ("pydub", "librosa", "audiomentations"):
            continue  # slow to import, or no arrays
        if library.resample:
            assert len(library.resample(np.zeros(44_100, np.float32))) == pytest.approx(
                16_000, abs=1
            )
        if library.pad:
            assert len(library.pad(clip, 24_000)) == 24_000


def test_a_part_is_located() -> None:
    samples = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    assert _locate(samples, samples[300:700]) == (300, 700)
    assert _locate(samples, samples[300:700] + np.float32(1e-7)) == (300, 700)
    assert _locate(samples, samples[:10]) is None
    assert _locate(samples, np.ones(100, np.float32)) is None
