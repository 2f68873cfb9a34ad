"""`report.html`: one file with everything in it, plotly's JavaScript and the sounds too."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np
import numpy.typing as npt
from plotly.offline import get_plotlyjs

from sayso.audio import SAMPLE_RATE
from sayso.prepare.durations import target_samples
from sayso.prepare.examples import Example, choose_examples, draw_waveform, embed
from sayso.prepare.ledger import Ledger
from sayso.prepare.manifest import Problems
from sayso.prepare.problems import MEANINGS
from sayso.prepare.settings import Settings
from sayso.prepare.store import Store
from sayso.prepare.summary import Summary

BINS = 60
MOST_WORDS = 60  # drawn; report.json has them all


def make_page(ledger: Ledger, problems: Problems, summary: Summary, source: Store) -> str:
    """Makes the page that shows what a run did."""
    page = Template(files("sayso.prepare").joinpath("page.html").read_text(encoding="utf-8"))
    recorded, trimmed = np.concatenate([*ledger.durations().values()]).T
    figures = {
        "durations": _histograms(recorded, trimmed, summary.length_s),
        "words": _boxes(summary),
        "length": summary.length_s,
    }
    length = target_samples(summary.length_s, summary.settings.rate)
    examples = choose_examples(ledger, source, summary.settings, length)
    return page.substitute(
        plotly=get_plotlyjs(),
        figures=json.dumps(figures).replace("</", "<\\/"),
        source=escape(summary.source),
        target=escape(summary.target),
        why=escape(summary.why),
        tiles=_tiles(summary),
        examples="".join(_card(example, summary.settings) for example in examples),
        problems=_problem_list(summary),
        rows=_problem_rows(problems),
        settings=_settings(summary.settings),
    )


def _histograms(
    recorded: npt.NDArray[np.float64], trimmed: npt.NDArray[np.float64], length_s: float | None
) -> dict[str, Any]:
    """Three histograms over the same bins; what is longer than the axis counts in its last bin."""
    written = trimmed if length_s is None else np.full(len(trimmed), length_s)
    limit = 1.02 * max(*(float(np.percentile(each, 99)) for each in (recorded, trimmed, written)))
    edges = np.linspace(0, limit, BINS + 1)
    named = {"as recorded": recorded, "after trimming": trimmed, "as written": written}
    return {
        "width_s": limit / BINS,
        "middle_s": ((edges[1:] + edges[:-1]) / 2).round(4).tolist(),
        "counts": {
            name: np.histogram(np.minimum(values, limit), edges)[0].tolist()
            for name, values in named.items()
        },
    }


def _boxes(summary: Summary) -> list[dict[str, Any]]:
    words = sorted(summary.by_word.items(), key=lambda item: -item[1].trimmed.clips)[:MOST_WORDS]
    return [
        {
            "word": word,
            "clips": lengths.trimmed.clips,
            "mean": round(lengths.trimmed.mean, 4),
            "box": [
                round(value, 4)
                for value in (
                    lengths.trimmed.p5,
                    lengths.trimmed.p25,
                    lengths.trimmed.median,
                    lengths.trimmed.p75,
                    lengths.trimmed.p95,
                )
            ],
        }
        for word, lengths in sorted(words)
    ]


def _tiles(summary: Summary) -> str:
    recorded, trimmed = summary.lengths.recorded, summary.lengths.trimmed
    length = "each its own" if summary.length_s is None else f"{summary.length_s:.3f} s"
    tiles = {
        "clips": f"{summary.clips:,}",
        "length of all": length,
        "mean as recorded": f"{recorded.mean:.3f} s",
        "mean after trimming": f"{trimmed.mean:.3f} s",
        "deviation after trimming": f"{trimmed.deviation:.3f} s",
        "could not be used": f"{summary.problems.get('unusable', 0):,}",
    }
    return "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in tiles.items())


def _card(example: Example, settings: Settings) -> str:
    row = example.row
    recorded_s = len(example.recorded) / SAMPLE_RATE
    prepared_s = len(example.prepared) / settings.rate
    width_s = max(recorded_s, prepared_s)
    cut_s = ((row.cut_start or 0) / SAMPLE_RATE, (row.cut_end or 0) / SAMPLE_RATE)
    noise = "" if row.snr_db is None else f", {row.snr_db:.0f} dB over the noise"
    before = draw_waveform(example.recorded, SAMPLE_RATE, width_s, cut_s)
    after = draw_waveform(example.prepared, settings.rate, width_s)
    return (
        f"<article><h3>{escape(row.source)}</h3><p>{example.why}{noise}</p>"
        f"<h4>recorded, {recorded_s:.2f} s; kept {cut_s[0]:.2f} to {cut_s[1]:.2f} s</h4>{before}"
        f'<audio controls src="{embed(example.recorded, SAMPLE_RATE)}"></audio>'
        f"<h4>written, {prepared_s:.2f} s</h4>{after}"
        f'<audio controls src="{embed(example.prepared, settings.rate)}"></audio></article>'
    )


def _problem_list(summary: Summary) -> str:
    if not summary.problems:
        return "<p>None found.</p>"
    items = "".join(
        f"<li><b>{count:,} {name}</b> {escape(MEANINGS[name])}</li>"
        for name, count in summary.problems.items()
    )
    return f"<ul>{items}</ul>"


def _problem_rows(problems: Problems) -> str:
    rows = []
    for row, kinds in problems.clips:
        numbers = "".join(
            f"<td>{'' if value is None else f'{value:.1f}'}</td>"
            for value in (row.loudness_dbfs, row.peak_dbfs, row.snr_db)
        )
        said = row.error or (f"same as {row.duplicate_of}" if row.duplicate_of else "")
        rows.append(
            f"<tr><td>{escape(row.source)}</td><td>{', '.join(kinds)}</td>{numbers}"
            f"<td>{escape(said)}</td></tr>"
        )
    return "".join(rows)


def _settings(settings: Settings) -> str:
    return "".join(
        f"<div><dt>{name}</dt><dd>{escape(str(getattr(settings, name)))}</dd></div>"
        for name in settings.__slots__
    )
