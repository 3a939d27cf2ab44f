"""Measurements in processes of their own, taken in turns: names go in, samples come out.

Machines are noisy, and slow down and speed up over minutes. So what is to be compared is measured one after the other
in each round, a ratio is the median of the rounds' own ratios of CPU time, and a time the median of their times.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.sample import Sample

ROOT = Path(__file__).resolve().parent.parent
Rounds = Mapping[str, Sequence[Sample]]
Taking = Callable[[str, Path], Sample]


def sampled(name: str, folder: Path) -> Sample:
    """Take one measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.child", name, str(folder)]
    ended = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return Sample(**json.loads(ended.stdout))


def interleaved(names: Sequence[str], folder: Path, rounds: int, take: Taking = sampled) -> Rounds:
    """Take several measurements in turns, as often as asked for."""
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            samples[name].append(take(name, folder))
    return samples


def ratio(samples: Rounds, name: str, to: str) -> float:
    """Give how many times the CPU time of the other one took, within the rounds."""
    return median(one.cpu_seconds / other.cpu_seconds for one, other in zip(samples[name], samples[to], strict=True))
