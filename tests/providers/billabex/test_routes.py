"""A 404: somebody is gone, or the route is missing, which a setting explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, ProviderRejected
from reconciler.live.provider import Write
from reconciler.model.event import Failed
from reconciler.model.resource import Value
from reconciler.providers.billabex.provider import BillabexProvider
from reconciler.sandbox import Fault, add_fault
from reconciler.sandbox.values import JsonObject
from tests.clock import run_virtual
from tests.providers.billabex.accounts import account as one_account
from tests.providers.billabex.accounts import declare, people
from tests.providers.billabex.exchange import body, codes, scripted
from tests.providers.billabex.world import (
    account,
    run,
    seeded,
)
from tests.providers.scripted import Line, answer


def test_a_route_that_the_generation_lacks_is_explained() -> None:
    """Representatives are gone from later generations: the remedy is the setting."""
    store = seeded(account(1), generation="contacts")

    async def read(provider: BillabexProvider) -> None:
        found = await provider.get("account", "erp:A-1")
        assert found is not None
        await provider.with_members(found)

    with pytest.raises(ProviderRejected, match="generation: contacts") as caught:
        run(store, read)
    assert codes(caught.value) == ["route-missing"]


def test_an_account_that_goes_while_it_is_read_is_unreadable_and_no_missing_route() -> None:
    """Somebody deleted it between the account and its lists."""
    store = seeded(account(1))
    add_fault(store, Fault(kind="row-deleted", path="/accounts/*/contacts"))

    async def read(provider: BillabexProvider) -> None:
        found = await provider.get("account", "erp:A-1")
        assert found is not None
        await provider.with_members(found)

    with pytest.raises(LiveStateUnreadable) as caught:
        run(store, read)
    assert codes(caught.value) == ["vendor-unreadable"]


@pytest.mark.parametrize(
    ("write", "there", "remedy"),
    [
        (("PUT", "/accounts/a/contacts/p"), [{"id": "p"}], "personUpdate: none"),
        (("PATCH", "/accounts/a/internal-representatives/p"), [{"id": "p"}], "personUpdate: put"),
        (("PUT", "/accounts/a/party/upsert"), {"id": "a", "source": None}, "generation: contacts"),
        (("PUT", "/accounts/a/contacts/upsert"), {"id": "a", "source": None}, "Report it"),
        (("PUT", "/accounts/a"), {"id": "a", "source": None}, "manage: people"),
        (("DELETE", "/accounts/a/contacts/p"), [{"id": "p"}], "Report it"),
    ],
)
def test_a_404_to_a_write_whose_object_is_there_is_a_missing_route(
    write: tuple[str, str], there: Value, remedy: str
) -> None:
    """The remedy is the setting that does without it."""
    provider, script = scripted(answer(404), body(there))
    with pytest.raises(ProviderRejected) as caught:
        run_virtual(provider.send(Write(method=write[0], path=write[1], body={}, summary="write")))
    (problem,) = caught.value.problems
    assert problem.code == "route-missing"
    assert remedy in problem.remedy
    assert len(script.requests) == 2


@pytest.mark.parametrize("after", [body([]), answer(500), answer(403)])
def test_a_404_to_a_write_whose_object_is_gone_or_unreadable_is_no_missing_route(after: Line) -> None:
    """It is told as it came."""
    provider, _ = scripted(answer(404), after)
    with pytest.raises(ProviderRejected) as caught:
        run_virtual(provider.send(Write(method="PUT", path="/accounts/a/contacts/p", body={}, summary="write")))
    assert codes(caught.value) == ["not-found"]


def test_a_delete_that_is_repeated_is_done_by_a_404() -> None:
    """The first one did it; a list that lags behind says nothing against that."""
    gone = Write(method="DELETE", path="/accounts/a/contacts/p", body=None, summary="delete")
    provider, script = scripted(answer(500), answer(404))

    async def send() -> None:
        with pytest.raises(OutcomeUnknown):
            await provider.send(gone)
        await provider.send(gone)

    run_virtual(send())
    assert len(script.requests) == 2


def test_without_the_route_by_id_the_account_fails_and_the_setting_is_named(tmp_path: Path) -> None:
    """Nobody was written; with the setting, the plan says itself who cannot be reached."""
    ann: JsonObject = {"fullName": "Ann Lee", "email": "ann@acme.com", "language": "en"}
    company = one_account(tmp_path, live={"contacts": [ann]}, verb="put", update_verb="none")
    declare(company, contacts=[{"key": "ann", **ann}])
    assert company.apply().code == 0
    declare(company, contacts=[{"key": "ann", **ann, "fullName": "Maximiliane Other", "email": "max@acme.com"}])
    applied = company.apply()
    assert applied.code == 1
    (failed,) = [event for event in applied.events if isinstance(event, Failed)]
    assert failed.problem.code == "route-missing"
    assert "personUpdate: none" in failed.problem.remedy
    assert people(company) == [("Ann Lee", "ann@acme.com")]
