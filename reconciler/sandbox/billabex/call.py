"""One request as a Billabex route sees it, and the checks that several routes share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.sandbox.billabex.organization import BillabexOrganization
from reconciler.sandbox.billabex.records import Account
from reconciler.sandbox.billabex.settings import Settings
from reconciler.sandbox.billabex.views import View, keep_old_view, view_of
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request on its way through a route: whose data, the ids in the path, how far a page is moved."""

    organization: BillabexOrganization
    ids: tuple[str, ...]
    request: Request
    shift: int = 0

    @property
    def settings(self) -> Settings:
        """The organization's settings."""
        return self.organization.settings

    @property
    def query(self) -> Mapping[str, str]:
        """The query; of a key given twice the last counts."""
        return dict(self.request.query)


def read_view(call: Call) -> View:
    """Return the account that the path names, with its people, as a read shows them."""
    found = view_of(call.organization, call.ids[0])
    if found is None:
        raise RefusalError(404, "The account does not exist.")
    return found


def written_account(call: Call, *, people: bool = False) -> Account:
    """Return the account that a write names, once it may be written: itself, or its `people`."""
    account = call.organization.accounts.by_id(call.ids[0])
    if account is None:
        raise RefusalError(404, "The account does not exist.")
    if account.read_only and (call.settings.read_only_people == "refused" if people else True):
        refuse_read_only(call.settings)
    keep_old_view(call.organization, account.number)
    return account


def refuse_read_only(settings: Settings) -> None:
    """Turn down a write to what another system keeps, unless the settings let it through."""
    if settings.read_only_accounts != "editable":
        status = 403 if settings.read_only_accounts == "forbidden" else 409
        raise RefusalError(status, "The account is managed by another system.")


def known_names(body: JsonObject, known: Collection[str], handling: Literal["ignored", "rejected"]) -> JsonObject:
    """Return the known part of a body; turn down or drop what is not known."""
    if handling == "rejected":
        for name in body:
            if name not in known:
                raise RefusalError(400, f"property {name} should not exist")
    return {name: value for name, value in body.items() if name in known}
