"""What nobody outside Upflow knows, a knob each, at the default that the fact sheet proposes (§4.11, §7, §9).

A `Settings` is stored with its organization. `flips` yields every alternative of every knob, one at a time, so that a
suite can show that the client holds whatever the vendor turns out to do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Literal, TypeAlias

from pydantic import PositiveInt, TypeAdapter, ValidationError

from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, decode_object, encode, refuse_unknown, told

Absent: TypeAlias = Literal["kept", "cleared"]
Unknown: TypeAlias = Literal["rejected", "not-found", "ignored"]


def _or(*alternatives: str | int | bool) -> dict[str, tuple[str | int | bool, ...]]:
    """Note the other values that a setting may have beside its default."""
    return {"alternatives": alternatives}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one organization of the sandbox answers where the documents are silent."""

    # Answers (§7, §9)
    created_status: Literal[200, 201] = field(default=200, metadata=_or(201))
    delete_answer: Literal["empty", "body"] = field(default="empty", metadata=_or("body"))
    error_body: Literal["message", "error", "text", "html"] = field(
        default="message", metadata=_or("error", "text", "html")
    )
    retry_after: bool = field(default=False, metadata=_or(True))
    # Lists (§7, §9)
    default_limit: PositiveInt = field(default=100, metadata=_or(50, 500))
    limit_above_cap: Literal["clamped", "rejected"] = field(default="clamped", metadata=_or("rejected"))
    customers_cap: PositiveInt = 1000
    list_rows_contacts: bool = field(default=False, metadata=_or(True))
    get_customer_contacts: bool = field(default=True, metadata=_or(False))
    contacts_list_key: Literal["contacts", "items"] = field(default="contacts", metadata=_or("items"))
    custom_fields_list_key: Literal["items", "customFields"] = field(default="items", metadata=_or("customFields"))
    bank_accounts_list_key: Literal["items", "bankAccounts"] = field(default="items", metadata=_or("bankAccounts"))
    definitions_carry_options: bool = field(default=False, metadata=_or(True))
    # What a body leaves out (§4.11)
    post_absent_fields: Absent = field(default="kept", metadata=_or("cleared"))
    member_absent_fields: Absent = field(default="kept", metadata=_or("cleared"))
    contact_put_absent_fields: Absent = field(default="kept", metadata=_or("cleared"))
    address_absent_parts: Absent = field(default="kept", metadata=_or("cleared"))
    payment_methods_absent: Absent = field(default="kept", metadata=_or("cleared"))
    custom_fields_absent: Absent = field(default="kept", metadata=_or("cleared"))
    # What a body says that may not be taken (§7, §9)
    unknown_body_field: Literal["ignored", "rejected"] = field(default="ignored", metadata=_or("rejected"))
    unknown_dunning_plan: Unknown = field(default="rejected", metadata=_or("not-found", "ignored"))
    unknown_account_manager: Literal["rejected", "not-found", "ignored", "stored"] = field(
        default="rejected", metadata=_or("not-found", "ignored", "stored")
    )
    unknown_custom_field: Unknown = field(default="rejected", metadata=_or("not-found", "ignored"))
    null_address_part: Literal["accepted", "rejected"] = field(default="accepted", metadata=_or("rejected"))
    put_contacts: Literal["ignored", "replaces"] = field(default="ignored", metadata=_or("replaces"))
    parent_null: Literal["clears", "ignored", "rejected"] = field(default="clears", metadata=_or("ignored", "rejected"))
    external_id_change: Literal["rejected", "ignored", "changes"] = field(
        default="rejected", metadata=_or("ignored", "changes")
    )
    custom_field_post_existing: Literal["rejected", "updated", "duplicated"] = field(
        default="rejected", metadata=_or("updated", "duplicated")
    )
    # Contacts (§3.2, §4.1, §7, §9)
    email_scope: Literal["customer", "organization"] = field(default="customer", metadata=_or("organization"))
    email_case: Literal["sensitive", "insensitive"] = field(default="sensitive", metadata=_or("insensitive"))
    hand_made_on_import: Literal["kept", "removed"] = field(default="kept", metadata=_or("removed"))
    hand_made_email_taken: Literal["rejected", "adopted"] = field(default="rejected", metadata=_or("adopted"))
    contact_post_existing: Literal["updated", "rejected", "duplicated"] = field(
        default="updated", metadata=_or("rejected", "duplicated")
    )
    first_contact: Literal["main", "plain"] = field(default="main", metadata=_or("plain"))
    main_removed: Literal["oldest", "none"] = field(default="oldest", metadata=_or("none"))
    # Deletes (§4.10, §7)
    delete_non_empty: Literal["rejected", "conflict", "deleted"] = field(
        default="rejected", metadata=_or("conflict", "deleted")
    )
    delete_parent: Literal["rejected", "detaches"] = field(default="rejected", metadata=_or("detaches"))
    # What the vendor does by itself (§4.7)
    default_dunning_plan: Literal["none", "first"] = field(default="none", metadata=_or("first"))
    smart_rule: Literal["none", "last-plan"] = field(default="none", metadata=_or("last-plan"))
    # Limits (§1); both documented, so they have no alternative
    requests_per_minute: PositiveInt = 600
    requests_in_flight: PositiveInt = 10

    def flips(self) -> Iterator[tuple[str, Settings]]:
        """Yield every knob at every alternative, one at a time, named `knob=value`."""
        for knob in fields(self):
            for value in knob.metadata.get("alternatives", ()):
                yield f"{knob.name}={value}", dataclasses.replace(self, **{knob.name: value})

    def to_json(self) -> JsonObject:
        """Return the settings as a JSON object, every knob spelled out."""
        return dataclasses.asdict(self)

    def changed(self, changes: Mapping[str, Json]) -> Settings:
        """Return these settings with some knobs turned; raise SandboxMisuse for a knob or value there is not."""
        return settings_from({**self.to_json(), **changes})


_READER = TypeAdapter(Settings)


def settings_from(values: Mapping[str, Json]) -> Settings:
    """Build settings from a JSON object; what it leaves out stays at its default."""
    refuse_unknown(values, tuple(knob.name for knob in fields(Settings)), "the sandbox's settings")
    try:
        return _READER.validate_json(encode(dict(values)), strict=True)
    except ValidationError as error:
        raise SandboxMisuse(f"the sandbox's settings: {told(error)}") from None


def settings_text(settings: Settings) -> str:
    """Write settings as the store keeps them."""
    return encode(settings.to_json()).decode()


@lru_cache(maxsize=64)
def settings_read(text: str) -> Settings:
    """Read settings as the store keeps them; the same text costs nothing twice."""
    return settings_from(decode_object(text))
