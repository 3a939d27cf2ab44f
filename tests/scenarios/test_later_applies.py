"""What an apply records stands against plans that were saved before it, and against the vendor's older answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.apply.record import Record
from reconciler.cli.composition import configured
from reconciler.cli.entering import rewrite
from reconciler.cli.locking import circumstances_of
from reconciler.cli.main import run
from reconciler.model.event import Done
from reconciler.model.inventory import Managed
from reconciler.model.resource import Fields
from reconciler.sandbox import edit
from reconciler.sandbox.values import JsonObject
from tests.company import Company

NAMES = "customers:\n" + "".join(f"  - {{externalId: C-{number}, name: N{number}}}\n" for number in range(1, 6))
PLANS: JsonObject = {"dunningPlans": [{"name": "Standard"}, {"name": "Key accounts"}, {"name": "Other"}]}
OTHERS = "".join(f"  - {{externalId: D-{number}, name: D}}\n" for number in range(4))
STANDARD = f"customers:\n{OTHERS}  - externalId: C-2\n    name: Two\n    dunningPlan: Standard\n"


@pytest.fixture
def here(tmp_path: Path) -> Company:
    """A sandbox with three dunning plans, and nothing in it yet."""
    company = Company(tmp_path)
    company.seed(PLANS)
    return company


def declare(here: Company, text: str) -> None:
    """Write the one document."""
    here.write({"all.yaml": text})


def typed(here: Company, key: str, **fields: str) -> None:
    """Have a person edit a customer at the vendor."""
    with here.store() as store:
        edit(store, "acme", f"customer/{key}", dict(fields))


def entry(here: Company, key: str) -> Managed:
    """Give what the inventory holds of a customer."""
    found = here.inventory()
    assert found is not None
    return found.managed[f"customer/{key}"]


def alter(here: Company, changed: Managed) -> None:
    """Have the inventory hold another entry of C-2."""
    (organization,) = configured(here.folder)
    rewrite(
        organization,
        here.folder,
        "a test",
        lambda found: replace(found, managed={**found.managed, "customer/C-2": changed}),
    )


def drifted(here: Company, capsys: pytest.CaptureFixture[str]) -> bool:
    """Say whether `drift` finds that somebody changed something at the vendor."""
    capsys.readouterr()
    code = run(["-C", str(here.folder), "drift"])
    return code != 0 and "live changed" in capsys.readouterr().out


def set_back(here: Company) -> str:
    """Apply a dunning plan of which the vendor makes another one; give that one's id."""
    declare(here, STANDARD)
    assert here.apply().code == 0
    rows = here.shown()["dunningPlans"]
    assert isinstance(rows, list)
    other = next(str(row["id"]) for row in rows if isinstance(row, dict) and row["name"] == "Key accounts")
    typed(here, "C-2", dunningPlan="Key accounts")
    alter(here, replace(entry(here, "C-2"), overridden={"dunningPlan": other}))
    assert (here.plan().empty, len(here.plan().overridden)) == (True, 1)
    return other


def test_a_saved_plan_says_nothing_of_what_a_later_apply_sent(
    here: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of what stood when it was made: it stands otherwise by now, and whoever sets it back is told."""
    declare(here, NAMES)
    here.apply()
    typed(here, "C-5", name="X5")
    declare(here, NAMES.replace("N5", "X5").replace("N1", "M1"))
    saved = here.plan()
    declare(here, NAMES.replace("N5", "Z5"))
    here.apply()
    assert here.carry_out(saved).code == 0
    assert (entry(here, "C-1").last_applied, entry(here, "C-5").last_applied) == ({"name": "M1"}, {"name": "Z5"})
    declare(here, NAMES.replace("N5", "Z5").replace("N1", "M1"))
    typed(here, "C-5", name="X5")
    assert drifted(here, capsys)


def test_what_is_done_already_records_no_more_than_the_change_says(here: Company) -> None:
    """A later apply did the same and more: of the rest of the object it knows better, and of protection."""
    declare(here, NAMES.replace("N5", "N5, vatNumber: V1"))
    here.apply()
    declare(here, NAMES.replace("N5", "M5, vatNumber: V1"))
    saved = here.plan()
    declare(here, NAMES.replace("N5", "M5, vatNumber: V2, protected: true"))
    here.apply()
    assert here.carry_out(saved).code == 0
    held = entry(here, "C-5")
    assert (held.last_applied, held.protected) == ({"name": "M5", "vatNumber": "V2"}, True)


def test_a_saved_plan_ends_no_protection_that_came_later(here: Company) -> None:
    """It was not asked to."""
    declare(here, NAMES)
    here.apply()
    declare(here, NAMES.replace("N5", "M5"))
    saved = here.plan()
    declare(here, NAMES.replace("N5", "N5, protected: true"))
    here.apply()
    assert here.carry_out(saved).code == 0
    assert (entry(here, "C-5").last_applied, entry(here, "C-5").protected) == ({"name": "M5"}, True)


def test_a_plan_that_is_gone_on_with_puts_nothing_back(here: Company) -> None:
    """What came to agree after its first part was recorded meanwhile, without a write."""
    declare(here, NAMES)
    here.apply()
    typed(here, "C-5", name="X5")
    more = NAMES.replace("N1", "M1").replace("N2", "M2, vatNumber: V2")
    declare(here, more.replace("N5", "X5"))
    saved = here.plan()
    typed(here, "C-2", name="ByHand")
    assert here.carry_out(saved).code == 4
    assert entry(here, "C-5").last_applied == {"name": "X5"}
    typed(here, "C-5", name="Y5")
    typed(here, "C-2", name="M2", vatNumber="V3")
    declare(here, more.replace("N5", "Y5").replace("V2", "V3"))
    assert here.apply().plan.empty
    typed(here, "C-2", vatNumber="V2")
    assert here.carry_out(saved).code == 0
    assert entry(here, "C-5").last_applied == {"name": "Y5"}
    typed(here, "C-2", vatNumber="V3")
    assert here.plan().empty


def test_an_answer_to_another_value_says_nothing(here: Company) -> None:
    """What is declared now was typed at the vendor, and so not sent; the older answer was to what was sent before."""
    set_back(here)
    declare(here, STANDARD.replace("Standard", "Other"))
    saved = here.plan()
    typed(here, "C-2", dunningPlan="Other")
    here.forget_requests()
    assert here.carry_out(saved).code == 0
    assert [one for one in here.requests() if not one.startswith("GET")] == []
    assert entry(here, "C-2").overridden == {}
    typed(here, "C-2", dunningPlan="Key accounts")
    assert (here.plan().empty, here.plan().overridden) == (False, ())


def test_an_answer_does_not_go_over_to_another_object(here: Company) -> None:
    """One that stands under the name now, as declared, was sent nothing."""
    set_back(here)
    typed(here, "C-2", dunningPlan="Standard")
    alter(here, replace(entry(here, "C-2"), remote_id="00000000-dead-4000-8000-000000000000"))
    assert here.apply().code == 0
    assert entry(here, "C-2").overridden == {}


def test_an_answer_that_is_seen_to_stand_no_more_is_forgotten(here: Company) -> None:
    """Be it by an apply that records a protection alone."""
    set_back(here)
    typed(here, "C-2", dunningPlan="Standard")
    declare(here, f"{STANDARD}    protected: true\n")
    assert [one.action.value for one in here.apply().plan.changes] == ["adopt"]
    assert entry(here, "C-2").overridden == {}


def test_an_answer_that_still_stands_is_kept_beside_a_new_protection(here: Company) -> None:
    """Or the next plan would send in vain what the vendor sets back."""
    other = set_back(here)
    declare(here, f"{STANDARD}    protected: true\n")
    assert [one.action.value for one in here.apply().plan.changes] == ["adopt"]
    kept: Fields = entry(here, "C-2").overridden
    assert kept == {"dunningPlan": other}


def test_what_a_killed_run_wrote_ends_the_answer_to_what_stood_before(here: Company) -> None:
    """Its journal tells that it was done, and nobody looked what became of it."""
    set_back(here)
    declare(here, STANDARD.replace("Standard", "Other"))
    made = here.plan()
    (change,) = made.changes
    (organization,) = configured(here.folder)
    found = here.inventory()
    assert found is not None
    record = Record(found, made.changes, circumstances_of(organization, made.shares[0], "r9"))
    record.learn(Done(change=change, remote_id=change.remote_id), "2026-01-01T00:00:00Z")
    assert record.ended().managed["customer/C-2"].overridden == {}
