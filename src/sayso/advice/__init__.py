"""The do's and don'ts of training a recognizer, as checks that run."""

from sayso.advice.catalogue import MODULES, AdviceError, Check, book, checks_of, page
from sayso.advice.verdict import Finding, Verdict

__all__ = [
    "MODULES",
    "AdviceError",
    "Check",
    "Finding",
    "Verdict",
    "book",
    "checks_of",
    "page",
]
