"""Batches, the same ones for any number of workers and any number of processes."""

from __future__ import annotations

import signal
from collections.abc import Iterator

from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from sayso.errors import SaysoError
from sayso.training.dataset import ClipDataset, TrainingEpoch
from sayso.training.recipe import RecipeError


class Batches(Sampler[list[int]]):
    """The positions 0, 1, 2 … cut into batches, of which each process takes its part.

    Args:
        length: of the data set.
        batch_size: of all processes together; each must get the same number.
        rank: this process, of `processes`.
        first: batches to leave out, where an interrupted epoch goes on.
        whole: leave out a last batch that is not full.
    """

    def __init__(
        self,
        length: int,
        batch_size: int,
        *,
        rank: int = 0,
        processes: int = 1,
        first: int = 0,
        whole: bool = True,
    ) -> None:
        if batch_size % processes:
            raise RecipeError(
                f"A batch_size of {batch_size} does not divide among {processes} processes."
            )
        self.length, self.batch_size, self.first = length, batch_size, first
        self.rank, self.processes = rank, processes
        self.count = length // batch_size if whole else -(-length // batch_size)

    def __len__(self) -> int:
        return max(0, self.count - self.first)

    def __iter__(self) -> Iterator[list[int]]:
        for batch in range(self.first, self.count):
            start = batch * self.batch_size
            end = min(start + self.batch_size, self.length)
            yield list(range(start + self.rank, end, self.processes))


def load(
    dataset: TrainingEpoch | ClipDataset, batches: Batches, workers: int
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Yields the batches: waveforms `(batch, 16000)`, labels `(batch,)`, masks, spoken `(batch,)`.

    Worker processes make them; they leave ctrl-C to the main one.

    Raises:
        SoundError: a clip cannot be used.
    """
    loader: DataLoader[tuple[Tensor, Tensor, Tensor, Tensor]] = DataLoader(
        dataset,  # type: ignore[arg-type]  # of examples, which the loader stacks
        batch_sampler=batches,
        num_workers=workers,
        worker_init_fn=_leave_interrupts,
        prefetch_factor=4 if workers else None,
    )
    try:
        yield from loader
    except SaysoError as error:  # from a worker it comes with a traceback in its text
        sentence = str(error).rpartition(f"{type(error).__name__}: ")[2].strip()
        raise type(error)(sentence) from error


def _leave_interrupts(_worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
