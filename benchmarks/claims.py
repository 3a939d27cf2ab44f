"""What is claimed of speed and memory: a claim is a number measured, and the most that it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.asking import CASES
from benchmarks.runs import Rounds, ratio
from benchmarks.sample import Sample, middle

MB_IN_GB = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that is claimed, as it was measured; `unit` is what both numbers count."""

    text: str
    measured: float
    most: float
    unit: str

    @property
    def holds(self) -> bool:
        """Say whether it is so."""
        return self.measured <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: a station at a size, beside its floor where it has one; `times` is their ratio."""

    station: str
    customers: int
    measured: Sample
    floor: Sample | None = None
    times: float | None = None


_TIMES_FLOOR = {10_000: 2.0, 100_000: 1.8}  # the floor reads no inventory
_PLAIN, _SAME = "plain JSON", "a no-change plan"
_MANAGING = (
    ("inventory-read", "reading the inventory", "inventory-json", _PLAIN, 0.5),
    ("inventory-write", "writing the inventory", "inventory-json", _PLAIN, 0.5),
    ("ownership", "judging whose it is", "plan", _SAME, 0.1),
    ("plan-adopt", "every customer to be adopted", "plan", _SAME, 3.0),
    ("adopt", "adopt", "plan", _SAME, 4.0),
)
_PEAKS = {10_000: 180.0, 100_000: 1.2 * MB_IN_GB}


def floor_claim(samples: Rounds, customers: int, remark: str = "") -> Iterator[Claim]:
    """Judge a plan that changes nothing by its floor, at the sizes for which something is claimed."""
    if customers in _TIMES_FLOOR:
        text = f"no-change plan, {customers:,} customers{remark}: to the floor"
        yield Claim(text=text, measured=ratio(samples, "plan", to="floor"), most=_TIMES_FLOOR[customers], unit="x")


def plan_claims(samples: Rounds, customers: int) -> Iterator[Claim]:
    """Judge plans of one size by their floor, their memory, and a plan that changes nothing."""
    size = f"{customers:,} customers"
    yield from floor_claim(samples, customers)
    if customers in _PEAKS:
        peak = max(sample.peak_mb for sample in samples["plan"])
        yield Claim(text=f"no-change plan, {size}: peak memory", measured=peak, most=_PEAKS[customers], unit="MB")
    for name, title in (("plan-changed", "every customer differs"), ("plan-new", "every customer is new")):
        times = ratio(samples, name, to="plan")
        yield Claim(text=f"{title}, {size}: to a no-change plan", measured=times, most=4.0, unit="x")


def growth_claim(small: Row, large: Row) -> Claim:
    """Judge whether a customer costs the same in a large organization."""
    each = [row.measured.cpu_seconds / row.customers for row in (small, large)]
    text = f"no-change plan: a customer of {large.customers:,} to one of {small.customers:,}"
    return Claim(text=text, measured=each[1] / each[0], most=1.3, unit="x")


def managing_claims(samples: Rounds, customers: int) -> Iterator[Claim]:
    """Judge what managing adds: to a plan that changes nothing, to plain JSON of the same text, and to the disk."""
    size = f"{customers:,} customers"
    for name, title, to, what, most in _MANAGING:
        times = ratio(samples, name, to=to)
        yield Claim(text=f"{title}, {size}: to {what}", measured=times, most=most, unit="x")
    if customers in _TIMES_FLOOR:
        kept = middle(samples["checkpoint-git"]).facts
        text = f"a checkpoint in git, {size}: kept in clone and remote, to the text"
        yield Claim(text=text, measured=kept["kept_mb"] / kept["text_mb"], most=0.1, unit="x")


def validate_claim(samples: Rounds, customers: int) -> Claim:
    """Judge validating by the parser's events alone."""
    times = ratio(samples, "validate", to="events")
    return Claim(text=f"validate, {customers:,} customers: to the events alone", measured=times, most=3.0, unit="x")


def unchanged_claim(samples: Rounds, customers: int) -> Claim:
    """Judge an apply that has nothing to do by the plan of it."""
    text = f"no-change apply, {customers:,} customers: to the plan, as commands"
    return Claim(text=text, measured=ratio(samples, "apply", to="plan"), most=1.2, unit="x")


def request_claims(counted: Sample, looked_up: Sample) -> Iterator[Claim]:
    """Judge requests: how many beyond the cheapest way, whether foreseen, and what one costs."""
    for place, case in enumerate(CASES):
        made, foreseen = counted.facts[f"{place}.made"], counted.facts[f"{place}.foreseen"]
        text = f"requests, {case.title}: {made:.0f} made, {foreseen:.0f} foreseen"
        yield Claim(text=text, measured=made, most=case.cheapest + 2, unit="requests")
    yield Claim(text="client CPU for one request", measured=looked_up.facts["ms"], most=2.0, unit="ms")


def startup_claims(samples: Rounds) -> Iterator[Claim]:
    """Judge how soon the program answers at all, where nobody else needs the processor."""
    for words in ("--help", "--version"):
        yield Claim(text=f"reconciler {words}: CPU", measured=middle(samples[words]).cpu_seconds, most=0.25, unit="s")


def output_claims(samples: Sequence[Sample], command: str) -> Iterator[Claim]:
    """Judge how soon a command shows something, and how long it is silent at most."""
    seen = middle(samples).facts
    yield Claim(text=f"{command}: first output", measured=seen["first"], most=1.0, unit="s")
    yield Claim(text=f"{command}: longest silence", measured=seen["silence"], most=2.0, unit="s")
