"""A panel's figures as JSON: the one asked for, and all of them for the static copy."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Iterator, Mapping

from sayso.audio import Sound
from sayso.lessons.lesson import NO_RECORDINGS, Panel, Picture, write
from sayso.web.sounds import encode_wav

LOST = "This recording is no longer in the program's memory: give it again."
_AGAIN_S = 0.3  # until an unfinished figure is drawn again for the copy


def draw_json(
    panel: Panel, query: Mapping[str, str], recordings: Mapping[str, Sound] = NO_RECORDINGS
) -> str:
    """The figure for the values that a query gives the controls, with its caption.

    Args:
        panel: what is drawn.
        query: values as texts, by control. A recording that is no longer there is told of, and the
            figure drawn without it.
        recordings: those that the query may name.

    Raises:
        LessonError: the query names a control or a value that the panel does not have.
    """
    values = panel.read(query, recordings)
    lost = [
        each.name for each in panel.recordings if each.name in query and values[each.name] is None
    ]
    return _as_json(panel.draw(**values), lost)


def draw_all(panel: Panel) -> Iterator[tuple[str, str]]:
    """Every figure that a panel can show, each with the query that asks for it."""
    names = [slider.name for slider in panel.sliders]
    for values in itertools.product(*(slider.values for slider in panel.sliders)):
        query = {name: write(value) for name, value in zip(names, values, strict=True)}
        address = "&".join(f"{name}={text}" for name, text in query.items())
        yield address, _as_json(draw_complete(panel, query))


def draw_complete(panel: Panel, query: Mapping[str, str]) -> Picture:
    """The figure for a query once it is complete."""
    values = panel.read(query)
    while not (picture := panel.draw(**values)).complete:
        time.sleep(_AGAIN_S)
    return picture


def _as_json(picture: Picture, lost: list[str] | None = None) -> str:
    facts = json.dumps(
        {
            "caption": picture.caption,
            "complete": picture.complete,
            "lost": dict.fromkeys(lost or (), LOST),
            "sounds": {name: _embed(sound) for name, sound in picture.sounds},
        }
    )
    return f'{facts[:-1]}, "figure": {picture.figure.to_json(validate=False)}}}'


def _embed(sound: Sound) -> str:
    """A sound as an address that holds all of it, which also a page opened from a file can play."""
    return f"data:audio/wav;base64,{base64.b64encode(encode_wav(sound)).decode()}"
