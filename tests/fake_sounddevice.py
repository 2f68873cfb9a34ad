"""A stand-in for `sounddevice` that plays a sound into a microphone that is not there.

It keeps to what the real one documents: the callback runs in a thread of its own, its array is
used again as soon as it returns, a device is found by number or by a part of its name, and what
PortAudio refuses raises `PortAudioError`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

Floats = npt.NDArray[np.float32]


class PortAudioError(Exception):
    """What PortAudio refuses."""


def device(
    name: str, *, channels: int = 1, rate: float = 48_000.0, hostapi: int = 0
) -> dict[str, Any]:
    """A device as `query_devices` describes it."""
    return {
        "name": name,
        "hostapi": hostapi,
        "max_input_channels": channels,
        "max_output_channels": 0,
        "default_samplerate": rate,
    }


class FakeSounddevice:
    """The part of the module that a microphone needs.

    Args:
        sound: `(samples,)` at 16 kHz, what the microphone hears; silence follows.
        devices: the machine's devices.
        default: the number of the default microphone, -1 where there is none.
        rates: in Hz, those that a device can be opened at.
        least_channels: fewer are refused.
        overflows: the numbers of the blocks before which sound was lost.
        dies_after: blocks, after which none comes any more.
        pause_s: between two blocks; real ones come every 50 ms.
        then: called in the callback's thread after the sound.
    """

    PortAudioError = PortAudioError

    def __init__(
        self,
        sound: Floats | None = None,
        *,
        devices: Collection[dict[str, Any]] = (device("Webcam"),),
        default: int = 0,
        rates: Collection[int] = (16_000, 48_000),
        least_channels: int = 1,
        overflows: Collection[int] = (),
        dies_after: int | None = None,
        pause_s: float = 0.001,
        then: Callable[[], object] | None = None,
    ) -> None:
        self.sound = np.zeros(0, np.float32) if sound is None else sound
        self.devices = [each | {"index": index} for index, each in enumerate(devices)]
        self.default = SimpleNamespace(device=[default, -1])
        self.rates = rates
        self.least_channels = least_channels
        self.overflows = overflows
        self.dies_after = dies_after
        self.pause_s = pause_s
        self.then = then
        self.opened: list[FakeStream] = []

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA"}, {"name": "JACK"})

    def query_devices(self, device: int | str | None = None, kind: str | None = None) -> Any:
        if device is None and kind is None:
            return self.devices
        assert kind == "input"
        if device is None:
            device = self.default.device[0]
        if isinstance(device, str):
            found = [each for each in self.devices if device.lower() in each["name"].lower()]
            if len(found) != 1:
                raise ValueError(f"{len(found)} input devices match {device!r}")
            return found[0]
        if not 0 <= device < len(self.devices):
            raise PortAudioError(f"Error querying device {device}")
        if not self.devices[device]["max_input_channels"]:
            raise ValueError(f"Not an input device: {device}")
        return self.devices[device]

    def InputStream(self, **options: Any) -> FakeStream:  # noqa: N802, its name there
        stream = FakeStream(self, **options)
        self.opened.append(stream)
        return stream


class FakeStream:
    """An open device."""

    def __init__(
        self,
        module: FakeSounddevice,
        *,
        device: int,
        samplerate: int,
        channels: int,
        dtype: str,
        blocksize: int,
        callback: Callable[..., None],
    ) -> None:
        if samplerate not in module.rates:
            raise PortAudioError("Error opening InputStream: Invalid sample rate", -9997)
        if not module.least_channels <= channels <= module.devices[device]["max_input_channels"]:
            raise PortAudioError("Error opening InputStream: Invalid number of channels", -9998)
        assert dtype == "float32"
        self.samplerate = float(samplerate)
        self.channels = channels
        self.closed = False
        self._module = module
        self._block = np.zeros((blocksize, channels), np.float32)
        self._callback = callback
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._play, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self.closed = True
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _play(self) -> None:
        module, size = self._module, len(self._block)
        sound = soxr.resample(module.sound, 16_000, self.samplerate)
        number = 0
        while not self._stop.is_set() and number != module.dies_after:
            piece = sound[number * size : (number + 1) * size]
            self._block[:] = 0
            self._block[: len(piece)] = piece[:, None]
            status = SimpleNamespace(input_overflow=number in module.overflows)
            self._callback(self._block, size, None, status)
            self._block[:] = np.nan  # its memory belongs to PortAudio again
            number += 1
            if module.then and number * size >= len(sound):
                module.then()
                module.then = None
            time.sleep(module.pause_s)
