"""The results of all runs, made beforehand: a page shall not train hundreds of networks.

    python -m sayso.lessons.mistakes.table

makes `table.json` anew, in less than a minute, and names it. A test holds it against new trainings.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sayso.files import write_json
from sayso.lessons.mistakes.examine import CHECKS, Check, nearest_percent
from sayso.lessons.mistakes.runs import MISTAKES, Curves, curves, deal

TABLE = Path(__file__).with_name("table.json")
_DIGITS = 4


def make() -> dict[str, Any]:
    """Trains every run and applies every check to it."""
    return {
        "curves": {name: _rounded(asdict(curves(run))) for name, run in MISTAKES.items()},
        "checks": {
            check.name: {name: _rounded(check.measure(run)) for name, run in MISTAKES.items()}
            for check in CHECKS
        },
        "nearest": _rounded(nearest_percent(centred=False)),
        "nearest_centred": _rounded(nearest_percent(centred=True)),
        "trained": len(deal(MISTAKES["none"], 0).training.x),
    }


@cache
def read() -> dict[str, Any]:
    """The table as it was made."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def result(mistake: str) -> Curves:
    """What came of the run with that mistake."""
    found = read()["curves"][mistake]
    arrays = {name: np.array(found[name]) for name in ("losses", "reported", "true")}
    return Curves(**arrays, baseline=found["baseline"])


def measured(check: str, mistake: str) -> float:
    """What a check measures of the run with that mistake."""
    return float(read()["checks"][check][mistake])


def told_by(check: Check) -> tuple[str, ...]:
    """The mistakes that a check tells: what is measured is beyond the limit."""
    return tuple(name for name in MISTAKES if measured(check.name, name) > check.limit)


def _rounded(value: Any) -> Any:
    """Numbers to four digits, in whatever holds them."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return [_rounded(one) for one in value]
    return float(f"{value:.{_DIGITS}g}")


if __name__ == "__main__":
    write_json(TABLE, make())
    sys.stdout.write(f"{TABLE}\n")
