"""A user's own thresholds: a small JSON file that `sayso tune` writes and `sayso listen` reads.

A threshold belongs to one model, so each entry of the file is found by the SHA-256 of the model
file's bytes: one file serves any number of models, and a model that was exported anew starts
without thresholds rather than with another's. That of a taught word belongs to what the word was
taught from, too: taught anew or forgotten, it is left out.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sayso.errors import SaysoError
from sayso.files import write_json
from sayso.recognition.model import Model
from sayso.recognition.taught import TaughtModel, TaughtWord

FORMAT = 1  # of the file, in it as `sayso_thresholds`
NEVER = math.inf  # the threshold of a word that is not to be listened for; null in the file


class ThresholdsError(SaysoError):
    """A file of thresholds that is missing, damaged, or for another model."""


def default_path() -> Path:
    """Where a user's thresholds lie when no file is named: where the platform keeps settings."""
    if sys.platform == "win32":
        settings = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        settings = Path.home() / "Library" / "Application Support"
    else:
        settings = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        if not settings.is_absolute():  # the standard says to ignore one that is not
            settings = Path.home() / ".config"
    return settings / "sayso" / "thresholds.json"


def load_thresholds(model: Model, path: Path | None = None) -> dict[str, float]:
    """Reads the thresholds that were tuned for this very model.

    Args:
        model: the model; what counts is the content of its file, not its name.
        path: a file that `save_thresholds` has written; the user's own where none is named.

    Returns:
        The threshold of each tuned word, infinite for never; empty where no file is named and
        nothing was tuned for this model.

    Raises:
        ThresholdsError: a named file is missing or knows nothing of the model; any is damaged.
    """
    source = path or default_path()
    models = _read(source)
    if models is None:
        if path is None:
            return {}
        raise ThresholdsError(f"{source} does not exist: name a file that sayso tune has written.")
    entry = models.get(model.sha256)
    if entry is None:
        if path is None:
            return {}
        raise ThresholdsError(
            f"{source} has no thresholds for {model.path}: run sayso tune with this model."
        )
    return _check(entry, model, source)


def save_thresholds(
    model: Model,
    thresholds: Mapping[str, float],
    path: Path | None = None,
    *,
    tuned_on: Mapping[str, Any] | None = None,
) -> Path:
    """Writes thresholds for a model, atomically; what the file holds of other models stays.

    Args:
        model: the model that they were tuned for.
        thresholds: a confidence for each tuned word, infinite for never.
        path: where; the user's own file where none is named.
        tuned_on: what they were tuned on, kept beside them as JSON.

    Returns:
        The file that was written.

    Raises:
        ThresholdsError: a threshold is none, or there is another kind of file at `path`.
    """
    target = path or default_path()
    stated = {word: None if value == NEVER else value for word, value in thresholds.items()}
    taught = {word: digest for word, digest in _taught(model).items() if word in stated}
    entry = {"model": model.path.name, "thresholds": stated, "tuned_on": dict(tuned_on or {})}
    if taught:
        entry["taught"] = taught
    _check(entry, model, target)
    models = {**(_read(target) or {}), model.sha256: entry}
    write_json(target, {"sayso_thresholds": FORMAT, "models": models})
    return target


def _taught(model: Model) -> dict[str, str]:
    """What each word that the model was taught is: a hash of it, by the word."""
    taught: tuple[TaughtWord, ...] = model.taught if isinstance(model, TaughtModel) else ()
    return {
        each.word: hashlib.sha256(
            each.prototype.tobytes() + repr(each.threshold).encode()
        ).hexdigest()
        for each in taught
    }


def _read(path: Path) -> dict[str, Any] | None:
    """The entries of a file by the hash of their model; None where there is no file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["sayso_thresholds"] == FORMAT and isinstance(content["models"], dict):
            return dict(content["models"])
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ThresholdsError(f"{path} cannot be read: {reason}.") from error
    except (KeyError, TypeError, ValueError):
        pass
    raise ThresholdsError(
        f"{path} is not a file of thresholds: delete it, or name another, and run sayso tune."
    )


def _check(entry: Any, model: Model, path: Path) -> dict[str, float]:
    """The thresholds of an entry, once each is found to be one, of a word that the model has."""
    try:
        stated, taught, known = entry["thresholds"], entry.get("taught", {}), _taught(model)
        thresholds = {
            word: NEVER if value is None else float(value)
            for word, value in stated.items()
            if word not in taught or taught[word] == known.get(word)
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ThresholdsError(f"{path} is damaged: delete it and run sayso tune again.") from error
    for word, value in thresholds.items():
        if word not in model.words:
            raise ThresholdsError(f"{path} has a threshold for {word}, a word the model lacks.")
        if not (0 < value <= 1 or value == NEVER):
            raise ThresholdsError(
                f"{path} has {value:g} as the threshold of {word}: it must be above 0, at most 1."
            )
    return thresholds
