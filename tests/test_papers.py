"""The papers at the root: their examples run, their links lead somewhere, their versions agree."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import sayso

ROOT = Path(__file__).parents[1]
PAPERS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))
WITH_OWN_TESTS = ("api", "checks")  # whose examples need a server, or data with a fault
EXAMPLES = [
    pytest.param(code, id=f"{paper.stem}-{number}")
    for paper in PAPERS
    if paper.stem not in WITH_OWN_TESTS
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", paper.read_text(), re.S))
]


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_runs(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = Path(sayso.__file__).parent / "bundled" / "clips" / "left.opus"
    for name in ("turn.wav", "talk.flac"):
        shutil.copy(clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "example", "exec"), {})  # noqa: S102 - our own papers
    assert capsys.readouterr().out


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_to_files_lead_somewhere(paper: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", paper.read_text()):
        if "://" not in link:
            assert (paper.parent / link).exists(), link


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert cited is not None
    assert sayso.__version__ == project["version"] == cited[1]
