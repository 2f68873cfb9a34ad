"""The sample of Speech Commands inside the package: a small data set without a download."""

from __future__ import annotations

import io
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

from sayso import audio
from sayso.corpus.clips import CorpusError
from sayso.corpus.disk import check_room, writing

_WRITTEN_BYTES = 25_000_000


def write_sample(directory: Path, *, other_speech: bool = False) -> None:
    """Writes the bundled sample as a data set of 16-bit WAV files at 16 kHz.

    The clips lie in `<word>/<speaker>_nohash_<n>.wav`, beside them `validation_list.txt`,
    `LICENSE.txt` and `_background_noise_/`. All are of training speakers of Speech Commands.

    Args:
        directory: a folder that is empty or does not exist.
        other_speech: with `_unknown_` too, synthetic words that are none of the 35; the word stands
            in the speaker's place of each file's name.

    Raises:
        CorpusError: the folder is not empty.
        DiskError: the disk is full or cannot be written to.
    """
    if directory.exists() and not (directory.is_dir() and not any(directory.iterdir())):
        raise CorpusError(f"{directory} is not an empty folder: name one that is empty or new.")
    check_room(directory, _WRITTEN_BYTES)
    partial = directory / ".part"
    with writing(directory):
        try:
            _unpack("sample.zip", partial)
            if other_speech:
                _unpack("other_speech.zip", partial)
            for path in sorted(partial.iterdir()):
                path.rename(directory / path.name)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _unpack(name: str, folder: Path) -> None:
    with (
        (files("sayso") / "bundled" / name).open("rb") as file,
        zipfile.ZipFile(file) as sample,
        ThreadPoolExecutor() as pool,
    ):
        for _ in pool.map(lambda name: _write(sample.read(name), folder / name), sample.namelist()):
            pass


def _write(content: bytes, target: Path) -> None:
    if target.suffix == ".opus":
        audio.write(target.with_suffix(".wav"), audio.read(io.BytesIO(content)))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
