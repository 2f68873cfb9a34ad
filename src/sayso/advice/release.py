"""What is released, as the checks see it: the packaged model, its clips, the bundled sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sayso import audio
from sayso.advice.dataset import DataSet, read_data_set
from sayso.advice.recordings import Recording, read_recordings
from sayso.corpus import Clip
from sayso.corpus.progress import Report, silently
from sayso.corpus.sample import write_sample
from sayso.recognition import Model

CLIPS = Path(__file__).parents[1] / "bundled" / "clips"


@dataclass(frozen=True)
class Release:
    """A model's classes and metadata, and what it hears in the clips and in the sample."""

    words: Sequence[str]
    metadata: Mapping[str, str]
    clips: Sequence[Recording]
    sample: DataSet


def read_release(model: Path, folder: Path, report: Report = silently) -> Release:
    """Asks a model about all that is bundled.

    Args:
        model: the model file.
        folder: where to write the sample, empty or new.
        report: told the clips read.
    """
    read = Model(model)
    clips = [Clip(path, path.stem, "", "training") for path in audio.find(CLIPS)]
    write_sample(folder)
    sample = read_data_set(folder, model, report)
    return Release(read.words, read.metadata, read_recordings(clips, model), sample)
