"""What a report costs: `python -m benchmarks.reports`; how many parts a comment takes, the largest of them, the page.

Every customer of a company is another one live, so that each is a change; every tenth is deleted instead. The plan and
its documents are there before the clock starts. The exit code is 1 if a part is too long, or lacks a delete.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmarks.company import Company
from benchmarks.managing import BYTES_IN_MB, every_update
from benchmarks.rows import CHANGED, read_answers
from benchmarks.runs import sampled
from benchmarks.sample import Sample, Work, peak_mb
from benchmarks.stations import make_plan, organization_in
from reconciler.cli.composition import Planned
from reconciler.cli.reports import ReportFolder
from reconciler.model.change import Action, Change
from reconciler.model.plan import Plan
from reconciler.plan.changes import destruction
from reconciler.render.markdown import PART_MOST

CHANGES = (1, 100, 5_000, 50_000)
ONE_IN = 10  # customers that go
_CONTACTS = 2
_KEYS = re.compile(r"C-\d{7}")
_STATUS, _MARKS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_HEAD = " changes  deletes  parts  largest  HTML MB  all MB  CPU s  ms each  plan MB  peak MB"


def prepared_report(folder: Path) -> Work:
    """Make the plan, and give what is to be timed: all files of its report, written."""
    plan = plan_in(folder)

    def work() -> Mapping[str, float]:
        with tempfile.TemporaryDirectory() as into:
            begun = _resident_mb()
            _forget_peak()
            report = ReportFolder(path=Path(into), directory=folder)
            report.write(plan, personal=False)
            return {"plan_mb": begun, **_facts(Path(into), plan)}

    return work


def plan_in(folder: Path) -> Plan:
    """Give a plan that changes every customer of a company, or deletes it."""
    made = make_plan(folder, read_answers(folder / CHANGED), allowances=every_update(folder))
    return replace(made.plan, changes=tuple(_changes(made, folder)))


def _changes(made: Planned, folder: Path) -> Iterator[Change]:
    organization = organization_in(folder)
    kinds = {kind.name: kind for kind in organization.vendor.kinds}
    objects = made.parts[organization.name].live.objects
    for place, change in enumerate(made.plan.changes, 1):
        if place % ONE_IN:
            yield change
            continue
        kind, found = kinds[change.address.kind], objects[change.address.kind][change.address.key]
        yield destruction(
            found, kind, change.address, "no document declares it any more", organization.digest_key
        ).change


def _facts(into: Path, plan: Plan) -> Mapping[str, float]:
    parts = [file.read_text(encoding="utf-8") for file in into.glob("comment-*.md")]
    told = {key for part in parts for key in _KEYS.findall(part)}
    going = {change.address.key for change in plan.changes if change.action is Action.DELETE}
    return {
        "changes": float(len(plan.changes)),
        "deletes": float(len(going)),
        "missing": float(len(going - told)),
        "parts": float(len(parts)),
        "largest": float(max(map(len, parts))),
        "html_mb": (into / "plan.html").stat().st_size / BYTES_IN_MB,
        "all_mb": sum(file.stat().st_size for file in into.iterdir()) / BYTES_IN_MB,
    }


def _resident_mb() -> float:
    """Give what this process holds now, the plan and its documents' answers included."""
    if not _STATUS.exists():
        return peak_mb()
    marks = [line.split()[1] for line in _STATUS.read_text().splitlines() if line.startswith("VmRSS:")]
    return int(marks[0]) / 1024


def _forget_peak() -> None:
    """Let the peak begin anew, where the kernel can: making the plan took more than it holds."""
    with suppress(OSError):
        _MARKS.write_text("5")


def main() -> int:
    """Measure what the command line asks for, print the table, and say by the exit code whether all of it is told."""
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="reconciler-benchmarks-") as folder:
        samples = [_sampled(asked.folder or Path(folder), number) for number in asked.changes]
    print(table(samples), end="")
    return 0 if all(whole(one) for one in samples) else 1


def table(samples: Sequence[Sample]) -> str:
    """Write the samples as a table."""
    return "".join(f"{line}\n" for line in (_HEAD, *map(_row, samples)))


def whole(sample: Sample) -> bool:
    """Say whether every part is short enough and every delete is told."""
    return sample.facts["largest"] <= PART_MOST and not sample.facts["missing"]


def _row(sample: Sample) -> str:
    facts = sample.facts
    each = sample.cpu_seconds * 1000 / facts["changes"]
    counts = f"{facts['changes']:>8,.0f} {facts['deletes']:>8,.0f} {facts['parts']:>6,.0f} {facts['largest']:>8,.0f}"
    sizes = f"{facts['html_mb']:>8.2f} {facts['all_mb']:>7.2f}"
    return f"{counts} {sizes} {sample.cpu_seconds:>6.2f} {each:>8.2f} {facts['plan_mb']:>8,.0f} {sample.peak_mb:>8,.0f}"


def _sampled(folder: Path, changes: int) -> Sample:
    company = folder / Company(customers=changes, contacts=_CONTACTS).name
    if not company.exists():
        sampled("generate", company)
    return sampled("report", company)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--changes", type=_numbers, default=CHANGES, metavar="N,N", help="changes (1,100,5000,50000)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep the companies here, and use those that are")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
