"""Pictures of the recognizer's first kernels and of what they answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sayso.audio import Sound
from sayso.lessons import plot
from sayso.lessons.filters.convolution import Array, lay
from sayso.lessons.filters.data import first_kernels
from sayso.lessons.filters.ideals import IDEALS, SIZE, likeness, most_alike
from sayso.lessons.glass import clip_words, read_clip, read_recording
from sayso.lessons.layers import run_front_end, run_layers
from sayso.lessons.lesson import Picture

_SHADES = 127  # to each side of zero; one byte for each number of a picture
_NOTHING = "rgba(128,134,143,0.12)"
_TWO_SIDED = [[0, plot.ORANGE], [0.5, _NOTHING], [1, plot.BLUE]]
_COLUMNS, _ACROSS, _DOWN = 6, SIZE + 1, SIZE + 2  # tiles in a row, cells from tile to tile
STRIDE, FRAME_S = 2, 0.01  # of the first layer; from frame to frame


def sixteen(ideal: int) -> Picture:
    """An ideal kernel, then the 16 learned ones, the most alike first."""
    name, wanted = list(IDEALS.items())[ideal]
    kernels = first_kernels()
    alike = np.array([likeness(kernel, wanted) for kernel in kernels])
    order = np.argsort(-alike)
    tiles = [(wanted, "ideal"), *((kernels[n], f"{n + 1}: {alike[n]:z.2f}") for n in order)]
    rows = -(-len(tiles) // _COLUMNS)
    mosaic = np.full((rows * _DOWN, _COLUMNS * _ACROSS), np.nan, np.float32)
    labels = []
    for number, (kernel, text) in enumerate(tiles):
        row, column = divmod(number, _COLUMNS)
        bottom, left = (rows - 1 - row) * _DOWN, column * _ACROSS
        mosaic[bottom : bottom + SIZE, left : left + SIZE] = _shades(kernel)
        labels.append(
            {
                "text": text,
                "x": left + SIZE // 2,
                "y": bottom + SIZE - 0.5,
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"color": plot.GREY if number else plot.GREEN, "size": 11},
            }
        )
    made = plot.figure(
        _picture(mosaic),
        x="",
        y="",
        annotations=labels,
        xaxis={"visible": False},
        yaxis={"visible": False},
    )
    best, worst = order[0], order[-1]
    return Picture(
        made,
        "Time runs to the right, pitch upwards; blue is above zero, orange below. "
        f"Kernel {best + 1} is most like {name} ({alike[best]:.2f}), kernel {worst + 1} most like "
        f"its opposite ({alike[worst]:.2f}).",
    )


def answers(kernel: int, clip: int, own: Sound | None) -> Picture:
    """What the first layer sees of a clip, and what one of its kernels answers to it."""
    sound = read_clip(clip_words()[clip]) if own is None else read_recording(own)
    said = f"“{clip_words()[clip]}”" if own is None else "your recording"
    seen, all_found = heard(sound.tobytes())
    weights, found = first_kernels()[kernel - 1], all_found[kernel - 1]
    passed = np.maximum(found, 0)
    name, alike = most_alike(weights)
    row, column = np.unravel_index(found.argmax(), found.shape)
    frame, mel = STRIDE * int(column), STRIDE * int(row)
    made = plot.figure(
        _picture(_shades(weights), xaxis="x2", yaxis="y2"),
        _map(seen - seen.min(), 1, plot.GREY, yaxis="y3"),
        _map(passed, STRIDE, plot.BLUE),
        x="seconds",
        y="",
        xaxis={"domain": [0.25, 1], "range": [-0.005, 0.975]},
        yaxis={"domain": [0, 0.43]},
        xaxis2={"domain": [0, 0.14], "visible": False},
        yaxis2={"domain": [0.6, 0.85], "visible": False, "anchor": "x2"},
        yaxis3={"domain": [0.52, 0.93]},
    )
    for y, text, color in ((0.94, "log-mel", plot.GREY), (0.44, "answer", plot.BLUE)):
        plot.label(
            made, 1, y, text, color, xref="paper", yref="paper", xanchor="right", yanchor="bottom"
        )
    reach = SIZE / 2
    for axis in ("y", "y3"):
        made.add_shape(
            type="rect",
            x0=(frame - reach) * FRAME_S,
            x1=(frame + reach) * FRAME_S,
            y0=mel - reach,
            y1=mel + reach,
            yref=axis,
            line={"color": plot.ORANGE, "width": 2},
        )
    same = likeness_on(seen, found, IDEALS[name] * np.sign(alike))
    return Picture(
        made,
        f"Kernel {kernel} is {abs(alike):.2f} like {'the opposite of ' * (alike < 0)}{name}; on "
        f"{said} its answers are {same:.2f} like those of that ideal. "
        f"{np.mean(passed > 0):.0%} of them are above zero and go on to the next layer. The "
        f"largest (framed) is at {frame * FRAME_S:.2f} s, mel band {mel}.",
    )


@lru_cache(maxsize=16)
def heard(samples: bytes) -> tuple[Array, Array]:
    """The log-mel `(40, 98)` of the bytes of `(16000,)`, and what the first layer answers to it.

    Both are ONNX Runtime's; the answers are `(16, 20, 49)`.
    """
    sound = np.frombuffer(samples, np.float32)
    return run_front_end(sound).astype(np.float64), run_layers(sound)["layer 1"].astype(np.float64)


def likeness_on(seen: Array, found: Array, ideal: Array) -> float:
    """The correlation of a kernel's answers to a log-mel with those of an ideal one."""
    inputs = np.pad(seen, SIZE // 2)[None]
    theirs = lay(inputs, ideal[None, None], (STRIDE, STRIDE))[0]
    if found.std() * theirs.std() == 0:  # of silence
        return 0.0
    return float(np.corrcoef(found.ravel(), theirs.ravel())[0, 1])


def _map(values: Array, step: int, color: str, **axes: str) -> Any:
    """A picture over time and mel bands, of which every `step`-th was looked at."""
    mels, frames = values.shape
    return go.Heatmap(
        x=np.arange(frames) * step * FRAME_S,
        y=np.arange(mels) * step,
        z=_shades(values),
        zmin=0,
        zmax=_SHADES,
        colorscale=[[0, _NOTHING], [1, color]],
        showscale=False,
        hoverinfo="skip",
        **axes,
    )


def _picture(shades: npt.NDArray[Any], **axes: str) -> Any:
    """Kernels: blue above zero, orange below."""
    return go.Heatmap(
        x=np.arange(shades.shape[1]),
        y=np.arange(shades.shape[0]),
        z=shades,
        zmin=-_SHADES,
        zmax=_SHADES,
        colorscale=_TWO_SIDED,
        showscale=False,
        hoverinfo="skip",
        xgap=1,
        ygap=1,
        **axes,
    )


def _shades(values: Array) -> npt.NDArray[np.int8]:
    """Numbers as shades, so that the largest one, or its opposite, is the darkest."""
    largest = max(float(np.abs(values).max()), 1e-12)
    shades: npt.NDArray[np.int8] = np.round(_SHADES * values / largest).astype(np.int8)
    return shades
