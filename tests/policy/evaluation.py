"""Evaluating the example policies, all of them together, as `conftest test --policy examples/policy` does.

They are evaluated by Rego's other implementation (rego-cpp), so that nothing in them is a habit of one.
"""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import yaml
from regopy import Interpreter

from reconciler.model.plan import Plan
from reconciler.render.plan_json import plan_json
from tests.docs.fences import ROOT

POLICIES = sorted((ROOT / "examples" / "policy").glob("*.rego"))
AT = datetime(2026, 11, 22, tzinfo=UTC)


def said(rule: str, found: Plan | Path, *, limits: bool = False) -> list[str]:
    """Give what a rule says of a plan, in order; with `limits`, by those of the data file."""
    interpreter = Interpreter()
    for policy in POLICIES:
        interpreter.add_module(policy.name, policy.read_text(encoding="utf-8"))
    if limits:
        interpreter.add_data(yaml.safe_load((POLICIES[0].parent / "limits.yaml").read_text(encoding="utf-8")))
    text = plan_json(found, AT) if isinstance(found, Plan) else found.read_text(encoding="utf-8")
    interpreter.set_input(json.loads(text))
    # One by one in base64: where results are given out as JSON, quotes within texts are not escaped.
    output = interpreter.query(f"[base64.encode(one) | some one in sort(data.main.{rule})]")
    assert output.ok(), str(output)
    found_by_it = output.results[0].expressions[0]
    assert isinstance(found_by_it, list)
    return [b64decode(one).decode() for one in found_by_it]
