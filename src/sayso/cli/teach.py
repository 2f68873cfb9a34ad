"""`sayso teach`: a word of your own, from a few recordings, in seconds and without training."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli import console
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.audio import Sound
    from sayso.recognition import Microphone, Model
    from sayso.recognition.taught import Floats, Recording, Taught, TaughtWord

VOICES = 10  # of synthesizers: their cost is nothing
TRIES = 3  # at one recording, before it is given up


def teach(
    word: Annotated[str | None, typer.Argument(metavar="[WORD]", show_default=False)] = None,
    clips: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CLIPS]", help="3 to 10 recordings of it: files or folders of files."
        ),
    ] = None,
    record: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=20, help="Record it so often by the microphone."),
    ] = None,
    device: Annotated[
        str | None, typer.Option(metavar="N|NAME", help="The microphone, see listen --devices.")
    ] = None,
    say: Annotated[
        bool, typer.Option("--say", help="Have it said by this machine's speech synthesizers.")
    ] = False,
    list_words: Annotated[
        bool, typer.Option("--list", help="List the words taught and stop.")
    ] = False,
    forget: Annotated[
        str | None, typer.Option(metavar="WORD", help="Forget a word and stop.")
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where the words are.  [default: your own, where sayso hear finds them]",
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="small, or a file from sayso export.")
    ] = None,
) -> None:
    """Teaches a word of your own from a few recordings, in seconds and without training.

    A recording holds the word once; of a longer one the loudest second counts.

    Example: sayso teach jarvis one.wav two.wav three.wav
    """
    from sayso.recognition import load
    from sayso.recognition.packs import default_path

    if list_words + (forget is not None) + (word is not None) != 1:
        raise typer.BadParameter("Name a word, or --list, or --forget.")
    if word is None:
        if clips or record or say:
            raise typer.BadParameter("Recordings need the word that they are of.")
        hearing = load(model).model
        target = pack or default_path(hearing)
        if forget is not None:
            _forget(forget, target)
        else:
            _list(target)
            if pack is None:
                console.tell_of_others(hearing)
        return
    if bool(clips) + (record is not None) + say != 1:
        raise typer.BadParameter("Give recordings, or --record, or --say.")
    if device is not None and record is None:
        raise typer.BadParameter("--device is for --record.")
    _teach(word, clips or [], record, device, pack, model)


def _teach(
    word: str,
    clips: list[Path],
    record: int | None,
    device: str | None,
    pack: Path | None,
    model: Path | None,
) -> None:
    """Learns the word and puts it into the pack, once it is known that the pack can be used."""
    from sayso.evaluation.sample_speech import hear_sample
    from sayso.recognition import load
    from sayso.recognition.packs import default_path
    from sayso.recognition.teaching import check_name, find_pack, teach_into

    hearing = load(model).model
    target = pack or default_path(hearing)
    word = check_name(word, hearing)
    find_pack(target, hearing)  # one that cannot be used is told of before anything is recorded
    if clips:
        source = _read(clips)
    elif record:
        source = _record(word, record, device)
    else:
        source = _say(word)
    sounds = {recording.sha256: (recording, sound) for recording, sound in source}
    recordings = [recording for recording, _ in sounds.values()]
    embeddings = _embed(hearing, list(sounds.values()))
    with console.reporting("clips") as report:
        speech = hear_sample(hearing, report)
    taught, replaced = teach_into(target, hearing, word, recordings, embeddings, speech)
    if replaced:
        _tell(f"This replaces what {word} was taught from: {_count(len(replaced.recordings))}.")
    _report(taught, target, named=pack is not None)


def _read(places: list[Path]) -> Iterator[tuple[Recording, Sound]]:
    from sayso import audio
    from sayso.recognition.taught import Recording

    for path in audio.gather(places):
        sound = audio.read(path)
        yield Recording(path.name, hashlib.sha256(path.read_bytes()).hexdigest()), sound


def _say(word: str) -> Iterator[tuple[Recording, Sound]]:
    from sayso.corpus.voices import say
    from sayso.recognition.teaching import name_recording

    said = say(word, VOICES)
    _tell(
        f"Said by {'; '.join(name for name, _ in said)}. Recordings by people are better: teach "
        "the word again when there are some."
    )
    for name, sound in said:
        yield name_recording(name, sound), sound


def _record(word: str, count: int, device: str | None) -> Iterator[tuple[Recording, Sound]]:
    from sayso.recognition import Microphone
    from sayso.recognition.teaching import find_fault, name_recording

    named = int(device) if device is not None and device.isdecimal() else device
    for number in range(1, count + 1):
        _tell(f"Say {word} ({number} of {count}).")
        for _ in range(TRIES):
            with Microphone(named) as microphone:  # opened anew: what was said before is gone
                sound = _utterance(microphone)
            fault = "Nothing was heard." if sound is None else find_fault(sound)
            if fault is None:
                break
            _tell(f"{fault} Say {word} again.")
        if sound is None or fault:
            raise SaysoError(f"Nothing useful was heard of {word}: check the microphone's level.")
        yield name_recording(f"recording {number}", sound), sound


def _utterance(microphone: Microphone) -> Sound | None:
    from sayso.cli.meter import Meter
    from sayso.recognition.utterance import next_utterance

    with Meter(wanted=True) as meter:

        def shown() -> Iterator[Sound]:
            for block in microphone:
                meter.show(block)
                yield block

        return next_utterance(shown())


def _embed(model: Model, sounds: list[tuple[Recording, Sound]]) -> Floats:
    """The embeddings of the loudest second of each sound; refuses one without speech."""
    from sayso.recognition.taught import TeachingError
    from sayso.recognition.teaching import embed

    embeddings, silent = embed(model, [sound for _, sound in sounds])
    for (recording, _), is_silent in zip(sounds, silent, strict=True):
        if is_silent:
            raise TeachingError(f"{recording.name} holds no speech: record it again.")
    return embeddings


def _report(taught: Taught, target: Path, *, named: bool) -> None:
    for warning in taught.warnings:
        _tell(f"Careful: {warning}")
    word = taught.word.word
    use = f"use it with --pack {target}" if named else "use it"
    console.out.print(
        f"Taught {word} from {_count(len(taught.word.recordings))}. It is in {target}: sayso hear "
        f"and sayso listen {use}.",
        markup=False,
        soft_wrap=True,
    )


def _list(target: Path) -> None:
    from rich.table import Table
    from rich.text import Text

    from sayso.recognition.packs import read_pack

    pack = read_pack(target) if target.exists() else None
    if pack is None or not pack.words:
        _tell(f"No words were taught in {target}.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("word", "threshold", "other sound", "its own", "recordings"):
        left = heading in ("word", "recordings")
        table.add_column(heading, justify="left" if left else "right")
    for each in pack.words:
        names = ", ".join(recording.name for recording in each.recordings)
        table.add_row(Text(each.word), f"{each.threshold:.2f}", *_fit(each), Text(names))
    console.print_table(table)
    for each in pack.words:
        for warning in each.warnings(pack.words):
            _tell(f"Careful: {warning}")
    _tell(f"For the model {pack.model}, in {target}.")


def _fit(word: TaughtWord) -> tuple[str, str]:
    """The cosine that other sound stays below, and the mean of the word's own recordings."""
    if word.fit is None:
        return "-", "-"
    return f"{word.fit.others:.2f}", f"{word.fit.similarities.mean():.2f}"


def _forget(word: str, target: Path) -> None:
    from sayso.recognition.teaching import forget

    forget(target, word)
    _tell(f"Forgot {word}.")


def _count(recordings: int) -> str:
    return "1 recording" if recordings == 1 else f"{recordings} recordings"


def _tell(line: str) -> None:
    console.err.print(line, markup=False, soft_wrap=True)
