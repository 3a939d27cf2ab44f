"""Personal values are masked wherever a plan is shown, unless somebody asks for them."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import CONFIGURATION, CUSTOMERS, Folder

ADDRESS = "one@acme.example"


@pytest.fixture
def people(folder: Folder) -> Folder:
    """The folder with a plan that was saved."""
    assert folder.call("plan", "--out", str(folder.path / "plan.out")).code == 0
    return folder


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("command", ["plan", "show"])
def test_a_plan_shows_nobody_unless_asked(command: str, form: tuple[str, ...], people: Folder) -> None:
    """The flag shows them, and so does the word in reconciler.yaml."""
    call = (command, *((str(people.path / "plan.out"),) if command == "show" else ()), *form)
    told = people.call(*call)
    assert (told.code, ADDRESS in told.out) == (0, False)
    assert "(personal " in told.out
    assert ADDRESS in people.call(*call, "--show-personal").out
    people.write("reconciler.yaml", f"{CONFIGURATION}personal: show\n")
    assert ADDRESS in people.call(*call).out


def test_the_saved_plan_alone_holds_them(people: Folder) -> None:
    """It is what will be carried out."""
    assert ADDRESS in (people.path / "plan.out").read_text()


def test_a_saved_plan_is_shown_masked_where_nothing_says_otherwise(people: Folder) -> None:
    """A configuration that cannot be read allows nothing."""
    people.write("reconciler.yaml", "personal: show\norganizations: 3\n")
    told = people.call("show", str(people.path / "plan.out"))
    assert (told.code, ADDRESS in told.out) == (0, False)


def test_an_apply_and_an_undo_show_nobody(folder: Folder) -> None:
    """Neither the page nor the events."""
    page = folder.call("apply", "--auto-approve")
    assert (page.code, ADDRESS in page.out + page.err) == (0, False)
    assert "(personal " in page.out
    assert ADDRESS in folder.call("undo", "last", "--show-personal", "--allow-delete", "customer=2").out
    undone = folder.call("undo", "last", "--allow-delete", "customer=2", "--out", str(folder.path / "undo.out"))
    assert (undone.code, ADDRESS in undone.out) == (0, False)
    events = folder.call("apply", str(folder.path / "undo.out"), "--json", "--show-personal")
    assert (events.code, ADDRESS in events.out + events.err) == (0, False)
    assert '"apply_complete"' in events.out


def test_an_apply_shows_them_to_whoever_asks(folder: Folder) -> None:
    """On its page."""
    assert ADDRESS in folder.call("apply", "--auto-approve", "--show-personal").out


def test_an_account_manager_is_not_named(folder: Folder) -> None:
    """A catalogue of people names people."""
    user = {"id": "u-1", "firstName": "ZqAda", "lastName": "ZqLovelace", "email": "ada@zq.example"}
    folder.write("seed.json", json.dumps({"users": [user]}))
    assert folder.call("sandbox", "seed", str(folder.path / "seed.json")).code == 0
    folder.write(
        "customers/acme.yaml", CUSTOMERS.replace("name: Acme\n", "name: Acme\n    accountManager: ada@zq.example\n")
    )
    told = folder.call("plan")
    assert (told.code, "Zq" in told.out, "zq.example" in told.out) == (0, False, False)
    assert '"(personal ' in told.out
    assert '"ZqAda ZqLovelace" (u-1)' in folder.call("plan", "--show-personal").out


@pytest.mark.parametrize("word", ["shown", "3", "[show]"])
def test_another_word_is_refused_at_its_place(word: str, folder: Folder) -> None:
    """Nothing is shown by mistake."""
    folder.write("reconciler.yaml", f"{CONFIGURATION}personal: {word}\n")
    told = folder.call("validate")
    assert (told.code, "reconciler.yaml:6:11: neither mask nor show [personal-unknown]" in told.err) == (65, True)
