"""What Billabex's own settings of an organization decide: who it is, and under what a saved plan holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.desired.configuration import load_configuration
from reconciler.errors import DesiredStateInvalid, PlanStale
from reconciler.providers.table import VENDORS
from reconciler.store.plan_file import read_plan, write_plan
from tests.providers.billabex.accounts import JOHN, ORGANIZATION, account, declare

ANOTHER = "22222222-2222-4222-8222-222222222222"
ONE = "  {name}:\n    provider: billabex\n    endpoint: {endpoint}\n    organizationId: {id}\n"


def problems(folder: Path, *organizations: str) -> list[tuple[str, str]]:
    """Write a configuration; give its problems as (code, place)."""
    (folder / "reconciler.yaml").write_text("organizations:\n" + "".join(organizations))
    try:
        load_configuration(folder, VENDORS, {})
    except DesiredStateInvalid as error:
        return [(one.code, str(one.where)) for one in error.problems]
    return []


def test_two_names_of_one_organization_are_refused(tmp_path: Path) -> None:
    """One organizationId at one endpoint is one organization, however its id is spelled."""
    first = ONE.format(name="one", endpoint="sandbox", id=ORGANIZATION)
    second = ONE.format(name="two", endpoint="sandbox", id=ORGANIZATION.upper())
    assert problems(tmp_path, first, second) == [("organization-twice", "reconciler.yaml:9:21")]


@pytest.mark.parametrize(
    ("endpoint", "id_"), [("sandbox", ANOTHER), ("http://127.0.0.1:9/api/public/v1", ORGANIZATION)]
)
def test_another_id_or_another_endpoint_is_another_organization(tmp_path: Path, endpoint: str, id_: str) -> None:
    """The same id somewhere else is somebody else's."""
    first = ONE.format(name="one", endpoint="sandbox", id=ORGANIZATION)
    credentials = "    credentials: {accessToken: '${TOKEN}'}\n"
    second = ONE.format(name="two", endpoint=endpoint, id=id_) + (credentials if "http" in endpoint else "")
    assert problems(tmp_path, first, second) == []


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("personUpdate: put", "personUpdate: none", "personUpdate"),
        ("personUpdate: put", "generation: contacts", "generation, personUpdate"),
        ("[ours.example]", "[other.example]", "emailDomains"),
        (ORGANIZATION, ANOTHER, "organizationId"),
    ],
)
def test_a_saved_plan_holds_under_its_settings_alone(tmp_path: Path, before: str, after: str, name: str) -> None:
    """Each of these decides whom a write reaches; where one was changed since, nothing of the plan is written."""
    acme = account(tmp_path, live={"contacts": []})
    declare(acme, contacts=[{"key": "j", **JOHN}])
    write_plan(tmp_path / "plan.json", acme.plan())
    saved = read_plan(tmp_path / "plan.json")
    configuration = acme.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace(before, after))
    with pytest.raises(PlanStale) as caught:
        acme.carry_out(saved)
    (problem,) = caught.value.problems
    assert (problem.code, problem.detail) == ("plan-settings-moved", f"reconciler.yaml says otherwise since: {name}.")
    assert acme.requests("PUT") == []


def test_settings_are_part_of_what_is_agreed_on(tmp_path: Path) -> None:
    """A plan that does the same under other settings is another plan, though it may be empty."""
    acme = account(tmp_path, live={"contacts": []})
    declare(acme, contacts=[{"key": "j", **JOHN}])
    before = acme.plan().digest
    configuration = acme.folder / "reconciler.yaml"
    configuration.write_text(configuration.read_text().replace("[ours.example]", "[other.example]"))
    assert acme.plan().digest != before
