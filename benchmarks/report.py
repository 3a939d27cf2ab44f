"""What was measured → text for people, and JSON for programs; with the machine, but never its name or its paths."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.claims import Claim, Row
from benchmarks.tour import Findings

_LIBRARIES = ("PyYAML", "pydantic", "httpx", "orjson")
_CPUINFO = Path("/proc/cpuinfo")


def text_report(findings: Findings) -> str:
    """Write everything as plain text."""
    parts = [machine(), "\n".join(_table(findings.rows)), "\n".join(_claims(findings.claims))]
    return "\n\n".join(part for part in parts if part) + "\n"


def json_report(findings: Findings) -> str:
    """Write everything as JSON."""
    claims = [{**dataclasses.asdict(claim), "holds": claim.holds} for claim in findings.claims]
    rows = [dataclasses.asdict(row) for row in findings.rows]
    return json.dumps({"machine": machine(), "claims": claims, "rows": rows}, indent=2)


def machine() -> str:
    """Say what was measured on."""
    models = [line.partition(":")[2].strip() for line in _lines(_CPUINFO) if line.startswith("model name")]
    processor = models[0] if models else platform.machine()
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({processor}), {platform.system()}, {python}, {libraries}"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Give a line for each row: seconds of CPU where there is a floor and of a start, of the clock elsewhere."""
    if not rows:
        return
    yield f"{'':28}{'customers':>10}{'floor s':>10}{'takes s':>10}{'ratio':>8}{'us each':>9}{'peak MB':>9}"
    for row in rows:
        floor = f"{row.floor.cpu_seconds:.3f}" if row.floor else ""
        times = f"{row.times:.2f}x" if row.times else ""
        of_cpu = row.floor or not row.customers
        seconds = row.measured.cpu_seconds if of_cpu else row.measured.facts.get("seconds", row.measured.seconds)
        each = f"{seconds / row.customers * 1e6:.0f}" if row.customers else ""
        size = f"{row.customers:,}" if row.customers else ""
        peak = f"{row.measured.peak_mb:.0f}" if row.measured.peak_mb else ""
        yield f"{row.station:28}{size:>10}{floor:>10}{seconds:>10.3f}{times:>8}{each:>9}{peak:>9}"


def _claims(claims: Sequence[Claim]) -> Iterator[str]:
    if not claims:
        return
    width = max(len(claim.text) for claim in claims)
    yield f"{'claim':{width}}  {'measured':>14}  {'at most':>14}"
    for claim in claims:
        measured, most = _number(claim.measured, claim.unit), _number(claim.most, claim.unit)
        yield f"{claim.text:{width}}  {measured:>14}  {most:>14}  {'' if claim.holds else 'MISSED'}".rstrip()
    missed = sum(not claim.holds for claim in claims)
    yield f"{len(claims) - missed} of {len(claims)} claims hold."


def _number(value: float, unit: str) -> str:
    if unit == "x":
        return f"{value:.2f}x"
    return f"{value:,.0f} {unit}" if unit in ("MB", "requests") else f"{value:.3f} {unit}"


def _lines(path: Path) -> Sequence[str]:
    return path.read_text().splitlines() if path.exists() else ()
