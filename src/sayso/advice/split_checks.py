"""Checks that what is measured is measured on people and recordings that training never met."""

from __future__ import annotations

from sayso.advice.dataset import DataSet, group
from sayso.advice.recordings import Recording
from sayso.advice.verdict import Finding, cannot_say, listed, ok, share
from sayso.corpus import Clip
from sayso.corpus.few import FEWEST_SPEAKERS


def speakers_apart(data: DataSet) -> Finding:
    """Each speaker is on one side of the split."""
    named = [r.clip for r in data.recordings if _names_its_speaker(r.clip)]
    speakers = group((clip.speaker, clip) for clip in named)
    torn = {
        speaker: sorted({clip.split for clip in theirs})
        for speaker, theirs in speakers.items()
        if len({clip.split for clip in theirs}) > 1
    }
    if torn and not data.has_lists:  # as `split_few` has it
        return Finding(
            "warning",
            f"{share(len(torn), len(speakers))} speakers are in training and in validation: none "
            "could be held out.",
            advice="The figures say how well these people are heard, not how well a stranger is. "
            f"Have others say each word, too: of {FEWEST_SPEAKERS} speakers or more whole ones are "
            "held out.",
        )
    if torn:
        few = {speaker: [min(speakers[speaker], key=lambda c: c.path)] for speaker in torn}
        return Finding(
            "fault",
            f"{share(len(torn), len(speakers))} speakers are in more than one split.",
            tuple(f"{speaker}: in {' and '.join(torn[speaker])}" for speaker in list(torn)[:5]),
            tuple(clip.path for chosen in few.values() for clip in chosen),
            "Mend the lists so that each speaker is in one of them only. Until then the figures "
            "say how well known voices are recognized, not how well a stranger's is.",
        )
    if not named:
        return cannot_say(
            "No file name tells who speaks, so each clip counts as a speaker of its own.",
            "Name the clips SPEAKER_nohash_0.wav, or put them into WORD/SPEAKER/.",
        )
    evidence = [f"{share(len(named), len(data.recordings))} file names tell the speaker"]
    return ok(f"{len(speakers)} speakers, each in one split.", evidence)


def recordings_apart(data: DataSet) -> Finding:
    """No recording is in two splits, under whatever name."""
    across = [twins for twins in data.twins if len({r.clip.split for r in twins}) > 1]
    if across:
        held_out = [r for twins in across for r in twins if r.clip.split != "training"]
        return Finding(
            "fault",
            f"{len(across)} recordings are in more than one split.",
            tuple(_told(twins) for twins in across[:5]),
            tuple(r.clip.path for r in held_out),
            "Remove the copies from all splits but one: what was trained on cannot test.",
        )
    splits = {recording.clip.split for recording in data.usable}
    if splits <= {"training"}:
        return cannot_say(
            "All clips are for training: there are none to validate or test with.",
            "Add speakers, or a validation_list.txt with the clips of some of them.",
        )
    return ok(f"No samples of {listed(sorted(splits))} are the same.")


def recorded_once(data: DataSet) -> Finding:
    """No recording is there twice in one split."""
    again = [twins for twins in data.twins if len({r.clip.split for r in twins}) == 1]
    torn = [twins for twins in again if len({r.clip.word for r in twins}) > 1]
    copies = [r for twins in again for r in twins[1:]]
    if torn:
        return Finding(
            "fault",
            f"{len(torn)} recordings stand in the folders of different words.",
            tuple(_told(twins) for twins in torn[:5]),
            tuple(r.clip.path for twins in torn for r in twins),
            "Listen, and remove those in the wrong folder.",
        )
    if copies:
        return Finding(
            "warning",
            f"{share(len(copies), len(data.usable))} clips have the same samples as another.",
            tuple(_told(twins) for twins in again[:5]),
            tuple(r.clip.path for r in copies),
            "Remove them: they count double and teach nothing.",
        )
    return ok(f"All {len(data.usable)} clips are different.")


def _names_its_speaker(clip: Clip) -> bool:
    return "/" not in clip.speaker  # else it is `word/clip`


def _told(twins: list[Recording]) -> str:
    places = [f"{r.clip.word}/{r.clip.path.name} ({r.clip.split})" for r in twins]
    return "the same samples: " + listed(places, 4)
