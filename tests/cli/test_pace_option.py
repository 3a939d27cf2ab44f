"""`--max-requests-per-minute`: it reaches every command that asks a vendor, and changes nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.cli.main import run
from tests.company import Company

DOCUMENT = "customers:\n  - externalId: C-1\n    name: One\n    contacts: []\n"
WHOLE = ["--max-requests-per-minute", "120"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a company with one customer to be made, and work in it."""
    company = Company(tmp_path)
    company.write({"one.yaml": DOCUMENT})
    company.seed({})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cost_of(capsys: pytest.CaptureFixture[str]) -> str:
    """Give the line of a plan that tells its cost."""
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("About ")]
    return line


@pytest.mark.usefixtures("folder")
def test_a_plan_tells_the_pace_that_it_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Nine tenths of the vendor's limit; what the option says, where that is less; and nothing more by it."""
    assert run(["plan"]) == 0
    assert cost_of(capsys).endswith("at 540 requests/min.")
    assert run(["plan", *WHOLE]) == 0
    assert cost_of(capsys).endswith("at 120 requests/min.")
    assert run(["plan", "--max-requests-per-minute", "1000"]) == 0
    assert cost_of(capsys).endswith("at 540 requests/min.")


def test_it_is_no_part_of_the_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another pace gives the same digest, and a plan made at one pace is carried out at another."""
    digests = set()
    for options in ([], WHOLE):
        assert run(["plan", "--json", *options]) == 0
        digests.add(json.loads(capsys.readouterr().out)["digest"])
    assert len(digests) == 1
    assert run(["plan", "--out", str(folder / "plan.out"), *WHOLE]) == 0
    assert run(["apply", str(folder / "plan.out"), "--max-requests-per-minute", "600"]) == 0


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "command", ["plan", "apply --auto-approve", "adopt", "inventory rebuild", "dump --out elsewhere"]
)
def test_every_command_that_asks_takes_it(command: str) -> None:
    """And none takes less than one a minute."""
    assert run([*command.split(), *WHOLE]) == 0
    assert run([*command.split(), "--max-requests-per-minute", "0"]) == 64
