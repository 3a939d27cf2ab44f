"""Runners with a clone each and nothing else in common but the remote and the vendor, as real processes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.sandbox import SandboxServer, Store, logged_requests
from tests.cli.running import COMMAND
from tests.store.repositories import BARE_ENVIRONMENT, clone_of, git, make_remote

pytestmark = pytest.mark.enable_socket
REF = "refs/reconciler/acme-fr"
CUSTOMERS = 6
QUICK, SLOW = 0.02, 1.0
"""Seconds that the vendor takes to answer; while it is slow, the second run has time to come and to be refused."""
DOCUMENTS = "customers:\n" + "".join(
    f"  - {{externalId: C-{number}, name: Customer {number}}}\n" for number in range(CUSTOMERS)
)
CONFIGURATION = """\
organizations:
  acme-fr:
    provider: upflow
    endpoint: {url}
    credentials: {{key: "${{ACME_KEY}}", secret: "${{ACME_SECRET}}"}}
    documents: customers
    digestKey: "${{ACME_DIGEST}}"
    inventory: {{store: git}}
    limits: {{inFlight: 1}}
"""
ENVIRONMENT = {**BARE_ENVIRONMENT, "ACME_KEY": "key", "ACME_SECRET": "secret", "ACME_DIGEST": "a secret of the test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The remote, the vendor, and the clones."""

    store: Store
    server: SandboxServer
    remote: Path

    def clone(self, name: str) -> Path:
        """Check the repository out on another runner."""
        path = clone_of(self.remote, name)
        (path / "customers").mkdir()
        (path / "customers" / "all.yaml").write_text(DOCUMENTS)
        (path / "reconciler.yaml").write_text(CONFIGURATION.format(url=self.server.url))
        return path

    def created(self) -> int:
        """Count the customers that were created at the vendor."""
        return sum(row.method == "POST" and row.effect is not None for row in logged_requests(self.store))

    def writers(self) -> list[str]:
        """Give who wrote the inventory's ref, from its first commit on."""
        return git(self.remote, "log", "--reverse", "--format=%s", REF).splitlines()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Start a vendor that takes its time."""
    store = Store(tmp_path / "vendor.db")
    with SandboxServer(store, auto_create=True, organization="acme-fr", latency=QUICK) as server:
        yield World(store=store, server=server, remote=make_remote(tmp_path))
    store.close()


def start(clone: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the program in a clone."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=clone,
        env={**os.environ, **ENVIRONMENT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(clone: Path, *arguments: str) -> tuple[int, str, str]:
    """Run the program in a clone to its end."""
    process = start(clone, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def begun(world: World, clone: Path) -> subprocess.Popen[str]:
    """Start an apply, wait until it holds the lock, and let it take long from then on."""
    process = start(clone, "apply", "--auto-approve")
    assert process.stderr is not None
    for line in process.stderr:
        if "Creating..." in line:
            world.server.latency = SLOW
            return process
    raise AssertionError(process.communicate())


def ended(world: World, process: subprocess.Popen[str]) -> tuple[int, str]:
    """Let the vendor be quick again and a run come to its end; give its code and what it told."""
    world.server.latency = QUICK
    _, err = process.communicate(timeout=120)
    return process.returncode, err


def test_of_two_clones_one_works_and_the_other_changes_nothing(world: World) -> None:
    """The loser ends with 6, names the winner and the way out, and has neither asked the vendor nor touched a file."""
    one, two = world.clone("one"), world.clone("two")
    first = begun(world, one)
    before = git(two, "for-each-ref"), git(two, "status", "--porcelain")
    code, out, err = run(two, "apply", "--auto-approve")
    assert (code, out) == (6, ""), err
    assert "acme-fr: another run holds the lock [locked]" in err
    assert 'runs "reconciler apply" since ' in err
    command = err.split("free the lock:\n")[1].split()
    assert command[:2] == ["reconciler", "unlock"]
    assert "Reading acme-fr" not in err
    assert (git(two, "for-each-ref"), git(two, "status", "--porcelain")) == before
    code, err = ended(world, first)
    assert (code, world.created()) == (0, CUSTOMERS), err
    assert run(two, "plan", "--detailed-exitcode")[0] == 0


def test_of_two_runs_in_one_folder_one_works_and_the_other_changes_nothing(world: World) -> None:
    """The same with the inventory in a file."""
    here = world.clone("one")
    configuration = (here / "reconciler.yaml").read_text()
    (here / "reconciler.yaml").write_text(configuration.replace("    inventory: {store: git}\n", ""))
    first = begun(world, here)
    code, out, err = run(here, "apply", "--auto-approve")
    assert (code, out) == (6, ""), err
    assert "acme-fr: another run holds the lock [locked]" in err
    code, err = ended(world, first)
    assert (code, world.created()) == (0, CUSTOMERS), err


def test_who_waits_finds_nothing_to_do(world: World) -> None:
    """With --lock-timeout the second goes on when the first has ended, and plans after that."""
    one, two = world.clone("one"), world.clone("two")
    first = begun(world, one)
    second = start(two, "apply", "--auto-approve", "--lock-timeout", "60")
    assert second.stderr is not None
    assert second.stderr.readline() == "Reading documents…\n"
    told = second.stderr.readline()
    assert told.startswith("acme-fr: ")
    assert 'runs "reconciler apply" since ' in told
    assert told.endswith("; waiting for it, 60 s at most…\n")
    assert ended(world, first)[0] == 0
    out, err = second.communicate(timeout=120)
    assert second.returncode == 0, err
    assert "No changes." in out
    assert world.created() == CUSTOMERS


def test_who_starts_at_the_same_moment_and_waits_does_the_rest(world: World) -> None:
    """Both have planned before either has the lock; who comes second waits, plans again, and creates nothing twice."""
    runs = [start(world.clone(name), "apply", "--auto-approve", "--lock-timeout", "60") for name in ("one", "two")]
    ends = [(process.communicate(timeout=120), process.returncode) for process in runs]
    assert [code for _, code in ends] == [0, 0], ends
    assert world.created() == CUSTOMERS
    assert sum("No changes." in out for (out, _), _ in ends) == 1, ends


def test_who_starts_at_the_same_moment_and_does_not_wait_is_refused(world: World) -> None:
    """One does the work; the other ends with 6, or with 5 where the first had come and gone before it asked."""
    runs = [start(world.clone(name), "apply", "--auto-approve") for name in ("one", "two")]
    ends = [(process.communicate(timeout=120), process.returncode) for process in runs]
    codes = sorted(code for _, code in ends)
    assert codes[0] == 0, ends
    assert set(codes[1:]) <= {5, 6}, ends
    assert world.created() == CUSTOMERS


def test_an_apply_pushes_once_before_the_first_write_and_once_at_the_end(world: World) -> None:
    """Of a run that takes less than fifteen seconds the remote sees two pushes; the first has all intents."""
    clone = world.clone("one")
    first = begun(world, clone)
    taken = git(world.remote, "show", f"{REF}:inventory.json")
    assert taken.count('"action":"create"') == CUSTOMERS
    assert '"managed":[]' in taken
    assert (ended(world, first)[0], world.writers()) == (0, ["acme-fr: serial 1", "acme-fr: serial 2"])
