"""Labelled clips in folders: `<word>/<clip>`, each with its speaker and its split."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sayso import audio
from sayso.corpus.few import split_few
from sayso.corpus.split import Split, speaker_of, split_of
from sayso.errors import SaysoError
from sayso.words import BACKGROUND_NOISE, NO_COMMAND, UNKNOWN

_LISTS: dict[Split, str] = {"validation": "validation_list.txt", "testing": "testing_list.txt"}
_NESTED = ("SpeechCommands/speech_commands_v0.02", "speech_commands_v0.02")  # as torchaudio unpacks


class CorpusError(SaysoError):
    """A folder that is not a data set: no words in it, or a speaker on both sides of a split."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording of one word by one speaker."""

    path: Path
    word: str
    speaker: str
    split: Split
    other: str | None = None  # what it says, where `word` is `_unknown_` as that was not asked for


@dataclass(frozen=True)
class Corpus:
    """A data set: its clips in the order of their paths, and its recordings of background noise."""

    root: Path
    clips: tuple[Clip, ...]
    noise: tuple[Path, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words in alphabetical order, `_unknown_` and `_silence_` left out."""
        return tuple(sorted({clip.word for clip in self.clips} - set(NO_COMMAND)))

    def of(self, split: Split) -> tuple[Clip, ...]:
        """The clips of one split."""
        return tuple(clip for clip in self.clips if clip.split == split)


def read_corpus(folder: Path, words: Collection[str] | None = None) -> Corpus:
    """Reads a data set: a folder with a folder of clips for each word.

    A clip's speaker is what stands before `_nohash_` in its name; in `<word>/<speaker>/<clip>` it
    is the inner folder; any other file counts as a speaker of its own. The splits are those of
    `validation_list.txt` and `testing_list.txt` where one of them is there, else the SHA-1 rule's,
    changed by `split_few` where they leave nothing to validate or to train with.

    Args:
        folder: the data set, or the folder that torchaudio unpacked it into.
        words: the words to tell apart; the clips of other words become `_unknown_`.

    Raises:
        CorpusError: there are no clips, a word has none, or a speaker is in two splits.
    """
    root = find_root(folder)
    lists = read_lists(root)
    clips = find_clips(root, lists)
    _check_speakers(clips)
    if words is not None:
        kept = {*words, *NO_COMMAND}
        clips = [
            clip if clip.word in kept else replace(clip, word=UNKNOWN, other=clip.word)
            for clip in clips
        ]
    if not lists:
        clips = split_few(clips)
    corpus = Corpus(root, tuple(clips), tuple(audio.find(root / BACKGROUND_NOISE)))
    _check(corpus, words)
    return corpus


def find_clips(root: Path, lists: Mapping[Split, Collection[str]]) -> Sequence[Clip]:
    """Every clip in the folders of the words, in the order of their paths, whatever its faults.

    Args:
        root: the folder that holds the words.
        lists: of its splits, from `read_lists`; where there are none the SHA-1 rule decides.
    """
    listed = {name: split for split, names in lists.items() for name in names}
    clips = []
    for path in audio.find(root):
        name = path.relative_to(root).as_posix()
        word, _, inner = name.partition("/")
        if inner and word != BACKGROUND_NOISE:
            speaker = speaker_in(name)
            split = listed.get(stem_of(name), "training") if lists else split_of(speaker)
            clips.append(Clip(path, word, speaker, split))
    return clips


def find_root(folder: Path) -> Path:
    """The folder that holds the words: `folder`, or the one in it that torchaudio made.

    Raises:
        CorpusError: there is no such folder.
    """
    root = next((folder / name for name in _NESTED if (folder / name).is_dir()), folder)
    if not root.is_dir():
        raise CorpusError(f"{folder} is not a folder: name one that holds a folder for each word.")
    return root


def read_lists(root: Path) -> dict[Split, tuple[str, ...]]:
    """The clips (`word/name`, without suffix) of each list of a split that is in the folder.

    Raises:
        CorpusError: a list is not UTF-8 text.
    """
    lists: dict[Split, tuple[str, ...]] = {}
    for split, name in _LISTS.items():
        path = root / name
        if not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise CorpusError(f"{path} is not text in UTF-8: save it so, a clip a line.") from error
        lists[split] = tuple(stem_of(line.strip()) for line in lines if line.strip())
    return lists


def stem_of(name: str) -> str:
    """`word/clip` of `word/clip.wav`: a list holds for clips stored in any format."""
    return name.rpartition(".")[0] or name


def speaker_in(name: str) -> str:
    """The speaker of `word/clip.wav` or of `word/speaker/clip.wav`; `word/clip` if none is named.

    >>> [speaker_in(name) for name in ("yes/0a7c_nohash_1.wav", "yes/anna/1.wav", "yes/1.wav")]
    ['0a7c', 'anna', 'yes/1']
    """
    _, speaker, *clip = name.split("/")
    if clip:
        return speaker
    return speaker_of(speaker) if "_nohash_" in speaker else stem_of(name)


def _check(corpus: Corpus, words: Collection[str] | None) -> None:
    if not corpus.words:
        raise CorpusError(
            f"{corpus.root} holds no clips: put the recordings of each word in a folder "
            "named after it."
        )
    if missing := set(words or ()) - set(corpus.words):
        raise CorpusError(f"{corpus.root} has no clips of {', '.join(sorted(missing))}.")


def _check_speakers(clips: Sequence[Clip]) -> None:
    splits: dict[str, Split] = {}
    for clip in clips:
        if splits.setdefault(clip.speaker, clip.split) != clip.split:
            raise CorpusError(
                f"Speaker {clip.speaker} is in {splits[clip.speaker]} and in {clip.split}: "
                "mend the lists so that each speaker is on one side only."
            )
