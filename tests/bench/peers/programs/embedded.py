"""
Stock reservations of stateset-embedded: ``embedded.py THREADS FILE``.

Each reservation is one stock row and one reservation row on SQLite; there is no key, no limit, no journal.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

import stateset_embedded

STOCK = 10_000_000


def main(file: str, threads: int) -> None:
    commerce = stateset_embedded.Commerce(file)
    commerce.inventory.create_item("phone", "Phone", initial_quantity=STOCK)
    for turn, line in enumerate(sys.stdin):
        seconds = json.loads(line)["seconds"]
        print(json.dumps(crowd(commerce, threads, seconds, turn)), flush=True)


def crowd(commerce: Any, threads: int, seconds: float, turn: int) -> dict[str, float]:
    """So many threads reserve one piece after the other."""
    latencies: list[list[float]] = [[] for _ in range(threads)]
    start = threading.Barrier(threads)

    def reserve(number: int) -> None:
        mine = latencies[number]
        start.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            commerce.inventory.reserve("phone", 1, "order", f"{turn}.{number}.{len(mine)}")
            mine.append(time.perf_counter() - begun)

    callers = [threading.Thread(target=reserve, args=(number,)) for number in range(threads)]
    begun = time.perf_counter()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    elapsed = time.perf_counter() - begun
    every = sorted(latency for mine in latencies for latency in mine)
    level = commerce.inventory.get_stock("phone")
    return {
        "per_second": len(every) / elapsed,
        "p50_ms": every[len(every) // 2] * 1000,
        "p99_ms": every[int(len(every) * 0.99)] * 1000,
        "made": len(every),
        "reserved": float(level.total_allocated),
    }


if __name__ == "__main__":
    main(sys.argv[2], int(sys.argv[1]))
