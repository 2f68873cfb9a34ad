from __future__ import annotations

import io
import os
import struct
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sayso import audio
from sayso.audio import SoundError
from sayso.errors import SaysoError

FORMATS = {
    ".wav": ("WAV", "PCM_16"),
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".opus": ("OGG", "OPUS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
}
FADE_S = 0.05  # what resamplers and codecs ring at the ends

Floats = npt.NDArray[np.floating]


def sine(hertz: float, seconds: float, rate: int, amplitude: float = 0.5) -> Floats:
    return amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def encode(samples: Floats, rate: int, name: str = "WAV", subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=name, subtype=subtype)
    return file.getvalue()


def assert_sine(sound: audio.Sound, hertz: float, amplitude: float, within: float) -> None:
    """The middle of the sound is the sine, of this amplitude and phase, sample by sample."""
    time_s = np.arange(len(sound)) / 16_000
    middle = slice(round(FADE_S * 16_000), -round(FADE_S * 16_000))
    expected = amplitude * np.sin(2 * np.pi * hertz * time_s)
    assert np.abs(sound - expected)[middle].max() < within


def refusal(source: str | Path | io.BytesIO) -> str:
    with pytest.raises(SoundError) as caught:
        audio.read(source)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


# Reading


@pytest.mark.parametrize("suffix", audio.SUFFIXES)
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_every_format_and_rate_keeps_length_amplitude_and_phase(
    tmp_path: Path, suffix: str, rate: int
) -> None:
    name, subtype = FORMATS[suffix]
    path = tmp_path / f"tone{suffix}"
    path.write_bytes(encode(sine(440, 1.5, rate), rate, name, subtype))
    sound = audio.read(path)
    assert sound.dtype == np.float32
    assert sound.ndim == 1
    lossless = suffix in (".wav", ".flac")
    assert len(sound) == pytest.approx(24_000, abs=1 if lossless else 1_600)
    assert_sine(sound, 440, 0.5, within=0.001 if lossless else 0.1)


@pytest.mark.parametrize("rate", [11_025, 22_050, 44_100, 96_000, 192_000])
def test_a_sine_survives_resampling_from_any_rate(rate: int) -> None:
    sound = audio.read(io.BytesIO(encode(sine(1_000, 1.0, rate), rate, subtype="FLOAT")))
    assert len(sound) == pytest.approx(16_000, abs=1)
    assert_sine(sound, 1_000, 0.5, within=1e-4)


def test_what_16_khz_cannot_hold_is_filtered_out_and_not_folded_back() -> None:
    sound = audio.read(io.BytesIO(encode(sine(9_000, 1.0, 44_100), 44_100)))
    assert np.abs(sound[800:-800]).max() < 1e-3


def test_resampling_agrees_with_scipy() -> None:
    rng = np.random.default_rng(5)
    low = scipy.signal.firwin(401, 3_000, fs=48_000)
    noise = scipy.signal.fftconvolve(rng.standard_normal(48_000), low, "same").astype(np.float32)
    expected = scipy.signal.resample_poly(noise, 1, 3, window=("kaiser", 12.0))
    np.testing.assert_allclose(
        audio.resample(noise, 48_000, 16_000)[800:-800], expected[800:-800], atol=2e-3
    )


def test_channels_are_averaged(tmp_path: Path) -> None:
    channels = np.column_stack([sine(100 * (i + 1), 0.5, 16_000, 0.1) for i in range(6)])
    path = tmp_path / "six.wav"
    soundfile.write(path, channels, 16_000, subtype="FLOAT")
    np.testing.assert_allclose(audio.read(path), channels.mean(axis=1), atol=1e-6)


def test_integers_read_as_exact_fractions() -> None:
    values = np.array([-32_768, -1, 0, 1, 12_345, 32_767], np.int16)
    file = io.BytesIO()
    soundfile.write(file, values, 16_000, format="WAV", subtype="PCM_16")
    np.testing.assert_array_equal(audio.read(file), values / np.float32(32_768))


def test_silence_is_sound() -> None:
    sound = audio.read(io.BytesIO(encode(np.zeros(16_000), 16_000)))
    assert len(sound) == 16_000
    assert not sound.any()


def test_a_little_over_full_scale_is_clipped() -> None:
    loud = io.BytesIO(encode(sine(440, 0.5, 16_000, 1.5), 16_000, subtype="FLOAT"))
    assert np.abs(audio.read(loud)).max() == 1.0


def test_names_with_spaces_and_letters_of_any_script(tmp_path: Path) -> None:
    path = tmp_path / "mein Wört 声音 [1].wav"
    audio.write(path, np.zeros(100, np.float32))
    assert len(audio.read(path)) == 100
    assert len(audio.read(str(path))) == 100


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names are Unicode")
def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"w\xf6rt.wav")
    path.write_bytes(encode(np.zeros(100), 16_000))
    assert len(audio.read(path)) == 100


def test_a_pipe_is_read_to_its_end() -> None:
    source, target = os.pipe()

    def send() -> None:
        with os.fdopen(target, "wb") as pipe:
            pipe.write(encode(sine(440, 2.0, 16_000), 16_000))

    sender = threading.Thread(target=send)
    sender.start()
    with os.fdopen(source, "rb") as pipe:
        sound = audio.read(pipe)
    sender.join()
    assert_sine(sound, 440, 0.5, within=0.001)


@pytest.mark.parametrize("suffix", audio.SUFFIXES)
def test_decoding_in_blocks_changes_nothing(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, subtype = FORMATS[suffix]
    noise = np.random.default_rng(1).uniform(-0.4, 0.4, (30_000, 2))
    content = encode(noise, 48_000, name, subtype)
    at_once = audio.read(io.BytesIO(content))
    monkeypatch.setattr(audio, "BLOCK_FRAMES", 1_237)
    np.testing.assert_allclose(audio.read(io.BytesIO(content)), at_once, atol=1e-6)


def test_reading_in_blocks_gives_what_resampling_at_once_gives() -> None:
    noise = np.random.default_rng(2).uniform(-0.4, 0.4, 700_000).astype(np.float32)
    sound = audio.read(io.BytesIO(encode(noise, 44_100, subtype="FLOAT")))
    np.testing.assert_allclose(sound, audio.resample(noise, 44_100, 16_000), atol=1e-5)


def test_memory_stays_bounded_while_a_file_of_many_channels_is_read(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with soundfile.SoundFile(path, "w", 48_000, 8, "PCM_16") as file:
        for _ in range(60):
            file.write(np.zeros((48_000, 8), np.int16))
    tracemalloc.start()
    sound = audio.read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sound) == 960_000
    decoded_whole = 60 * 48_000 * 8 * 4  # bytes
    assert peak < decoded_whole / 3


# What is refused


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.wav"
    assert refusal(path) == f"{path} cannot be opened: no such file or directory."


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["text.wav", "text.mp3", "text.ogg", "text.raw", "text"])
def test_text_under_any_name_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("This is not sound. " * 50)
    assert "is not sound that can be read" in refusal(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert "is empty (0 bytes)" in refusal(path)


def test_a_file_of_no_samples_is_refused() -> None:
    assert "holds no sound" in refusal(io.BytesIO(encode(np.zeros(0), 16_000)))


def test_too_few_samples_to_resample_are_no_sound() -> None:
    assert "holds no sound" in refusal(io.BytesIO(encode(np.zeros(1), 192_000)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float) -> None:
    samples = np.zeros((16_000, 2))
    samples[9_000, 0], samples[9_000, 1] = value, -value
    assert "not numbers" in refusal(io.BytesIO(encode(samples, 16_000, subtype="FLOAT")))


def test_samples_on_another_scale_are_refused() -> None:
    samples = sine(440, 0.1, 16_000, 12_000.0)
    assert "scale them to [-1, 1]" in refusal(io.BytesIO(encode(samples, 16_000, subtype="FLOAT")))


def test_a_lossy_file_that_overshoots_is_cut_at_full_scale() -> None:
    loud = sine(440, 0.5, 16_000, 3.0)
    sound = audio.read(io.BytesIO(encode(loud, 16_000, name="OGG", subtype="VORBIS")))
    assert sound.max() == 1.0
    assert sound.min() == -1.0


def test_a_rate_too_low_for_speech_is_refused() -> None:
    assert "sample rate of 2000 Hz" in refusal(io.BytesIO(encode(np.zeros(2_000), 2_000)))


def test_a_header_without_a_rate_is_refused() -> None:
    content = bytearray(encode(np.zeros(100), 16_000))
    content[24:28] = bytes(4)
    assert "sample rate of 0 Hz" in refusal(io.BytesIO(content))


@pytest.mark.parametrize("samples", [1_000, 1_000_000])
def test_a_wav_that_its_recorder_never_closed_is_read(samples: int) -> None:
    content = bytearray(encode(np.full(samples, 0.25), 16_000))
    content[4:8], content[40:44] = struct.pack("<I", 8), bytes(4)  # as they are while it is open
    np.testing.assert_allclose(audio.read(io.BytesIO(content)), 0.25, atol=1e-4)


def test_a_sound_longer_than_asked_for_is_refused() -> None:
    file = io.BytesIO(encode(np.zeros(16_000 * 90), 16_000))
    with pytest.raises(SoundError, match=r"2 min long, more than the 1 min that are read at once"):
        audio.read(file, longest_s=60)


# Files that have lost their end


def coded_noise(suffix: str, rate: int = 16_000) -> bytes:
    noise = np.random.default_rng(7).uniform(-0.3, 0.3, 3 * rate)
    return encode(noise, rate, *FORMATS[suffix])


@pytest.mark.parametrize("suffix", audio.SUFFIXES)
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_anywhere_is_refused(suffix: str, share: float) -> None:
    whole = coded_noise(suffix)
    assert "cut off" in refusal(io.BytesIO(whole[: int(share * len(whole))]))


def test_a_wav_of_a_program_that_writes_to_a_pipe_is_whole() -> None:
    content = bytearray(encode(np.zeros(8_000), 16_000))
    for size in (0x7FFFF000, 0xFFFFFFFF):
        content[40:44] = struct.pack("<I", size)
        assert len(audio.read(io.BytesIO(content))) == 8_000


def test_a_wav_whose_outer_size_is_wrong_but_whose_sound_is_whole_is_read() -> None:
    content = bytearray(encode(np.zeros(8_000), 16_000))
    content[4:8] = struct.pack("<I", len(content) + 100)
    assert len(audio.read(io.BytesIO(content))) == 8_000


def test_a_wav_with_other_chunks_before_and_after_its_sound_is_read() -> None:
    plain = encode(np.zeros(8_000), 16_000)
    odd = b"note" + struct.pack("<I", 3) + b"abc\0"
    content = bytearray(plain[:36] + odd + plain[36:] + odd)
    content[4:8] = struct.pack("<I", len(content) - 8)
    assert len(audio.read(io.BytesIO(content))) == 8_000


def id3(size: int) -> bytes:
    return b"ID3\x03\0\0" + bytes([0, 0, size >> 7, size & 127]) + bytes(size)


def test_an_mp3_with_tags_before_and_after_is_read_and_its_cut_still_seen() -> None:
    whole = coded_noise(".mp3")
    tagged = id3(1_000) + whole + b"TAG" + bytes(125)
    assert len(audio.read(io.BytesIO(tagged))) == len(audio.read(io.BytesIO(whole)))
    assert "cut off" in refusal(io.BytesIO((id3(1_000) + whole)[:-200]))


def without_tag(mp3: bytes) -> bytes:
    """Drops the first frame, which says how many follow: libsndfile then has to guess."""
    return mp3[mp3.index(mp3[:2], max(mp3.find(b"Xing"), mp3.find(b"Info"))) :]


def test_an_mp3_that_does_not_state_its_size_is_never_called_cut_off() -> None:
    file = io.BytesIO()
    constant = {"bitrate_mode": "CONSTANT", "compression_level": 0.2}
    with soundfile.SoundFile(
        file, "w", 44_100, 1, "MPEG_LAYER_III", format="MP3", **constant
    ) as sound:
        sound.write(sine(440, 3.0, 44_100))
    bare = without_tag(file.getvalue())
    assert len(audio.read(io.BytesIO(bare))) == pytest.approx(48_000, abs=1_600)
    assert len(audio.read(io.BytesIO(bare[: len(bare) // 2]))) == pytest.approx(24_000, abs=1_600)


def test_an_mp3_of_which_libsndfile_would_leave_out_a_part_is_refused() -> None:
    noise = np.random.default_rng(7).uniform(-0.3, 0.3, 44_100)
    quieter_later = np.concatenate([noise, np.zeros(5 * 44_100)])
    bare = without_tag(encode(quieter_later, 44_100, *FORMATS[".mp3"]))
    assert "convert it to WAV" in refusal(io.BytesIO(bare))


def test_a_flac_without_its_length_is_refused_with_advice() -> None:
    content = bytearray(coded_noise(".flac"))
    content[21] &= 0xF0  # the 36 bits of STREAMINFO that hold the number of samples
    content[22:26] = bytes(4)
    assert "convert it to WAV" in refusal(io.BytesIO(content))


# Arrays


@pytest.mark.parametrize("dtype", [np.int16, np.int32])
def test_integer_arrays_are_fractions_of_their_range(dtype: type[np.signedinteger]) -> None:
    limits = np.iinfo(dtype)
    values = np.array([limits.min, 0, limits.max // 2 + 1, limits.max], dtype)
    np.testing.assert_allclose(audio.conform(values), [-1, 0, 0.5, 1], atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_arrays_are_taken_as_they_are(dtype: type[np.floating]) -> None:
    values = np.array([-1, -0.25, 0, 0.5, 1], dtype)
    sound = audio.conform(values)
    assert sound.dtype == np.float32
    assert sound.tolist() == values.tolist()


def test_an_array_is_copied_so_that_the_callers_stays_its_own() -> None:
    values = np.zeros(10, np.float32)
    audio.conform(values)[:] = 1.0
    assert not values.any()


def test_array_channels_are_averaged_and_resampled() -> None:
    stereo = np.column_stack([sine(440, 1.0, 44_100, 0.8), sine(440, 1.0, 44_100, 0.2)])
    assert_sine(audio.conform(stereo, 44_100), 440, 0.5, within=1e-4)


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.zeros((2, 16_000)), 16_000, "channels first"),
        (np.zeros((1, 16_000)), 16_000, "channels first"),
        (np.zeros((4, 4, 4)), 16_000, "not of shape"),
        (np.float64(0.5), 16_000, "not of shape"),
        (np.zeros(0), 16_000, "0 samples"),
        (np.zeros((0, 2)), 16_000, "0 samples"),
        (np.zeros(100, np.uint8), 16_000, "not uint8"),
        (np.zeros(100, np.int64), 16_000, "not int64"),
        (np.zeros(100, np.complex64), 16_000, "not complex64"),
        (np.zeros(100), 800, "sample rate of 800 Hz"),
        (np.zeros(100), -16_000, "sample rate of -16000 Hz"),
        (np.array([0.0, np.nan]), 16_000, "not numbers"),
        (np.array([[np.inf, -np.inf]] * 9), 16_000, "not numbers"),
        (np.array([0.0, 3e4]), 16_000, "up to 30000"),
        (np.array([0.0, 1e300]), 16_000, "scale them"),
    ],
)
def test_arrays_that_are_not_sound_are_refused(
    samples: npt.NDArray[np.generic], rate: int, message: str
) -> None:
    with pytest.raises(SoundError, match=message):
        audio.conform(samples, rate)


# Fitting

sounds = hnp.arrays(
    np.float32, st.integers(0, 60), elements=st.floats(-1, 1, width=32, allow_subnormal=False)
)


@given(sounds, st.integers(1, 60))
def test_fit_gives_the_length_asked_for(sound: audio.Sound, length: int) -> None:
    assert len(audio.fit(sound, length)) == length


@given(sounds, st.integers(1, 60))
def test_fit_pads_with_zeros_evenly(sound: audio.Sound, length: int) -> None:
    fitted = audio.fit(sound, len(sound) + length)
    before = length // 2
    assert not fitted[:before].any()
    assert not fitted[before + len(sound) :].any()
    np.testing.assert_array_equal(fitted[before : before + len(sound)], sound)


@given(sounds, st.integers(1, 60))
def test_fit_keeps_the_loudest_stretch(sound: audio.Sound, length: int) -> None:
    if length >= len(sound):
        return
    energies = [
        float(np.square(sound[i : i + length], dtype=np.float64).sum())
        for i in range(len(sound) - length + 1)
    ]
    kept = float(np.square(audio.fit(sound, length), dtype=np.float64).sum())
    assert kept == pytest.approx(max(energies), abs=1e-9)


# Writing and finding


@pytest.mark.parametrize("suffix", audio.SUFFIXES)
def test_what_is_written_reads_back(tmp_path: Path, suffix: str) -> None:
    sound = sine(440, 1.0, 16_000).astype(np.float32)
    path = tmp_path / "new" / f"tone{suffix.upper()}"
    audio.write(path, sound)
    assert soundfile.info(path).subtype == FORMATS[suffix][1]
    back = audio.read(path)
    assert_sine(back, 440, 0.5, within=0.001 if suffix in (".wav", ".flac") else 0.1)


def test_16_bit_samples_are_written_exactly(tmp_path: Path) -> None:
    values = np.random.default_rng(4).integers(-32_768, 32_768, 5_000) / np.float32(32_768)
    audio.write(tmp_path / "exact.wav", values.astype(np.float32))
    np.testing.assert_array_equal(audio.read(tmp_path / "exact.wav"), values)


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="names no kind of sound"):
        audio.write(tmp_path / "sound.txt", np.zeros(10, np.float32))
    assert not list(tmp_path.iterdir())


def test_a_rate_that_the_format_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="cannot be written at 44100 Hz"):
        audio.write(tmp_path / "sound.opus", np.zeros(100, np.float32), 44_100)
    assert not list(tmp_path.iterdir())


def test_find_walks_in_order_and_knows_sound_by_its_suffix(tmp_path: Path) -> None:
    names = ["b/2.wav", "b/1.FLAC", "a/x.mp3", "a/c/y.opus", "z.ogg"]
    for name in [*names, "b/.hidden.wav", "b/list.txt", "b/wav"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path).as_posix() for path in audio.find(tmp_path)]
    assert found == ["z.ogg", "a/x.mp3", "a/c/y.opus", "b/1.FLAC", "b/2.wav"]


def test_sound_errors_are_the_inputs_fault() -> None:
    assert issubclass(SoundError, SaysoError)
