"""One measurement of one thing: seconds, seconds of CPU, peak memory, and what else there is to tell about it."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

MARKS_IN_MB = 1024 * 1024 if sys.platform == "darwin" else 1024  # the unit of `ru_maxrss` differs
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run took; `facts` are further numbers, by name."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    facts: Mapping[str, float] = field(default_factory=dict)


Work = Callable[[], Mapping[str, float] | None]


def measure(work: Work) -> Sample:
    """Run work once and measure it. What was prepared before is taken out of the cycle collector's sight."""
    gc.collect()
    gc.freeze()
    cpu, start = time.process_time(), time.perf_counter()
    facts = work()
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    gc.unfreeze()
    return Sample(seconds=seconds, cpu_seconds=cpu_seconds, peak_mb=peak_mb(), facts=facts or {})


def peak_mb() -> float:
    """Give this process's peak memory, what was prepared included.

    `ru_maxrss` of a child starts at what its parent had when it was born, so the kernel's own mark goes first.
    """
    if _STATUS.exists():
        marks = [line.split()[1] for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        if marks:
            return int(marks[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MARKS_IN_MB


def middle(samples: Sequence[Sample]) -> Sample:
    """Give the median of every number."""
    names = samples[0].facts
    return Sample(
        seconds=median(sample.seconds for sample in samples),
        cpu_seconds=median(sample.cpu_seconds for sample in samples),
        peak_mb=median(sample.peak_mb for sample in samples),
        facts={name: median(sample.facts[name] for sample in samples) for name in names},
    )
