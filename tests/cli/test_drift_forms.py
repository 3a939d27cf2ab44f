"""The command lines of `drift`: its forms in files, what is said of a wrong one, and the examples of its helps."""

from __future__ import annotations

import json
import shlex
import stat

import pytest

from reconciler.providers.starters import STARTERS
from tests.cli.running import CUSTOMERS, Folder

UPFLOW = CUSTOMERS
BILLABEX = """\
accounts:
  - source: {connectionId: erp, sourceId: A-001}
    fullName: First
    currencyCode: EUR
    contacts: [{key: accounts-payable, fullName: Ada First, email: ada@customer.example, language: en}]
"""
CONFIGURATION = """\
organizations:
  acme-fr:
    provider: billabex
    endpoint: sandbox
    documents: customers
    organizationId: 00000000-0000-4000-8000-000000000000
    emailDomains: [example.com]
"""


def drifted(folder: Folder, vendor: str) -> None:
    """Apply what the examples name, and have somebody else change it."""
    starter = STARTERS[vendor]
    if vendor == "billabex":
        folder.write("reconciler.yaml", CONFIGURATION)
    folder.write("customers/acme.yaml", {"upflow": UPFLOW, "billabex": BILLABEX}[vendor])
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    target = {"upflow": "customer/C-001", "billabex": "account/A-001"}[vendor]
    assert folder.call("sandbox", "edit", target, f"{starter.one_field}=Theirs").code == 0


@pytest.mark.parametrize("vendor", STARTERS)
@pytest.mark.parametrize("words", [("drift",), ("drift", "show"), ("drift", "accept")])
def test_the_examples_of_the_helps_run_as_they_stand(folder: Folder, vendor: str, words: tuple[str, ...]) -> None:
    """Those of this vendor: each finds what it names; 2 is drift."""
    drifted(folder, vendor)
    shown = folder.call(*words, "--help").out.partition("Examples:\n")[2].splitlines()
    others = [f"/{starter.kind}/" for name, starter in STARTERS.items() if name != vendor]
    lines = [line for line in shown if not any(one in line for one in others)]
    assert len(lines) >= 3
    patched = [line for line in lines if "--diff" in line]
    for line in [*patched, *(line for line in lines if line not in patched)]:
        ended = folder.call(*shlex.split(line)[1:])
        assert ended.code in (0, 2), (line, ended.err)
        assert "--diff" not in line or "Theirs" in ended.out


def test_a_form_goes_into_a_file_or_on_stdout(folder: Folder) -> None:
    """As a plan's does: masked, its owner's alone; the exit code says what was found all the same."""
    drifted(folder, "upflow")
    assert folder.call("sandbox", "edit", "customer/C-001/contact/P-1", "email=zoe@acme.example").code == 0
    ended = folder.call("drift", "--html", "drift.html", "--markdown", "-")
    assert (ended.code, "`name`" in ended.out or "name" in ended.out, "zoe@" in ended.out) == (2, True, False)
    page = folder.path / "drift.html"
    text = page.read_text(encoding="utf-8")
    assert (text.startswith("<!doctype html>"), "Theirs" in text, "zoe@" in text) == (True, True, False)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert folder.call("drift", "--json", "--html", "-").code == 64


@pytest.mark.parametrize(
    ("words", "told", "command"),
    [
        (("drift", "--html"), "Option '--html' requires an argument.", "reconciler drift show --help"),
        (("drift", "--report"), "Option '--report' requires an argument.", "reconciler drift show --help"),
        (("drift", "accept", "--org"), "Option '--org' requires an argument.", "reconciler drift accept --help"),
        (("plan", "--html"), "Option '--html' requires an argument.", "reconciler plan --help"),
        (("drift", "--org", "acme-fr", "accept"), "Options come behind the command", "reconciler drift accept"),
    ],
)
def test_a_wrong_command_line_leads_to_the_right_help(
    folder: Folder, words: tuple[str, ...], told: str, command: str
) -> None:
    """Of the command that was called."""
    ended = folder.call(*words)
    assert (ended.code, told in ended.err, command in ended.err) == (64, True, True), ended.err
    assert json.dumps(ended.out) == '""'
