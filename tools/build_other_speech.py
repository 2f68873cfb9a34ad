"""Builds `src/sayso/bundled/other_speech.zip`: synthetic words that are none of the 35.

    python tools/build_other_speech.py

What `tools/say_words.py` needs, this needs. Each clip has a word, by which it is named, and a
voice of its own; a clip in which the packaged recognizer hears a command is left out.
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import soundfile
from say_words import CONTRADICTED, WORDS, Voice, phonemes

import sayso
from sayso.audio import SAMPLE_RATE
from sayso.words import SPEECH_COMMANDS, UNKNOWN

OTHER_SPEECH = Path(__file__).parents[1] / "src" / "sayso" / "bundled" / "other_speech.zip"
CLIPS = 120


def main() -> None:
    """Says the words and packs them."""
    voice, recognizer = Voice(), sayso.load()
    words = sorted(set(WORDS) - set(SPEECH_COMMANDS))
    order = np.random.default_rng(2).permutation(len(words))
    with zipfile.ZipFile(OTHER_SPEECH, "w", zipfile.ZIP_STORED) as packed:
        for number in order:
            samples = voice.say(phonemes(words[number]), np.random.default_rng((2, number)))
            heard = recognizer.recognize(samples)
            if not heard.word.startswith("_") and heard.confidence > CONTRADICTED:
                continue
            encoded = io.BytesIO()
            soundfile.write(encoded, samples, SAMPLE_RATE, format="OGG", subtype="OPUS")
            name = f"{UNKNOWN}/{words[number]}_nohash_0.opus"
            packed.writestr(zipfile.ZipInfo(name), encoded.getvalue())
            if len(packed.namelist()) == CLIPS:
                break
    sys.stdout.write(f"{OTHER_SPEECH}: {CLIPS} clips, {OTHER_SPEECH.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
