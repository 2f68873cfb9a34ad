import csv
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sayso import audio
from sayso.corpus import read_corpus, speaker_of, split_of
from sayso.errors import SaysoError
from sayso.prepare import Settings, equalise, find_cut, measure, prepare_clips, trim
from sayso.prepare.run import LEDGER
from sayso.prepare.synthetic import marked_clip

from .conftest import write_recordings


def _sounds(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in audio.find(folder)}


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {line["source"]: line for line in csv.DictReader(file)}


def test_every_clip_is_trimmed_and_as_long_as_the_mean(recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = prepare_clips(recordings, out, jobs=1)
    originals = [audio.read(path) for path in audio.find(recordings)]
    mean_s = np.mean([len(trim(clip)) / 16_000 for clip in originals])
    assert summary.length_s == pytest.approx(mean_s)
    assert summary.lengths.trimmed.mean == pytest.approx(mean_s)
    assert summary.clips == summary.written == 12
    assert _sounds(out).keys() == _sounds(recordings).keys()
    for clip, path in zip(originals, audio.find(out), strict=True):
        info = soundfile.info(path)
        assert (info.frames, info.samplerate) == (round(mean_s * 16_000), 16_000)
        assert (info.subtype, info.channels) == ("PCM_16", 1)
        kept = trim(clip)
        if len(kept) >= info.frames:
            np.testing.assert_allclose(
                audio.read(path), equalise(kept, info.frames), atol=1 / 32767
            )


def test_the_manifest_says_what_the_functions_say(recordings: Path, tmp_path: Path) -> None:
    prepare_clips(recordings, tmp_path / "out", jobs=1)
    lines = _manifest(tmp_path / "out")
    assert len(lines) == 12
    for name, line in lines.items():
        clip = audio.read(recordings / name)
        cut = find_cut(clip)
        assert cut is not None
        assert float(line["cut_start_s"]) == pytest.approx(cut.start / 16_000, abs=1e-5)
        assert float(line["cut_end_s"]) == pytest.approx(cut.end / 16_000, abs=1e-5)
        expected = measure(clip, 16_000, cut)
        for column in ("duration_s", "sound_s", "loudness_dbfs", "peak_dbfs", "dc", "snr_db"):
            assert float(line[column]) == pytest.approx(getattr(expected, column), rel=1e-4)
        assert line["word"] == name.split("/")[0]
        assert line["speaker"] == speaker_of(name)
        assert line["split"] == split_of(speaker_of(name))


def test_originals_stay_as_they_were(recordings: Path, tmp_path: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in recordings.rglob("*.wav")}
    prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in before} == before
    assert set(recordings.rglob("*.wav")) == set(before)


def test_the_bytes_are_the_same_for_any_number_of_jobs(tmp_path: Path) -> None:
    recordings = write_recordings(tmp_path / "in", 130)
    settings = Settings(pad="random")
    prepare_clips(recordings, tmp_path / "one", settings, jobs=1)
    prepare_clips(recordings, tmp_path / "two", settings, jobs=2)
    assert _sounds(tmp_path / "one") == _sounds(tmp_path / "two")
    one, two = ((tmp_path / name / "manifest.csv").read_bytes() for name in ("one", "two"))
    assert one == two


def test_each_step_can_be_switched_off(recordings: Path, tmp_path: Path) -> None:
    settings = Settings(method="none", measure=False, length="none")
    summary = prepare_clips(recordings, tmp_path / "out", settings, jobs=1)
    assert summary.length_s is None
    for path in audio.find(recordings):
        same = tmp_path / "out" / path.relative_to(recordings)
        np.testing.assert_allclose(audio.read(same), audio.read(path), atol=1 / 32767)
    assert {line["loudness_dbfs"] for line in _manifest(tmp_path / "out").values()} == {""}


@pytest.mark.parametrize("suffix", ["flac", "ogg", "opus", "mp3"])
def test_any_format_goes_in(tmp_path: Path, suffix: str) -> None:
    clip = marked_clip(np.random.default_rng(0), 40).samples
    audio.write(tmp_path / "in" / "go" / f"one.{suffix}", clip)
    prepare_clips(tmp_path / "in", tmp_path / "out", jobs=1)
    prepared = audio.read(tmp_path / "out" / "go" / "one.wav")
    assert len(prepared) == pytest.approx(len(trim(clip)), abs=800)


def test_format_and_rate_are_those_asked_for(recordings: Path, tmp_path: Path) -> None:
    settings = Settings(format="flac", rate=8_000, length="750ms")
    prepare_clips(recordings, tmp_path / "out", settings, jobs=1)
    paths = list(audio.find(tmp_path / "out"))
    assert len(paths) == 12
    for path in paths:
        info = soundfile.info(path)
        assert (info.format, info.samplerate, info.frames) == ("FLAC", 8_000, 6_000)


def test_a_second_run_writes_nothing_and_a_change_only_what_it_touches(
    recordings: Path, tmp_path: Path
) -> None:
    out, settings = tmp_path / "out", Settings(length="1s")
    prepare_clips(recordings, out, settings, jobs=1)
    first = _sounds(out)
    times = {path: path.stat().st_mtime_ns for path in audio.find(out)}
    assert prepare_clips(recordings, out, settings, jobs=1).written == 0
    assert {path: path.stat().st_mtime_ns for path in audio.find(out)} == times
    changed, lost = "go/speaker0_nohash_0.wav", "stop/speaker1_nohash_1.wav"
    audio.write(recordings / changed, audio.read(recordings / "go/speaker2_nohash_2.wav"))
    (out / lost).unlink()
    assert prepare_clips(recordings, out, settings, jobs=1).written == 2
    again = _sounds(out)
    assert {name for name in first if first[name] != again[name]} == {changed}
    assert prepare_clips(recordings, out, Settings(length="2s"), jobs=1).written == 12


def test_what_is_no_longer_wanted_goes_and_what_others_put_there_stays(
    recordings: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    prepare_clips(recordings, out, jobs=1)
    (out / "go" / "notes.wav").write_bytes(b"mine")
    shutil.rmtree(recordings / "stop")
    prepare_clips(recordings, out, Settings(format="flac"), jobs=1)
    assert [path.name for path in audio.find(out / "stop")] == []
    names = sorted(path.name for path in (out / "go").iterdir())
    assert names.count("notes.wav") == 1
    assert len(names) == 7
    assert {Path(name).suffix for name in names if name != "notes.wav"} == {".flac"}


def test_a_dry_run_writes_the_same_report_and_no_clips(recordings: Path, tmp_path: Path) -> None:
    dry = prepare_clips(recordings, tmp_path / "dry", jobs=1, dry_run=True)
    assert list(audio.find(tmp_path / "dry")) == []
    wet = prepare_clips(recordings, tmp_path / "wet", jobs=1)
    assert (dry.length_s, dry.problems, dry.lengths) == (wet.length_s, wet.problems, wet.lengths)
    assert _manifest(tmp_path / "dry") == _manifest(tmp_path / "wet")
    report = json.loads((tmp_path / "dry" / "report.json").read_text(encoding="utf-8"))
    assert report["length_s"] == dry.length_s
    assert report["by_word"].keys() == {"go", "stop"}


def test_lists_background_noise_and_words_make_a_data_set_again(
    recordings: Path, tmp_path: Path
) -> None:
    listed = "go/speaker0_nohash_0.wav"
    (recordings / "validation_list.txt").write_text(
        "\n".join(f"{p.parent.name}/{p.name}" for p in recordings.rglob("speaker0_*")) + "\n"
    )
    hum = np.full(48_000, 0.01, np.float32) * np.sin(np.arange(48_000, dtype=np.float32))
    audio.write(recordings / "_background_noise_" / "hum.wav", hum)
    settings = Settings(length="1s", rate=8_000)
    summary = prepare_clips(recordings, tmp_path / "out", settings, jobs=1)
    corpus = read_corpus(tmp_path / "out")
    assert corpus.words == ("go", "stop")
    assert len(corpus.clips) == summary.clips == 12
    assert {clip.speaker for clip in corpus.of("validation")} == {"speaker0"}
    assert _manifest(tmp_path / "out")[listed]["split"] == "validation"
    assert len(audio.read(corpus.noise[0])) == 48_000  # neither trimmed nor cut


def test_words_are_found_where_torchaudio_unpacks_them(tmp_path: Path) -> None:
    inner = "SpeechCommands/speech_commands_v0.02"
    recordings = write_recordings(tmp_path / "in" / inner, 4)
    listed = ["go/speaker0_nohash_0.wav", "stop/speaker0_nohash_3.wav"]
    (recordings / "testing_list.txt").write_text("\n".join(listed))
    prepare_clips(tmp_path / "in", tmp_path / "out", jobs=1)
    line = _manifest(tmp_path / "out")[f"{inner}/go/speaker0_nohash_0.wav"]
    assert (line["word"], line["speaker"], line["split"]) == ("go", "speaker0", "testing")
    assert len(read_corpus(tmp_path / "out").of("testing")) == 2


def test_clips_in_no_folder_have_no_word(tmp_path: Path) -> None:
    audio.write(tmp_path / "in" / "a.wav", marked_clip(np.random.default_rng(0), 30).samples)
    summary = prepare_clips(tmp_path / "in", tmp_path / "out", jobs=1)
    assert _manifest(tmp_path / "out")["a.wav"]["word"] == ""
    assert summary.by_word == {}


def test_bad_files_are_listed_and_the_others_done(recordings: Path, tmp_path: Path) -> None:
    bad = recordings / "go"
    (bad / "text.wav").write_text("no sound at all")
    (bad / "empty.wav").write_bytes(b"")
    good = (bad / "speaker0_nohash_0.wav").read_bytes()
    (bad / "cut off.wav").write_bytes(good[: len(good) // 2])
    (bad / "loop.wav").symlink_to(bad / "loop.wav")
    (bad / "circle").symlink_to(recordings, target_is_directory=True)
    audio.write(bad / "nothing.wav", np.zeros(16_000, np.float32))
    audio.write(bad / "scrap.wav", np.full(160, 0.1, np.float32))
    audio.write(bad / "offset.wav", np.full(1_000_000, 0.5, np.float32))
    (bad / "copy.wav").write_bytes(good)
    audio.write(bad / "clipped.wav", np.sign(np.sin(np.arange(16_000) / 20)).astype(np.float32))
    summary = prepare_clips(recordings, tmp_path / "out", Settings(length="1s"), jobs=1)
    named = {error.partition(" ")[0] for error in summary.unusable if "/cut off" not in error}
    assert len(summary.unusable) == 4
    assert {"go/text.wav", "go/empty.wav"} <= named
    lines = _manifest(tmp_path / "out")
    problems = {name: line["problems"].split() for name, line in lines.items() if line["problems"]}
    assert set(problems.pop("go/nothing.wav")) == {"silent", "soft"}
    assert set(problems.pop("go/scrap.wav")) == {"short", "soft", "offset"}
    assert set(problems.pop("go/offset.wav")) == {"silent", "soft", "offset"}
    assert "clipped" in problems.pop("go/clipped.wav")
    assert problems.pop("go/speaker0_nohash_0.wav") == ["duplicate"]
    assert lines["go/speaker0_nohash_0.wav"]["duplicate_of"] == "go/copy.wav"
    assert set(problems) == {"go/text.wav", "go/empty.wav", "go/cut off.wav", "go/loop.wav"}
    assert {len(audio.read(path)) for path in audio.find(tmp_path / "out")} == {16_000}
    assert len(list(audio.find(tmp_path / "out"))) == 12 + 5


def test_two_files_that_would_get_one_name_are_told(recordings: Path, tmp_path: Path) -> None:
    name = "go/café.wav"
    twins = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    sounds = sorted(recordings.rglob("*.wav"))[:3]
    for twin, sound in zip((*twins, "go/a.flac"), sounds, strict=True):
        audio.write(recordings / twin, audio.read(sound))
    audio.write(recordings / "go/a.wav", audio.read(sounds[0]))
    summary = prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert len(summary.unusable) == 2
    assert all("rename" in error for error in summary.unusable)
    assert len(list(audio.find(tmp_path / "out"))) == 14


def test_a_file_that_cannot_be_used_takes_no_name(recordings: Path, tmp_path: Path) -> None:
    (recordings / "go/speaker0_nohash_0.flac").write_bytes(b"")
    summary = prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert ["is empty" in error for error in summary.unusable] == [True]
    assert summary.written == 12


def test_a_name_that_is_no_text_is_told(recordings: Path, tmp_path: Path) -> None:
    sound = recordings / "go/speaker0_nohash_0.wav"
    shutil.copy(sound, sound.with_name(os.fsdecode(b"\xff.wav")))
    summary = prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert [error for error in summary.unusable if "UTF-8" in error]
    assert summary.written == 12


@pytest.mark.parametrize("inner", [".", "out", "../in"])
def test_a_target_inside_the_source_is_refused(recordings: Path, inner: str) -> None:
    with pytest.raises(SaysoError, match="lie in one another"):
        prepare_clips(recordings, recordings / inner, jobs=1)


def test_a_link_back_into_the_source_is_refused(recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(recordings, target_is_directory=True)
    with pytest.raises(SaysoError, match="lie in one another"):
        prepare_clips(recordings, tmp_path / "out", jobs=1)


def test_a_folder_that_leads_back_into_the_source_is_refused(
    recordings: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "go").symlink_to(recordings / "go", target_is_directory=True)
    before = _sounds(recordings)
    with pytest.raises(SaysoError, match="leads"):
        prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert _sounds(recordings) == before


def test_no_folder_no_sounds_and_only_silence_are_told(tmp_path: Path) -> None:
    with pytest.raises(SaysoError, match="not a folder"):
        prepare_clips(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "in").mkdir()
    with pytest.raises(SaysoError, match="no sound files"):
        prepare_clips(tmp_path / "in", tmp_path / "out")
    audio.write(tmp_path / "in" / "a.wav", np.zeros(16_000, np.float32))
    with pytest.raises(SaysoError, match="no clip with sound"):
        prepare_clips(tmp_path / "in", tmp_path / "out")


def test_a_target_that_is_a_file_is_told(recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(SaysoError, match="cannot be"):
        prepare_clips(recordings, tmp_path / "out", jobs=1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place where nobody may write")
def test_a_read_only_target_is_told(recordings: Path) -> None:
    with pytest.raises(SaysoError, match="/sys/out cannot be written"):
        prepare_clips(recordings, "/sys/out", jobs=1)


def test_a_full_disk_is_told_and_nothing_half_is_left(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bytes = Path.write_bytes
    written: list[Path] = []

    def fail_after_five(path: Path, content: bytes) -> int:
        if path.suffix == ".part":
            written.append(path)
            if len(written) > 5:
                write_bytes(path, content[:100])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_bytes(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail_after_five)
        with pytest.raises(SaysoError, match="no space left"):
            prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert not list((tmp_path / "out").rglob("*.part"))
    assert len({path.stat().st_size for path in audio.find(tmp_path / "out")}) == 1
    prepare_clips(recordings, tmp_path / "out", jobs=1)
    prepare_clips(recordings, tmp_path / "whole", jobs=1)
    assert _sounds(tmp_path / "out") == _sounds(tmp_path / "whole")


def test_a_second_run_at_the_same_time_is_refused(recordings: Path, tmp_path: Path) -> None:
    def run_again(*_: object) -> None:
        with pytest.raises(SaysoError, match="Another run"):
            prepare_clips(recordings, tmp_path / "out", jobs=1)

    prepare_clips(recordings, tmp_path / "out", jobs=1, report=run_again)


def test_a_broken_ledger_is_told_and_not_held_open(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connect_and_note(path: Path, timeout: float) -> sqlite3.Connection:
        opened.append(connect(path, timeout=timeout))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connect_and_note)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LEDGER).write_bytes(b"no database" * 100)
    with pytest.raises(SaysoError, match="begin anew"):
        prepare_clips(recordings, tmp_path / "out", jobs=1)
    assert len(opened) == 1
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    recordings, out = write_recordings(tmp_path / "in", 200), tmp_path / "out"
    code = (
        "import sys; from sayso.prepare import prepare_clips\n"
        "if __name__ == '__main__': prepare_clips(sys.argv[1], sys.argv[2], jobs=2)\n"
    )
    (tmp_path / "run.py").write_text(code)
    command = [sys.executable, str(tmp_path / "run.py"), str(recordings), str(out)]
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, env={**os.environ, **path})  # noqa: S603 - our own
    for _ in range(1000):
        if next(audio.find(out), None):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in audio.find(out)}
    assert before
    prepare_clips(recordings, out, jobs=1)
    prepare_clips(recordings, tmp_path / "whole", jobs=1)
    assert _sounds(out) == _sounds(tmp_path / "whole")
