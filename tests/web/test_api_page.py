"""The examples of docs/api.md, run as they stand; only the port is the test's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the pages need the extra web")

import sayso
from sayso import audio
from sayso.recognition import load
from sayso.recognition.taught import FEWEST, MOST
from sayso.web.listen import LARGEST_MESSAGE, LISTENERS, MESSAGES_PER_S
from sayso.web.service import Service
from sayso.web.stream import HIGHEST_RATE, LOWEST_RATE
from sayso.web.teaching import KEPT, LONGEST_S
from sayso.web.uploads import LARGEST_BYTES
from strange_word import strange_clips
from web.client import Client
from web.serving import serving

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
CLIP = Path(sayso.__file__).parent / "bundled" / "clips" / "left.opus"


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    pack = tmp_path_factory.mktemp("settings") / "taught.npz"
    with serving(Service(load(), pack=pack)) as client:
        yield client


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copy(CLIP, tmp_path)
    for name, sound in zip(("one", "two", "three"), strange_clips(), strict=False):
        audio.write(tmp_path / f"{name}.wav", sound)
    return tmp_path


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("command", "shown"), list(zip(examples("sh"), examples("json"), strict=True))
)
def test_curl(server: Client, place: Path, command: str, shown: str) -> None:
    command = command.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    done = subprocess.run(command, shell=True, cwd=place, capture_output=True, check=True)  # noqa: S602
    answer = json.loads(done.stdout)
    assert list(answer) == list(json.loads(shown))
    if "word" in answer:
        assert answer["word"] == json.loads(shown)["word"]


@pytest.mark.parametrize(
    ("program", "said"), list(zip(examples("python"), ("left ", "lights on 0."), strict=True))
)
def test_python(server: Client, place: Path, program: str, said: str) -> None:
    program = program.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], cwd=place, capture_output=True, check=True, text=True
    )
    assert done.stdout.startswith(said)
    assert done.stderr == ""


def test_the_limits_are_those_of_the_code() -> None:
    assert f"| listeners at once | {LISTENERS} |" in PAGE
    assert f"| {LARGEST_MESSAGE // 1024} KiB, " in PAGE
    assert f"| {MESSAGES_PER_S} a second" in PAGE
    assert f"in Hz, {LOWEST_RATE} to {HIGHEST_RATE} |" in PAGE
    assert f"and {LARGEST_BYTES // 10**6} MB" in PAGE
    assert (FEWEST, MOST, LONGEST_S, KEPT) == (3, 10, 10, 1000)
    for words in ("three to ten takes", "longer than ten seconds", "a\nthousand others"):
        assert words in PAGE
