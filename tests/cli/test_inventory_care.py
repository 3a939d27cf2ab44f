"""An inventory that is held, damaged, somebody else's or written meanwhile, as a person at either store meets it."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.cli.locking import take_locks, this_run
from reconciler.cli.managing import rebuilt
from reconciler.cli.stores import first_inventory, inventory_of, store_of
from reconciler.cli.watching import Watch
from reconciler.errors import Locked, PlanStale
from reconciler.model.change import Action
from reconciler.model.inventory import Intent, Inventory
from reconciler.render.progress import Lines
from reconciler.store.inventory import Hold
from reconciler.store.plan_file import read_plan
from tests.cli.running import Folder
from tests.store.repositories import git

KEPT = Path(".reconciler") / "inventory" / "acme-fr.json"
REF = "refs/reconciler/acme-fr"
SEALED = b'{"checksum":"%s",\n%s'


@pytest.fixture(params=["file", "git"])
def kept(request: pytest.FixtureRequest, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder whose inventory is kept in a file, or in git."""
    monkeypatch.setenv("ACME_DIGEST", "a secret of the tests")
    if request.param == "git":
        in_git(folder)
    return folder


def in_git(folder: Folder) -> None:
    """Make the folder a clone of a bare repository, and keep the inventory there."""
    bare = bare_of(folder)
    bare.mkdir()
    git(bare, "init", "--quiet", "--bare")
    git(folder.path, "init", "--quiet")
    git(folder.path, "remote", "add", "origin", str(bare))
    configuration = (folder.path / "reconciler.yaml").read_text()
    folder.write("reconciler.yaml", f"{configuration}    inventory: {{store: git}}\n    digestKey: ${{ACME_DIGEST}}\n")


def bare_of(folder: Folder) -> Path:
    """Give where the remote is, or would be."""
    return folder.path.parent / f"{folder.path.name}-remote.git"


def inventory_in(folder: Folder) -> Inventory:
    """Read what is managed."""
    (organization,) = configured(folder.path)
    return inventory_of(organization, folder.path) or first_inventory(organization)


def hold(folder: Folder) -> Hold:
    """Take the lock as another run."""
    (organization,) = configured(folder.path)
    return store_of(organization, folder.path).take(this_run("reconciler apply"), inventory_in(folder))


def content(folder: Folder) -> bytes:
    """Give what is stored."""
    if not bare_of(folder).exists():
        return (folder.path / KEPT).read_bytes()
    return f"{git(bare_of(folder), 'show', f'{REF}:inventory.json')}\n".encode()


def put(folder: Folder, text: bytes) -> None:
    """Put something in the inventory's place."""
    if not bare_of(folder).exists():
        (folder.path / KEPT).write_bytes(text)
        return
    file = folder.path.parent / "inventory.json"
    file.write_bytes(text)
    bare = bare_of(folder)
    blob = git(bare, "hash-object", "-w", "--no-filters", str(file))
    git(bare, "update-index", "--add", "--cacheinfo", f"100644,{blob},{file.name}")
    tree = git(bare, "write-tree")
    git(bare, "update-ref", REF, git(bare, "commit-tree", tree, "-p", REF, "-m", "By hand"))


def altered(text: bytes, old: bytes, new: bytes) -> bytes:
    """Alter an inventory and seal it again, as another version or another organization would have written it."""
    body = text.partition(b"\n")[2].replace(old, new)
    return SEALED % (hashlib.sha256(body).hexdigest().encode(), body)


DAMAGES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "torn": ("inventory-unreadable", lambda text: text[:300]),
    "empty": ("inventory-unreadable", lambda text: text[:0]),
    "edited": ("inventory-unreadable", lambda text: text.replace(b"C-002", b"C-003")),
    "of another tool": ("inventory-foreign", lambda text: b'{"version": 4}' + text[:0]),
    "of another organization": ("inventory-foreign", lambda text: altered(text, b'"acme-fr"', b'"acme-uk"')),
    "of a later version": (
        "inventory-newer",
        lambda text: altered(text, b'"format_version":1', b'"format_version":2'),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_inventory_that_cannot_be_read_is_refused_with_the_way_to_rebuild_it(damage: str, kept: Folder) -> None:
    """No command goes on without it or takes it for empty; rebuilt as told, all is managed again, nothing is sent."""
    kept.call("apply", "--auto-approve")
    code, spoil = DAMAGES[damage]
    put(kept, spoil(content(kept)))
    kept.call("sandbox", "requests", "--clear")
    address = "acme-fr/customer/C-001"
    for command in (
        ("plan",),
        ("apply", "--auto-approve"),
        ("adopt",),
        ("inventory", "list"),
        ("inventory", "show", address),
        ("inventory", "forget", address),
    ):
        ended = kept.call(*command)
        assert ended.code == 1, (command, ended)
        assert f"[{code}]" in ended.err
        assert ended.err.endswith("    reconciler inventory rebuild --org acme-fr\n")
    assert kept.call("inventory", "rebuild", "--org", "acme-fr").out == (
        "acme-fr: Rebuilt with 2 objects; nothing was sent.\n"
    )
    assert kept.call("plan").out.startswith("No changes.")
    assert [line for line in kept.requests() if " GET " not in line] == []


def test_a_held_lock_refuses_every_command_that_writes_and_no_other(kept: Folder) -> None:
    """Each is refused with 6 and the id; who only looks is served."""
    kept.call("apply", "--auto-approve")
    lock, before = hold(kept).holder.id, content(kept)
    writing = ["apply --auto-approve", "inventory rebuild", "inventory forget acme-fr/customer/C-001"]
    looking = ["plan", "inventory list", "inventory show acme-fr/customer/C-001"]
    for command in writing:
        ended = kept.call(*command.split())
        assert ended.code == 6, (command, ended)
        assert ended.err.endswith(f"    reconciler unlock {lock}\n")
    for command in looking:
        assert kept.call(*command.split()).code == 0, command
    assert content(kept) == before
    assert kept.call("unlock", "another").err.endswith(f"    reconciler unlock {lock}\n")
    assert kept.call("unlock", lock).code == 0
    assert kept.call("inventory", "forget", "acme-fr/customer/C-001").code == 0


def test_a_plan_takes_no_lock_and_writes_nothing(kept: Folder) -> None:
    """Beside the sandbox's own file nothing that is there is touched, and nothing comes; not at the remote either."""
    kept.call("plan")
    assert not (kept.path / KEPT).parent.exists()
    kept.call("apply", "--auto-approve")
    before = snapshot(kept)
    assert kept.call("plan").code == 0
    assert kept.call("inventory", "list").code == 0
    assert snapshot(kept) == before


def snapshot(folder: Folder) -> dict[str, tuple[int, int]]:
    """Give size and time of everything in the folder and in the remote; the sandbox notes what it was asked."""
    places = [one for one in (folder.path, bare_of(folder)) if one.exists()]
    paths = (path for place in places for path in place.rglob("*") if "sandbox.db" not in path.name)
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths if path.name != ".reconciler"}


def test_what_another_run_wrote_meanwhile_is_kept_when_something_is_forgotten(kept: Folder) -> None:
    """To forget an object reads again what was written between its reading and its lock."""
    kept.call("apply", "--auto-approve")
    (organization,) = configured(kept.path)
    rounds: list[int] = []

    def forget(found: Inventory) -> Inventory:
        rounds.append(found.serial)
        if len(rounds) == 1:
            hold(kept).release(inventory_in(kept))
        return found

    rewrite(organization, kept.path, "a test", forget)
    assert rounds == [2, 4]


def test_what_a_killed_run_intended_can_be_forgotten(kept: Folder) -> None:
    """An intent is listed as such; forgotten, it is gone."""
    kept.call("apply", "--auto-approve")
    intent = Intent(kind="customer", key="C-009", action=Action.CREATE.value, remote_id=None, run="r1")
    (organization,) = configured(kept.path)
    rewrite(organization, kept.path, "a test", lambda found: with_intent(found, intent))
    listed = "acme-fr/customer/C-009  create intended by run r1, its end is not known"
    assert listed in kept.call("inventory", "list").out
    assert kept.call("inventory", "show", "acme-fr/customer/C-009").code == 64
    assert kept.call("inventory", "forget", "acme-fr/customer/C-009").code == 0
    assert "C-009" not in kept.call("inventory", "list").out


def with_intent(found: Inventory, intent: Intent) -> Inventory:
    """Give the inventory as a killed run leaves it."""
    return replace(found, intents=(*found.intents, intent))


def test_an_organization_that_is_not_configured_is_told_with_the_one_that_is(folder: Folder) -> None:
    """For addresses, as for --org."""
    for verb in ("show", "forget"):
        ended = folder.call("inventory", verb, "acme-fx/customer/C-001")
        assert ended.code == 64
        assert "[organization-unknown]" in ended.err
        assert 'Did you mean "acme-fr"?' in ended.err


def test_a_lock_that_cannot_be_had_gives_the_others_back(folder: Folder) -> None:
    """Two organizations, one of them held by a run that came after planning: neither is written to."""
    text = (folder.path / "reconciler.yaml").read_text()
    second_part = text.partition("\n")[2].replace("acme-fr", "acme-uk").replace(" customers", " clients")
    folder.write("reconciler.yaml", text + second_part)
    folder.write("clients/acme.yaml", "customers:\n  - {externalId: U-1, name: One}\n")
    first, second = configured(folder.path)
    plan = folder.path / "plan.out"
    assert folder.call("plan", "--out", str(plan)).code == 0
    read = read_plan(plan)
    held = store_of(second, folder.path).take(this_run("reconciler apply"), first_inventory(second))
    with pytest.raises(Locked):
        asyncio.run(
            take_locks(
                read,
                (first, second),
                {first.name: None, second.name: None},
                folder.path,
                asyncio.Event(),
                Watch(Lines(lambda _line: None, time.monotonic)),
                holder=this_run("reconciler apply"),
            )
        )
    left = inventory_of(first, folder.path)
    assert left is not None
    assert (left.intents, left.managed) == ((), {})
    assert store_of(first, folder.path).holder() is None
    assert store_of(second, folder.path).holder() == held.holder


def test_a_rebuild_does_not_undo_what_another_run_wrote_meanwhile(kept: Folder) -> None:
    """A run that comes and goes while the vendor is read makes it begin again; what that run wrote stands."""
    kept.call("apply", "--auto-approve")

    def interfere(line: str) -> None:
        if line.startswith("Comparing"):
            hold(kept).release(replace(inventory_in(kept), managed={}))

    with pytest.raises(PlanStale) as caught, Lines(interfere, time.monotonic) as told:
        rebuilt(kept.path, (), told, 0.0)
    assert [one.code for one in caught.value.problems] == ["inventory-moved"]
    assert inventory_in(kept).managed == {}
    assert kept.call("inventory", "rebuild").out == "acme-fr: Rebuilt with 2 objects; nothing was sent.\n"
