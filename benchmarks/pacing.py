"""`python -m benchmarks.pacing`: a whole `reconciler apply` at the vendors' limits, in real time, beside the floor.

The sandbox listens on a loopback port, answers as late as it is told, and counts as the vendor does. The apply is a
process of its own, journal and inventory included. Almost all of the time is waiting: minutes, for little CPU.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.commands import RECONCILER, command
from benchmarks.paced import NAME, Task, environment
from benchmarks.report import machine
from reconciler.sandbox import LoggedRequest, Store, VendorName, logged_requests
from reconciler.sandbox.server import SandboxServer

VENDORS: Mapping[str, VendorName] = {"upflow": "upflow", "billabex": "billabex"}
AT_MOST = 1.15
_WINDOW = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One apply: what it took, what it might have taken, and what the vendor saw of it. Times are in seconds."""

    task: Task
    seconds: float
    cpu_seconds: float
    requests: int
    throttled: int
    fullest_minute: int

    @property
    def ratio(self) -> float:
        """Give the time taken as a multiple of the floor."""
        return self.seconds / self.task.floor_seconds

    @property
    def holds(self) -> bool:
        """Say whether it was fast enough, and never too fast."""
        return self.ratio <= AT_MOST and not self.throttled

    def __str__(self) -> str:
        return (
            f"{self.task.vendor:<10} {self.task.changes:>7,} {self.requests:>9,} {self.task.floor_seconds:>8.1f}"
            f" {self.seconds:>8.1f} {self.ratio:>6.2f}x {self.cpu_seconds:>6.1f} {self.fullest_minute:>8} of"
            f" {self.task.pace} {self.throttled:>5}{'' if self.holds else '  MISSED'}"
        )


HEAD = "vendor     changes  requests  floor s  takes s   ratio  CPU s  fullest minute  429s"


def measure(task: Task, folder: Path, latency: float) -> Measure:
    """Apply it from the command line, in a new folder."""
    with closing(Store()) as store:
        way = task.plant(store)
        with SandboxServer(store, auto_create=True, organization=NAME, latency=latency) as server:
            task.prepare(folder, f"{server.origin}{way.path}")
            taken = command((*RECONCILER, "apply", "--auto-approve", "--json"), folder, environment(way))
        return _told(task, taken.seconds, taken.cpu_seconds, logged_requests(store))


def _told(task: Task, seconds: float, cpu_seconds: float, log: Sequence[LoggedRequest]) -> Measure:
    writes = [row for row in log if row.method != "GET"]
    if len(writes) != task.changes:
        raise AssertionError(f"{len(writes)} writes for {task.changes} changes")
    return Measure(
        task=task,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        requests=len(log),
        throttled=sum(row.status == 429 for row in log),
        fullest_minute=fullest_minute([row.started for row in log]),
    )


def fullest_minute(times: Sequence[float]) -> int:
    """Give how many of these moments, which are in order, the fullest minute holds."""
    fullest = first = 0
    for last, time in enumerate(times):
        while times[first] <= time - _WINDOW:
            first += 1
        fullest = max(fullest, last - first + 1)
    return fullest


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pacing", description=__doc__)
    parser.add_argument("--vendor", action="append", choices=VENDORS, help="this vendor alone")
    parser.add_argument("--changes", type=int, default=1000, metavar="N", help="how many changes (1000)")
    parser.add_argument("--latency", type=float, default=0.2, metavar="SECONDS", help="how late an answer is (0.2)")
    parser.add_argument("--share", type=float, default=0.9, metavar="PART", help="the share of the limit (0.9)")
    asked = parser.parse_args()
    print(f"{machine()}\n\n{HEAD}", flush=True)
    held = True
    for name in asked.vendor or VENDORS:
        task = Task(vendor=VENDORS[name], changes=asked.changes, share=asked.share)
        with tempfile.TemporaryDirectory(prefix="reconciler-pacing-") as folder:
            found = measure(task, Path(folder), asked.latency)
        print(found, flush=True)
        held = held and found.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
