"""`--expect`: the job of a reviewed plan, killed half way and run again, does the rest of exactly that plan."""

from __future__ import annotations

import subprocess

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.stores import inventory_of, store_of
from tests.cli.running import COMMAND, Ended, Folder

OLD = "customers:\n" + "".join(f"  - {{externalId: OLD-{number}, name: O}}\n" for number in range(9))
KEPT = "customers:\n" + "".join(f"  - {{externalId: OLD-{number}, name: O}}\n" for number in range(4))
NEW = "customers:\n" + "".join(f"  - {{externalId: NEW-{number}, name: N}}\n" for number in range(6))
LINE = "allow: [{guard: delete-ceiling, kind: customer, count: 5, until: 2099-12-31, reason: they closed}]\n"


def reviewed(folder: Folder, *, allowed: bool) -> str:
    """Manage nine customers, then let six come and, where that is allowed, five go; give the plan's digest."""
    folder.write("customers/acme.yaml", "customers: []\n")
    folder.write("customers/old.yaml", OLD)
    assert folder.call("apply", "--auto-approve").code == 0
    folder.call("sandbox", "add", "customer", "externalId=BY-HAND", "name=H")
    folder.write("customers/new.yaml", NEW + "  - {externalId: BY-HAND, name: Adopted}\n")
    if allowed:
        folder.write("customers/old.yaml", KEPT)
        folder.write("customers/allow.yaml", LINE)
    configuration = (folder.path / "reconciler.yaml").read_text()
    folder.write("reconciler.yaml", f"{configuration}    limits: {{requestsPerMinute: 480, inFlight: 1}}\n")
    return str(folder.call("plan", "--json").json()["digest"])


def killed(folder: Folder, digest: str, mark: str, times: int) -> None:
    """Kill the job when it has told something so many times, and free its lock as a person would."""
    command = [*COMMAND, "-C", str(folder.path), "apply", "--auto-approve", "--expect", digest]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as job:
        assert job.stdout is not None
        for line in job.stdout:
            times -= mark in line
            if not times:
                break
        job.kill()
    assert job.returncode == -9
    (organization,) = configured(folder.path)
    holder = store_of(organization, folder.path).holder()
    assert holder is not None
    assert folder.call("unlock", holder.id).code == 0


def job(folder: Folder, digest: str) -> Ended:
    """Run the job again."""
    return folder.call("apply", "--auto-approve", "--expect", digest)


@pytest.mark.parametrize(
    ("allowed", "mark", "times"),
    [
        (False, "NEW-0: Creating", 1),
        (False, "Creation complete", 2),
        (True, "Creation complete", 2),
        (True, "Destruction complete", 2),
        (False, "BY-HAND: Modifying", 1),
    ],
)
def test_a_killed_job_run_again_does_the_rest(folder: Folder, allowed: bool, mark: str, times: int) -> None:
    """The same end as without the kill: nothing is created twice, and the reviewed line is consumed once, by both."""
    digest = reviewed(folder, allowed=allowed)
    killed(folder, digest, mark, times)
    again = job(folder, digest)
    assert again.code == 0, again.err
    shown = folder.call("sandbox", "show").out
    kept = 4 if allowed else 9
    assert (shown.count("OLD-"), shown.count("NEW-")) == (kept, 6)
    assert "No changes." in folder.call("plan").out
    (organization,) = configured(folder.path)
    inventory = inventory_of(organization, folder.path)
    assert inventory is not None and inventory.intents == ()
    assert len(inventory.spent) == (1 if allowed else 0)


def test_the_rest_is_no_leave_for_anything_else(folder: Folder) -> None:
    """What nobody reviewed stops the job that is run again, and nothing is written."""
    digest = reviewed(folder, allowed=True)
    killed(folder, digest, "Creation complete", 2)
    folder.call("sandbox", "requests", "--clear")
    folder.write("customers/more.yaml", "customers: [{externalId: MORE, name: M}]\n")
    assert job(folder, digest).code == 5
    assert all(" GET " in f" {line} " for line in folder.requests())
    (folder.path / "customers" / "more.yaml").unlink()
    assert job(folder, digest).code == 0


def test_an_expected_plan_of_some_organizations_is_asked_for_by_their_names(folder: Folder) -> None:
    """The scope is part of the plan: the digest of one organization's plan holds for that one alone."""
    configuration = (folder.path / "reconciler.yaml").read_text()
    other = configuration.split("organizations:\n")[1].replace("acme-fr", "acme-be").replace("customers", "belgium")
    folder.write("reconciler.yaml", configuration + other)
    folder.write("belgium/one.yaml", "customers: [{externalId: B-1, name: B}]\n")
    digest = str(folder.call("plan", "--json", "--org", "acme-be").json()["digest"])
    assert folder.call("plan", "--expect", digest).code == 5
    assert folder.call("apply", "--auto-approve", "--expect", digest).code == 5
    assert folder.call("plan", "--expect", digest, "--org", "acme-be").code == 0
    assert folder.call("apply", "--auto-approve", "--expect", digest, "--org", "acme-be").code == 0
    assert "acme-fr: no inventory yet" in folder.call("inventory", "list").out
