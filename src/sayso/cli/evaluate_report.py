"""`sayso evaluate --report` and `--against`: the page, and a second model on the same clips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sayso.cli import console

if TYPE_CHECKING:
    from sayso.cli.evaluate_stream import Streams
    from sayso.corpus import Corpus, Split
    from sayso.evaluation import Evaluation, Share
    from sayso.evaluation.noise import InNoise
    from sayso.evaluation.report import Other
    from sayso.recognition import Recognizer


class Job(NamedTuple):
    """What is evaluated: a model, as it was named, on a split."""

    model: str
    recognizer: Recognizer
    corpus: Corpus
    split: Split


def evaluate_clips(job: Job, break_when: str | None = None, debugger: str = "pdb") -> Evaluation:
    """Asks about every clip, with a bar that gives way to the debugger."""
    from sayso.evaluation.accuracy import CLIP_NAMES, evaluate

    with console.progress() as bar:
        task = bar.add_task("evaluating (clips)", total=None)
        look = console.break_when(break_when, CLIP_NAMES, debugger, bar)

        def report(_: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return evaluate(job.recognizer, job.corpus, job.split, report, look=look)


def evaluate_other(job: Job, evaluation: Evaluation, against: str) -> Other:
    """Asks another model about the same clips, and compares."""
    from sayso.evaluation.comparison import compare
    from sayso.evaluation.report import Other
    from sayso.recognition import load

    recognizer = load(against)
    other = evaluate_clips(job._replace(model=against, recognizer=recognizer))
    return Other(against, other, compare(evaluation, other))


def print_comparison(model: str, other: Other) -> None:
    """Prints whether the difference is real, and on which words."""
    from rich.table import Table

    from sayso.evaluation.comparison import verdict

    comparison = other.comparison
    table = Table(box=None, pad_edge=False)
    for name in (f"{model} against {other.name}", "clips", "gained", "lost", "difference", "p", ""):
        table.add_column(name, justify="left" if name.startswith(model) else "right")
    for change in comparison.by_word:
        paired = change.paired
        if paired.only_first or paired.only_second:
            counts = map(str, (paired.clips, paired.only_first, paired.only_second))
            real = "real" if change.real else ""
            table.add_row(
                change.word, *counts, f"{paired.difference:+.1%}", f"{paired.p:.2g}", real
            )
    if table.row_count:
        console.out.print()
        console.print_table(table)
    console.out.print(
        f"\n{verdict(comparison.all_classes, model, other.name)}", markup=False, soft_wrap=True
    )


def write_evaluation_report(
    job: Job,
    evaluation: Evaluation,
    groups: Mapping[str, Share],
    folder: Path,
    *,
    noise: bool,
    streams: Streams | None,
    other: Other | None,
) -> None:
    """Measures what is still missing, writes the report and says where."""
    from sayso.evaluation.noise import SNR_DB, evaluate_in_noise
    from sayso.evaluation.page import write_report
    from sayso.evaluation.report import Findings
    from sayso.evaluation.speed import measure_speed
    from sayso.evaluation.tradeoff import stream_curve

    clips = job.corpus.of(job.split)
    speaker = {clip.path: clip.speaker for clip in clips}
    in_noise: list[InNoise] = []
    if noise:
        with console.progress() as bar:
            total = len(job.corpus.noise) * len(SNR_DB) * len(clips)
            task = bar.add_task("evaluating in noise (clips)", total=total)

            def advance(*_: object) -> None:
                bar.advance(task)

            arguments = job.recognizer, job.corpus, job.split
            in_noise = list(evaluate_in_noise(*arguments, report=advance))
    with console.reporting("thresholds") as report:
        in_streams = stream_curve(*streams, report) if streams else []
    findings = Findings(
        job.model,
        job.corpus.root,
        job.split,
        evaluation,
        [None if path is None else speaker[path] for path in evaluation.paths],
        groups,
        measure_speed(job.recognizer.model),
        job.recognizer.model.metadata,
        in_noise,
        in_streams,
        other,
    )
    page = write_report(findings, job.corpus, folder)
    console.err.print(f"The report is in {page}: open it.", markup=False, soft_wrap=True)
