from __future__ import annotations

import base64
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import sayso
from command_line import Run
from sayso import audio
from sayso.corpus import read_corpus
from sayso.corpus.noise import SILENT_CLIPS, Noise
from sayso.evaluation import Evaluation, Share, evaluate
from sayso.evaluation.page import SMALL_BYTES, embed_sounds, make_page
from sayso.evaluation.report import (
    confusion_matrix,
    examples,
    figures,
    hardest,
    orders,
    together,
    wrong,
)
from sayso.evaluation.speed import measure_speed
from sayso.recognition import Model
from sayso.recognition.packs import new_pack, save_pack
from sayso.recognition.taught import Recording, Space, TaughtWord
from tone_model import CLASSES, save_tone_model, tone

WRONG = 3  # clips of "go" that sound like "left"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    sounds = {
        "go/ann_nohash_0.wav": "go",
        "go/ann_nohash_1.wav": "go",
        "left/ann_nohash_0.wav": "left",
        "left/bob_nohash_0.wav": "left",
        "stop/bob_nohash_0.wav": "stop",
        "other/bob_nohash_0.wav": "right",
        **{f"go/bob_nohash_{number}.wav": "left" for number in range(WRONG)},
    }
    for number, (name, word) in enumerate(sounds.items()):
        audio.write(folder / name, tone(word, 1.5, 0.2 + 0.05 * number))
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, 60 * 16_000).astype(np.float32)
    audio.write(folder / "_background_noise_" / "hiss.wav", noise)
    (folder / "validation_list.txt").write_text("\n".join(sounds))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_tone_model(tmp_path / "tones.onnx", training='{"data": {"clips": {}}}')


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """A model whose words are named in another order, so that it is wrong about two of them."""
    words = json.dumps(["stop", "left", "right", "go", *CLASSES[4:]])
    return save_tone_model(tmp_path / "deaf.onnx", words=words, training='{"data": {"clips": {}}}')


def judged(label: list[int], rows: list[tuple[float, ...]]) -> Evaluation:
    words = ("go", "no", "_unknown_")
    return Evaluation(words, np.array(label), np.array(rows, np.float32), (None,) * len(label))


def in_page(page: str, name: str) -> Any:
    found = re.search(rf'id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_matrix_counts_what_was_heard() -> None:
    evaluation = judged(
        [0, 0, 1, 2, 2],
        [(0.9, 0.1, 0), (0.3, 0.7, 0), (0, 0.4, 0.6), (0.5, 0.1, 0.4), (0, 0, 1)],
    )
    assert confusion_matrix(evaluation).tolist() == [[1, 1, 0], [0, 0, 1], [1, 0, 1]]
    assert hardest(evaluation, 2) == [1, 2]
    assert examples(evaluation) == [0, 4]
    assert sorted(wrong(evaluation)) == [1, 2, 3]


def test_one_wrong_answer_of_each_cell_comes_before_the_second_of_any() -> None:
    evaluation = judged(
        [0, 0, 0, 0, 1],
        [(0.1, 0.9, 0), (0.2, 0.8, 0), (0.3, 0.7, 0), (0.4, 0, 0.6), (0.45, 0.4, 0.1)],
    )
    assert wrong(evaluation) == [0, 3, 4, 1, 2]


def test_classes_can_be_sorted() -> None:
    matrix = np.array([[8, 0, 2, 0], [0, 5, 0, 0], [1, 0, 3, 0], [0, 4, 0, 16]])
    sorted_ = orders(matrix)
    assert sorted_["by name"] == [0, 1, 2, 3]
    assert sorted_["least accurate first"] == [2, 3, 0, 1]  # 75 %, 80 % of 20, 80 % of 10, all
    assert sorted_["most often wrongly heard first"] == [1, 2, 0, 3]
    assert sorted_["most clips first"] == [3, 0, 1, 2]
    assert sorted_["confused words together"] in ([0, 2, 1, 3], [2, 0, 1, 3], [0, 2, 3, 1])


def test_a_chain_of_confusions_is_found_again() -> None:
    rng = np.random.default_rng(0)
    shuffled = rng.permutation(9)
    matrix = np.zeros((9, 9), np.int64)
    for one, two in pairwise(shuffled.tolist()):
        matrix[one, two] = 10
    order = together(matrix)
    assert sorted(order) == list(range(9))
    assert order in (shuffled.tolist(), shuffled[::-1].tolist())


def test_a_share_of_nothing_is_no_number() -> None:
    assert figures(Share(0, 0)) == {"right": 0, "clips": 0, "accuracy": None, "interval": [0, 1]}
    assert figures(Share(1, 3))["accuracy"] == 0.33333


def test_size_and_speed_are_the_models(model: Path) -> None:
    speed = measure_speed(sayso.load(model).model, runs=5)
    assert speed.file_bytes == model.stat().st_size
    assert 0 < speed.fastest_ms <= speed.median_ms < 1000
    assert speed.runs == 5


@pytest.mark.parametrize("stated", [None, "", "many"])
def test_parameters_that_are_not_stated_are_not_known(tmp_path: Path, stated: str | None) -> None:
    model = save_tone_model(tmp_path / "tones.onnx", parameters=stated)
    assert measure_speed(sayso.load(model).model, runs=1).parameters is None


@pytest.mark.parametrize(
    "training", [None, "", "no JSON", "[]", "{}", '{"data": 1}', '{"data": {"clips": {"go": 1}}}']
)
def test_a_model_that_does_not_say_how_it_was_made_is_judged(
    run: Run, data: Path, tmp_path: Path, training: str | None
) -> None:
    path = tmp_path / "tones.onnx"
    model = save_tone_model(path, training=training, parameters=None, sayso_version=None)
    done = run("evaluate", model, data, "--json")
    assert done.status == 0, done.err
    accuracy = json.loads(done.out)["accuracy"]
    assert list(accuracy) == ["4 words", "all classes, _unknown_ and _silence_ included"]
    assert accuracy["4 words"] == figures(Share(5, 5 + WRONG))


def test_words_with_many_training_clips_are_counted_apart(
    run: Run, data: Path, tmp_path: Path
) -> None:
    clips = {"go": {"training": 1000}, "left": {"training": 999}, "stop": {"validation": 5000}}
    training = json.dumps({"data": {"clips": clips}})
    model = save_tone_model(tmp_path / "tones.onnx", training=training)
    accuracy = json.loads(run("evaluate", model, data, "--json").out)["accuracy"]
    name = "the 1 words with 1000 training clips or more"
    assert accuracy[name] == figures(Share(2, 2 + WRONG))


def test_a_model_without_the_classes_that_are_no_command(
    run: Run, data: Path, tmp_path: Path
) -> None:
    pytest.importorskip("plotly")
    words = json.dumps(["go", "left", "right", "stop", "up", "down"])
    model = save_tone_model(tmp_path / "closed.onnx", words=words)
    done = run("evaluate", model, data, "--report", tmp_path / "out")
    assert done.status == 0, done.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["clips"] == 5 + WRONG  # without "other", and without the pieces of noise
    assert report["confidence"]["at_5_percent_missed"]["unknown_passed"] == figures(Share(0, 0))
    assert report["speakers"]["worst"] == [{"speaker": "bob", **figures(Share(2, 2 + WRONG))}]
    for name in ("go", "left", "stop"):
        for clip in (data / name).iterdir():
            clip.unlink()
    done = run("evaluate", model, data)
    assert done.status == 1
    assert "has no clips of the model's words for validation" in done.err


def test_taught_words_are_judged_like_the_others(
    run: Run, model: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = save_other(Model(model), tmp_path / "mine.npz")
    monkeypatch.setattr("sayso.evaluation.streams.SPEECH_DBFS", -9.0)  # tones must be loud
    alone = json.loads(run("evaluate", model, data, "--json").out)
    assert "other" not in alone["by_class"]
    done = run("evaluate", model, data, "--pack", pack, "--against", model, "--json")
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert found["by_class"]["other"] == figures(Share(1, 1))
    assert found["accuracy"]["5 words"] == figures(Share(6, 6 + WRONG))
    assert found["accuracy"]["the words taught"] == figures(Share(1, 1))
    assert found["against"]["words_only_model"] == ["other"]
    assert found["against"]["other"] == str(model)
    said = run("evaluate", model, data, "--pack", pack, "--stream", "--snr", "inf", "--json")
    streams = json.loads(said.out)["words"]
    assert (streams["other"]["commands"], streams["other"]["missed"]) == (1, 0)
    wrong = run("evaluate", "base", data, "--pack", pack)
    assert (wrong.status, wrong.out) == (1, "")
    assert "mine.npz holds words taught to another model" in wrong.err


def save_other(model: Model, path: Path) -> Path:
    """A pack in which "right" was taught as "other", what the data set calls it."""
    prototype = np.array([0, 0, 1, 0], np.float32)
    word = TaughtWord("other", prototype, 0.9, (Recording("a.wav", "00"),))
    space = Space(
        np.zeros(4, np.float32), np.eye(4, dtype=np.float32), (), np.zeros((0, 4), np.float32)
    )
    save_pack(new_pack(model, space).having(word), path)
    return path


def test_sounds_are_what_was_judged(data: Path, tone_recognizer: sayso.Recognizer) -> None:
    small = data / "go/ann_nohash_9.flac"
    audio.write(small, tone("go", 0.5))
    listed = data / "validation_list.txt"
    listed.write_text(listed.read_text() + "\ngo/ann_nohash_9.flac")
    corpus = read_corpus(data)
    paths = evaluate(tone_recognizer, corpus).paths
    clips = len(corpus.of("validation"))
    sounds = embed_sounds(corpus, paths, [0, paths.index(small), clips + 7])
    contents = [base64.b64decode(url.partition(",")[2]) for url in sounds.values()]
    first, rate = soundfile.read(io.BytesIO(contents[0]), dtype="float32")
    assert rate == 16_000
    path = paths[0]
    assert path is not None
    assert path.stat().st_size > SMALL_BYTES
    np.testing.assert_array_equal(first, audio.fit(audio.read(path), 16_000))
    assert contents[1] == small.read_bytes()
    assert sounds[paths.index(small)].startswith("data:audio/flac;base64,")
    piece = Noise.read(corpus.noise, held_out=True).silence(np.random.default_rng(7))
    heard, _ = soundfile.read(io.BytesIO(contents[2]), dtype="float32")
    np.testing.assert_allclose(heard, piece, atol=1 / 32768)


def test_the_page_shows_the_numbers_of_the_json(
    run: Run, model: Path, deaf: Path, data: Path, tmp_path: Path
) -> None:
    pytest.importorskip("plotly")
    out = tmp_path / "out"
    done = run("evaluate", model, data, "--report", out, "--noise", "--against", deaf)
    assert done.status == 0, done.err
    assert f"The report is in {out / 'report.html'}" in done.err.replace("\n", "")
    report = json.loads((out / "report.json").read_text())
    page = (out / "report.html").read_text(encoding="utf-8")
    assert in_page(page, "report") == report

    assert report["accuracy"]["4 words"]["right"] == 5
    assert report["accuracy"]["4 words"]["clips"] == 5 + WRONG
    matrix = np.array(report["confusion"]["matrix"])
    assert report["confusion"]["words"] == list(CLASSES)
    assert matrix[0, 1] == WRONG
    assert matrix.sum() == report["clips"] == 6 + WRONG + SILENT_CLIPS
    passed = report["confidence"]["at_5_percent_missed"]
    assert passed["unknown_passed"] == figures(Share(1, 1))
    assert [(each["noise"], each["snr_db"]) for each in report["noise"]] == [
        ("hiss", level) for level in (20, 10, 5, 0)
    ]
    assert report["noise"][0]["right"] == 5
    assert report["speakers"]["worst"][0] == {"speaker": "bob", **figures(Share(2, 3 + WRONG))}
    assert report["speakers"]["counted"] == 1  # the other has three clips
    assert report["metadata"]["words"] == list(CLASSES)
    assert report["streams"] == []

    against = report["against"]
    assert (against["all_classes"]["only_model"], against["all_classes"]["only_other"]) == (3, 0)
    assert against["words"]["p"] == 0.25  # twice (1/2)^3
    assert "No difference can be shown" in against["verdict"]
    assert against["verdict"] in " ".join(done.out.split())
    sounds = in_page(page, "sounds")
    for number in [*report["hardest"], *against["only_model"]]:
        assert str(number) in report["answers"]
        assert str(number) in sounds
    taken = [each for each in report["answers"].values() if each["truth"] != each["heard"]]
    assert len(taken) == matrix.sum() - matrix.trace()
    bob = next(each for each in taken if each["clip"] == "go/bob_nohash_0.wav")
    assert (bob["truth"], bob["heard"], bob["other"]["heard"]) == ("go", "left", "left")
    assert bob["speaker"] == "bob"


def test_the_page_needs_nothing_from_elsewhere_and_escapes_names() -> None:
    pytest.importorskip("plotly")
    bad = "</script><b>"
    page = make_page({"model": bad, "split": "testing"}, {3: "data:audio/wav;base64,AA"})
    assert bad not in page
    assert in_page(page, "report")["model"] == bad
    ours = re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.DOTALL)  # not plotly's
    assert not re.findall(r"""(?:src|href)\s*=\s*["']|url\(|@import|\bfetch\(|https?:""", ours)


def test_with_streams_the_report_has_false_alarms_too(
    run: Run, model: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("plotly")
    monkeypatch.setattr("sayso.evaluation.streams.SPEECH_DBFS", -9.0)  # tones must be loud
    out = tmp_path / "out"
    done = run("evaluate", model, data, "--stream", "--snr", "inf", "--json", "--report", out)
    assert done.status == 0, done.err
    said = json.loads(done.out)
    points = json.loads((out / "report.json").read_text())["streams"]
    assert points[0]["threshold"] == 0.5  # the model's own for all words
    for key in ("commands", "missed", "false_alarms", "hours"):
        assert points[0][key] == said[key]
    assert points[0]["interval"] == pytest.approx(said["false_alarms_interval"], abs=1e-3)


def test_against_alone_prints_the_verdict(run: Run, model: Path, deaf: Path, data: Path) -> None:
    done = run("evaluate", model, data, "--against", deaf)
    assert done.status == 0, done.err
    assert "No difference can be shown" in done.out
    rows = [line.split() for line in done.out.splitlines()]
    assert ["go", "5", "2", "0", "+40.0%", "0.5"] in rows
    done = run("evaluate", model, data, "--against", deaf, "--json")
    assert json.loads(done.out)["against"]["only_other"] == []


def test_a_debugger_opens_at_the_clip_asked_for(
    run: Run, model: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops = []
    monkeypatch.setattr("sayso.breakpoints._open_pdb", lambda: stops.append(1))
    expression = "truth == 'go' and word == 'left' and len(waveform) == 24000 and confidence > 0"
    done = run("evaluate", model, data, "--break-when", expression)
    assert done.status == 0, done.err
    assert len(stops) == WRONG
    done = run("evaluate", model, data, "--break-when", "loss > 1")
    assert done.status == 1
    assert "There is no loss here: use clip, truth" in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--noise"], "--noise needs --report"),
        (["--stream", "--against", "base"], "leave out --stream"),
        (["--stream", "--break-when", "True"], "leave out --stream"),
    ],
)
def test_options_that_do_not_go_together(
    run: Run, model: Path, data: Path, options: list[str], message: str
) -> None:
    done = run("evaluate", model, data, *options)
    assert done.status == 2
    assert message in " ".join(done.err.split())
