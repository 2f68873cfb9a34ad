"""`sayso train`: from a folder of recordings to a run that can be exported."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sayso.cli import console
from sayso.errors import SaysoError
from sayso.words import NO_COMMAND

if TYPE_CHECKING:
    from sayso.corpus import Corpus
    from sayso.training.history import Epoch
    from sayso.training.recipe import Recipe
    from sayso.training.state import State

TIMED_STEPS = 20  # before the first word on how long it will take
UNTIMED_STEPS = 3  # the first ones, slower than the rest


def train(
    data: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The data set: a folder for each word.")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Train on the bundled sample: minutes, not hours.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Where the results go.  [default: runs/NAME OF DIR]"),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="base, refine, small, sample, finetune, finetune-keep or a TOML file.  "
            "[default: base; with --from finetune, with --keep finetune-keep]"
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Begin with what base, a model file or a run has learned.",
        ),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(help="With --from: its words to tell apart too, as yes,no,stop or all."),
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Learn from one that knows some of the words: base, a model file or a run.",
        ),
    ] = None,
    words: Annotated[
        str | None, typer.Option(help="The words to tell apart, as yes,no,stop; others: unknown.")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="How many, in place of the recipe's.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that prepare batches.")
    ] = None,
    break_when: console.BreakWhen = None,
    debugger: console.Debugger = "pdb",
) -> None:
    """Trains a recognizer of your own words, or goes on where a run was interrupted.

    From a model file, such as the packaged one, little is needed: twenty recordings a word. The
    sample inside sayso is learned along, as speech that is none of your words, or with --keep as
    the words that stay; for these the model to begin with is the teacher too.

    Example: sayso train recordings --from base
    """
    console.need("train")
    if (data is None) != sample:
        raise SaysoError("Name either a folder of recordings or --sample.")
    if keep and not start:
        raise SaysoError("--keep needs --from: name the model whose words are to be kept.")
    from sayso.training.loop import STEP_NAMES, train

    usual = "finetune-keep" if keep else "finetune" if start else "sample" if sample else "base"
    chosen = _recipe(recipe or usual, start)
    if epochs is not None:
        chosen = dataclasses.replace(chosen, epochs=epochs)
    with _corpus(data, words, start, keep) as corpus:
        run = out or Path("runs") / corpus.root.resolve().name
        watcher = _Watcher(corpus, chosen, run)
        look = console.break_when(break_when, STEP_NAMES, debugger, watcher.bar)
        with watcher.bar:
            complete = train(
                corpus,
                chosen,
                run,
                watcher,
                seed,
                _workers(workers),
                _find(start),
                _find(teacher or (start if keep else None)),
                look,
            )
    watcher.conclude(complete)
    if not complete:
        raise typer.Exit(130)


def _find(model: str | None) -> Path | None:
    """The file of a packaged model that is named, or the path of a model file or a run."""
    from sayso.recognition.recognizer import find_model

    return None if model is None else find_model(model)


def _recipe(name: str, start: str | None) -> Recipe:
    """The recipe named; one that names no architecture takes that of the model to begin with."""
    from sayso.training.best import read_origin
    from sayso.training.recipe import Recipe, read_recipe

    chosen, begun = read_recipe(name), _find(start)
    if begun and chosen.architecture == Recipe.architecture:
        architecture = read_origin(begun).recipe.architecture
        chosen = dataclasses.replace(chosen, architecture=architecture)
    return chosen


@contextmanager
def _corpus(
    data: Path | None, words: str | None, start: str | None, keep: str | None
) -> Iterator[Corpus]:
    """The data set named, or the sample; both where a model goes on whose data may not be here."""
    from sayso.corpus import read_corpus
    from sayso.corpus.sample import write_sample
    from sayso.training.rehearsal import rehearse

    chosen, begun = _listed(words), _find(start)
    with TemporaryDirectory() as folder:
        sample = Path(folder, "sample")
        rehearsed = begun is not None and (begun.is_file() or keep is not None)
        if data is None or rehearsed:
            write_sample(sample, other_speech=keep is not None)
        corpus = read_corpus(sample if data is None else data, chosen)
        if begun and rehearsed:
            corpus = rehearse(corpus, read_corpus(sample), begun, _listed(keep) or ())
        yield corpus


def _listed(words: str | None) -> list[str] | None:
    return None if words is None else [word.strip() for word in words.split(",")]


def _workers(asked: int | None) -> int:
    """Half the cores by default: the other half learns."""
    return max(1, (os.cpu_count() or 1) // 2) if asked is None else asked


class _Watcher:
    """Tells on standard error what a run does, how it goes and how long it will take."""

    def __init__(self, corpus: Corpus, recipe: Recipe, run: Path) -> None:
        self.corpus, self.recipe, self.run = corpus, recipe, run
        self.speaks = os.environ.get("RANK", "0") == "0"  # one of torchrun's processes does
        self.history: list[Epoch] = []
        self.left = self.steps = self.done = 0
        self.started = 0.0
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=console.err,
            transient=True,
            disable=not self.speaks,
        )
        self.task = self.bar.add_task("Starting", total=None, figures="")

    def start(self, state: State, steps: int) -> None:
        """Says what is about to happen."""
        from sayso.network import recognizer_weights

        self.steps = steps
        self.left = (self.recipe.epochs - state.progress.epoch) * steps - state.progress.step
        self.history = state.progress.history
        own, named = recognizer_weights(state.network), state.network.named_parameters()
        parameters = sum(parameter.numel() for name, parameter in named if name in own)
        training, validation = self.corpus.of("training"), self.corpus.of("validation")
        speakers = {clip.speaker for clip in training}
        others = {clip.speaker for clip in validation} - speakers
        self._say(
            f"{len(self.corpus.words)} words. Training on {len(training)} clips by "
            f"{len(speakers)} speakers, validating on {len(validation)} clips by "
            f"{len(others)} others.\n"
            f"A network of {parameters} parameters learns for {self.recipe.epochs} epochs "
            f"in batches of {self.recipe.batch_size}, on {state.device}. Everything goes to "
            f"{self.run}; ctrl-C saves, the same command goes on."
        )
        self._explain(speakers)
        if state.progress.epoch or state.progress.step:
            self._say(f"Going on in epoch {state.progress.epoch + 1}.")
        self.bar.update(self.task, total=self.left)

    def _explain(self, speakers: set[str]) -> None:
        """Says what is unusual about the clips, and what the figures then do not tell."""
        inside = [c for c in self.corpus.clips if not c.path.is_relative_to(self.corpus.root)]
        if inside:
            self._say(
                f"{len(inside)} of the clips are the sample inside sayso, so that what was known "
                "is not forgotten and other speech is not taken for your words."
            )
        validation = self.corpus.of("validation")
        own = [clip for clip in validation if clip not in inside]
        kept = [clip for clip in validation if clip in inside and clip.word not in NO_COMMAND]
        if kept:
            self._say(
                f"Of the clips to validate with, {len(kept)} are of words that stay, from inside "
                f"sayso, and {len(own)} are yours. The packaged models have learned from the "
                "former: the figures flatter these words."
            )
        if own and all(clip.speaker in speakers for clip in own):
            self._say(
                f"The {len(own)} clips to validate with are by the speakers of the others: the "
                "figures say how well these are heard, not how well a stranger is."
            )

    def step(self, epoch: int, step: int, loss: float, accuracy: float) -> None:
        """Moves the bar, and early on says how long the whole will take."""
        self.done += 1
        if self.done == UNTIMED_STEPS:
            self.started = time.monotonic()
        elif self.done == UNTIMED_STEPS + TIMED_STEPS:
            step_s = (time.monotonic() - self.started) / TIMED_STEPS
            end = time.strftime("%H:%M", time.localtime(time.time() + step_s * self.left))
            self._say(
                f"An epoch takes about {_duration(step_s * self.steps)}: "
                f"done in about {_duration(step_s * self.left)}, towards {end}."
            )
        self.bar.update(
            self.task,
            advance=1,
            description=f"Epoch {epoch + 1} of {self.recipe.epochs}, {step} of {self.steps}",
            figures=f"loss {loss:.3f}, right {accuracy:.1%}",
        )

    def epoch(self, epoch: Epoch) -> None:
        """Says how an epoch went."""
        self._say(
            f"epoch {epoch.epoch:3}  loss {epoch.training_loss:.3f}  "
            f"right {epoch.training_accuracy:6.2%}  validation: words "
            f"{epoch.validation_accuracy:6.2%}, all classes {epoch.validation_accuracy_open:6.2%}  "
            f"({_duration(epoch.seconds)})"
        )

    def conclude(self, complete: bool) -> None:
        """Says what came of it and what to do next."""
        from sayso.training.history import best_of

        if not complete:
            self._say("Interrupted; everything is saved. The same command goes on from here.")
        elif self.history:
            best = best_of(self.history)
            self._say(
                f"Best on validation: {best.validation_accuracy:.2%} of the words, in epoch "
                f"{best.epoch}. Next: sayso export {self.run} model.onnx"
            )

    def _say(self, text: str) -> None:
        if self.speaks:
            self.bar.console.print(text, markup=False, soft_wrap=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
