"""Whole commands, as a person calls them: how long, how much memory, and when something was to be seen.

Here everything counts: the interpreter's start, imports, sockets. A plan is made against a loopback port that answers
from memory; what the command writes is read from a pipe, with the time of every piece.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from benchmarks.documents import write_configuration
from benchmarks.runs import ROOT
from benchmarks.sample import MARKS_IN_MB, Sample

RECONCILER = ("-m", "reconciler")
NOTHING = ("-c", "pass")


def command(words: Sequence[str], folder: Path, variables: Mapping[str, str] = MappingProxyType({})) -> Sample:
    """Run Python with these words; its facts are the time of the first output and the longest silence, in seconds."""
    own = {"BENCHMARK_KEY": "benchmark", "BENCHMARK_SECRET": "benchmark", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **own, **variables}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    times = [start, *_outputs(process)]
    _, status, usage = os.wait4(process.pid, 0)
    end = time.perf_counter()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, ["python", *words])
    return Sample(
        seconds=end - start,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=_peak_mb(usage),
        facts={
            "first": (times[1] if len(times) > 1 else end) - start,
            "silence": max(after - before for before, after in pairwise([*times, end])),
        },
    )


def _peak_mb(usage: resource.struct_rusage) -> float:
    """Give the peak memory, or 0 where it is hidden: a child's mark starts at what its parent had when it was born."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage.ru_maxrss / MARKS_IN_MB if usage.ru_maxrss > own else 0.0


def planned(folder: Path, live: str) -> Sample:
    """Run `reconciler plan` in a folder, against a loopback port."""
    return _asking(("plan",), folder, live)


def applied(folder: Path, live: str) -> Sample:
    """Run `reconciler apply` in a folder, against a loopback port that takes no writes: nothing is to change."""
    return _asking(("apply", "--auto-approve"), folder, live)


def _asking(words: Sequence[str], folder: Path, live: str) -> Sample:
    with _served(folder / live) as port:
        write_configuration(folder, f"http://127.0.0.1:{port}/v1")
        try:
            return command((*RECONCILER, *words), folder)
        finally:
            write_configuration(folder, "sandbox")


def validated(folder: Path) -> Sample:
    """Run `reconciler validate` in a folder."""
    return command((*RECONCILER, "validate"), folder)


def _outputs(process: subprocess.Popen[bytes]) -> Iterator[float]:
    """Give the time of every piece of output, until there is no more."""
    if process.stdout is None:
        return
    with process.stdout as stream:
        while os.read(stream.fileno(), 65536):
            yield time.perf_counter()


@contextmanager
def _served(answers: Path) -> Iterator[str]:
    words = [sys.executable, "-m", "benchmarks.loopback", str(answers)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.kill()
