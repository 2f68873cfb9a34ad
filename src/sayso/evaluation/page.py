"""`report.html`: one file with everything in it, plotly's JavaScript and the sounds too."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import soundfile

from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Corpus
from sayso.corpus.noise import Noise
from sayso.evaluation.report import Findings, describe, shown
from sayso.files import write_json, write_text

MOST_SOUNDS = 200  # in a page: 6 MB of WAV at most
SMALL_BYTES = 2 * SAMPLE_RATE  # a file up to the size of a second of 16-bit WAV goes in as it is
_TYPES = {".opus": "ogg", ".mp3": "mpeg"}


def write_report(findings: Findings, corpus: Corpus, folder: Path) -> Path:
    """Writes `report.json` and `report.html` into a folder, which is made where missing.

    Returns:
        the page.

    Raises:
        SaysoError: the folder cannot be written to.
        SoundError: a clip cannot be read.
    """
    figures = describe(findings)
    sounds = embed_sounds(corpus, findings.evaluation.paths, shown(findings)[:MOST_SOUNDS])
    write_json(folder / "report.json", figures)
    write_text(folder / "report.html", make_page(figures, sounds))
    return folder / "report.html"


def make_page(figures: dict[str, Any], sounds: dict[int, str]) -> str:
    """Makes the page.

    Args:
        figures: what `describe` gives; the page holds it as it is and draws from it.
        sounds: URLs that hold the sounds, by the clip's number.
    """
    from plotly.offline import get_plotlyjs

    ours = files("sayso.evaluation")
    page = Template(ours.joinpath("page.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=escape(f"{figures['model']} on {figures['split']}"),
        plotly=get_plotlyjs(),
        script=ours.joinpath("page.js").read_text(encoding="utf-8"),
        report=_json(figures),
        sounds=_json(sounds),
    )


def embed_sounds(
    corpus: Corpus, paths: Sequence[Path | None], numbers: Sequence[int]
) -> dict[int, str]:
    """The sounds of some clips of an evaluation, as URLs that hold them.

    Args:
        corpus: that was evaluated.
        paths: of all its clips; None for the pieces of noise that stand for `_silence_`.
        numbers: of the clips wanted.
    """
    first_piece = paths.index(None) if None in paths else len(paths)
    noise = None
    sounds = {}
    for number in numbers:
        path = paths[number]
        if path is None:
            noise = noise or Noise.read(corpus.noise, held_out=True)
            piece = noise.silence(np.random.default_rng(number - first_piece))
            sounds[number] = _wav(piece)
        elif path.stat().st_size <= SMALL_BYTES:
            suffix = path.suffix.lower()
            kind = _TYPES.get(suffix, suffix.removeprefix("."))
            sounds[number] = _url(path.read_bytes(), kind)
        else:
            sounds[number] = _wav(audio.fit(audio.read(path), SAMPLE_RATE))
    return sounds


def _wav(samples: Sound) -> str:
    content = io.BytesIO()
    soundfile.write(content, samples, SAMPLE_RATE, format="WAV", subtype="PCM_16")
    return _url(content.getvalue(), "wav")


def _url(content: bytes, kind: str) -> str:
    return f"data:audio/{kind};base64,{base64.b64encode(content).decode()}"


def _json(value: Any) -> str:
    """JSON that cannot end the script element it stands in, whatever a file is called."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")
