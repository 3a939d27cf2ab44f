"""One measurement in a process of its own: `python -m benchmarks.child NAME FOLDER`; the sample leaves as JSON.

A process each, so that neither memory peaks nor the state of the cycle collector leak from one into the next. What
every long-lived program has done after its first document is done before the clock starts: imports, models built.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.sample import Sample, Work, measure

Facts = Mapping[str, float]
MANAGING = (
    "adopt",
    "ownership",
    "inventory-json",
    "inventory-read",
    "inventory-write",
    "checkpoint-file",
    "checkpoint-git",
)


def _events(folder: Path) -> Work:
    from benchmarks.floor import parse_events

    return lambda: {"events": float(parse_events(folder))}


def _floor(folder: Path) -> Work:
    from benchmarks.floor import prepared_floor

    return prepared_floor(folder)


def _read(folder: Path) -> Work:
    from benchmarks.stations import read_documents

    return lambda: {"items": float(read_documents(folder))}


def _validate(folder: Path) -> Work:
    from benchmarks.stations import validate_documents, warm_up

    warm_up(folder)
    return lambda: {"items": float(validate_documents(folder))}


def _plan(live: str, folder: Path, *, forgetful: bool = False) -> Work:
    from benchmarks.managing import every_update
    from benchmarks.rows import read_answers
    from benchmarks.stations import make_plan, warm_up

    warm_up(folder)
    answers = read_answers(folder / live)
    allowances = every_update(folder)

    def work() -> Facts:
        plan = make_plan(folder, answers, forgetful=forgetful, allowances=allowances).plan
        return {"changes": float(len(plan.changes)), "blocked": float(len(plan.blocked))}

    return work


def _managing(name: str, folder: Path) -> Work:
    from benchmarks import managing
    from benchmarks.stations import warm_up

    warm_up(folder)
    return managing.WORKS[name](folder)


def _apply(folder: Path) -> Work:
    from benchmarks.applying import apply_all
    from benchmarks.stations import warm_up

    warm_up(folder)
    return partial(apply_all, folder)


def _send(folder: Path) -> Work:
    from benchmarks.applying import creations, send_all
    from benchmarks.company import company_in

    bodies = creations(company_in(folder))
    return lambda: send_all(bodies)


def _count(folder: Path) -> Work:
    from benchmarks.asking import count_requests

    return partial(count_requests, folder)


def _look_up(folder: Path) -> Work:
    from benchmarks.asking import look_up_many

    return partial(look_up_many, folder)


def _report(folder: Path) -> Work:
    from benchmarks.reports import prepared_report
    from benchmarks.stations import warm_up

    warm_up(folder)
    return prepared_report(folder)


def _generate(folder: Path) -> Work:
    from benchmarks.company import company_in
    from benchmarks.documents import document_bytes, write_documents
    from benchmarks.managing import manage
    from benchmarks.rows import CHANGED, NEW, SAME, write_answers

    company = company_in(folder)

    def work() -> Facts:
        write_documents(folder, company)
        for live in (SAME, CHANGED, NEW):
            write_answers(folder / live, company, live)
        manage(folder, folder)
        return {"bytes": float(document_bytes(folder))}

    return work


MEASURES: Mapping[str, Callable[[Path], Work]] = {
    "generate": _generate,
    "events": _events,
    "floor": _floor,
    "read": _read,
    "validate": _validate,
    "plan": partial(_plan, "same"),
    "plan-changed": partial(_plan, "changed"),
    "plan-new": partial(_plan, "new", forgetful=True),
    "plan-adopt": partial(_plan, "same", forgetful=True),
    **{name: partial(_managing, name) for name in MANAGING},
    "report": _report,
    "apply": _apply,
    "send": _send,
    "count": _count,
    "look-up": _look_up,
}


def run(name: str, folder: Path) -> Sample:
    """Prepare a measurement and take it."""
    return measure(MEASURES[name](folder))


def main() -> None:
    """Measure what the arguments name."""
    name, folder = sys.argv[1:]
    print(json.dumps(dataclasses.asdict(run(name, Path(folder)))))


if __name__ == "__main__":
    main()
