"""A saved plan, and another organization that answers by the time it is applied."""

from __future__ import annotations

import pytest

from tests.cli.running import NINE_MORE, Folder

ANOTHER = "customers:\n" + "".join(f"  - {{externalId: X-{number}, name: X}}\n" for number in range(3))


def saved(folder: Folder, *options: str, more: str = NINE_MORE) -> str:
    """Apply what there is, declare one customer more, and save the plan that creates it."""
    folder.write("customers/more.yaml", more)
    assert folder.call("apply", "--auto-approve").code == 0
    folder.write("customers/new.yaml", "customers: [{externalId: NEW, name: New}]\n")
    return planned(folder, *options)


def planned(folder: Folder, *options: str) -> str:
    """Save a plan."""
    file = str(folder.path / "plan.out")
    folder.call("plan", "--out", file, *options)
    return file


def swap(folder: Folder, state: str = ANOTHER) -> None:
    """Let another organization answer in the place of ours."""
    folder.write("another.yaml", state)
    assert folder.call("sandbox", "seed", str(folder.path / "another.yaml")).code == 0


def is_live(folder: Folder, key: str) -> bool:
    """Say whether a customer is live."""
    return key in folder.call("sandbox", "show").out


def posts(folder: Folder) -> int:
    """Count what was sent to be created."""
    return sum(" POST " in one for one in folder.requests())


def pages(folder: Folder) -> int:
    """Count the pages of customers that were read."""
    return sum(one.split()[1:3] == ["GET", "/customers"] for one in folder.requests())


@pytest.mark.parametrize("more", [NINE_MORE, "customers: []\n"], ids=["many", "few"])
def test_nothing_is_created_where_strangers_answer(folder: Folder, more: str) -> None:
    """The keys of two organizations were swapped while the plan was reviewed: it is stale, and nothing is written."""
    file = saved(folder, more=more)
    swap(folder)
    ended = folder.call("apply", file)
    assert (ended.code, "[organization-changed]" in ended.err, is_live(folder, "NEW")) == (5, True, False)
    assert "reconciler plan --out FILE" in ended.err


def test_the_same_organization_is_asked_and_written_to(folder: Folder) -> None:
    """Where our objects answer, the reviewed plan is what happens; eleven of them cost the one page they stand on."""
    file = saved(folder)
    before = pages(folder)
    assert folder.call("apply", file).code == 0
    assert is_live(folder, "NEW")
    assert pages(folder) == before + 1


def test_who_said_that_it_is_the_same_is_not_asked_again(folder: Folder) -> None:
    """A plan that was allowed to go where strangers answer goes there."""
    saved(folder)
    swap(folder)
    allowed = ("organization-changed=acme-fr", "live-shrank=customer")
    file = planned(folder, *(word for one in allowed for word in ("--allow", one)))
    assert folder.call("apply", file).code == 0
    assert is_live(folder, "NEW")


def test_nothing_managed_is_nothing_to_ask(folder: Folder) -> None:
    """The plan of a first run goes wherever the keys lead: nothing that we know tells one organization from another."""
    file = planned(folder)
    swap(folder)
    assert folder.call("apply", file).code == 0
    assert is_live(folder, "C-001")


def test_who_cannot_be_asked_is_not_written_to(folder: Folder) -> None:
    """The listing proves nothing: no conclusion, nothing written."""
    file = saved(folder)
    before = posts(folder)
    assert folder.call("sandbox", "fault", "page-truncated", "path=/customers", "times=null").code == 0
    assert folder.call("apply", file).code == 7
    assert posts(folder) == before
