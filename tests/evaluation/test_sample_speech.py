from __future__ import annotations

from collections import Counter

import sayso
from sayso.evaluation.sample_speech import hear_sample
from sayso.words import SILENCE, SPEECH_COMMANDS


def test_the_sample_is_heard_with_words_that_nobody_knows() -> None:
    model = sayso.load("small").model
    speech = hear_sample(model)
    assert speech.embeddings.shape == (len(speech.words), speech.embeddings.shape[1])
    count = Counter(speech.words)
    once = {word for word in count if count[word] == 1}
    assert len(once) == 120
    assert {*count} - once == {SILENCE, *SPEECH_COMMANDS}
    known, other, silent = speech.kinds
    assert (other.sum(), silent.sum()) == (120, count[SILENCE])
    assert known.sum() + 120 + count[SILENCE] == len(speech.words)
