"""What a run did, in figures: `report.json`, and the data of `report.html`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from sayso.prepare.durations import Durations, durations
from sayso.prepare.ledger import Ledger
from sayso.prepare.manifest import Problems
from sayso.prepare.settings import Settings
from sayso.prepare.store import Store


@dataclass(frozen=True)
class Lengths:
    """The clips of a word, or all: as they were recorded, and what trimming leaves of them."""

    recorded: Durations
    trimmed: Durations


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        source: where the recordings are.
        target: where the clips went.
        settings: the choices.
        clips: files that could be used, background noise left out.
        written: files written now; the others were there already.
        length_s: of every clip; None where each keeps its own.
        why: where that length comes from.
        lengths: of all clips; silent ones are left out.
        by_word: the same for each word.
        problems: how many clips have each problem.
        unusable: the first files that could not be used, and why.
        html: the name of the report to look at; None where plotly is not installed.
    """

    source: str
    target: str
    settings: Settings
    clips: int
    written: int
    length_s: float | None
    why: str
    lengths: Lengths
    by_word: dict[str, Lengths]
    problems: dict[str, int]
    unusable: tuple[str, ...]
    html: str | None


def sum_up(
    ledger: Ledger,
    problems: Problems,
    settings: Settings,
    length_s: float | None,
    source: str,
    target: str,
    written: int,
) -> Summary:
    """Gathers a run's figures."""
    seconds = ledger.durations()
    every = _lengths(np.concatenate([*seconds.values()]))
    unusable = (row.error for row in ledger.rows(where="error IS NOT NULL", limit=1000))
    return Summary(
        source=source,
        target=target,
        settings=settings,
        clips=ledger.count(),
        written=written,
        length_s=length_s,
        why=_why(settings, length_s, every.trimmed.clips),
        lengths=every,
        by_word={word: _lengths(each) for word, each in seconds.items() if word},
        problems=dict(problems.counts.most_common()),
        unusable=tuple(error for error in unusable if error),
        html="report.html" if find_spec("plotly") else None,
    )


def write_summary(
    ledger: Ledger, problems: Problems, summary: Summary, source: Store, target: Store
) -> None:
    """Writes `report.json`, and `report.html` where plotly is installed."""
    text = json.dumps(asdict(summary), indent=2, ensure_ascii=False)
    target.write("report.json", f"{text}\n".encode())
    if summary.html:
        from sayso.prepare.page import make_page

        target.write(summary.html, make_page(ledger, problems, summary, source).encode())


def _lengths(seconds: npt.NDArray[np.float64]) -> Lengths:
    return Lengths(durations(seconds[:, 0]), durations(seconds[:, 1]))


def _why(settings: Settings, length_s: float | None, clips: int) -> str:
    if length_s is None:
        return "Each clip keeps its own length."
    if settings.length[0].isdigit():
        return f"{length_s:.3g} s was asked for."
    return f"{length_s:.3f} s is the {settings.length} of what trimming leaves of {clips:,} clips."
