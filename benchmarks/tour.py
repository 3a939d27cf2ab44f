"""All measurements of one run, in order: sizes go in, rows and claims come out. Companies live in a folder of its own.

The claims are about companies with 2 contacts a customer; the table of stations has 3, and 2 for the largest,
whose making takes minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import commands
from benchmarks.claims import (
    Claim,
    Row,
    floor_claim,
    growth_claim,
    managing_claims,
    output_claims,
    plan_claims,
    request_claims,
    startup_claims,
    unchanged_claim,
    validate_claim,
)
from benchmarks.company import Company
from benchmarks.runs import Rounds, Taking, interleaved, ratio, sampled
from benchmarks.sample import Sample, middle

PARTS = ("read", "validate", "plan", "manage", "apply", "startup", "requests")
FLOORS = {"read": "events", "validate": "events", "plan": "floor", "apply": "send"}
MANAGING = {  # a title: what is measured, and what it is a multiple of
    "reading the inventory": ("inventory-read", "inventory-json"),
    "writing the inventory": ("inventory-write", "inventory-json"),
    "3 checkpoints in a file": ("checkpoint-file", "inventory-json"),
    "3 checkpoints in git": ("checkpoint-git", "inventory-json"),
    "judging whose it is": ("ownership", "plan"),
    "plan that adopts everything": ("plan-adopt", "plan"),
    "adopt": ("adopt", "plan"),
}
FOR_CLAIMS, FOR_TABLE = 2, 3  # contacts a customer
_STARTS = 11
_FEW = 10_000  # making and parsing another company takes minutes beyond
_COUNTED = Company(customers=4_500, contacts=2)


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was measured so far. Not frozen: a run fills it."""

    rows: list[Row] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)


class Tour:
    """One run over everything that was asked for."""

    def __init__(
        self, folder: Path, say: Callable[[str], None], rounds: int | None = None, take: Taking = sampled
    ) -> None:
        self.findings = Findings()
        self._take = take
        self._folder = folder
        self._say = say
        self._rounds = rounds
        self._plans: dict[int, Row] = {}

    def run(self, sizes: Sequence[int], parts: Collection[str]) -> Findings:
        """Measure the chosen parts at these sizes."""
        if "startup" in parts:
            self._start()
        if "requests" in parts:
            self._ask()
        for customers in sizes:
            self._stations(customers, [part for part in FLOORS if part in parts])
            if "validate" in parts:
                self._validate(customers)
            if "plan" in parts:
                self._plan(customers)
            if "manage" in parts:
                self._manage(customers)
            if "startup" in parts:
                self._see(customers)
        if 10_000 in self._plans and 100_000 in self._plans:
            self.findings.claims.append(growth_claim(self._plans[10_000], self._plans[100_000]))
        return self.findings

    def _start(self) -> None:
        samples: dict[str, list[Sample]] = {"nothing": [], "--help": [], "--version": []}
        for _ in range(_STARTS):
            samples["nothing"].append(commands.command(commands.NOTHING, self._folder))
            for words in ("--help", "--version"):
                samples[words].append(commands.command((*commands.RECONCILER, words), self._folder))
        self.findings.claims += startup_claims(samples)
        for words, taken in samples.items():
            title = "python, doing nothing" if words == "nothing" else f"reconciler {words}"
            self.findings.rows.append(Row(station=title, customers=0, measured=middle(taken)))

    def _ask(self) -> None:
        folder = self._company(_COUNTED)
        self.findings.claims += request_claims(self._take("count", folder), self._take("look-up", folder))

    def _stations(self, customers: int, stations: Sequence[str]) -> None:
        """Fill the table: every station beside its floor."""
        contacts = FOR_TABLE if customers <= _FEW else FOR_CLAIMS
        folder = self._company(Company(customers=customers, contacts=contacts))
        for station in stations:
            names = (FLOORS[station], station)
            self._say(f"{station}, {customers:,} customers")
            samples = interleaved(names, folder, self._count(customers, slow=station == "apply"), self._take)
            if station == "apply":
                self.findings.rows.append(
                    Row(station="apply, sandbox included", customers=customers, measured=middle(samples["apply"]))
                )
                samples = {**samples, "apply": [_client_alone(sample) for sample in samples["apply"]]}
            self.findings.rows.append(_row(station, customers, samples, FLOORS[station]))

    def _validate(self, customers: int) -> None:
        folder = self._company(Company(customers=customers, contacts=FOR_CLAIMS))
        samples = interleaved(("events", "validate"), folder, self._count(customers), self._take)
        self.findings.claims.append(validate_claim(samples, customers))

    def _plan(self, customers: int) -> None:
        self._say(f"claims about plans, {customers:,} customers")
        folder = self._company(Company(customers=customers, contacts=FOR_CLAIMS))
        samples = interleaved(("floor", "plan", "plan-changed", "plan-new"), folder, self._count(customers), self._take)
        self.findings.claims += plan_claims(samples, customers)
        self._plans[customers] = _row("plan", customers, samples, "floor")
        if customers <= _FEW:
            folder = self._company(Company(customers=customers, contacts=FOR_CLAIMS, flow=True))
            samples = interleaved(("floor", "plan"), folder, self._count(customers), self._take)
            self.findings.claims += floor_claim(samples, customers, " in flow style")

    def _manage(self, customers: int) -> None:
        self._say(f"managing, {customers:,} customers")
        folder = self._company(Company(customers=customers, contacts=FOR_CLAIMS))
        names = dict.fromkeys(name for pair in MANAGING.values() for name in pair)
        samples = {
            name: [_with_helpers(one) for one in taken]
            for name, taken in interleaved([*names], folder, self._count(customers), self._take).items()
        }
        for title, (name, floor) in MANAGING.items():
            self.findings.rows.append(replace(_row(name, customers, samples, floor), station=title))
        self.findings.claims += managing_claims(samples, customers)

    def _see(self, customers: int) -> None:
        """Run the commands whole."""
        self._say(f"whole commands, {customers:,} customers")
        folder = self._company(Company(customers=customers, contacts=FOR_CLAIMS))
        plans, applies, validations = [], [], []
        for _ in range(self._count(customers)):
            plans.append(commands.planned(folder, "same"))
            applies.append(commands.applied(folder, "same"))
            validations.append(commands.validated(folder))
        self.findings.claims.append(unchanged_claim({"plan": plans, "apply": applies}, customers))
        for title, samples in (("reconciler plan", plans), ("reconciler validate", validations)):
            self.findings.claims += output_claims(samples, f"{title}, {customers:,} customers")
            self.findings.rows.append(Row(station=title, customers=customers, measured=middle(samples)))

    def _company(self, company: Company) -> Path:
        folder = self._folder / company.name
        if not folder.exists():
            self._say(f"making the company {company.name}")
            sampled("generate", folder)
        return folder

    def _count(self, customers: int, *, slow: bool = False) -> int:
        """Say how many rounds: small things are noisier, and the largest take minutes."""
        if self._rounds is not None:
            return self._rounds
        rounds = 7 if customers < 10_000 else 5 if customers < 100_000 else 3
        return max(1, rounds - 2) if slow else rounds


def _with_helpers(taken: Sample) -> Sample:
    """Count the CPU of the programs that were called."""
    return replace(taken, cpu_seconds=taken.cpu_seconds + taken.facts.get("helpers_cpu", 0.0))


def _client_alone(applied: Sample) -> Sample:
    """Take the sandbox's time and the planning before out of a measured apply."""
    client = applied.facts["client_cpu"]
    return Sample(seconds=client, cpu_seconds=client, peak_mb=applied.peak_mb)


def _row(station: str, customers: int, samples: Rounds, floor: str) -> Row:
    return Row(
        station=station,
        customers=customers,
        measured=middle(samples[station]),
        floor=middle(samples[floor]),
        times=ratio(samples, station, to=floor),
    )
