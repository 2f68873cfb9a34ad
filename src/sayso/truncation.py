"""Whether a sound file ends before its own header says it does.

libsndfile decodes what is left of such a file and says nothing, so a copy that broke off would pass
for a shorter recording. The containers below state sizes in bytes, which is exact; their number of
frames is an estimate in some MP3 files and is not used. A FLAC that is cut off fails to decode.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

_STREAMED = 0x7FFF0000  # bytes; programs that write a WAV to a pipe put this size or a larger one
_LARGEST_PAGE = 27 + 255 + 255 * 255  # bytes of an Ogg page (RFC 3533): header, table, segments


def is_cut_off(file: BinaryIO) -> bool:
    """Tells a WAV, Ogg (Vorbis, Opus) or MP3 file that has lost its end.

    `file` must be seekable and is left at its start.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        cut_off = _wav_is_cut_off(file, size)
    elif head[:4] == b"OggS":
        cut_off = _ogg_is_cut_off(file, size)
    else:
        cut_off = _mp3_is_cut_off(file, head, size)
    file.seek(0)
    return cut_off


def _wav_is_cut_off(file: BinaryIO, size: int) -> bool:
    position = 12
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack("<4sI", file.read(8))
        position += 8 + length
        if name == b"data":
            return bool(length < _STREAMED and position > size)
        position += length % 2  # chunks start at even bytes
    return True


def _ogg_is_cut_off(file: BinaryIO, size: int) -> bool:
    """A cut falls inside the last page; whether that page is marked as the last, writers differ."""
    file.seek(max(0, size - _LARGEST_PAGE))
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27 or len(page) < 27 + page[26]:
        return True
    return len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]])


def _mp3_is_cut_off(file: BinaryIO, head: bytes, size: int) -> bool:
    """Goes by the Xing or Info tag of the first frame; a file without one cannot be judged."""
    start = 0
    if head[:3] == b"ID3" and len(head) >= 10:
        start = 10 + sum(
            byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True)
        )
    file.seek(start)
    frame = file.read(64)
    tag = max(frame.find(b"Xing"), frame.find(b"Info"))
    if frame[:1] != b"\xff" or tag < 0 or len(frame) < tag + 16:
        return False
    flags, _, length = struct.unpack(">III", frame[tag + 4 : tag + 16])
    return bool(flags & 3 == 3 and start + length > size)  # bits: states frames, states bytes
