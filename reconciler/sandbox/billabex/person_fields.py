"""The fields of a person: what a body may say, what it changes, how a person reads on the wire (fact sheet §5.1, §10).

Fields that a body leaves out stay as they are (R-PARTIAL); null, blanks and fields of another generation are settings.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.sandbox.billabex.call import Call, known_names
from reconciler.sandbox.billabex.records import Person
from reconciler.sandbox.billabex.settings import NullField, Settings
from reconciler.sandbox.checks import body_object
from reconciler.sandbox.values import Json, JsonObject
from reconciler.sandbox.wire import RefusalError

_ALWAYS = ("fullName", "email", "language")
_GENERATION_A = ("role", "notes", "isPrimary")
_CLEARABLE = frozenset({"email", "role", "notes"})
STATUSES = ("Valid", "Bounced", "Complained")


def field_names(settings: Settings) -> tuple[str, ...]:
    """Return the fields that a person has in this generation."""
    return (*_ALWAYS, *_GENERATION_A) if settings.generation == "people" else _ALWAYS


def written_fields(call: Call, *, by_id: bool = False) -> JsonObject:
    """Return the fields that the body of a request sets, checked; a change `by_id` may have its own rule of null."""
    settings = call.settings
    null = settings.null_field if not by_id or settings.update_null_field == "as-upsert" else settings.update_null_field
    return checked_fields(body_object(call.request), settings, null)


def checked_fields(body: JsonObject, settings: Settings, null: NullField) -> JsonObject:
    """Return the fields that a person's document sets, checked; a cleared one is None."""
    given = known_names(body, field_names(settings), settings.unknown_person_field)
    taken: JsonObject = {}
    for name, value in given.items():
        if value is None:
            if null == "ignored":
                continue
            if null == "rejected" or name not in _CLEARABLE:
                raise RefusalError(400, f"{name} must not be null")
            taken[name] = None
        elif name == "email":
            taken |= _email(value, settings)
        else:
            taken[name] = _plain(name, value, settings)
    return taken


def _plain(name: str, value: Json, settings: Settings) -> Json:
    """Return the value of a field other than the e-mail address."""
    if name == "isPrimary":
        if not isinstance(value, bool):
            raise RefusalError(400, "isPrimary must be a boolean value")
        return value
    if not isinstance(value, str):
        raise RefusalError(400, f"{name} must be a string")
    if name == "fullName":
        name_kept = value.strip() if settings.name_trim else value
        if not name_kept:
            raise RefusalError(400, "fullName should not be empty")
        return name_kept
    if name == "language" and settings.language_check == "two-letters" and not _two_letters(value):
        raise RefusalError(400, "language must be an ISO 639-1 code")
    return value


def _two_letters(value: str) -> bool:
    return len(value) == 2 and value.isascii() and value.isalpha()


def _email(value: Json, settings: Settings) -> JsonObject:
    """Return the e-mail address as it is kept: under no name where the body counts as not naming one."""
    if isinstance(value, dict) and settings.email_status_write == "ignored":
        value = value.get("address")
    if not isinstance(value, str):
        raise RefusalError(400, "email must be a string")
    address = value.strip() if settings.email_trim else value
    if not address:
        if settings.email_empty == "rejected":
            raise RefusalError(400, "email must be an email")
        return {} if settings.email_empty == "absent" else {"email": None}
    if not all(address.strip().partition("@")) or " " in address.strip():
        raise RefusalError(400, "email must be an email")
    return {"email": address.lower() if settings.email_stored == "lower" else address}


def with_fields(person: Person, fields: JsonObject, settings: Settings) -> Person:
    """Return a person with some fields set; a new address counts as valid until mail to it bounces."""
    after = person.body | fields
    before = person.email
    email = after["email"]
    if email is None:
        after["emailStatus"] = None
    elif not isinstance(before, str) or not _same(before, str(email), settings):
        after["emailStatus"] = "Valid"
    return replace(person, body=after)


def _same(before: str, after: str, settings: Settings) -> bool:
    """Return whether a change of the address leaves its status alone."""
    if settings.email_case_change == "keeps-status":
        return before.lower() == after.lower()
    return before == after


def shown_person(person: Person, settings: Settings) -> JsonObject:
    """Return a person as the wire shows it; which list it is in, it does not say."""
    shown: JsonObject = {"id": person.id, **{name: person.body.get(name) for name in field_names(settings)}}
    if person.email is not None:
        shown["email"] = {"address": person.email, "status": person.body.get("emailStatus")}
    if settings.missing_answer == "absent":
        return {name: value for name, value in shown.items() if value is not None}
    return shown
