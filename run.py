#!/usr/bin/env python3
"""Run the project from a fresh clone with nothing but Python 3.11+: `python3 run.py demo`, `python3 run.py tests`.

Both make `.venv` beside this file on the first run and install the project and its tools into it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
EXAMPLE = ROOT / "examples"
SEEDS = {"lumiere-fr": "sandbox-seed.json", "lumiere-ch": "sandbox-seed-ch.json"}
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""How many bytes must be free there before the tests put their folders into it; they use a tenth of that."""

WORKERS = str((os.cpu_count() or 1) + 1)
"""One more than there are cores: many tests wait for a pace, a lease or a process, as a user would."""

CHECKS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("strict types", ["mypy"]),
    ("tests", ["pytest", "-q", "-n", WORKERS, "--dist", "worksteal"]),
)


def install() -> None:
    """Make the virtual environment and install into it, unless that was done for this very pyproject.toml."""
    stamp = VENV / "installed-for"
    wanted = (ROOT / "pyproject.toml").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing into .venv (once) ...", flush=True)
    if not Path(PYTHON).exists():
        venv.create(VENV, with_pip=True)
    run([PYTHON, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[dev]"])
    stamp.write_text(wanted)


def run(command: list[str], folder: Path = ROOT, scratch: Path | None = None) -> None:
    """Run a command, with its temporary files in `scratch`; end with its code if it fails.

    The program is started some hundred times by the tests, so what Python compiles is kept, whatever the shell says.
    """
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if scratch is not None:
        environment["TMPDIR"] = str(scratch)
    code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    if code:
        sys.exit(code)


def demo() -> None:
    """Validate, plan and apply the example against both simulated vendors, then plan again: no changes."""
    with tempfile.TemporaryDirectory(prefix="reconciler-demo-") as scratch:
        company = Path(scratch) / "desired-state"
        shutil.copytree(EXAMPLE / "desired-state", company, ignore=shutil.ignore_patterns(".reconciler"))
        for organization, seed in SEEDS.items():
            show(["sandbox", "seed", "--org", organization, str(EXAMPLE / seed)], company)
        for words in (["validate"], ["plan"]):
            show(words, company)
        show(["apply", "--auto-approve"], company)
        print("\n$ rm customers/allowed.yaml  # what it allows was allowed once", flush=True)
        (company / "customers" / "allowed.yaml").unlink()
        show(["plan"], company)


def show(words: list[str], folder: Path) -> None:
    """Print a command of reconciler and run it."""
    shown = [Path(word).name if word.startswith(str(ROOT)) else word for word in words]
    print(f"\n$ reconciler {' '.join(shown)}", flush=True)
    run([PYTHON, "-m", "reconciler", *words], folder)


def tests() -> None:
    """Check format, lint and types, and run every test; layer contracts are among the tests."""
    with in_memory() as scratch:
        for title, words in CHECKS:
            print(f"\n== {title}", flush=True)
            run([str(BIN / words[0]), *words[1:]], scratch=scratch)


@contextlib.contextmanager
def in_memory() -> Iterator[Path | None]:
    """Give a folder in memory for a while where there is room; the tests make some hundred thousand small files.

    Programs can be started from there, or else it is not taken: some tests write one.
    """
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    if not there or shutil.disk_usage(MEMORY).free < ROOM:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="reconciler-tests-", dir=MEMORY) as folder:
        yield Path(folder)


COMMANDS = {"demo": demo, "tests": tests}


def main() -> None:
    """Do what the one argument says."""
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if command is None:
        sys.exit(f"usage: python3 run.py {'|'.join(COMMANDS)}")
    install()
    command()


if __name__ == "__main__":
    main()
