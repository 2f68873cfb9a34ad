"""The microphone, by sounddevice and PortAudio (the extra `mic`), as blocks of sound at 16 kHz."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from sayso.audio import SAMPLE_RATE, Sound
from sayso.errors import SaysoError
from sayso.recognition.sources import resampled

BLOCKS_PER_S = 20  # 50 ms: short for the ear, and 20 times a second costs nothing
WAITING_BLOCKS = 10 * BLOCKS_PER_S  # 10 s; a reader that is later than that loses sound
SILENT_S = 3.0  # without any block, even of silence: the device is gone


class MicrophoneError(SaysoError):
    """No microphone, not this one, or not the software that microphones need."""


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone that this machine has.

    Attributes:
        index: its number, by which it can be chosen.
        name: its name, a part of which is enough to choose it.
        system: the sound system that it belongs to, such as ALSA or Core Audio.
        channels: how many it has.
        sample_rate: its own, in Hz.
        is_default: whether it is the one taken where none is named.
    """

    index: int
    name: str
    system: str
    channels: int
    sample_rate: int
    is_default: bool


def devices() -> list[Device]:
    """Lists the microphones of this machine.

    Raises:
        MicrophoneError: sounddevice or PortAudio is not installed.
    """
    sounddevice = _sounddevice()
    systems = [api["name"] for api in sounddevice.query_hostapis()]
    default = sounddevice.default.device[0]
    return [
        Device(
            index=index,
            name=info["name"],
            system=systems[info["hostapi"]],
            channels=info["max_input_channels"],
            sample_rate=round(info["default_samplerate"]),
            is_default=index == default,
        )
        for index, info in enumerate(sounddevice.query_devices())
        if info["max_input_channels"] > 0
    ]


class Microphone:
    """An open microphone: an iterable of blocks of sound, `(samples,)` float32 at 16 kHz.

    It is opened at 16 kHz or, where it cannot do that, at its own rate and resampled.

    Args:
        device: its number, or a part of its name; the system's default where None.

    Attributes:
        name: of the device.
        sample_rate: at which it was opened, in Hz.
        losses: how many times sound was lost, because the machine or the reader was too slow.

    Raises:
        MicrophoneError: there is no such microphone, it cannot be opened, or what is needed for
            microphones is not installed.
    """

    def __init__(self, device: int | str | None = None) -> None:
        self.losses = 0
        self._is_paused = False
        self._blocks: queue.Queue[Sound] = queue.Queue(WAITING_BLOCKS)
        self._sounddevice = _sounddevice()
        info = self._find(device)
        self.name = str(info["name"])
        self._stream = self._open(info)
        self.sample_rate = round(self._stream.samplerate)

    def __enter__(self) -> Microphone:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Sound]:
        """Yields blocks until the microphone is closed.

        Raises:
            MicrophoneError: the device has gone silent for good, as when it is unplugged.
        """
        return resampled(self._raw_blocks(), self.sample_rate)

    def close(self) -> None:
        """Stops listening; what was heard so far can still be read."""
        self._stream.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Skips what is heard meanwhile, which counts as no loss; what was heard before is kept."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def _raw_blocks(self) -> Iterator[Sound]:
        while not (self._stream.closed and self._blocks.empty()):
            try:
                yield self._blocks.get(timeout=SILENT_S)
            except queue.Empty:
                if not self._stream.closed:
                    raise MicrophoneError(
                        f"The microphone {self.name} sends no sound: is it still connected?"
                    ) from None

    def _take(self, frames: Sound, _count: int, _time: Any, status: Any) -> None:
        """Called by PortAudio in a thread of its own with `(frames, channels)`."""
        if self._is_paused:
            return
        if status.input_overflow:
            self.losses += 1
        try:
            self._blocks.put_nowait(frames.mean(axis=1, dtype=np.float32))
        except queue.Full:
            self.losses += 1

    def _find(self, device: int | str | None) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._sounddevice.query_devices(device, "input")
        except (ValueError, self._sounddevice.PortAudioError) as error:
            if device is None:
                raise MicrophoneError("There is no microphone: connect one.") from error
            raise MicrophoneError(_cannot_choose(device)) from error
        return found

    def _open(self, info: dict[str, Any]) -> Any:
        """Opens and starts the device in the first way that it accepts."""
        own_rate, channels = round(info["default_samplerate"]), info["max_input_channels"]
        ways = dict.fromkeys([(SAMPLE_RATE, 1), (own_rate, 1), (own_rate, channels)])
        for rate, count in ways:
            try:
                stream = self._sounddevice.InputStream(
                    device=info["index"],
                    samplerate=rate,
                    channels=count,
                    dtype="float32",
                    blocksize=rate // BLOCKS_PER_S,
                    callback=self._take,
                )
                try:
                    stream.start()
                except self._sounddevice.PortAudioError:
                    stream.close()
                    raise
            except self._sounddevice.PortAudioError as error:
                refused = error
            else:
                return stream
        raise MicrophoneError(
            f"The microphone {self.name} cannot be opened, perhaps because another program has "
            f"it: {refused.args[0]}."
        ) from refused


def _cannot_choose(device: int | str) -> str:
    """Why no microphone, or more than one, is meant by a number or a name."""
    known = devices()
    if isinstance(device, str):
        meant = [each for each in known if device.lower() in each.name.lower()]
        if len(meant) > 1:
            numbers = ", ".join(f"{each.index} ({each.name})" for each in meant)
            return f"More than one microphone is called {device}: choose by number, {numbers}."
    if not known:
        return "There is no microphone: connect one."
    names = ", ".join(f"{each.index} ({each.name})" for each in known)
    return f"There is no microphone {device}: there are {names}."


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise MicrophoneError(
            'Microphones need sounddevice: run pip install "sayso[mic]".'
        ) from error
    except OSError as error:
        raise MicrophoneError(
            "Microphones need PortAudio: install it, on Debian and Ubuntu with "
            "apt install libportaudio2."
        ) from error
    return sounddevice
