"""Readers of Terraform's plan JSON, made by others for Terraform, read ours as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import tftest

from reconciler.render.plan_json import plan_json
from tests.render.plans import everything

AT = datetime(2026, 11, 22, tzinfo=UTC)
_PERSONAL = ("email", "firstName", "lastName", "phone")


def _run(program: str, *words: str) -> str:
    """Run a program that stands beside Python's."""
    command = [str(Path(sys.executable).with_name(program)), *words]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def _actions(plan: Path) -> Counter[str]:
    changes = json.loads(plan.read_text(encoding="utf-8"))["resource_changes"]
    return Counter(change["change"]["actions"][0] for change in changes)


def test_readtheplan(company_plan: Path) -> None:
    """It counts our actions, names our addresses and kinds, and finds our deletes irreversible."""
    read = json.loads(_run("readtheplan", "analyze", "--format", "json", str(company_plan)))
    assert read["actions"] == _actions(company_plan)
    assert read["risks"]["irreversible"] == read["actions"]["delete"] == 3
    assert {"address": "lumiere-fr/customer/C-2901", "type": "customer", "actions": ["delete"]}.items() <= next(
        one for one in read["changes"] if one["address"].endswith("C-2901")
    ).items()


def test_readtheplan_reads_every_action(tmp_path: Path) -> None:
    """A plan with every action that there is can be read."""
    file = tmp_path / "plan.json"
    file.write_text(plan_json(everything(), AT), encoding="utf-8")
    read = json.loads(_run("readtheplan", "analyze", "--format", "json", str(file)))
    assert read["actions"] == {"create": 4, "delete": 2, "forget": 1, "no-op": 2, "update": 2}


def test_tf_peek(company_plan: Path) -> None:
    """It reports our changes by kind with before and after, and takes our word for what is sensitive."""
    report = _run("tf-peek", str(company_plan))
    actions = _actions(company_plan)
    for title, action in (("Delete", "delete"), ("Update", "update"), ("Create", "create")):
        assert f"{title} |  | {actions[action]} |  | **{actions[action]}** |" in report
    assert "`lumiere-fr/customer/C-2901`" in report
    assert '"Luminaires du Parc (double)"' in report
    hidden = [line for line in report.splitlines() if line.startswith(tuple(f"| `{name}`" for name in _PERSONAL))]
    assert len(hidden) > 20
    assert all("(sensitive value)" in line for line in hidden)


def test_tftest(company_plan: Path) -> None:
    """A test helper for Terraform gives our changes by their addresses."""
    read = tftest.TerraformPlanOutput(json.loads(company_plan.read_text(encoding="utf-8")))
    change = read.resource_changes["lumiere-fr/customer/C-2901"]["change"]
    assert change["actions"] == ["delete"]
    assert read.format_version == "1.2"
