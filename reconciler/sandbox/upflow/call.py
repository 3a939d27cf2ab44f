"""One request as a route sees it, and the checks that several routes share. What fails a check is a `RefusalError`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.sandbox.checks import body_object
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.upflow.records import Customer
from reconciler.sandbox.upflow.settings import Settings, Unknown
from reconciler.sandbox.values import JsonObject
from reconciler.sandbox.wire import RefusalError, Reply, Request

EXTERNAL = "external:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request on its way through a route: whose data, and the ids that stand in the path."""

    organization: UpflowOrganization
    ids: tuple[str, ...]
    request: Request

    @property
    def settings(self) -> Settings:
        """The organization's settings."""
        return self.organization.settings

    @property
    def query(self) -> Mapping[str, str]:
        """The query; of a key given twice the last counts."""
        return dict(self.request.query)

    def document(self, known: Collection[str]) -> JsonObject:
        """Return the body, a JSON object, and turn down names that are not known if the settings say so."""
        body = body_object(self.request)
        check_names(body, known, self.settings)
        return body


def check_names(body: JsonObject, known: Collection[str], settings: Settings) -> None:
    """Turn down the first unknown name where the settings say so; otherwise unknown names have no effect."""
    if settings.unknown_body_field == "rejected":
        for name in body:
            if name not in known:
                raise RefusalError(400, f"The field {name!r} is not known.")


def unknown_reference(handling: Unknown, what: str) -> None:
    """Turn down a reference to something that does not exist, or return so that the caller skips it."""
    if handling != "ignored":
        raise RefusalError(400 if handling == "rejected" else 404, f"The {what} does not exist.")


def find_customer(call: Call) -> Customer:
    """Return the customer that the path names by id or `external:` id."""
    wanted = call.ids[0]
    customers = call.organization.customers
    if wanted.startswith(EXTERNAL):
        found = customers.by_external_id(wanted.removeprefix(EXTERNAL))
    else:
        found = customers.by_id(wanted)
    if found is None:
        raise RefusalError(404, "The customer does not exist.")
    return found


def deleted(settings: Settings, payload: JsonObject) -> Reply:
    """Return the answer to a delete that was carried out."""
    return Reply(status=204) if settings.delete_answer == "empty" else Reply(payload=payload)
