"""Calling the program: in this process where that shows enough, in one of its own where it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.cli.main import run

CONFIGURATION = """\
organizations:
  acme-fr:
    provider: upflow
    endpoint: sandbox
    documents: customers
"""
CUSTOMERS = """\
customers:
  - externalId: C-001
    name: Acme
    address: {city: Lyon}
    contacts:
      - {externalId: P-1, email: one@acme.example, isMain: true}
  - externalId: C-002
    name: Acme Lyon
    parent: C-001
"""

NINE_MORE = "customers:\n" + "".join(f"  - {{externalId: D-{number}, name: D}}\n" for number in range(9))
"""Enough that they are listed rather than looked up one by one."""
COMMAND = (sys.executable, "-c", "from reconciler.cli.main import main; main()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a call of the program left behind."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        """Read stdout as one JSON object."""
        read: dict[str, object] = json.loads(self.out)
        return read

    def lines(self) -> list[dict[str, object]]:
        """Read stdout as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Folder:
    """A folder of documents and the program called in it."""

    def __init__(self, path: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capture = capture
        self.write("reconciler.yaml", CONFIGURATION)
        self.write("customers/acme.yaml", CUSTOMERS)

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def call(self, *arguments: str) -> Ended:
        """Call the program in this process."""
        self._capture.readouterr()
        code = run(["-C", str(self.path), *arguments])
        captured = self._capture.readouterr()
        return Ended(code=code, out=captured.out, err=captured.err)

    def requests(self) -> list[str]:
        """Give the requests that the sandbox saw, without their queries."""
        return [line.split("?")[0] for line in self.call("sandbox", "requests").out.splitlines()]


def call_alone(*arguments: str, code: str = "from reconciler.cli.main import main; main()") -> Ended:
    """Call the program in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return Ended(code=ended.returncode, out=ended.stdout, err=ended.stderr)
