import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from sayso import audio
from sayso.errors import SaysoError
from sayso.prepare import Settings, prepare_clips
from sayso.prepare.workers import WAITING_PER_WORKER, Here, open_workers, run_batches

from .conftest import write_recordings


def _double(number: int) -> int:
    return 2 * number


def _die(_: int) -> None:
    os._exit(1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_batch_is_done_once(jobs: int) -> None:
    with open_workers(jobs, None) as workers:
        assert sorted(run_batches(workers, _double, range(50))) == list(range(0, 100, 2))


def test_few_batches_are_held_at_once() -> None:
    taken = 0

    class Slow(Executor):
        """Finishes a batch only when the next one would be too many."""

        def __init__(self) -> None:
            self.open: list[Future[Any]] = []

        def submit(self, _: Any, /, *args: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.open.append(future)
            if len(self.open) == 2 * WAITING_PER_WORKER or args == (99,):
                for waiting in self.open:
                    waiting.set_result(None)
                self.open.clear()
            return future

    def batches() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken = number
            yield number

    for done, _ in enumerate(run_batches((Slow(), 2), _double, batches())):
        assert taken - done <= 2 * WAITING_PER_WORKER


def test_what_a_batch_raises_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        list(run_batches((Here(), 1), lambda number: 1 // number, [1, 0]))


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(SaysoError, match="process died"), open_workers(2, None) as workers:
        list(run_batches(workers, _die, [1]))


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("sayso.prepare.workers.ANSWER_WITHIN_S", 0.5)
    with (
        pytest.raises(SaysoError, match="No Dask scheduler"),
        open_workers(1, "tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_half_way_loses_no_clip(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    recordings = write_recordings(tmp_path / "in", 640)
    settings = Settings(length="1s", pad="random")
    killed: list[float] = []

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())
        assert len(set(pids)) == 2

        def kill_half_way(what: str, done: int, total: int) -> None:
            if what == "Writing" and done >= total // 4 and not killed:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(time.monotonic())

        summary = prepare_clips(
            recordings,
            tmp_path / "cluster",
            settings,
            scheduler=cluster.scheduler_address,
            report=kill_half_way,
        )
    assert killed
    prepare_clips(recordings, tmp_path / "here", settings, jobs=1)
    for place in ("cluster", "here"):
        names = [path.relative_to(tmp_path / place) for path in audio.find(tmp_path / place)]
        assert len(names) == 640
    assert summary.written == 640
    for name in names:
        there, here = ((tmp_path / place / name).read_bytes() for place in ("cluster", "here"))
        assert there == here
    one, two = ((tmp_path / place / "manifest.csv").read_bytes() for place in ("cluster", "here"))
    assert one == two
