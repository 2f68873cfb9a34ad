from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import sayso
from command_line import Run
from fake_sounddevice import FakeSounddevice
from sayso import audio
from sayso.audio import Sound
from sayso.corpus import voices
from sayso.evaluation import sample_speech
from sayso.recognition import Model
from sayso.recognition.packs import default_path, read_pack
from sayso.recognition.taught import Speech
from strange_word import strange_clips
from tone_model import CLASSES, save_tone_model, silence, tone


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder of nobody."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tones in place of the bundled sample, which takes seconds to hear."""
    rng = np.random.default_rng(0)
    embeddings = np.concatenate([np.eye(4, dtype=np.float32)] * 5) * 0.4
    embeddings += 0.02 * rng.standard_normal((20, 4)).astype(np.float32)
    speech = Speech(embeddings.astype(np.float32), CLASSES[:4] * 5)
    monkeypatch.setattr(sample_speech, "hear_sample", lambda *_: speech)


def chord(seconds: float, amplitude: float = 0.4) -> Sound:
    return tone("go", seconds, amplitude) + tone("stop", seconds, amplitude)


@pytest.fixture
def chords(tmp_path: Path) -> Path:
    for number, amplitude in enumerate((0.36, 0.4, 0.44)):
        audio.write(tmp_path / "chords" / f"{number}.wav", chord(1.0 + number, amplitude))
    return tmp_path / "chords"


@pytest.mark.usefixtures("tones")
def test_a_taught_word_is_heard(run: Run, tone_model: Path, chords: Path, tmp_path: Path) -> None:
    audio.write(tmp_path / "said.wav", chord(0.8))
    audio.write(tmp_path / "left.wav", tone("left", 0.8))
    sounds = ("said.wav", "left.wav", "--model", tone_model, "--json")
    assert '"word": "chord"' not in run("hear", *sounds).out
    done = run("teach", "chord", chords, "--model", tone_model)
    assert done.status == 0, done.err
    assert done.out.startswith("Taught chord from 3 recordings. It is in ")
    assert done.out.endswith("sayso hear and sayso listen use it.\n")
    assert done.err == ""
    heard = [json.loads(line)["word"] for line in run("hear", *sounds).out.splitlines()]
    assert heard == ["chord", "left"]
    (word,) = read_pack(default_path(Model(tone_model))).words
    assert [each.name for each in word.recordings] == ["0.wav", "1.wav", "2.wav"]
    assert len({each.sha256 for each in word.recordings}) == 3


@pytest.mark.usefixtures("tones")
def test_words_in_a_file_of_their_own(
    run: Run, tone_model: Path, chords: Path, tmp_path: Path
) -> None:
    pack = ("--pack", "mine.npz", "--model", tone_model)
    clips = sorted(chords.iterdir())
    done = run("teach", "chord", *clips, *pack)
    assert done.out.endswith("use it with --pack mine.npz.\n")
    assert not default_path(Model(tone_model)).exists()
    audio.write(tmp_path / "said.wav", chord(0.8))
    assert "chord" in run("hear", "said.wav", *pack).out
    assert "chord" not in run("hear", "said.wav", "--model", tone_model).out

    done = run("teach", "Chord", *clips, clips[0], *pack)  # the same recording twice counts once
    assert done.err == "This replaces what Chord was taught from: 3 recordings.\n"
    (word,) = read_pack(Path("mine.npz")).words
    assert (word.word, len(word.recordings)) == ("Chord", 3)

    done = run("teach", "--list", "--pack", "mine.npz")
    head, row = (line.split() for line in done.out.splitlines())
    assert head == ["word", "threshold", "other", "sound", "its", "own", "recordings"]
    assert word.fit is not None
    fit = [f"{word.fit.others:.2f}", f"{word.fit.similarities.mean():.2f}"]
    assert row == ["Chord", f"{word.threshold:.2f}", *fit, "0.wav,", "1.wav,", "2.wav"]
    assert "For the model tones.onnx, in mine.npz." in done.err

    done = run("teach", "--forget", "accord", "--pack", "mine.npz")
    assert done.status == 1
    assert "accord was not taught in mine.npz: the words there are Chord." in done.err
    assert run("teach", "--forget", "chord", "--pack", "mine.npz").err == "Forgot chord.\n"
    done = run("teach", "--list", "--pack", "mine.npz")
    assert (done.out, done.err) == ("", "No words were taught in mine.npz.\n")


@pytest.mark.usefixtures("tones")
def test_a_taught_word_is_listened_for(
    run: Run, tone_model: Path, chords: Path, tmp_path: Path
) -> None:
    talk = np.concatenate([silence(1), chord(0.6), silence(1), tone("left", 0.6), silence(1)])
    audio.write(tmp_path / "talk.wav", talk)
    pcm = np.round(talk * 32767).astype("<i2").tobytes()

    def heard(*options: object, stdin: bytes = b"") -> list[str]:
        done = run("listen", "--json", "--model", tone_model, *options, stdin=stdin)
        assert done.status == 0, done.err
        return [json.loads(line)["word"] for line in done.out.splitlines()]

    run("teach", "lights on", chords, "--model", tone_model, "--pack", "mine.npz")
    pack = ("--pack", "mine.npz")
    assert heard("--file", "talk.wav", *pack) == ["lights on", "left"]
    assert heard("-", *pack, stdin=pcm) == ["lights on", "left"]
    assert heard("--file", "talk.wav", *pack, "--words", "lights on") == ["lights on"]
    assert heard("--file", "talk.wav")[-1] == "left"
    assert "lights on" not in heard("--file", "talk.wav")

    action = f"{sys.executable} -c \"open('done','a').write('{{word}}')\""
    heard("--file", "talk.wav", *pack, "--on", f"lights on={action}")
    assert Path("done").read_text() == "lights on"

    run("teach", "chord", chords, "--model", tone_model)  # into the user's own
    assert heard("--file", "talk.wav") == ["chord", "left"]
    assert heard("--file", "talk.wav", *pack) == ["lights on", "left"]
    done = run("listen", "--file", "talk.wav", "--model", tone_model, "--pack", "none.npz")
    assert (done.status, done.out) == (1, "")
    assert "none.npz does not exist: make it with sayso teach." in done.err


def test_words_of_the_packaged_model_and_ones_own(run: Run, tmp_path: Path) -> None:
    clips = strange_clips()
    for number, clip in enumerate(clips[:4]):
        audio.write(tmp_path / "strange" / f"{number}.wav", clip)
    done = run("teach", "aliehs", "strange", "--pack", "mine.npz")
    assert done.status == 0, done.err
    quiet = np.zeros(14_000, np.float32)
    left = audio.read(Path(sayso.__file__).parent / "bundled" / "clips" / "left.opus")
    talk = np.concatenate([quiet, clips[5], quiet, left, quiet, clips[6], quiet])
    talk += np.random.default_rng(0).normal(0, 3e-4, len(talk)).astype(np.float32)
    audio.write(tmp_path / "talk.wav", talk)
    done = run("listen", "--file", "talk.wav", "--pack", "mine.npz", "--json")
    heard = [json.loads(line)["word"] for line in done.out.splitlines()]
    assert heard == ["aliehs", "left", "aliehs"]


def test_the_bundled_sample_is_other_speech(run: Run, tone_model: Path, chords: Path) -> None:
    done = run("teach", "chord", chords, "--model", tone_model)
    assert done.status == 0, done.err
    pack = read_pack(default_path(Model(tone_model)))
    assert pack.model == "tones.onnx"
    assert 0 < pack.words[0].threshold < 1


@pytest.mark.usefixtures("tones")
def test_words_that_another_model_was_taught(
    run: Run, tone_model: Path, chords: Path, tmp_path: Path
) -> None:
    newer = save_tone_model(tmp_path / "newer.onnx", training="{ }")
    run("teach", "chord", chords, "--model", tone_model)
    audio.write(tmp_path / "said.wav", chord(0.8))
    told = "chord was taught to another model, tones.onnx: teach it again to use it here.\n"
    hear = ("hear", "said.wav", "--json", "--model")
    assert told in run(*hear, newer).err
    assert told in run("teach", "--list", "--model", newer).err
    assert run(*hear, tone_model).err == ""
    assert run("teach", "chord", chords, "--model", newer).status == 0
    for model in (newer, tone_model):  # each has its own words now
        done = run(*hear, model)
        assert (json.loads(done.out)["word"], done.err) == ("chord", "")
    assert told not in run("teach", "--list", "--model", newer).err


@pytest.mark.usefixtures("tones")
def test_recordings_from_the_microphone(
    run: Run, tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hiss = (1e-4 * np.random.default_rng(0).standard_normal(8000)).astype(np.float32)
    takes = [silence(8), chord(0.5, 0.005), chord(0.5), chord(0.6, 0.45)]  # the first two: again
    fakes = [
        FakeSounddevice(np.concatenate([hiss, take, hiss, hiss, hiss]), rates=(16_000,), pause_s=0)
        for take in takes
    ]
    opened = iter(fakes)
    monkeypatch.setattr("sayso.recognition.microphone._sounddevice", lambda: next(opened))
    done = run("teach", "chord", "--record", "2", "--model", tone_model)
    assert done.status == 0, done.err
    assert done.err.splitlines()[:4] == [
        "Say chord (1 of 2).",
        "Nothing was heard. Say chord again.",
        "That was very quiet: come nearer. Say chord again.",
        "Say chord (2 of 2).",
    ]
    assert "Careful: chord has 2 recordings: with 3 to 10" in done.err
    (word,) = read_pack(default_path(Model(tone_model))).words
    assert [each.name for each in word.recordings] == ["recording 1", "recording 2"]


@pytest.mark.usefixtures("tones")
def test_recordings_by_synthesizers(
    run: Run, tone_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [(f"robot {n}", chord(0.6, 0.3 + n / 50)) for n in range(3)]
    monkeypatch.setattr(voices, "say", lambda *_: said)
    done = run("teach", "chord", "--say", "--model", tone_model)
    assert done.status == 0, done.err
    assert done.err == (
        "Said by robot 0; robot 1; robot 2. Recordings by people are better: teach the word again "
        "when there are some.\n"
    )
    assert len(read_pack(default_path(Model(tone_model))).words[0].recordings) == 3
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "platform", "linux")
    done = run("teach", "chord", "--say", "--model", tone_model, "--pack", "other.npz")
    assert done.status == 1
    assert "install espeak-ng or flite, or give recordings" in done.err


@pytest.mark.usefixtures("tones")
def test_what_cannot_be_taught_is_named(
    run: Run, tone_model: Path, chords: Path, tmp_path: Path
) -> None:
    def fails(*arguments: object) -> str:
        done = run("teach", *arguments, "--model", tone_model)
        assert (done.status, done.out) == (1, "")
        return done.err

    assert "The model knows Left itself" in fails("Left", chords)
    audio.write(tmp_path / "empty.wav", silence(1))
    assert "empty.wav holds no speech: record it again." in fails("chord", chords, "empty.wav")
    assert "none.wav cannot be opened" in fails("chord", "none.wav")
    for name in ("a,b", "_x", "a=b", " ", "../x"):
        assert "is no name for a word" in fails(name, chords)
    assert not default_path(Model(tone_model)).exists()
    run("teach", "chord", chords, "--model", tone_model, "--pack", "mine.npz")
    done = run("teach", "chord", chords, "--pack", "mine.npz")
    assert done.status == 1
    assert "mine.npz holds words taught to another model, tones.onnx" in done.err
    done = run("hear", "empty.wav", "--pack", "mine.npz")
    assert done.status == 1
    assert "taught to another model" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("chord",), ("chord", "a.wav", "--say"), ("chord", "--say", "--record", "3"),
        ("chord", "--list"), ("--list", "--forget", "x"), ("--list", "--say"),
        ("chord", "a.wav", "--device", "2"), ("chord", "--record", "0"),
    ],
)  # fmt: skip
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("teach", *arguments).status == 2
