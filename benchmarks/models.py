"""The packaged models and PocketSphinx in one table: size, speed and accuracy, on the same clips.

    python -m benchmarks.models DATA

DATA is a data set with `validation_list.txt`; its validation clips are judged. Without it they are
those of the bundled sample, whose speakers the packaged models were trained on: that shows that
everything works, and how fast, not how good it is.

PocketSphinx decodes every clip of a word with a grammar of the same words, one after the other on
one thread; what it does not understand is wrong. `pip install pocketsphinx` brings its model. It
has no answer for what is no command, so that part of the table stays empty.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from benchmarks.macs import count_macs
from rich.console import Console
from rich.table import Table

import sayso
from sayso import audio
from sayso.audio import SAMPLE_RATE, Sound
from sayso.corpus import Corpus, read_corpus
from sayso.corpus.sample import write_sample
from sayso.evaluation import evaluate
from sayso.evaluation.confidence import calibration_error, passed
from sayso.evaluation.speed import measure_speed
from sayso.recognition import Recognizer
from sayso.recognition.recognizer import BUNDLED, PACKAGED_MODELS
from sayso.training.quantize import quantize
from sayso.words import NO_COMMAND, UNKNOWN

BATCH, BATCHES = 64, 5
MANY_CLIPS = 1_000  # to train on: words with more are the well-filled ones
COLUMNS = (
    "model",
    "parameters",
    "MACs",
    "file, MB",
    "ms a clip",
    "clips/s in 64s",
    "well-filled words",
    "all words",
    "all classes",
    "calibration error",
    "unknown passed",
)


def row(name: str, recognizer: Recognizer, corpus: Corpus, well_filled: Sequence[str]) -> list[str]:
    """One model's figures."""
    found = evaluate(recognizer, corpus)
    speed = measure_speed(recognizer.model)
    unknown = any(clip.word == UNKNOWN for clip in corpus.of("validation"))
    return [
        name,
        f"{speed.parameters:,}",
        f"{count_macs(recognizer.model.path) / 1e6:.1f} M",
        f"{speed.file_bytes / 1e6:.2f}",
        f"{speed.median_ms:.2f}",
        f"{clips_per_s(recognizer):,.0f}",
        f"{found.closed(well_filled).value:.2%}",
        f"{found.closed().value:.2%}",
        f"{found.open().value:.2%}",
        f"{calibration_error(found):.3f}",
        f"{passed(found).unknown.value:.1%}" if unknown else "",
    ]


def clips_per_s(recognizer: Recognizer) -> float:
    """Clips a second in batches of 64 on one thread: the best of five batches."""
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (BATCH, SAMPLE_RATE)).astype(np.float32)
    times = []
    for _ in range(BATCHES):
        started = perf_counter()
        recognizer.probabilities(noise)
        times.append(perf_counter() - started)
    return BATCH / min(times)


def pocketsphinx_row(corpus: Corpus, well_filled: Sequence[str]) -> list[str]:
    """What PocketSphinx makes of the same clips."""
    pocketsphinx: Any = importlib.import_module("pocketsphinx")
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    words = " | ".join(corpus.words)
    decoder.add_jsgf_string(
        "command", f"#JSGF V1.0; grammar command; public <command> = {words};".encode()
    )
    decoder.activate_search("command")

    def answer(samples: Sound) -> str:
        decoder.start_utt()
        decoder.process_raw(np.asarray(samples * 32767, "<i2").tobytes(), False, True)
        decoder.end_utt()
        best = decoder.hyp()
        return best.hypstr if best else ""

    clips = [clip for clip in corpus.of("validation") if clip.word not in NO_COMMAND]
    right, times = [], []
    for clip in clips:
        samples = audio.fit(audio.read(clip.path), SAMPLE_RATE)
        started = perf_counter()
        right.append(answer(samples) == clip.word)
        times.append(perf_counter() - started)
    many = [hit for hit, clip in zip(right, clips, strict=True) if clip.word in well_filled]
    folder = Path(pocketsphinx.get_model_path())
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return [
        "PocketSphinx",
        "",
        "",
        f"{size / 1e6:.0f}",
        f"{1000 * np.median(times):.1f}",
        f"{len(times) / sum(times):,.0f}",
        f"{np.mean(many):.2%}",
        f"{np.mean(right):.2%}",
    ]


@contextmanager
def data_set(named: Path | None) -> Iterator[Corpus]:
    """The data set named, or the bundled sample."""
    if named:
        yield read_corpus(named)
        return
    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder, "sample"))
        yield read_corpus(Path(folder, "sample"))


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--model", type=Path, nargs="*", default=[], help="further model files")
    asked = parser.parse_args()
    table = Table(*COLUMNS)
    with data_set(asked.data) as corpus, tempfile.TemporaryDirectory() as folder:
        training = [clip.word for clip in corpus.of("training")]
        many = [word for word in corpus.words if training.count(word) > MANY_CLIPS] or corpus.words
        for file in (*(BUNDLED / f"{name}.onnx" for name in PACKAGED_MODELS), *asked.model):
            table.add_row(*row(file.stem, sayso.load(file), corpus, many))
            smaller = Path(shutil.copy(file, Path(folder, f"{file.stem}-int8.onnx")))
            quantize(smaller)
            table.add_row(*row(f"{file.stem}, int8", sayso.load(smaller), corpus, many))
        if importlib.util.find_spec("pocketsphinx"):
            table.add_row(*pocketsphinx_row(corpus, many))
        clips = len(corpus.of("validation"))
    Console(width=160).print(table)
    print(f"{clips} validation clips; {len(many)} well-filled words: {', '.join(many)}.")


if __name__ == "__main__":
    main()
