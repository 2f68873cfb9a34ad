from __future__ import annotations

import itertools
import sys
import time

import numpy as np
import pytest

import sayso
from fake_sounddevice import FakeSounddevice, device
from sayso.recognition import Microphone, MicrophoneError, microphone
from sayso.recognition.microphone import Device, devices
from tone_model import Floats, silence, tone

SOUND = np.concatenate([silence(0.5), tone("go", 0.4), silence(0.8), tone("left", 0.4)])


def install(monkeypatch: pytest.MonkeyPatch, fake: object) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", fake)


def hear(opened: Microphone, seconds: float) -> Floats:
    blocks = []
    for block in opened:
        blocks.append(block)
        if sum(map(len, blocks)) >= seconds * 16_000:
            break
    return np.concatenate(blocks)


def test_a_microphone_gives_what_it_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSounddevice(SOUND)
    install(monkeypatch, fake)
    with Microphone() as opened:
        heard = hear(opened, 2.1)
        assert (opened.name, opened.sample_rate, opened.losses) == ("Webcam", 16_000, 0)
    assert heard.dtype == np.float32
    np.testing.assert_array_equal(heard, SOUND)
    assert fake.opened[0].closed


def test_one_that_has_another_rate_is_resampled(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSounddevice(SOUND, devices=[device("USB", rate=44_100.0)], rates=[44_100])
    install(monkeypatch, fake)
    with Microphone() as opened:
        heard = hear(opened, 2.0)
        assert opened.sample_rate == 44_100
    inner = slice(1000, 30_000)  # the resampler's own edges lie outside
    np.testing.assert_allclose(heard[inner], SOUND[inner], atol=5e-3)


def test_one_that_is_never_mono_is_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSounddevice(SOUND, devices=[device("Array", channels=4)], least_channels=4)
    install(monkeypatch, fake)
    with Microphone() as opened:
        heard = hear(opened, 2.0)
    assert fake.opened[-1].channels == 4
    assert fake.opened[-1].samplerate == 48_000
    np.testing.assert_allclose(heard[1000:30_000], SOUND[1000:30_000], atol=5e-3)


def test_microphones_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [device("Speaker", channels=0), device("Webcam"), device("USB", channels=2, hostapi=1)]
    install(monkeypatch, FakeSounddevice(devices=known, default=2))
    assert devices() == [
        Device(1, "Webcam", "ALSA", 1, 48_000, is_default=False),
        Device(2, "USB", "JACK", 2, 48_000, is_default=True),
    ]


@pytest.mark.parametrize(
    ("chosen", "name"), [(None, "Webcam"), (1, "USB Mic"), ("usb", "USB Mic"), ("cam", "Webcam")]
)
def test_a_microphone_is_chosen_by_number_or_name(
    monkeypatch: pytest.MonkeyPatch, chosen: int | str | None, name: str
) -> None:
    install(monkeypatch, FakeSounddevice(devices=[device("Webcam"), device("USB Mic")]))
    with Microphone(chosen) as opened:
        assert opened.name == name


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ("phone", r"no microphone phone: there are 1 \(Webcam\), 2 \(Web radio\)\.$"),
        (7, r"no microphone 7: there are 1"),
        (0, r"no microphone 0: there are 1"),
        ("web", r"called web: choose by number, 1 \(Webcam\), 2 \(Web radio\)\.$"),
    ],
)
def test_an_unknown_microphone_is_an_error(
    monkeypatch: pytest.MonkeyPatch, chosen: int | str, sentence: str
) -> None:
    known = [device("Speaker", channels=0), device("Webcam"), device("Web radio")]
    install(monkeypatch, FakeSounddevice(devices=known, default=1))
    with pytest.raises(MicrophoneError, match=sentence):
        Microphone(chosen)


@pytest.mark.parametrize("chosen", [None, 0, "usb"])
def test_no_microphone_at_all_is_an_error(
    monkeypatch: pytest.MonkeyPatch, chosen: int | str | None
) -> None:
    install(monkeypatch, FakeSounddevice(devices=[], default=-1))
    assert devices() == []
    with pytest.raises(MicrophoneError, match=r"^There is no microphone: connect one\.$"):
        Microphone(chosen)


def test_one_that_cannot_be_opened_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, FakeSounddevice(rates=[]))
    with pytest.raises(MicrophoneError, match=r"Webcam cannot be opened.*: Error .* sample rate"):
        Microphone()


def test_without_sounddevice_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, None)
    with pytest.raises(MicrophoneError, match=r'pip install "sayso\[mic\]"'):
        Microphone()
    with pytest.raises(MicrophoneError, match="pip install"):
        devices()


def test_without_portaudio_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class WithoutLibrary:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutLibrary(), *sys.meta_path])
    with pytest.raises(MicrophoneError, match="apt install libportaudio2"):
        Microphone()


def test_overflows_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, FakeSounddevice(SOUND, overflows=[3, 5]))
    with Microphone() as opened:
        hear(opened, 1.0)
        assert opened.losses == 2


def test_a_reader_that_is_too_slow_loses_sound_and_memory_stays_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(microphone, "WAITING_BLOCKS", 4)
    install(monkeypatch, FakeSounddevice(SOUND))
    with Microphone() as opened:
        while opened.losses < 3:
            time.sleep(0.001)
        blocks = list(itertools.islice(opened, 4))
    np.testing.assert_array_equal(np.concatenate(blocks), SOUND[: 4 * 800])


def test_while_it_is_paused_nothing_is_heard_and_nothing_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = np.repeat(np.linspace(0.001, 1, 1000), 800).astype(np.float32)  # the block's number
    fake = FakeSounddevice(sound, overflows=range(40, 60))
    install(monkeypatch, fake)
    with Microphone() as opened:
        first = hear(opened, 0.5)
        with opened.paused():
            time.sleep(0.5)
        rest = np.concatenate([first, hear(opened, 2.0)])[::800] * 1000
        assert opened.losses == 0
    skipped = np.diff(np.round(rest))
    assert (skipped == 1).sum() == len(skipped) - 1  # what waited before the pause is kept
    assert skipped.max() > 60


def test_one_that_goes_silent_for_good_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "SILENT_S", 0.05)
    install(monkeypatch, FakeSounddevice(SOUND, dies_after=3))
    with (
        Microphone() as opened,
        pytest.raises(MicrophoneError, match=r"Webcam sends no sound: is it still connected\?"),
    ):
        hear(opened, 1.0)


def test_a_closed_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "SILENT_S", 0.05)
    install(monkeypatch, FakeSounddevice(SOUND, dies_after=3))
    opened = Microphone()
    time.sleep(0.05)
    opened.close()
    assert len(np.concatenate(list(opened))) == 3 * 800


def test_a_recognizer_listens_to_the_microphone(
    tone_recognizer: sayso.Recognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeSounddevice(SOUND, devices=[device("Webcam"), device("USB")])
    install(monkeypatch, fake)
    commands = tone_recognizer.listen(device="usb", thresholds={})
    assert [command.word for command in itertools.islice(commands, 2)] == ["go", "left"]
    commands.close()  # type: ignore[attr-defined]
    assert fake.opened[0].closed
