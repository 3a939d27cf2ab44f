"""`python -m benchmarks`: measure, print the table and the claims; the exit code is 1 if a claim does not hold."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.report import json_report, text_report
from benchmarks.tour import PARTS, Tour

SIZES = (1_000, 10_000, 100_000)


def main() -> int:
    """Measure what the command line asks for."""
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="reconciler-benchmarks-") as folder:
        tour = Tour(asked.folder or Path(folder), _say, asked.rounds)
        findings = tour.run(asked.sizes, asked.only or PARTS)
    print(text_report(findings), end="")
    if asked.json is not None:
        asked.json.write_text(json_report(findings))
    return 0 if all(claim.holds for claim in findings.claims) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=SIZES, metavar="N,N", help="customers (1000,10000,100000)")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part alone; may be repeated")
    parser.add_argument("--rounds", type=int, metavar="N", help="how often everything is measured (7, 5 or 3 by size)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep the companies here, and use those that are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, too")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


def _say(line: str) -> None:
    print(f"{line} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
