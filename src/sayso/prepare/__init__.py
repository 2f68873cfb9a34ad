"""Folders of recordings made fit for training: trimmed, measured, equally long."""

from sayso.prepare.durations import Durations, durations
from sayso.prepare.edges import Edges, find_edges
from sayso.prepare.equalise import equalise
from sayso.prepare.measure import Measures, measure
from sayso.prepare.run import prepare_clips
from sayso.prepare.settings import Settings
from sayso.prepare.summary import Summary
from sayso.prepare.trim import find_cut, trim

__all__ = [
    "Durations",
    "Edges",
    "Measures",
    "Settings",
    "Summary",
    "durations",
    "equalise",
    "find_cut",
    "find_edges",
    "measure",
    "prepare_clips",
    "trim",
]
