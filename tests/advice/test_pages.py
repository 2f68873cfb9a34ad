"""The example on each check's page makes a mistake, and its check finds it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sayso.advice import MODULES, AdviceError, Check, book, checks_of, page
from sayso.advice.dataset import DataSet, read_data_set
from sayso.advice.recordings import read_recordings
from sayso.advice.release import CLIPS, Release
from sayso.advice.training import read_training_run
from sayso.audio import find
from sayso.corpus import Clip
from sayso.recognition import Model
from sayso.recognition.recognizer import PACKAGED

DATA, RUN, RELEASE = (list(checks_of(subject)) for subject in MODULES)
CHECKS = [*DATA, *RUN, *RELEASE]
SERIOUS = {  # the others are warnings
    "recordings-apart": "fault",
    "speakers-apart": "fault",
    "recorded-once": "fault",
    "readable": "fault",
    "starting-loss": "fault",
    "loss-falls": "fault",
    "one-batch": "fault",
    "validation-plain": "fault",
    "chosen-on-validation": "fault",
    "better-than-baseline": "fault",
    "data-unchanged": "fault",
    "first-step-repeats": "fault",
}


def run_example(check: Check, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    found = re.search(r"```python\n(.*?)```", page(check.name), re.DOTALL)
    assert found, check.name
    exec(found[1], {})  # noqa: S102 - of our own pages


def by_name(check: Check) -> str:
    return check.name


@pytest.mark.parametrize("check", DATA, ids=by_name)
def test_an_example_of_data_triggers_its_check(
    check: Check, some_words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(some_words, tmp_path / "mine")
    run_example(check, tmp_path, monkeypatch)
    finding = check.run(read_data_set(Path("mine"), PACKAGED if check.name == "labels" else None))
    assert finding.verdict == SERIOUS.get(check.name, "warning"), finding
    assert finding.says.endswith(".")
    assert finding.advice
    assert finding.files or check.name == "balance"


@pytest.mark.parametrize("check", DATA, ids=by_name)
def test_clean_data_is_ok(check: Check, clean: DataSet) -> None:
    finding = check.run(clean)
    assert finding.verdict == "ok", finding


@pytest.fixture(scope="module")
def clean_run(a_run: Path) -> object:
    return read_training_run(a_run / "run", a_run / "mine")


@pytest.mark.parametrize("check", RUN, ids=by_name)
def test_an_example_of_a_run_triggers_its_check(
    check: Check, a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(a_run, tmp_path, dirs_exist_ok=True)
    run_example(check, tmp_path, monkeypatch)
    finding = check.run(read_training_run(Path("run"), Path("mine")))
    assert finding.verdict == SERIOUS.get(check.name, "warning"), finding
    assert finding.says.endswith(".")
    assert finding.advice


@pytest.mark.parametrize("check", RUN, ids=by_name)
def test_a_clean_run_is_ok(check: Check, clean_run: object) -> None:
    finding = check.run(clean_run)
    if check.name == "better-than-baseline":  # which knows all tones, as the run does
        assert finding.verdict == "warning", finding
    else:
        assert finding.verdict == "ok", finding


def release(model: Path, sample: Callable[[Path], DataSet]) -> Release:
    read = Model(model)
    clips = [Clip(path, path.stem, "", "training") for path in find(CLIPS)]
    return Release(read.words, read.metadata, read_recordings(clips, model), sample(model))


@pytest.mark.parametrize("check", RELEASE, ids=by_name)
def test_an_example_of_a_release_triggers_its_check(
    check: Check, some_words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_example(check, tmp_path, monkeypatch)
    finding = check.run(release(Path("model.onnx"), lambda m: read_data_set(some_words, m)))
    assert finding.verdict == "fault", finding


@pytest.mark.parametrize("check", RELEASE, ids=by_name)
def test_what_is_packaged_is_ok(check: Check, clean: DataSet) -> None:
    finding = check.run(release(PACKAGED, lambda _: clean))
    assert finding.verdict == "ok", finding


def test_each_check_has_a_page_and_each_page_a_check() -> None:
    pages = Path(CLIPS).parents[1] / "advice" / "pages"
    assert {path.stem for path in pages.iterdir()} == {check.name for check in CHECKS}
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=by_name)
def test_a_page_begins_with_what_should_be_true(check: Check) -> None:
    assert page(check.name).startswith(f"# {check.name}\n\n**{check.title}**\n")


def test_the_pages_are_in_the_docs() -> None:
    written = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == book(), "run sayso check --explain all > docs/checks.md"


def test_a_check_that_is_none() -> None:
    with pytest.raises(AdviceError, match="There is no check luck"):
        page("luck")
