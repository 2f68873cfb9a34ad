"""What a check says: its verdict, the numbers behind it, the files to look at, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["ok", "warning", "fault", "cannot say"]

OTHER_DATA = "The data set is not the one that the run was trained on."
FILES_SHOWN = 5  # of those that a verdict is about; the rest are counted


@dataclass(frozen=True)
class Finding:
    """The answer of one check.

    Attributes:
        verdict: `fault` where a figure would be untrue or training in vain, `warning` where
            somebody should look, `cannot say` where something that the check needs is missing.
        says: one sentence.
        evidence: the numbers, a line each.
        files: those it is about, the worst first.
        advice: what to do, or what the check would need.
    """

    verdict: Verdict
    says: str
    evidence: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    advice: str = ""


def ok(says: str, evidence: Iterable[str] = ()) -> Finding:
    """All is well."""
    return Finding("ok", says, tuple(evidence))


def cannot_say(says: str, advice: str = "") -> Finding:
    """Something is missing."""
    return Finding("cannot say", says, advice=advice)


def share(count: int, total: int) -> str:
    """`12 of 480 (2.5 %)`."""
    if not count:
        return f"none of {total}"
    percent = 100 * count / total
    return (
        f"{count} of {total} ({percent:.0f} %)"
        if percent > 10
        else (f"{count} of {total} ({percent:.2g} %)")
    )


def listed(names: Sequence[str], shown: int = 8) -> str:
    """`a, b, c and 9 more`."""
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {rest} more" if rest > 0 else "")
