"""The recognizer: a model file and what it says of any sound, or of many."""

from __future__ import annotations

import os
from collections.abc import (
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from sayso import audio
from sayso.recognition.microphone import Microphone
from sayso.recognition.model import BATCH, WINDOW, Model
from sayso.recognition.packs import with_pack
from sayso.recognition.scan import Heard, Scan, window_starts
from sayso.recognition.stream import Detection, Detector, listen
from sayso.recognition.thresholds import load_thresholds

Source: TypeAlias = str | os.PathLike[str] | BinaryIO | npt.NDArray[np.generic]
Progress: TypeAlias = Callable[[float], None]  # told the share of a sound done since the last call

BUNDLED = Path(__file__).parents[1] / "bundled"
PACKAGED_MODELS = tuple(sorted(path.stem for path in BUNDLED.glob("*.onnx")))
PACKAGED = BUNDLED / "base.onnx"


def find_model(model: str | os.PathLike[str]) -> Path:
    """The file of a packaged model that is named, as in `base`; any other path stays as it is."""
    return BUNDLED / f"{model}.onnx" if str(model) in PACKAGED_MODELS else Path(model)


def load(
    model: str | os.PathLike[str] | None = None, pack: str | os.PathLike[str] | None = None
) -> Recognizer:
    """Loads a recognizer.

    Args:
        model: a packaged model by its name, or a file that `sayso export` has written; `base`
            where none is named.
        pack: a file that `sayso teach` has written, whose words are recognized too.

    Raises:
        ModelError: the model is missing, damaged or not sayso's.
        PackError: the pack is missing, damaged or for another model.
    """
    file = find_model(model or "base")
    return Recognizer(with_pack(Model(file), None if pack is None else Path(pack)))


class Recognizer:
    """Tells which command a sound holds. Calls may run side by side in threads."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def words(self) -> tuple[str, ...]:
        """The classes in order: the words, then `_unknown_` and `_silence_`."""
        return self.model.words

    def probabilities(self, waveforms: audio.Sound) -> npt.NDArray[np.float32]:
        """Calibrated probabilities `(batch, classes)` of waveforms `(batch, 16000)`."""
        return self.model.probabilities(waveforms)

    def embeddings(self, waveforms: audio.Sound) -> npt.NDArray[np.float32]:
        """Embeddings `(batch, width)` of waveforms `(batch, 16000)`."""
        return self.model.embeddings(waveforms)

    def recognize(self, sound: Source, sample_rate: int = audio.SAMPLE_RATE) -> Heard:
        """The one command that a sound holds.

        A sound of up to a second is judged as a whole; in a longer one the answer is the second
        that holds a command most confidently.

        Args:
            sound: a path, a binary file object, or an array `(samples,)` or `(samples, channels)`.
            sample_rate: of an array, in Hz; a file states its own.

        Raises:
            SoundError: the sound cannot be used.
        """
        return self.scan(sound, sample_rate).best()

    def search(self, sound: Source, sample_rate: int = audio.SAMPLE_RATE) -> list[Heard]:
        """Every command in a sound of any length, in order, each utterance once.

        Takes what `recognize` takes; a word below the threshold that the model file gives for it is
        not reported.
        """
        return self.scan(sound, sample_rate).commands()

    def listen(
        self,
        source: Iterable[audio.Sound] | None = None,
        *,
        device: int | str | None = None,
        words: Collection[str] | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> Iterator[Detection]:
        """Yields each command in a stream of sound soon after it was said.

        Args:
            source: blocks of sound `(samples,)` at 16 kHz, of any length; the microphone where
                None.
            device: the microphone's number or a part of its name; the system's default where None.
            words: the only words to listen for; every word of the model where None.
            thresholds: the confidence from which a word counts, over those of the model file;
                where None those that `sayso tune` has found for this model, if any.

        Raises:
            MicrophoneError: there is no such microphone, or what it needs is not installed.
            ModelError: the model does not know one of the words.
            ThresholdsError: the user's own file of them is damaged.
            SoundError: a block is no sound.
        """
        if thresholds is None:
            thresholds = load_thresholds(self.model)
        detector = Detector(self.model, thresholds=thresholds, words=words)
        if source is not None:
            return listen(source, detector)
        return _listen_to(Microphone(device), detector)

    def recognize_batch(self, sounds: Sequence[Source]) -> list[Heard]:
        """What `recognize` says of each of many paths or 16 kHz arrays, on all cores.

        Raises:
            SoundError: one of the sounds cannot be used.
        """
        answers = []
        with closing(self.scan_all(sounds)) as scans:
            for scan, _ in scans:
                if isinstance(scan, audio.SoundError):
                    raise scan
                answers.append(scan.best())
        return answers

    def scan(
        self,
        sound: Source,
        sample_rate: int = audio.SAMPLE_RATE,
        progress: Progress | None = None,
    ) -> Scan:
        """What the model says of every window of a sound: the ground of all answers.

        Args:
            sound: as `recognize` takes it.
            sample_rate: of an array, in Hz.
            progress: called batch by batch with the share done; the shares add up to 1.
        """
        samples = _read(sound, sample_rate)
        starts = window_starts(len(samples))
        windows = np.lib.stride_tricks.sliding_window_view(
            audio.fit(samples, max(len(samples), WINDOW)), WINDOW
        )  # (samples - 15999, 16000), a view: only the batches in work are copied
        parts: list[npt.NDArray[np.float32]] = []
        for part in self._infer(windows, starts):
            parts.append(part)
            if progress:
                progress(len(part) / len(starts))
        model = self.model
        return Scan(model.words, model.thresholds, np.concatenate(parts), starts, len(samples))

    def scan_all(
        self, sounds: Sequence[Source], progress: Progress | None = None
    ) -> Generator[tuple[Scan | audio.SoundError, float]]:
        """Scans many sounds, one on each core, and yields their scans in the order given.

        A clip takes as long alone as in a batch, so clips are not batched. Closing the generator
        ends the work that is under way.

        Args:
            sounds: paths, binary files or 16 kHz arrays.
            progress: called from the threads; its shares add up to the number of sounds.

        Yields:
            the scan, or the error where the sound cannot be used, and the seconds that it took.
        """
        stopped = Event()

        def tell(share: float) -> None:
            if stopped.is_set():
                raise CancelledError
            if progress:
                progress(share)

        def scan_one(sound: Source) -> tuple[Scan | audio.SoundError, float]:
            started = perf_counter()
            scan: Scan | audio.SoundError
            try:
                scan = self.scan(sound, progress=tell)
            except audio.SoundError as error:
                tell(1.0)
                scan = error
            return scan, perf_counter() - started

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            try:
                yield from pool.map(scan_one, sounds)
            finally:
                stopped.set()

    def _infer(
        self, windows: audio.Sound, starts: npt.NDArray[np.int64]
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Yields the probabilities of the windows at `starts`, batch by batch, on all cores."""
        batches = [starts[first : first + BATCH] for first in range(0, len(starts), BATCH)]
        if len(batches) == 1:  # a thread would take half as long to start as the clip to judge
            yield self.probabilities(windows[starts])
            return
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from pool.map(lambda batch: self.probabilities(windows[batch]), batches)


def _listen_to(microphone: Microphone, detector: Detector) -> Iterator[Detection]:
    with microphone:
        yield from listen(microphone, detector)


def _read(sound: Source, sample_rate: int) -> audio.Sound:
    if isinstance(sound, np.ndarray):
        return audio.conform(sound, sample_rate)
    return audio.read(sound)
