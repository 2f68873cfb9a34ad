from itertools import chain
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sayso.corpus import read_corpus
from sayso.corpus.noise import Noise
from sayso.training.dataset import TrainingEpoch
from sayso.training.loader import Batches, load
from sayso.training.recipe import Recipe, RecipeError


def test_the_batches_are_the_same_for_any_number_of_workers(tones: Path) -> None:
    corpus = read_corpus(tones)
    noise = Noise.read(corpus.noise)
    epoch = TrainingEpoch(corpus.of("training"), corpus.words, noise, Recipe(), 1, 2)
    batches = Batches(len(epoch), 16)
    first, *others = (list(load(epoch, batches, workers)) for workers in (0, 1, 2))
    assert len(first) == len(epoch) // 16
    for other in others:
        for mine, theirs in zip(first, other, strict=True):
            for a, b in zip(mine, theirs, strict=True):
                assert torch.equal(a, b)


@given(
    length=st.integers(0, 200),
    share=st.integers(1, 8),
    processes=st.integers(1, 4),
    first=st.integers(0, 3),
    whole=st.booleans(),
)
def test_the_processes_share_each_batch_and_lose_nothing(
    length: int, share: int, processes: int, first: int, whole: bool
) -> None:
    size = share * processes
    of_all = Batches(length, size, whole=whole)
    parts = [
        list(Batches(length, size, rank=rank, processes=processes, first=first, whole=whole))
        for rank in range(processes)
    ]
    expected = [list(range(at, min(at + size, length))) for at in range(0, length, size)]
    if whole:
        expected = [batch for batch in expected if len(batch) == size]
    assert list(of_all) == expected
    assert [sorted(chain(*batch)) for batch in zip(*parts, strict=True)] == expected[first:]


def test_a_batch_that_does_not_divide_is_refused() -> None:
    with pytest.raises(RecipeError, match="batch_size of 10 does not divide among 3 processes"):
        Batches(100, 10, processes=3)
