"""Who does the work: this process, others on this machine, or a Dask cluster; one interface."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeAlias, TypeVar

from sayso.errors import SaysoError
from sayso.prepare.optional import load_optional

T = TypeVar("T")
R = TypeVar("R")

Workers: TypeAlias = tuple[Executor, int]
"""An executor, and how many tasks it can do at once."""

ANSWER_WITHIN_S = 10.0  # a scheduler
WAITING_PER_WORKER = 3  # batches; enough that none is idle, few enough to need little memory


class Here(Executor):
    """Does each task at once, in this process."""

    def submit(  # noqa: D102 - Executor's
        self, fn: Callable[..., T], /, *args: Any, **kwargs: Any
    ) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def open_workers(jobs: int, scheduler: str | None) -> Iterator[Workers]:
    """Gives an executor and how many tasks it can do at once.

    Args:
        jobs: processes on this machine.
        scheduler: the address of a Dask scheduler, used instead.

    Raises:
        SaysoError: `distributed` is missing, the scheduler does not answer or lost its workers, or
            a process died.
    """
    if scheduler:
        with _open_cluster(scheduler) as workers:
            yield workers
    elif jobs == 1:
        yield Here(), 1
    else:
        spawn = multiprocessing.get_context("spawn")  # no thread of this process is copied
        with ProcessPoolExecutor(jobs, spawn, _begin) as pool:
            try:
                yield pool, jobs
            except BrokenProcessPool as error:
                raise SaysoError(
                    "A worker process died, perhaps for lack of memory: run the same command again "
                    "with fewer --jobs, what is done is kept."
                ) from error
            finally:
                pool.shutdown(cancel_futures=True)


def run_batches(workers: Workers, function: Callable[[T], R], batches: Iterable[T]) -> Iterator[R]:
    """Yields the result of each batch as soon as it is there; never holds many at once."""
    executor, at_once = workers
    waiting: set[Future[R]] = set()
    for batch in batches:
        waiting.add(executor.submit(function, batch))
        if len(waiting) >= at_once * WAITING_PER_WORKER:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)


@contextlib.contextmanager
def _open_cluster(address: str) -> Iterator[Workers]:
    distributed = load_optional(
        "distributed", 'A cluster needs Dask: run pip install "sayso[scale]".'
    )
    try:
        client = distributed.Client(address, timeout=ANSWER_WITHIN_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SaysoError(
            f"No Dask scheduler answers at {address}: start one with dask scheduler."
        ) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SaysoError(f"{address} has no workers: start some with dask worker {address}.")
        try:
            yield client.get_executor(pure=False), threads
        except distributed.KilledWorker as error:
            raise SaysoError(
                "The cluster lost a worker at the same files again and again: look at its log and "
                "run the same command again, what is done is kept."
            ) from error


def _begin() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
