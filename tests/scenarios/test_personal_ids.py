"""No output names a person whose external id is the e-mail address or the name, whatever the command is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reconciler.cli.main import run
from tests.company import Company
from tests.scenarios import people

MAIL, NAME, LEAVER = "ada.zq@alpha.example", "Zqgrace Zqhopper", "zqzoe.zqmartin"
ADA = f"{{externalId: {MAIL}, email: {MAIL}, firstName: Zqada, lastName: Zqlove, isMain: true}}"
DOCUMENT = f"""customers:
  - externalId: C-1
    name: Alpha
    contacts:
      - {ADA}
      - {{externalId: {NAME}, email: gh.zq@alpha.example, firstName: Zqgrace, lastName: Zqhopper}}
      - {{externalId: {LEAVER}, email: {LEAVER}@alpha.example}}
"""
TWO_WRITES = DOCUMENT.replace("gh.zq@", "grace.zq@").replace(DOCUMENT.splitlines(keepends=True)[-1], "")
"""One contact goes, one is changed: without external ids of all at the vendor, that takes a write each."""
AT = "acme/customer/C-1"
REPORT = "report"
WORD = "zq"
"""What every name and address begins with, and no word of ours."""
BOTH: Sequence[Sequence[str]] = ((), ("--json",))
BAD = {
    "removed": f"removed: [{{address: customer/C-9/contact/{MAIL}, reason: x, until: 2099-01-01}}]\n",
    "named": f"removed: [{{address: customer/C-9/contact/{NAME}, reason: x, until: 2099-01-01}}]\n",
    "moved": f"moved: [{{from: customer/C-1/contact/{MAIL}, to: customer/C-1/contact/{LEAVER}}}]\n",
    "alias": "customers:\n  - externalId: C-9\n    name: B\n    contacts: [{externalId: P-1, firstName: *Zqreto}]\n",
    "tag": "customers:\n  - externalId: C-9\n    name: B\n    contacts: [{externalId: P-1, firstName: !Zqreto x}]\n",
    "twice": DOCUMENT.replace("C-1", "C-9"),
}


def company(folder: Path) -> Company:
    """Give a company that is applied, with somebody beside whom no document names."""
    here = Company(folder)
    here.write({"all.yaml": DOCUMENT})
    here.apply()
    return here


def said(here: Company, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """Call a command, with the log at `debug`, and give all that it says."""
    capsys.readouterr()
    run(["--debug", "--log-level", "debug", "-C", str(here.folder), *command])
    told = capsys.readouterr()
    return told.out + told.err


def check(here: Company, capsys: pytest.CaptureFixture[str], *commands: Sequence[str]) -> str:
    """Call commands that name nobody, and give what they said."""
    texts = []
    for command in commands:
        text = said(here, capsys, *command)
        named = [line[:300] for line in text.splitlines() if WORD in line.casefold()]
        assert named == [], command
        texts.append(text)
    return "".join(texts)


def reported(here: Company) -> str:
    """Give a report, and see that it names nobody."""
    files = {file.name: file.read_text() for file in (here.folder / REPORT).iterdir()}
    assert [name for name, text in files.items() if WORD in text.casefold()] == []
    return "".join(files.values())


def test_what_is_planned_applied_kept_and_undone_names_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where a change takes two writes, each of which is told by the person's key."""
    here = company(tmp_path / "company")
    here.write({"all.yaml": TWO_WRITES})
    report = ("--report", str(here.folder / REPORT))
    drifts = [("drift", *form) for form in (*BOTH, ("--html", "-"), ("--markdown", "-"), report)]
    check(here, capsys, *(("plan", *form) for form in BOTH), *drifts)
    check(here, capsys, ("plan", *report))
    assert "(personal " in reported(here)
    text = check(here, capsys, ("apply", "--auto-approve"))
    assert "step 2 of 2: delete contact (personal " in text
    here.write({"all.yaml": DOCUMENT})
    check(here, capsys, ("apply", "--auto-approve"))
    here.write({"all.yaml": TWO_WRITES})
    assert "(step 2 of 2: delete contact (personal " in check(here, capsys, ("apply", "--auto-approve", "--json"))
    kept = [(*words, *form) for words in (("journal", "list"), ("journal", "show", "last")) for form in BOTH]
    kept += [(*words, *form) for words in (("inventory", "list"), ("inventory", "show", AT)) for form in BOTH]
    assert "(personal " in check(here, capsys, *kept)
    check(
        here,
        capsys,
        *(("undo", "last", *form) for form in BOTH),
        *((name, *form) for name in ("validate", "lint") for form in BOTH),
    )


def test_what_somebody_typed_in_at_the_vendor_names_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither while it drifts nor while it is taken over."""
    here = company(tmp_path / "company")
    place = ("sandbox", "edit", f"customer/C-1/contact/{MAIL}")
    said(here, capsys, *place, "firstName=Zqaugusta", "position=CFO")
    said(
        here,
        capsys,
        "sandbox",
        "add",
        "customer/C-1",
        "externalId=Zqkurt.Zqgödel",
        "lastName=Zqgödel",
        "firstName=Zqkurt",
    )
    check(here, capsys, *(("drift", *form) for form in BOTH), ("drift", "accept", "--dry-run"))
    check(here, capsys, ("drift", f"{AT}/contact/{MAIL}x"), ("drift", f"{AT}/contact/Zqgrace Zqhoppe"))
    check(here, capsys, ("inventory", "show", f"{AT}/contact/{MAIL}"))
    check(here, capsys, ("drift", "accept", "--diff"), ("plan",))


def test_nor_does_a_key_of_the_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Billabex knows no ids of people that we choose, so its own rows do not say who goes by which key."""
    here = Company(tmp_path / "company")
    (here.folder / "reconciler.yaml").write_text(people.CONFIGURATION)
    source = "source: {connectionId: erp, sourceId: A-1}, fullName: Alpha, currencyCode: EUR"
    ada = "{key: zqlove.zqada, fullName: Zqada Zqlove, email: zqa@a.example, language: en}"
    grace = "{key: zqgrace, fullName: Zqgrace Zqhopper, email: zqg@a.example, language: en}"
    here.seed({"vendor": "billabex", "organizationId": people.ORGANIZATION, "accounts": []})
    for members in (ada, f"{ada.replace('en}', 'fr}')}, {grace}"):
        here.write({"all.yaml": f"accounts:\n  - {{{source}, contacts: [{members}]}}\n"})
        check(here, capsys, ("plan",), ("drift", "--json"), ("apply", "--auto-approve"))
        text = check(here, capsys, *(("journal", "show", "last", *form) for form in BOTH))
        assert "upsert (personal " in text
    check(here, capsys, ("undo", "last"))


def test_the_check_of_the_layout_names_files_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is what runs before a commit and in jobs; whoever wants to see the lines asks for them."""
    here = Company(tmp_path / "company")
    here.write(
        {"all.yaml": DOCUMENT.replace("    name: Alpha", "    name:   Alpha").replace(", lastName", ",lastName")}
    )
    assert "all.yaml" in check(here, capsys, ("fmt", "--check"))
    assert MAIL in said(here, capsys, "fmt", "--diff")
    assert "all.yaml" in check(here, capsys, ("fmt",))


@pytest.mark.parametrize("bad", BAD)
def test_no_problem_of_the_documents_names_anybody(
    bad: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen, for programs, and in the report that says why there is no plan."""
    here = Company(tmp_path / "company")
    here.write({"all.yaml": DOCUMENT, "bad.yaml": BAD[bad]})
    report = ("--report", str(here.folder / REPORT))
    check(here, capsys, ("validate",), ("validate", "--json"), ("plan",), ("plan", "--json", *report), ("lint",))
    assert "bad.yaml" in reported(here)
    check(here, capsys, ("apply", "--auto-approve", "--json"), ("drift", "--json", *report))
    reported(here)


def test_people_are_shown_to_whoever_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once by an option, and always by the configuration; programs see them too then."""
    here = company(tmp_path / "company")
    here.write({"all.yaml": TWO_WRITES})
    shows = [("plan",), ("journal", "show", "last"), ("inventory", "show", AT), ("inventory", "list", "--json")]
    for command in shows:
        assert LEAVER not in said(here, capsys, *command)
        assert LEAVER in said(here, capsys, *command, "--show-personal"), command
    configuration = here.folder / "reconciler.yaml"
    configuration.write_text(f"{configuration.read_text()}personal: show\n")
    for command in shows:
        assert LEAVER in said(here, capsys, *command), command
    assert f"step 2 of 2: delete contact {LEAVER}" in said(here, capsys, "apply", "--auto-approve", "--json")
    here.write({"bad.yaml": BAD["removed"]})
    assert f"customer/C-9/contact/{MAIL}" in said(here, capsys, "plan")
