"""`sayso listen`: the commands in a stream of sound, as they are said, and what they set off."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli import console
from sayso.errors import SaysoError

if TYPE_CHECKING:
    from sayso.audio import Sound
    from sayso.breakpoints import Break
    from sayso.cli.actions import Runner
    from sayso.cli.meter import Meter
    from sayso.recognition import Detection, Detector, Microphone, Model


@dataclass(frozen=True)
class _Source:
    """Blocks of sound, whether they come as fast as they are spoken, and what they come from.

    `meanwhile` says what becomes of the sound while a debugger is open.
    """

    blocks: Iterable[Sound]
    is_live: bool
    meanwhile: str
    microphone: Microphone | None = None

    @property
    def losses(self) -> int:
        """How many times sound was lost so far."""
        return self.microphone.losses if self.microphone else 0

    def paused(self) -> AbstractContextManager[None]:
        """Nothing is heard meanwhile."""
        return self.microphone.paused() if self.microphone else nullcontext()


def listen(
    standard_input: Annotated[
        str | None,
        typer.Argument(
            metavar="[-]",
            show_default=False,
            help="- for raw samples on standard input: 16-bit PCM, mono.",
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="SOUND", help="A sound file instead of the microphone.")
    ] = None,
    real_time: Annotated[
        bool, typer.Option("--real-time", help="Play the file no faster than it was spoken.")
    ] = False,
    rate: Annotated[
        int | None,
        typer.Option(metavar="HZ", help="Sample rate of standard input.  [default: 16000]"),
    ] = None,
    device: Annotated[
        str | None, typer.Option(metavar="N|NAME", help="The microphone, see --devices.")
    ] = None,
    list_devices: Annotated[
        bool, typer.Option("--devices", help="List the microphones and stop.")
    ] = False,
    words: Annotated[
        str | None, typer.Option(metavar="W,W…", help="Listen for these words only.")
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD=COMMAND",
            help="Run a program at a word, or at any; {word}, {confidence}, {start_s} and {end_s} "
            "are filled in. May be repeated.",
        ),
    ] = None,
    shell: Annotated[
        bool, typer.Option("--shell", help="Let a shell run the commands of --on.")
    ] = False,
    threshold: Annotated[
        float | None,
        typer.Option(metavar="P", min=0.01, max=1.0, help="Least confidence, for all words."),
    ] = None,
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Thresholds from sayso tune; else your own.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="small, or a file from sayso export.")
    ] = None,
    pack: console.Pack = None,
    break_when: console.BreakWhen = None,
    debugger: console.Debugger = "pdb",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Listens, and prints each command as it is said; ctrl-C ends it.

    --break-when is asked at each look at the stream, ten times a second; with a name that it does
    not know it says which there are.

    Example: sayso listen --words yes,no --on yes='notify-send {word}'
    """
    if list_devices:
        _print_devices(as_json)
        return
    _check_usage(standard_input, file, real_time, rate, device)
    if threshold is not None and thresholds is not None:
        raise typer.BadParameter("Choose one of --threshold and --thresholds.")
    if break_when and standard_input and debugger == "pdb":
        raise typer.BadParameter(
            "Standard input brings the sound, so pdb has no keyboard: add --debugger debugpy, or "
            "save the sound and name it with --file."
        )
    from sayso.cli.actions import Runner, parse_actions
    from sayso.recognition import Detector, load
    from sayso.recognition.stream import listening_thresholds

    heard = console.with_taught(load(model), pack).model
    asked = None if words is None else [word.strip() for word in words.split(",")]
    stated = _thresholds(heard, threshold, thresholds)
    detector = Detector(heard, thresholds=stated, words=asked)
    actions = parse_actions(on or (), detector.words, by_shell=shell)
    look = None
    if break_when is not None:
        from sayso.cli.listen_break import break_at_hops

        thresholds_of_all = listening_thresholds(heard, stated, asked)
        look = break_at_hops(break_when, debugger, detector, thresholds_of_all)
    with _open(standard_input, file, real_time, rate, device) as source:
        _follow(source, detector, Runner(actions, _tell, wait=not source.is_live), as_json, look)


def _check_usage(
    standard_input: str | None,
    file: Path | None,
    real_time: bool,
    rate: int | None,
    device: str | None,
) -> None:
    if standard_input not in (None, "-"):
        raise typer.BadParameter(f"A file is named with --file {standard_input}")
    if (standard_input is not None) + (file is not None) + (device is not None) > 1:
        raise typer.BadParameter("Choose one of -, --file and --device.")
    if real_time and file is None:
        raise typer.BadParameter("--real-time is for --file.")
    if rate is not None and standard_input is None:
        raise typer.BadParameter("--rate is for standard input: - is missing.")


def _thresholds(model: Model, threshold: float | None, file: Path | None) -> dict[str, float]:
    """One threshold for all words, or those of a file, or the user's own."""
    from sayso.recognition.thresholds import default_path, load_thresholds
    from sayso.words import NO_COMMAND

    if threshold is not None:
        return {word: threshold for word in model.words if word not in NO_COMMAND}
    tuned = load_thresholds(model, file)
    if tuned and file is None:
        _tell(f"With the thresholds that sayso tune wrote to {default_path()}.")
    return tuned


@contextmanager
def _open(
    standard_input: str | None,
    file: Path | None,
    real_time: bool,
    rate: int | None,
    device: str | None,
) -> Iterator[_Source]:
    from sayso import audio
    from sayso.recognition import Microphone, pcm_blocks
    from sayso.recognition.sources import sound_blocks

    if file is not None:
        blocks = sound_blocks(audio.read(file), real_time=real_time)
        yield _Source(blocks, real_time, "the file goes on from here")
    elif standard_input is not None:
        if sys.stdin.isatty():
            raise SaysoError(
                "Standard input is the keyboard: send sound there, as in "
                "arecord -q -f S16_LE -r 16000 -t raw | sayso listen -"
            )
        blocks = pcm_blocks(sys.stdin.buffer, audio.SAMPLE_RATE if rate is None else rate)
        yield _Source(blocks, is_live=True, meanwhile="what sends the sound has to wait")
    else:
        named = int(device) if device is not None and device.isdecimal() else device
        with Microphone(named) as microphone:
            _tell(f"Listening to {microphone.name} (ctrl-C ends it).")
            yield _Source(microphone, True, "what is said until you go on is skipped", microphone)


def _follow(
    source: _Source, detector: Detector, runner: Runner, as_json: bool, look: Break | None
) -> None:
    """Prints the commands and runs their actions until the source ends or ctrl-C.

    For a microphone ctrl-C is the only end, hence a good one; all else it cuts short.
    """
    from sayso.cli.meter import Meter

    count, interrupted = 0, False
    try:
        with Meter(wanted=source.is_live) as meter:
            if look:
                look.pause = partial(_paused, source, meter)
            for detection in _detections(source, detector, meter):
                count += 1
                _print(detection, detector.heard_s, as_json)
                runner.run(detection)
        runner.finish()
    except KeyboardInterrupt:
        interrupted = True
    commands = "1 command" if count == 1 else f"{count} commands"
    times = "once" if source.losses == 1 else f"{source.losses} times"
    lost = f", sound was lost {times}" if source.losses else ""
    _tell(f"Heard {commands} in {detector.heard_s:.1f} s{lost}.")
    if interrupted and source.microphone is None:
        raise typer.Exit(130)


@contextmanager
def _paused(source: _Source, meter: Meter) -> Iterator[None]:
    """Makes room on the terminal for a debugger, and says what becomes of the sound."""
    with meter.paused(), source.paused():
        _tell(f"Stopped: {source.meanwhile}.")
        yield


def _detections(source: _Source, detector: Detector, meter: Meter) -> Iterator[Detection]:
    """What is heard in a source, to its last moment, even where it ends in an error."""
    failure, told = None, False
    try:
        for block in source.blocks:
            meter.show(block)
            yield from detector.feed(block)
            if source.losses and not told:
                _tell("Sound is being lost: this machine is too busy to listen.")
                told = True
    except SaysoError as error:
        failure = error
    yield from detector.finish()
    if failure:
        raise failure


def _print(detection: Detection, heard_s: float, as_json: bool) -> None:
    if as_json:
        answer = {
            "word": detection.word,
            "confidence": round(detection.confidence, 4),
            "start_s": detection.start_s,
            "end_s": detection.end_s,
            "at_s": round(heard_s, 3),
        }
        _write(json.dumps(answer))
        return
    word = f"{detection.word:<12}"
    if console.out.is_terminal:
        word = typer.style(word, bold=True)
    _write(f"{detection.start_s:7.1f} s  {word}{detection.confidence:6.1%}")


def _write(line: str) -> None:
    """Writes an answer by way of `sys.stdout`, which the meter replaces to stay below the lines."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _print_devices(as_json: bool) -> None:
    from dataclasses import asdict

    from rich.table import Table
    from rich.text import Text

    from sayso.recognition.microphone import devices

    found = devices()
    if as_json:
        for device in found:
            typer.echo(json.dumps(asdict(device)))
        return
    if not found:
        raise SaysoError("There is no microphone: connect one.")
    table = Table(box=None, pad_edge=False)
    for heading in ("number", "name", "system", "channels", "rate", ""):
        table.add_column(heading, justify="right" if heading in ("number", "channels") else "left")
    for device in found:
        table.add_row(
            str(device.index),
            Text(device.name),
            device.system,
            str(device.channels),
            f"{device.sample_rate} Hz",
            "the default" if device.is_default else "",
        )
    console.print_table(table)


def _tell(line: str) -> None:
    console.err.print(line, markup=False, soft_wrap=True)
