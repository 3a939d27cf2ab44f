"""What nobody outside Upflow knows, a knob each, at the default that the fact sheet proposes (§4.11, §7, §9).

A `Settings` is stored with its organization. `flips` yields every alternative of every knob, one at a time, so that a
suite can show that the client holds whatever the vendor turns out to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from pydantic import PositiveInt, TypeAdapter

from reconciler.sandbox.knobs import Knobs, alternatives, knob_names, read_knobs
from reconciler.sandbox.values import Json, decode_object

Absent: TypeAlias = Literal["kept", "cleared"]
Unknown: TypeAlias = Literal["rejected", "not-found", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Knobs):
    """How one Upflow organization of the sandbox answers where the documents are silent."""

    # Answers (§7, §9)
    created_status: Literal[200, 201] = field(default=200, metadata=alternatives(201))
    delete_answer: Literal["empty", "body"] = field(default="empty", metadata=alternatives("body"))
    error_body: Literal["message", "error", "text", "html"] = field(
        default="message", metadata=alternatives("error", "text", "html")
    )
    retry_after: bool = field(default=False, metadata=alternatives(True))
    # Lists (§7, §9)
    default_limit: PositiveInt = field(default=100, metadata=alternatives(50, 500))
    limit_above_cap: Literal["clamped", "rejected"] = field(default="clamped", metadata=alternatives("rejected"))
    customers_cap: PositiveInt = 1000
    list_rows_contacts: bool = field(default=False, metadata=alternatives(True))
    get_customer_contacts: bool = field(default=True, metadata=alternatives(False))
    contacts_list_key: Literal["contacts", "items"] = field(default="contacts", metadata=alternatives("items"))
    custom_fields_list_key: Literal["items", "customFields"] = field(
        default="items", metadata=alternatives("customFields")
    )
    bank_accounts_list_key: Literal["items", "bankAccounts"] = field(
        default="items", metadata=alternatives("bankAccounts")
    )
    definitions_carry_options: bool = field(default=False, metadata=alternatives(True))
    # What a body leaves out (§4.11)
    post_absent_fields: Absent = field(default="kept", metadata=alternatives("cleared"))
    member_absent_fields: Absent = field(default="kept", metadata=alternatives("cleared"))
    contact_put_absent_fields: Absent = field(default="kept", metadata=alternatives("cleared"))
    address_absent_parts: Absent = field(default="kept", metadata=alternatives("cleared"))
    payment_methods_absent: Absent = field(default="kept", metadata=alternatives("cleared"))
    custom_fields_absent: Absent = field(default="kept", metadata=alternatives("cleared"))
    # What a body says that may not be taken (§7, §9)
    unknown_body_field: Literal["ignored", "rejected"] = field(default="ignored", metadata=alternatives("rejected"))
    unknown_dunning_plan: Unknown = field(default="rejected", metadata=alternatives("not-found", "ignored"))
    unknown_account_manager: Literal["rejected", "not-found", "ignored", "stored"] = field(
        default="rejected", metadata=alternatives("not-found", "ignored", "stored")
    )
    unknown_custom_field: Unknown = field(default="rejected", metadata=alternatives("not-found", "ignored"))
    null_address_part: Literal["accepted", "rejected"] = field(default="accepted", metadata=alternatives("rejected"))
    put_contacts: Literal["ignored", "replaces"] = field(default="ignored", metadata=alternatives("replaces"))
    parent_null: Literal["clears", "ignored", "rejected"] = field(
        default="clears", metadata=alternatives("ignored", "rejected")
    )
    external_id_change: Literal["rejected", "ignored", "changes"] = field(
        default="rejected", metadata=alternatives("ignored", "changes")
    )
    custom_field_post_existing: Literal["rejected", "updated", "duplicated"] = field(
        default="rejected", metadata=alternatives("updated", "duplicated")
    )
    # Contacts (§3.2, §4.1, §7, §9)
    email_scope: Literal["customer", "organization"] = field(default="customer", metadata=alternatives("organization"))
    email_case: Literal["sensitive", "insensitive"] = field(default="sensitive", metadata=alternatives("insensitive"))
    hand_made_on_import: Literal["kept", "removed"] = field(default="kept", metadata=alternatives("removed"))
    hand_made_email_taken: Literal["rejected", "adopted"] = field(default="rejected", metadata=alternatives("adopted"))
    contact_post_existing: Literal["updated", "rejected", "duplicated"] = field(
        default="updated", metadata=alternatives("rejected", "duplicated")
    )
    first_contact: Literal["main", "plain"] = field(default="main", metadata=alternatives("plain"))
    main_removed: Literal["oldest", "none"] = field(default="oldest", metadata=alternatives("none"))
    # Deletes (§4.10, §7)
    delete_non_empty: Literal["rejected", "conflict", "deleted"] = field(
        default="rejected", metadata=alternatives("conflict", "deleted")
    )
    delete_parent: Literal["rejected", "detaches"] = field(default="rejected", metadata=alternatives("detaches"))
    # What the vendor does by itself (§4.7)
    default_dunning_plan: Literal["none", "first"] = field(default="none", metadata=alternatives("first"))
    smart_rule: Literal["none", "last-plan"] = field(default="none", metadata=alternatives("last-plan"))
    # Limits (§1); both documented, so they have no alternative
    requests_per_minute: PositiveInt = 600
    requests_in_flight: PositiveInt = 10

    def changed(self, changes: Mapping[str, Json]) -> Settings:
        """Return these settings with some knobs turned; raise SandboxMisuse for a knob or value there is not."""
        return settings_from({**self.to_json(), **changes})


_READER = TypeAdapter(Settings)


def settings_from(values: Mapping[str, Json]) -> Settings:
    """Build settings from a JSON object; what it leaves out stays at its default."""
    return read_knobs(_READER, knob_names(Settings), values)


@lru_cache(maxsize=64)
def settings_read(text: str) -> Settings:
    """Read settings as the store keeps them; the same text costs nothing twice."""
    return settings_from(decode_object(text))
