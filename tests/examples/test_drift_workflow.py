"""The scheduled job of drift with a webhook: what it needs is there, behind comment signs."""

from __future__ import annotations

from pathlib import Path

from tests.examples.ci_job import CI, inner, read, steps_of


def test_a_webhook_needs_two_lines_that_are_there(tmp_path: Path) -> None:
    """The secret, and leave to remember in the repository what was told."""
    text = (CI / "github" / "drift.yml").read_text(encoding="utf-8")
    turned = text.replace("contents: read\n", "").replace("# contents:", "contents:").replace("# DRIFT_", "DRIFT_")
    (tmp_path / "drift.yml").write_text(turned, encoding="utf-8")
    job = inner(read(tmp_path / "drift.yml"), "jobs", "drift")
    assert job["permissions"] == {"contents": "write"}
    environments = [inner(step, "env") for step in steps_of(job) if "env" in step]
    assert [one["DRIFT_WEBHOOK"] for one in environments] == ["${{ secrets.DRIFT_WEBHOOK }}"]
