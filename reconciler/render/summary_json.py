"""What an apply came to -> one JSON object, the last line of `apply --json`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from reconciler.apply.summary import Summary
from reconciler.model.resource import Value
from reconciler.render.event_json import line_json
from reconciler.render.summary_text import closing_sentence, whole


def summary_json(summary: Summary, at: datetime) -> dict[str, Value]:
    """Give Terraform's `change_summary`, with our own counts beside."""
    totals = summary.totals
    changes: dict[str, Value] = {
        "add": totals.add,
        "change": totals.change,
        "remove": totals.destroy,
        "import": totals.adopt,
        "operation": "apply",
    }
    return {
        **line_json("change_summary", closing_sentence(summary), at, level="info" if whole(summary) else "error"),
        "changes": changes,
        "totals": asdict(totals),
        "endings": asdict(summary.total),
        "refused": summary.refused,
        "written": summary.written,
        "not_tried": [str(address) for address in summary.not_tried],
    }
