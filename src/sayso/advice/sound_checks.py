"""Checks that each clip is sound that a word can be learned from."""

from __future__ import annotations

from sayso.advice.dataset import DataSet
from sayso.advice.verdict import Finding, cannot_say, listed, ok, share
from sayso.audio import SAMPLE_RATE
from sayso.corpus.verify import SILENT_PEAK
from sayso.prepare.problems import CLIPPED_SHARE, SHORT_S

CLIPPED_CLIPS = 0.10  # of a word's clips; Speech Commands has 1.6 % in all
CLIPPED_FEW = 5  # clips of a word; fewer are chance
NARROW_DB = -62.0  # above 4 kHz: of 1000 clips of Speech Commands one has less
NARROW_CLIPS = 0.01
SOFT_PEAK = 0.01  # softer, and the rounding to 16 bits hides whether there are high tones
LONG_S = 1.5  # of which a recognizer hears one second


def readable(data: DataSet) -> Finding:
    """Each file can be read."""
    broken = [recording for recording in data.recordings if recording.error is not None]
    if not broken:
        return ok(f"All {len(data.recordings)} can.")
    return Finding(
        "fault",
        f"{share(len(broken), len(data.recordings))} files cannot be used.",
        tuple(f"{r.clip.path.name} {r.error}" for r in broken[:5]),
        tuple(r.clip.path for r in broken),
        "Copy or record them again, or remove them: training stops at the first.",
    )


def sample_rate(data: DataSet) -> Finding:
    """The clips have the high tones that a recognizer listens to."""
    low = [r for r in data.usable if r.rate < SAMPLE_RATE]
    heard = [r for r in data.spoken if r.rate >= SAMPLE_RATE and r.peak >= SOFT_PEAK]
    narrow = [r for r in heard if r.high_db < NARROW_DB]
    rates = sorted({r.rate for r in data.usable})
    evidence = (f"sample rates: {listed([f'{rate} Hz' for rate in rates])}",)
    if low:
        return Finding(
            "warning",
            f"{share(len(low), len(data.usable))} clips have a rate below {SAMPLE_RATE} Hz.",
            evidence,
            tuple(r.clip.path for r in low),
            "Record at 16000 Hz or more. Made larger, such a clip still has no sound above half "
            "its rate, and “six” and “fix” differ there.",
        )
    if narrow and len(narrow) >= NARROW_CLIPS * len(heard):
        return Finding(
            "warning",
            f"{share(len(narrow), len(heard))} clips hold nothing above 4 kHz: somebody has "
            "recorded them at 8000 Hz, or sent them through a telephone.",
            (*evidence, f"above 4 kHz is less than {NARROW_DB:g} dB of their power"),
            tuple(r.clip.path for r in sorted(narrow, key=lambda r: r.high_db)),
            "Look for the recordings that they were made from, or record again.",
        )
    return ok(f"All have {SAMPLE_RATE} Hz or more and use them.", evidence)


def clipping(data: DataSet) -> Finding:
    """The microphone was not turned up too far."""
    cut = {
        word: [r for r in recordings if r.clipped > CLIPPED_SHARE]
        for word, recordings in data.by_word.items()
    }
    total = sum(map(len, cut.values()))
    many = {
        word: clips
        for word, clips in cut.items()
        if len(clips) >= max(CLIPPED_FEW, CLIPPED_CLIPS * len(data.by_word[word]))
    }
    says = f"{share(total, len(data.spoken))} clips are clipped"
    if not many:
        return ok(f"{says}, no word often." if total else f"{says}.")
    worst = sorted((r for clips in many.values() for r in clips), key=lambda r: -r.clipped)
    return Finding(
        "warning",
        f"{says}, above all of {listed(list(many))}.",
        tuple(f"{word}: {share(len(c), len(data.by_word[word]))}" for word, c in many.items())[:5],
        tuple(r.clip.path for r in worst),
        "Turn the microphone down or step back, and record them again: what went over the top is "
        "gone, and a crackle is in its place.",
    )


def silence(data: DataSet) -> Finding:
    """In each clip of a word there is sound."""
    if not data.spoken:
        return cannot_say("There are no clips of words that can be read.")
    silent = [r for r in data.spoken if r.peak < SILENT_PEAK]
    if not silent:
        return ok(
            "There is.", [f"the softest has a peak of {min(r.peak for r in data.spoken):.3f}"]
        )
    return Finding(
        "warning",
        f"{share(len(silent), len(data.spoken))} clips are silent (below -60 dB of full scale).",
        (f"words: {listed(sorted({r.clip.word for r in silent}))}",),
        tuple(r.clip.path for r in sorted(silent, key=lambda r: r.peak)),
        "Remove them, or a recognizer learns that silence is a word.",
    )


def length(data: DataSet) -> Finding:
    """A word fits into each clip, and not much more."""
    if not data.spoken:
        return cannot_say("There are no clips of words that can be read.")
    durations_s = sorted(r.duration_s for r in data.spoken)
    evidence = (f"from {durations_s[0]:.2f} to {durations_s[-1]:.2f} s",)
    short = [r for r in data.spoken if r.duration_s < SHORT_S]
    long = [r for r in data.spoken if r.duration_s > LONG_S]
    if not short and not long:
        return ok("It does.", evidence)
    says = [f"{share(len(short), len(data.spoken))} clips are shorter than {SHORT_S} s"] * bool(
        short
    ) + [f"{share(len(long), len(data.spoken))} are longer than {LONG_S} s"] * bool(long)
    return Finding(
        "warning",
        " and ".join(says) + ".",
        evidence,
        tuple(r.clip.path for r in sorted(short + long, key=lambda r: r.duration_s)),
        "Record what is too short again. Of what is long, only the loudest second is heard: "
        "sayso prepare cuts out the word.",
    )
