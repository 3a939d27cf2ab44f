"""An apply of fifty changes at an inventory in a file or in git: how it is killed, gone on with, and judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.composition import configured
from reconciler.cli.stores import store_of
from reconciler.sandbox import logged_requests
from reconciler.sandbox.values import JsonObject
from reconciler.store.inventory import InventoryStore
from tests.company import CONFIGURATION, Company
from tests.scenarios.killed import ALLOWED, PID_FILE
from tests.store.repositories import git, make_remote

ROOT = Path(__file__).parents[2]
EVENTS = 100
"""Two for each change: it is begun, it is done."""
WRITES = 50
"""One for each change."""
PACE = "    limits: {requestsPerMinute: 120}\n"
"""So slow (in virtual time) that there are checkpoints between the lock and the end."""
STRICT = "    policy: {adopt: never}\n"
"""Under it, what a killed run made is ours only because its intent was recorded, and not because it is live."""
IN_GIT = "    inventory: {store: git}\n    digestKey: ${ACME_DIGEST}\n"
REF = "refs/reconciler/acme"

HOOK = """#!/bin/sh
number=$(cat ../pushes 2>/dev/null || echo 0); number=$((number + 1)); echo $number > ../pushes
[ $number -eq {last} ] || exit 0
kill -9 $(cat ../{pid}); kill -9 0
"""
"""Kills the run, and git with all that it started: at the remote, so that it is known how far the push had come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Where an apply dies; `before` and `after` are pushes of the git store, before and after the remote takes one."""

    point: str
    last: int

    def __str__(self) -> str:
        return f"{self.point}-{self.last}"


def person(number: int) -> JsonObject:
    """Give a contact."""
    return {"externalId": f"P-{number}", "email": f"p{number}@example.com"}


def company(folder: Path, store: str, policy: str = STRICT) -> Company:
    """Twelve managed customers, of which six are renamed and four go, and forty that come."""
    folder.mkdir(parents=True)
    if store == "git":
        make_remote(folder)
        renew_clone(folder / "company")
    configuration = f"{CONFIGURATION}{PACE}{policy}{IN_GIT if store == 'git' else ''}"
    (folder / "company").mkdir(exist_ok=True)
    (folder / "company" / "reconciler.yaml").write_text(configuration)
    here = Company(folder / "company")
    here.seed(
        {
            "customers": [
                {"externalId": f"C-{n:02}", "name": f"Customer {n}", "contacts": [person(n)]} for n in range(12)
            ]
        }
    )
    here.write({"old.yaml": _customers(range(12), "Customer")})
    here.manage()
    here.write({"old.yaml": _customers(range(6), "Renamed") + _customers(range(6, 8), "Customer")[11:]})
    here.write({"new.yaml": _customers(range(20, 60), "New")})
    here.allowances = ALLOWED
    return here


def renew_clone(folder: Path) -> None:
    """Give a folder the memory of a fresh runner: a repository that knows where the remote is, and nothing else."""
    shutil.rmtree(folder / ".git", ignore_errors=True)
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet")
    git(folder, "remote", "add", "origin", str(folder.parent / "remote.git"))


def _customers(numbers: range, name: str) -> str:
    lines = [
        f"  - {{externalId: C-{number:02}, name: {name} {number}, contacts: [{json.dumps(person(number))}]}}\n"
        for number in numbers
    ]
    return "customers:\n" + "".join(lines)


def hurry(here: Company) -> None:
    """Let the rest be done in real time without anybody falling asleep."""
    file = here.folder / "reconciler.yaml"
    file.write_text(file.read_text().replace(PACE, ""))
    here.turn({"list_rows_contacts": True})


def store_here(here: Company) -> InventoryStore:
    """Open the store of the company's inventory."""
    (organization,) = configured(here.folder)
    return store_of(organization, here.folder)


def kill(here: Company, death: Death) -> bool:
    """Let an apply run in a process of its own until it dies as told; say whether it did, or came to its end first."""
    hook = here.folder.parent / "remote.git" / "hooks" / ("pre-receive" if death.point == "before" else "post-receive")
    pushed = death.point in ("before", "after")
    if pushed:
        hook.write_text(HOOK.format(last=death.last, pid=PID_FILE))
        hook.chmod(0o755)
    arguments = (str(here.folder), "never" if pushed else death.point, str(death.last))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.killed", *arguments],
        cwd=ROOT,
        env=dict(os.environ),
        timeout=300,
        check=False,
        capture_output=True,
    )
    hook.unlink(missing_ok=True)
    assert ended.returncode in (-9, 0), (str(death), ended.returncode, ended.stderr.decode()[-2000:])
    return ended.returncode == -9


def go_on(here: Company) -> bool:
    """Free the dead run's lock as a person would, and apply again; say whether there was a lock to be freed.

    With git it is another runner that goes on, one that has seen nothing yet.
    """
    if (here.folder / ".git").exists():
        renew_clone(here.folder)
    store = store_here(here)
    holder = store.holder()
    if holder is not None:
        store.unlock(holder.id)
    applied = here.apply()
    assert applied.code == 0, applied.summary
    assert here.plan().empty
    return holder is not None


def check(here: Company, calm: Company) -> None:
    """Hold the end against that of an undisturbed run, and the writes that took effect against what was to be done."""
    assert here.state() == calm.state()
    effects = effects_of(here)
    assert effects["POST /customers"] == 40, effects
    assert sum(count for path, count in effects.items() if path.startswith("DELETE ")) == 4, effects
    assert max(count for path, count in effects.items() if path != "POST /customers") == 1, effects
    ours, same = here.inventory(), calm.inventory()
    assert ours is not None and same is not None
    assert (sorted(ours.managed), ours.intents, ours.sizes) == (sorted(same.managed), (), same.sizes)
    assert all(entry.remote_id for entry in ours.managed.values())
    assert store_here(here).holder() is None


def effects_of(here: Company) -> Counter[str]:
    """Count the writes that changed something, as `POST /customers`."""
    with here.store() as store:
        return Counter(
            f"{row.method} {row.path}" for row in logged_requests(store) if row.method != "GET" and row.effect
        )


def calm_company(folder: Path, store: str) -> Company:
    """Apply undisturbed."""
    calm = company(folder, store)
    applied = calm.apply()
    assert (applied.code, len(applied.events), applied.summary.total.done) == (0, EVENTS, WRITES)
    return calm
