import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

import sayso
from command_line import Run
from sayso import audio
from sayso.cli import console
from sayso.recognition.recognizer import PACKAGED
from sayso.training.recipe import read_recipe
from sayso.training.run import restore
from tones_corpus import write_tones

RECIPE = "epochs = 2\nbatch_size = 20\nlearning_rate = 2e-3\naveraging = 0.9\n"


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tones(tmp_path_factory.mktemp("tones"))


def test_from_recordings_to_a_recognizer_of_ones_own(
    run: Run, tones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(RECIPE)
    train = ["train", str(tones), "--recipe", "mine.toml", "--workers", "0", "--out", "my run"]
    done = run(*train)
    assert done.status == 0, done.err
    assert "3 words. Training on 60 clips by 10 speakers, validating on 12 clips by 2" in done.err
    assert "epoch   2" in done.err
    assert "Next: sayso export my run model.onnx" in done.err
    kept = restore(Path("my run"), "best.pt")["epoch"]
    best = f"{kept['validation_accuracy']:.2%} of the words, in epoch {kept['epoch']}. Next"
    assert best in done.err

    again = run(*train)
    assert again.status == 0
    assert best in again.err
    assert "epoch   1" not in again.err

    assert run("export", "my run", "model.onnx").status == 0
    assert sayso.load("model.onnx").words[:3] == ("high", "low", "middle")

    evaluated = run("evaluate", "model.onnx", str(tones), "--json")
    assert evaluated.status == 0, evaluated.err
    figures = json.loads(evaluated.out)
    assert figures["accuracy"]["3 words"]["clips"] == 12
    right = sum(figures["by_class"][word]["right"] for word in ("high", "low", "middle"))
    assert figures["accuracy"]["3 words"]["right"] == right
    taken = [pair for pair in figures["confusions"] if pair["word"] in ("high", "low", "middle")]
    assert right + sum(pair["clips"] for pair in taken) == 12

    table = run("evaluate", "model.onnx", str(tones))
    assert table.status == 0
    assert "most confused" in table.out
    assert "all classes, _unknown_ and _silence_ included" in table.out


def test_some_words_only(
    run: Run, tones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(RECIPE)
    options = ["--recipe", "mine.toml", "--words", "high, low", "--epochs", "1", "--workers", "0"]
    done = run("train", str(tones), *options)
    assert done.status == 0, done.err
    config = json.loads((Path("runs") / tones.name / "config.json").read_text())
    assert config["words"] == ["high", "low"]
    assert config["recipe"]["epochs"] == 1
    assert config["data"]["clips"]["_unknown_"]["training"] == 20


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train"], "Name either a folder of recordings or --sample."),
        (["train", "nowhere"], "nowhere is not a folder"),
        (["train", "{tones}", "--words", "high,wide"], "has no clips of wide."),
        (["train", "{tones}", "--recipe", "none"], "There is no recipe none"),
        (["train", "{tones}", "--keep", "yes"], "--keep needs --from"),
        (["train", "{tones}", "--from", "nowhere"], "nowhere is not the folder of a training run"),
        (["train", "{tones}", "--from", "base", "--keep", "tea"], "does not know tea"),
        (
            ["train", "{tones}"],
            "12 of words to validate with: at least 128 and 1 are needed",
        ),
        (["export", "nowhere", "model.onnx"], "nowhere is not the folder of a training run"),
        (["evaluate", "nowhere.onnx", "{tones}"], "The model file nowhere.onnx cannot be read"),
        (["evaluate", "base", "{tones}", "--split", "middle"], "There is no split middle"),
        (["evaluate", "base", "{tones}", "--split", "testing"], "has no clips for testing"),
    ],
)
def test_bad_input_gets_a_sentence(
    run: Run, tones: Path, arguments: list[str], sentence: str
) -> None:
    done = run(*(argument.format(tones=tones) for argument in arguments))
    assert done.status == 1
    assert sentence in done.err
    assert done.err.strip().count("\n") == 0
    assert not done.out


def test_new_words_for_the_packaged_model(
    run: Run, tones: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    for word in ("high", "low"):  # a single speaker, no list, no noise
        (mine / word).mkdir(parents=True)
        for take, clip in enumerate(sorted((tones / word).iterdir())[:10]):
            shutil.copy(clip, mine / word / f"ann_nohash_{take}.wav")
    options = ["--from", "base", "--keep", "yes,stop", "--epochs", "1", "--workers", "0"]
    done = run("train", "mine", *options)
    assert done.status == 0, done.err
    assert "4 words." in done.err
    assert "745 of the clips are the sample inside sayso" in done.err
    assert "4 clips to validate with are by the speakers of the others" in done.err
    assert "validate with, 6 are of words that stay, from inside sayso, and 4 are yours" in done.err
    config = json.loads(Path("runs/mine/config.json").read_text())
    assert config["words"] == ["high", "low", "stop", "yes"]
    assert config["recipe"] == {**asdict(read_recipe("finetune-keep")), "epochs": 1}
    assert config["start"] == hashlib.sha256(PACKAGED.read_bytes()).hexdigest()
    assert config["data"]["rehearsed"] == {"clips": 745, "kept": ["stop", "yes"]}
    assert config["data"]["clips"]["high"] == {"training": 8, "validation": 2}

    assert run("export", "runs/mine", "model.onnx").status == 0
    recognizer = sayso.load("model.onnx")
    assert recognizer.words == ("high", "low", "stop", "yes", "_unknown_", "_silence_")
    bundled = Path(sayso.__file__).parent / "bundled" / "clips"
    for place, word in ((2, "stop"), (3, "yes")):  # a single epoch makes `_unknown_` likely
        sound = audio.fit(audio.read(bundled / f"{word}.opus"), 16_000)
        assert recognizer.probabilities(sound[None])[0, :4].argmax() == place


def test_a_small_model_stays_small(run: Run, tones: Path, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(RECIPE + 'architecture = "residual-small"\n')
    options = ["--epochs", "1", "--workers", "0", "--out"]
    small = ["--recipe", tmp_path / "small.toml"]
    assert run("train", tones, *small, *options, tmp_path / "small").status == 0
    (tmp_path / "mine.toml").write_text(RECIPE)
    mine = ["--recipe", tmp_path / "mine.toml", "--from", tmp_path / "small"]
    done = run("train", tones, *mine, *options, tmp_path / "mine")
    assert done.status == 0, done.err
    assert "inside sayso" not in done.err
    config = json.loads((tmp_path / "mine" / "config.json").read_text())
    assert config["recipe"]["architecture"] == "residual-small"
    assert config["words"] == ["high", "low", "middle"]
    assert "rehearsed" not in config["data"]


def test_a_damaged_clip_is_named(run: Run, tmp_path: Path) -> None:
    folder = write_tones(tmp_path / "tones")
    broken = folder / "low" / "00000000_nohash_0.wav"
    broken.write_bytes(broken.read_bytes()[:2000])
    (tmp_path / "mine.toml").write_text(RECIPE)
    recipe = str(tmp_path / "mine.toml")
    done = run("train", str(folder), "--recipe", recipe, "--out", str(tmp_path / "run"))
    assert done.status == 1
    assert "00000000_nohash_0.wav is cut off" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err


def test_without_torch_the_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "find_spec", lambda _: None)
    done = run("train", "--sample")
    assert done.status == 1
    assert done.err == 'sayso: This needs more of sayso: run pip install "sayso[train]".\n'


def test_the_sample_is_enough_to_begin_with(run: Run, tmp_path: Path) -> None:
    done = run("train", "--sample", "--epochs", "1", "--out", str(tmp_path / "run"))
    assert done.status == 0, done.err
    assert "35 words. Training on 501 clips" in done.err
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["data"]["folder"] == "sample"


def test_the_packaged_model_teaches_a_smaller_one(run: Run, tmp_path: Path) -> None:
    begun = ("train", "--sample", "--recipe", "small", "--epochs", "1", "--workers", "0", "--out")
    loss = {}
    for name, teacher in (("alone", ()), ("taught", ("--teacher", "base"))):
        done = run(*begun, str(tmp_path / name), *teacher)
        assert done.status == 0, done.err
        row = (tmp_path / name / "history.csv").read_text().splitlines()[1]
        loss[name] = float(row.split(",")[2])
    config = json.loads((tmp_path / "taught" / "config.json").read_text())
    assert config["recipe"]["architecture"] == "residual-small"
    assert config["teacher"] == hashlib.sha256(PACKAGED.read_bytes()).hexdigest()
    assert loss["taught"] != loss["alone"]
