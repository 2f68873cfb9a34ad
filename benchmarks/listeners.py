"""How many can listen at once: real streams, in real time, to a server in a process of its own.

    python benchmarks/listeners.py                        50 listeners for a minute
    python benchmarks/listeners.py --listeners 25 50 64   one number after the other
    python benchmarks/listeners.py --seconds 600          a soak: does memory grow?

Each listener sends the bundled clips, 40 ms at a time, and is told of every hop. A hop is late by
the time from the sending of its last block to the answer. Real time is kept when none is late by a
second or more and everything that was sent has been heard.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from websockets.asyncio.client import connect

import sayso
from sayso import audio

RATE = 16_000  # Hz
BLOCK = 640  # samples, 40 ms
LATEST_S = 1.0
MEBIBYTE = 1 << 20


@dataclass
class Heard:
    """What one listener got."""

    late_s: list[float] = field(default_factory=list)
    hops: int = 0
    words: int = 0
    missing_s: float = float("nan")


def speech() -> bytes:
    """The bundled clips, one after the other, as 16-bit samples."""
    folder = Path(sayso.__file__).parent / "bundled" / "clips"
    clips = [audio.read(path) for path in sorted(folder.glob("*.opus"))]
    return (np.concatenate(clips) * 32767).astype("<i2").tobytes()


async def listen(address: str, content: bytes, seconds: float, wait_s: float) -> Heard:
    """One listener, from the beginning to the end of its stream."""
    heard, sent_at = Heard(), [0.0]
    await asyncio.sleep(wait_s)
    async with connect(address, compression=None) as stream:
        await stream.send(json.dumps({"hops": True}))

        async def receive() -> None:
            async for text in stream:
                now, answer = time.perf_counter(), json.loads(text)
                if answer["type"] == "hop":
                    block = -(-round(answer["at_s"] * RATE) // BLOCK)
                    heard.late_s.append(now - sent_at[min(block, len(sent_at) - 1)])
                    heard.hops += 1
                heard.words += answer["type"] == "command"
                if answer["type"] == "end":
                    heard.missing_s = (len(sent_at) - 1) * BLOCK / RATE - answer["at_s"]

        receiving = asyncio.create_task(receive())
        began = time.perf_counter()
        for number in range(round(seconds * RATE / BLOCK)):
            await asyncio.sleep(began + number * BLOCK / RATE - time.perf_counter())
            first = 2 * BLOCK * number % (len(content) - 2 * BLOCK)
            await stream.send(content[first // 2 * 2 :][: 2 * BLOCK])
            sent_at.append(time.perf_counter())
        await stream.send(json.dumps({"end": True}))
        await receiving
    return heard


async def crowd(address: str, listeners: int, seconds: float) -> list[Heard]:
    """All listeners, beginning within the first second."""
    content = speech()
    waits = np.random.default_rng(0).uniform(0, 1, listeners)
    return await asyncio.gather(*(listen(address, content, seconds, wait) for wait in waits))


def memory_mib(process: int) -> float:
    """What a process holds in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def cpu_s(process: int) -> float:
    """The seconds of a core that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(address: str, process: int, listeners: int, seconds: float) -> bool:
    """Prints one line; whether all were served in real time."""
    before, memory = cpu_s(process), memory_mib(process)
    soaking = asyncio.create_task(watch(process)) if seconds > 120 else None
    heard = await crowd(address, listeners, seconds)
    if soaking:
        soaking.cancel()
    late_s = np.concatenate([each.late_s for each in heard])
    missing_s = sum(abs(each.missing_s) for each in heard)
    kept = bool(late_s.max() < LATEST_S and missing_s < 1e-3)
    print(
        f"{listeners} listeners, {seconds:g} s: {'in real time' if kept else 'TOO MANY'}; "
        f"late by {1000 * np.median(late_s):.0f} ms (median), "
        f"{1000 * np.quantile(late_s, 0.99):.0f} ms (99 %), {1000 * late_s.max():.0f} ms (most); "
        f"{missing_s:.3f} s of sound lost, {sum(each.words for each in heard)} commands; "
        f"{(cpu_s(process) - before) / seconds:.2f} cores, "
        f"{memory:.0f} MiB before, {memory_mib(process):.0f} MiB after"
    )
    return kept


async def watch(process: int) -> None:
    """Prints the server's memory each minute."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(60)
        minutes = (time.monotonic() - began) / 60
        print(f"  {minutes:.0f} min: {memory_mib(process):.1f} MiB", flush=True)


def main() -> None:
    """Starts the server, measures, and ends it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--listeners", type=int, nargs="+", default=[50])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--model", help="another model file than the packaged one")
    options = parser.parse_args()
    command = [sys.executable, "-m", "sayso", "serve", "--port", "0"]
    command += ["--model", options.model] if options.model else []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603, our own server
        assert server.stderr  # noqa: S101, a pipe: said for the type checker
        line = server.stderr.readline()
        try:
            address = line.split()[1].replace("http:", "ws:") + "/listen"
            asyncio.run(measure(address, server.pid, 2, 5))  # warm
            kept = [
                asyncio.run(measure(address, server.pid, number, options.seconds))
                for number in options.listeners
            ]
        finally:
            server.terminate()
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
