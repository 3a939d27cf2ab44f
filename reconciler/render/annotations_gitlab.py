"""Remarks -> a Code Quality report of GitLab, which shows them at the lines of a merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

GitLab compares the reports of two branches by fingerprints, and takes one of several that are equal. So a fingerprint
is made of what a remark is about and not of its line, which moves when something is inserted above; and two that would
be equal are numbered.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from reconciler.model.resource import Value
from reconciler.render.annotations import Remark, Weight
from reconciler.render.words import json_line

SEVERITIES = {
    Weight.UNREAD: "blocker",
    Weight.REFUSED: "critical",
    Weight.DESTROYED: "major",
    Weight.WARNING: "minor",
    Weight.CHANGED: "info",
    Weight.NOTED: "info",
}


def code_quality(remarks: Sequence[Remark]) -> str:
    """Write the report; without remarks it is an empty list, which clears those of a run before."""
    seen: Counter[tuple[str, str, str]] = Counter()
    issues: list[Value] = []
    for one in remarks:
        what = (one.check, one.file, one.about)
        seen[what] += 1
        issues.append(_issue(one, _fingerprint(*what, seen[what])))
    return f"{json_line(issues)}\n"


def _issue(remark: Remark, fingerprint: str) -> dict[str, Value]:
    return {
        "description": f"{remark.title}: {' '.join(remark.text.split())}",
        "check_name": f"reconciler/{remark.check}",
        "fingerprint": fingerprint,
        "severity": SEVERITIES[remark.weight],
        "location": {
            "path": remark.file,
            "lines": {"begin": remark.line},
            "positions": {"begin": {"line": remark.line, "column": remark.column}},
        },
    }


def _fingerprint(*what: str | int) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:40]
