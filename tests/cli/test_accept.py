"""`drift accept`: exactly what drifted goes into the documents, or nothing does; then a plan has nothing to say."""

from __future__ import annotations

import json
import stat
from collections import UserDict
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli.accepted_text import Showing, tell_accepted
from reconciler.cli.accepting import Accepted
from reconciler.model.drift import Drift
from tests.cli.running import Folder

FIRST = "acme-fr/customer/C-001"
DOCUMENT = (
    "\ufeff# Ours\r\ncustomers:\r\n"
    "  - externalId: C-001   # the first\r\n"
    "    name: 'Acme'\r\n"
    '    accountingRef: "01"  # quoted\r\n'
    "    dunningPlan: Standard\r\n"
    "    createOptions: true\r\n"
    "    address: {city: Lyon,  country: France}\r\n"
    "    customFields: {tier: Gold, areas: [North, South]}\r\n"
    "    contacts:\r\n"
    "      # the boss\r\n"
    "      - externalId: P-1\r\n"
    "        email: one@acme.example\r\n"
    "        firstName: Ana # who\r\n"
    "        isMain: true\r\n"
    "      - {externalId: P-2, email: two@acme.example}"
)
_TIER = {"externalId": "tier", "label": "Tier", "dataType": "SELECT", "options": ["Gold", "Silver"]}
_AREAS = {"externalId": "areas", "label": "Areas", "dataType": "MULTI_SELECT", "options": ["North", "South", "East"]}
SEED = {
    "dunningPlans": [{"name": "Standard"}, {"name": "Key accounts"}],
    "customFields": [{**one, "entityType": "CUSTOMER"} for one in (_TIER, _AREAS)],
}


@pytest.fixture
def applied(folder: Folder) -> Folder:
    """One customer, applied."""
    folder.write("seed.json", json.dumps(SEED))
    seeded = folder.call("sandbox", "seed", "--org", "acme-fr", str(folder.path / "seed.json"))
    assert seeded.code == 0, seeded.err
    write(folder, DOCUMENT)
    ended = folder.call("apply", "--auto-approve")
    assert ended.code == 0, ended.err
    return folder


def write(folder: Folder, text: str) -> None:
    """Write the document, byte for byte."""
    (folder.path / "customers/acme.yaml").write_bytes(text.encode())


def document(folder: Folder) -> str:
    """Read the document, byte for byte."""
    return (folder.path / "customers/acme.yaml").read_bytes().decode()


def by_hand(folder: Folder, *words: str) -> None:
    """Change something as another person does in the web app."""
    ended = folder.call("sandbox", *words)
    assert ended.code == 0, ended.err


def plan_says(folder: Folder) -> str:
    """Give what a plan has to say."""
    return folder.call("plan").out.partition(".")[0]


def test_scalars_are_spelled_as_documents_spell_them_and_all_else_stays(applied: Folder) -> None:
    """Breaks, quotes, comments, the mark at the beginning, the missing break at the end."""
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA", "accountingRef=02", "address.city=Paris")
    by_hand(applied, "edit", "customer/C-001/contact/P-1", "firstName=Anna")
    mode = stat.S_IMODE((applied.path / "customers/acme.yaml").stat().st_mode)
    ended = applied.call("drift", "accept")
    assert ended.code == 0, ended.err
    wanted = DOCUMENT.replace("'Acme'", "'Acme SA'").replace('"01"', '"02"').replace("Lyon", "Paris")
    assert document(applied) == wanted.replace("Ana #", "Anna #")
    assert f'customers/acme.yaml: {FIRST} name = "Acme" -> "Acme SA"\n' in ended.out
    assert "Anna" not in ended.out
    assert stat.S_IMODE((applied.path / "customers/acme.yaml").stat().st_mode) == mode
    assert plan_says(applied) == "No changes"
    assert applied.call("drift").code == 0


def test_people_come_and_go_in_place(applied: Folder) -> None:
    """Whoever came stands at the end, whoever went is taken out with their line alone."""
    by_hand(applied, "remove", "customer/C-001/contact/P-2")
    by_hand(applied, "add", "customer/C-001", "email=new@acme.example", "externalId=P-9", "position=PAYER")
    assert applied.call("drift", "accept").code == 0
    begun = DOCUMENT.rpartition("      - {externalId: P-2")[0]
    found = document(applied)
    assert found.startswith(begun)
    assert "P-2" not in found
    assert "new@acme.example" in found.removeprefix(begun)
    assert plan_says(applied) == "No changes"


def test_what_nobody_asked_for_is_left(applied: Folder) -> None:
    """What both sides changed is taken where its field is named; what the documents changed stays theirs."""
    changed = DOCUMENT.replace("Lyon", "Nice").replace("'Acme'", "'Other'")
    write(applied, changed)
    by_hand(applied, "edit", "customer/C-001", "address.city=Paris", "accountingRef=02")
    ended = applied.call("drift", "accept", FIRST)
    assert document(applied) == changed.replace('"01"', '"02"')
    assert f"Left  {FIRST}.address.city: both sides changed; name the field" in ended.out
    assert f"Left  {FIRST}.name: the documents changed" in ended.out
    assert applied.call("drift", "accept", f"{FIRST}.address").code == 0
    assert document(applied) == changed.replace('"01"', '"02"').replace("Nice", "Paris")


def test_a_dry_run_writes_nothing(applied: Folder) -> None:
    """A patch is masked unless somebody asks."""
    by_hand(applied, "edit", "customer/C-001/contact/P-1", "firstName=Annabel")
    dry = applied.call("drift", "accept", "--dry-run")
    assert (dry.code, "Would write 1 file" in dry.out, "Annabel" in dry.out) == (0, True, False)
    masked = applied.call("drift", "accept", "--diff").out
    assert "one@acme.example" not in masked
    assert "-        firstName: (personal " in masked
    patch = applied.call("drift", "accept", "--diff", "--show-personal").out
    assert "-        firstName: Ana # who\r\n+        firstName: Annabel # who\r\n" in patch
    assert document(applied) == DOCUMENT


def test_an_aliased_value_is_refused_with_its_place(applied: Folder) -> None:
    """And nothing is written, of the other fields neither."""
    aliased = DOCUMENT.replace("name: 'Acme'", "name: &acme 'Acme'")
    write(applied, aliased)
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA", "accountingRef=02")
    ended = applied.call("drift", "accept")
    assert (ended.code, document(applied)) == (65, aliased)
    assert "customers/acme.yaml:4:11: a value that stands in several places [edit-aliased]" in ended.err
    assert "reconciler drift accept ADDRESS[.FIELD]…" in ended.err
    named = applied.call("drift", "accept", "acme-fr/customer/C-001.accountingRef")
    assert (named.code, document(applied)) == (0, aliased.replace('"01"', '"02"'))


def test_what_documents_cannot_say_is_left_with_the_reason(applied: Folder) -> None:
    """Nothing, of a field that cannot be cleared; where it can, it is null."""
    by_hand(applied, "edit", "customer/C-001", "accountingRef=null", "dunningPlan=null")
    ended = applied.call("drift", "accept")
    assert ended.code == 0, ended.err
    assert "accountingRef: null  # quoted" in document(applied)
    assert "dunningPlan: null\r\n" in document(applied)
    assert plan_says(applied) == "No changes"


def test_names_are_written_where_documents_have_names(applied: Folder) -> None:
    """A plan by its name, a choice by its label; of a list of labels only what differs."""
    values = 'customFields={"tier": "Silver", "areas": ["South", "East"]}'
    by_hand(applied, "edit", "customer/C-001", "dunningPlan=Key accounts", values)
    ended = applied.call("drift", "accept")
    assert ended.code == 0, ended.err
    wanted = DOCUMENT.replace("Standard", "Key accounts").replace("Gold", "Silver")
    assert document(applied) == wanted.replace("[North, South]", "[South, East]")
    assert plan_says(applied) == "No changes"


def test_what_is_gone_is_taken_out_by_hand(applied: Folder) -> None:
    """A removal is written by a person, and reviewed as one."""
    by_hand(applied, "remove", "customer/C-001")
    ended = applied.call("drift", "accept", FIRST)
    assert (ended.code, document(applied)) == (0, DOCUMENT)
    assert f"Left  {FIRST}: it is gone" in ended.out
    assert "Nothing to take over." in ended.out


def test_without_an_inventory_an_address_has_to_be_named(applied: Folder) -> None:
    """Nobody can say whose doing it is, so nothing is taken over unasked."""
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA")
    (applied.path / ".reconciler" / "inventory" / "acme-fr.json").unlink()
    assert "Nothing to take over." in applied.call("drift", "accept").out
    assert document(applied) == DOCUMENT
    assert applied.call("drift", "accept", FIRST).code == 0
    assert document(applied) == DOCUMENT.replace("'Acme'", "'Acme SA'")


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    """What was written before the one that cannot be is put back."""
    (tmp_path / "a.yaml").write_bytes(b"old")
    files = {"a.yaml": (b"old", b"new"), "gone.yaml": (b"", b"new")}
    with pytest.raises(OSError, match="gone"):
        tell_accepted(Accepted(taken=Drift(scope=()), files=files), tmp_path, Showing())
    assert (tmp_path / "a.yaml").read_bytes() == b"old"


def test_a_signal_puts_files_back_too(tmp_path: Path) -> None:
    """It comes after the first of them was written."""

    class Interrupted(UserDict[str, tuple[bytes, bytes]]):
        def __iter__(self) -> Iterator[str]:
            yield "a.yaml"
            assert (tmp_path / "a.yaml").read_bytes() == b"new"
            raise KeyboardInterrupt

    (tmp_path / "a.yaml").write_bytes(b"old")
    files = Interrupted({"a.yaml": (b"old", b"new")})
    with pytest.raises(KeyboardInterrupt):
        tell_accepted(Accepted(taken=Drift(scope=()), files=files), tmp_path, Showing())
    assert (tmp_path / "a.yaml").read_bytes() == b"old"


def test_a_target_that_means_nothing_is_an_error(applied: Folder) -> None:
    """Here only what differs means something."""
    ended = applied.call("drift", "accept", f"{FIRST}.nmae")
    assert (ended.code, "[drift-unknown]" in ended.err) == (64, True)


def test_what_was_accepted_and_applied_is_remembered(applied: Folder) -> None:
    """Nothing is sent, but whoever is edited next is known to be ours, and what a value was last."""
    by_hand(applied, "add", "customer/C-001", "externalId=P-9", "email=nine@acme.example")
    by_hand(applied, "edit", "customer/C-001", "vatNumber=FR1", "name=Acme2")
    assert applied.call("drift", "accept").code == 0
    write(applied, document(applied).replace("    dunningPlan:", "    vatNumber: FR1\r\n    dunningPlan:"))
    assert plan_says(applied) == "No changes"
    assert applied.call("apply", "--auto-approve").code == 0
    by_hand(applied, "edit", "customer/C-001", "vatNumber=FR666", "name=Acme")
    by_hand(applied, "edit", "customer/C-001/contact/P-9", "email=other@acme.example")
    ended = applied.call("drift", "--json")
    assert (ended.code, ended.json()["counts"]) == (2, {"live changed": 3})


def test_an_apply_that_changes_nothing_keeps_the_inventory_as_it_is(applied: Folder) -> None:
    """Only what came to agree otherwise is news to it."""
    kept = applied.path / ".reconciler" / "inventory"
    before = {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    assert applied.call("apply", "--auto-approve").code == 0
    assert before == {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()} != {}


def test_a_patch_hides_people_however_they_are_written(applied: Folder) -> None:
    """Escaped, folded, named in a comment; a short name hides nothing but itself."""
    written = (
        DOCUMENT.replace("firstName: Ana # who", 'firstName: "Zo\\u00eb" # Zoë, really')
        .replace("isMain: true", "lastName: >-\r\n          Della\r\n          Rovere\r\n        isMain: true")
        .replace("email: two@acme.example", "email: two@acme.example, firstName: e")
    )
    write(applied, written)
    assert applied.call("apply", "--auto-approve").code == 0
    by_hand(applied, "edit", "customer/C-001/contact/P-1", "firstName=Zara", "lastName=Neri")
    by_hand(applied, "edit", "customer/C-001", "name=Acme SE")
    patch = applied.call("drift", "accept", "--diff").out
    assert not [word for word in ("Zo", "Zara", "Rovere", "Della", "Neri") if word in patch]
    assert patch.startswith("--- a/customers/acme.yaml\n+++ b/customers/acme.yaml\n")
    assert "+    name: 'Acme SE'\r\n" in patch
    assert patch.count("(personal ") == 4


def test_a_patch_may_be_asked_for_twice(applied: Folder) -> None:
    """`--diff` writes nothing in any case; what was left, and that nothing was written, is said beside the patch."""
    by_hand(applied, "edit", "customer/C-001", "name=Acme SA", "accountingRef=02")
    write(applied, DOCUMENT.replace('"01"', '"03"'))
    both, alone = (applied.call("drift", "accept", *words) for words in (("--dry-run", "--diff"), ("--diff",)))
    assert (both.code, both.out) == (alone.code, alone.out)
    assert both.out.endswith("-    name: 'Acme'\r\n+    name: 'Acme SA'\r\n")
    for ended in (both, alone):
        assert f"Left  {FIRST}.accountingRef: both sides changed" in ended.err
        assert "Would write 1 file; nothing was written.\n" in ended.err


def test_what_is_left_names_nobody(applied: Folder) -> None:
    """A key that is somebody's own name or address is masked, with a field behind it too."""
    people = "firstName: Zorana}\n      - {externalId: Zorana, email: zo@acme.example, firstName: Zorana}"
    written = DOCUMENT.replace("email: two@acme.example}", f"email: two@acme.example, {people}").replace("\r\n", "\n")
    write(applied, written)
    assert applied.call("apply", "--auto-approve").code == 0
    write(applied, written.replace("zo@acme.example", "zo@acme.example, lastName: Else"))
    for words in (("--dry-run",), ("--diff",)):
        ended = applied.call("drift", "accept", *words)
        assert ended.code == 0
        assert ".lastName: it was never applied" in ended.out + ended.err
        assert "Zorana" not in ended.out + ended.err
