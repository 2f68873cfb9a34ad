"""A pack: the words that one model was taught, as a small file.

The file is a NumPy archive of the arrays and a JSON text of the rest: the model by the SHA-256 of
its bytes, the words, their thresholds and what they were taught from. It holds no sound.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sayso.errors import SaysoError
from sayso.files import atomic_path
from sayso.recognition import thresholds
from sayso.recognition.model import Model
from sayso.recognition.taught import Fit, Floats, Recording, Space, TaughtModel, TaughtWord

FORMAT = 1  # of the file, in it as `sayso_pack`
_NAME_DIGITS = 12  # of the model's hash, in the name of a user's pack


class PackError(SaysoError):
    """A pack that is missing, damaged, or for another model."""


@dataclass(frozen=True)
class Pack:
    """Words taught to one model.

    Attributes:
        model: the file name of the model.
        model_sha256: of the model file's bytes.
        space: where embeddings are compared.
        words: in the order in which they were taught.
    """

    model: str
    model_sha256: str
    space: Space
    words: tuple[TaughtWord, ...] = ()

    def find(self, word: str) -> TaughtWord | None:
        """The word of that name, in capitals or not, if it was taught."""
        name = word.casefold()
        return next((each for each in self.words if each.word.casefold() == name), None)

    def having(self, word: TaughtWord) -> Pack:
        """The pack with a word added, in place of one of the same name."""
        return replace(self, words=(*self.without(word.word).words, word))

    def without(self, word: str) -> Pack:
        """The pack with a word forgotten."""
        gone = self.find(word)
        return replace(self, words=tuple(each for each in self.words if each is not gone))


def default_path(model: Model) -> Path:
    """Where a user's words for a model lie when no file is named: among the user's settings."""
    return thresholds.default_path().parent / "taught" / f"{model.sha256[:_NAME_DIGITS]}.npz"


def new_pack(model: Model, space: Space) -> Pack:
    """A pack without words."""
    return Pack(model.path.name, model.sha256, space)


def read_pack(path: Path) -> Pack:
    """Reads a pack, for whatever model it is.

    Raises:
        PackError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            pack = _make(about, file) if about["sayso_pack"] == FORMAT else None
    except FileNotFoundError as error:
        raise PackError(f"{path} does not exist: make it with sayso teach.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PackError(f"{path} cannot be read: {reason}.") from error
    except Exception as error:  # zipfile, zlib and NumPy each raise their own
        raise PackError(
            f"{path} is not a whole pack of taught words: delete it, or name another."
        ) from error
    if pack is None:
        raise PackError(f"{path} is a pack of another format: install a newer sayso.")
    return pack


def load_pack(model: Model, path: Path) -> Pack:
    """Reads a pack that was made for this very model.

    Raises:
        PackError: the file is missing, damaged or for another model.
    """
    pack = read_pack(path)
    if not is_for(pack, model):
        raise PackError(
            f"{path} holds words taught to another model, {pack.model}: teach them to "
            f"{model.path.name} in a pack of its own, with --pack."
        )
    return pack


def is_for(pack: Pack, model: Model) -> bool:
    """Whether a pack was made for this very model: what counts is the content of its file."""
    return pack.model_sha256 == model.sha256


def save_pack(pack: Pack, path: Path) -> None:
    """Writes a pack, atomically."""
    about = {
        "sayso_pack": FORMAT,
        "model": pack.model,
        "model_sha256": pack.model_sha256,
        "known": pack.space.known,
        "words": [
            {
                "word": each.word,
                "threshold": each.threshold,
                "recordings": [asdict(recording) for recording in each.recordings],
                **({"others": each.fit.others, "like": each.fit.like} if each.fit else {}),
            }
            for each in pack.words
        ],
    }
    width = len(pack.space.mean)
    prototypes = np.array([each.prototype for each in pack.words], np.float32).reshape(-1, width)
    fits = [each.fit.directions for each in pack.words if each.fit]
    with atomic_path(path) as partial, partial.open("wb") as file:
        np.savez_compressed(
            file,
            about=np.array(json.dumps(about, ensure_ascii=False)),
            mean=pack.space.mean,
            whitening=pack.space.whitening,
            known=pack.space.prototypes,
            prototypes=prototypes,
            directions=np.concatenate([np.zeros((0, width), np.float32), *fits]),
        )


def with_pack(model: Model, path: Path | None) -> Model:
    """The model with the words of a pack; the model itself where there are none.

    Raises:
        PackError: the file is missing, damaged or for another model.
        TeachingError: the model knows a word of the pack itself.
    """
    if path is None:
        return model
    return extend(model, load_pack(model, path))


def extend(model: Model, pack: Pack | None) -> Model:
    """The model with the words of a pack; the model itself where there are none.

    Raises:
        TeachingError: the model knows a word of the pack itself.
    """
    return TaughtModel(model, pack.space, pack.words) if pack and pack.words else model


def users_pack(model: Model) -> Path | None:
    """The user's own words for this model, where there are any."""
    path = default_path(model)
    return path if path.is_file() else None


def taught_to_others(model: Model) -> dict[str, str]:
    """The user's own words that only other models were taught, each with such a model's name."""
    own = default_path(model)
    known = [each.word for each in read_pack(own).words] if own.is_file() else []
    found: dict[str, str] = {}
    for path in sorted(own.parent.glob("*.npz")):
        if path != own:
            with suppress(PackError):
                pack = read_pack(path)
                found |= {each.word: pack.model for each in pack.words if each.word not in known}
    return found


def _make(about: dict[str, Any], arrays: Mapping[str, Any]) -> Pack:
    """The pack of a file, once its parts are found to agree."""
    prototypes = arrays["prototypes"]
    width = prototypes.shape[1]
    known = arrays.get("known", np.zeros((0, width), np.float32))  # not in packs made before it
    space = Space(arrays["mean"], arrays["whitening"], tuple(about.get("known", ())), known)
    directions = arrays.get("directions", np.zeros((0, width), np.float32))
    shapes = (space.mean.shape, space.whitening.shape, known.shape, directions.shape[1:])
    if shapes != ((width,), (width, width), (len(space.known), width), (width,)):
        raise ValueError("the arrays are of several widths")
    words = _words(about["words"], prototypes, directions)
    return Pack(about["model"], about["model_sha256"], space, words)


def _words(
    entries: list[dict[str, Any]], prototypes: Floats, directions: Floats
) -> tuple[TaughtWord, ...]:
    """The words of a file; their recordings' directions stand one word after the other."""
    words, first = [], 0
    for each, prototype in zip(entries, prototypes, strict=True):
        recordings = tuple(Recording(**recording) for recording in each["recordings"])
        fit = None
        if "others" in each:
            fit = Fit(directions[first:][: len(recordings)], float(each["others"]), each["like"])
            first += len(fit.directions)
            if len(fit.directions) < len(recordings):
                raise ValueError("directions are missing")
        words.append(TaughtWord(each["word"], prototype, float(each["threshold"]), recordings, fit))
    return tuple(words)
