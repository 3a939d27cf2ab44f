"""What nobody outside Billabex knows, a knob each, at the default that the fact sheet proposes (§10, the ⚠ rules).

`generation` says which of the vendor's API generations answers (§1): `people` is A, the guide's; `contacts` is B and C.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from pydantic import NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, TypeAdapter

from reconciler.sandbox.knobs import Knobs, alternatives, knob_names, read_knobs
from reconciler.sandbox.values import Json, decode_object

Absent: TypeAlias = Literal["kept", "cleared"]
NullField: TypeAlias = Literal["clears", "rejected", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Knobs):
    """How one Billabex organization of the sandbox answers where the documents are silent."""

    generation: Literal["people", "contacts"] = field(default="people", metadata=alternatives("contacts"))
    email_domains: tuple[str, ...] = ()
    """The organization's own e-mail domains, which make a party a representative; no question, so no alternative."""
    organization_id: str = ""
    """The vendor's id of the organization; empty for one that follows from its name."""
    # E-mail addresses (R-EMAIL, R-EMAILSTATUS)
    email_trim: bool = field(default=True, metadata=alternatives(False))
    email_form: Literal["capitals", "full", "compatible", "accents"] = field(
        default="capitals", metadata=alternatives("full", "compatible", "accents")
    )
    email_empty: Literal["absent", "clears", "rejected"] = field(
        default="absent", metadata=alternatives("clears", "rejected")
    )
    email_stored: Literal["as-sent", "lower"] = field(default="as-sent", metadata=alternatives("lower"))
    same_email: Literal["oldest", "newest"] = field(default="oldest", metadata=alternatives("newest"))
    same_email_write: Literal["accepted", "conflict"] = field(default="accepted", metadata=alternatives("conflict"))
    email_case_change: Literal["keeps-status", "resets-status"] = field(
        default="keeps-status", metadata=alternatives("resets-status")
    )
    email_status_write: Literal["rejected", "ignored"] = field(default="rejected", metadata=alternatives("ignored"))
    # Names (R-NAME, R-TIES)
    name_trim: bool = field(default=True, metadata=alternatives(False))
    name_case: Literal["folded", "sensitive", "full"] = field(
        default="folded", metadata=alternatives("sensitive", "full")
    )
    name_spaces: Literal["kept", "collapsed", "removed"] = field(
        default="kept", metadata=alternatives("collapsed", "removed")
    )
    name_accents: Literal["kept", "folded"] = field(default="kept", metadata=alternatives("folded"))
    name_form: Literal["as-sent", "composed", "decomposed", "compatible"] = field(
        default="as-sent", metadata=alternatives("composed", "decomposed", "compatible")
    )
    name_letters: Literal["kept", "plain", "doubled"] = field(default="kept", metadata=alternatives("plain", "doubled"))
    name_signs: Literal["kept", "dropped", "blanks"] = field(default="kept", metadata=alternatives("dropped", "blanks"))
    name_length: Literal["utf-16", "code-points"] = field(default="utf-16", metadata=alternatives("code-points"))
    name_share: Literal["floor", "round"] = field(default="floor", metadata=alternatives("round"))
    name_ties: Literal["closest", "first"] = field(default="closest", metadata=alternatives("first"))
    # Which people an upsert looks at (R-TYPE)
    search_both: bool = field(default=False, metadata=alternatives(True))
    party_search: Literal["both", "decided"] = field(default="both", metadata=alternatives("decided"))
    party_same_email: Literal["by-domain", "contact", "representative"] = field(
        default="by-domain", metadata=alternatives("contact", "representative")
    )
    party_without_email: Literal["contact", "representative", "rejected"] = field(
        default="contact", metadata=alternatives("representative", "rejected")
    )
    party_subdomains: bool = field(default=False, metadata=alternatives(True))
    # Fields of people (R-PARTIAL, R-PRIMARY, R-GENB)
    null_field: NullField = field(default="clears", metadata=alternatives("rejected", "ignored"))
    update_null_field: Literal["as-upsert", "clears", "rejected", "ignored"] = field(
        default="as-upsert", metadata=alternatives("clears", "rejected", "ignored")
    )
    unknown_person_field: Literal["ignored", "rejected"] = field(default="ignored", metadata=alternatives("rejected"))
    single_primary: bool = field(default=False, metadata=alternatives(True))
    language_check: Literal["two-letters", "none"] = field(default="two-letters", metadata=alternatives("none"))
    post_without_language: Literal["rejected", "english"] = field(default="rejected", metadata=alternatives("english"))
    # Routes (§4)
    update_verb: Literal["by-generation", "put", "patch", "both", "none"] = field(
        default="by-generation", metadata=alternatives("put", "patch", "both", "none")
    )
    put_absent_fields: Absent = field(default="kept", metadata=alternatives("cleared"))
    get_person: bool = field(default=True, metadata=alternatives(False))
    # Answers (R-STATUS, §9)
    upsert_created_status: Literal[200, 201] = field(default=200, metadata=alternatives(201))
    created_status: Literal[201, 200] = field(default=201, metadata=alternatives(200))
    deleted_status: Literal[204, 200] = field(default=204, metadata=alternatives(200))
    missing_answer: Literal["null", "absent"] = field(default="null", metadata=alternatives("absent"))
    error_body: Literal["nest", "messages", "coded", "text", "html"] = field(
        default="nest", metadata=alternatives("messages", "coded", "text", "html")
    )
    scope_status: Literal[403, 401] = field(default=403, metadata=alternatives(401))
    # Lists and pages (R-LIST, R-PAGE)
    people_list: Literal["array", "envelope"] = field(default="array", metadata=alternatives("envelope"))
    default_page_size: PositiveInt = field(default=50, metadata=alternatives(2, 100))
    page_cap: PositiveInt = 500
    first_above_cap: Literal["clamped", "rejected"] = field(default="clamped", metadata=alternatives("rejected"))
    bad_cursor: Literal["rejected", "first-page"] = field(default="rejected", metadata=alternatives("first-page"))
    last_page_cursor: Literal["given", "null"] = field(default="given", metadata=alternatives("null"))
    # Accounts (§5.2, R-SOURCE)
    account_carries_people: bool = field(default=False, metadata=alternatives(True))
    account_organization: Literal["told", "absent"] = field(default="told", metadata=alternatives("absent"))
    list_rows_source: bool = field(default=True, metadata=alternatives(False))
    currency_answer: Literal["code", "object", "both"] = field(default="code", metadata=alternatives("object", "both"))
    inline_people: Literal["rejected", "created", "ignored"] = field(
        default="rejected", metadata=alternatives("created", "ignored")
    )
    unknown_account_field: Literal["ignored", "rejected"] = field(default="ignored", metadata=alternatives("rejected"))
    account_absent_fields: Absent = field(default="kept", metadata=alternatives("cleared"))
    address_absent_parts: Absent = field(default="kept", metadata=alternatives("cleared"))
    source_relink: Literal["rejected", "replaced"] = field(default="rejected", metadata=alternatives("replaced"))
    source_elsewhere: Literal["rejected", "accepted"] = field(default="rejected", metadata=alternatives("accepted"))
    source_conflict_status: Literal[409, 400] = field(default=409, metadata=alternatives(400))
    unlink_unlinked: Literal["not-found", "empty"] = field(default="not-found", metadata=alternatives("empty"))
    read_only_accounts: Literal["forbidden", "conflict", "editable"] = field(
        default="forbidden", metadata=alternatives("conflict", "editable")
    )
    read_only_people: Literal["editable", "refused"] = field(default="editable", metadata=alternatives("refused"))
    # Reads that are behind the writes (§6.8): by a number of reads, by seconds, or both
    reads_behind: NonNegativeInt = field(default=0, metadata=alternatives(2))
    seconds_behind: NonNegativeFloat = field(default=0.0, metadata=alternatives(5.0))
    # Idempotency keys (R-IDEMP)
    idempotency_keys: Literal["ignored", "honoured"] = field(default="ignored", metadata=alternatives("honoured"))
    idempotency_conflict: Literal[409, 422] = field(default=409, metadata=alternatives(422))
    idempotency_seconds: PositiveFloat = 86_400.0
    # Tokens (R-AUTH, §3)
    refresh_rotation: Literal["none", "old-dead", "old-alive"] = field(
        default="none", metadata=alternatives("old-dead", "old-alive")
    )
    granted_scope: str = "accounts:all organizations:read"
    access_seconds: PositiveInt = 3600
    refresh_seconds: PositiveInt = 2_592_000
    # The limit (R-RATE); the numbers are documented, so they have no alternative
    requests_per_window: PositiveInt = 300
    window_seconds: PositiveFloat = 60.0
    rejected_calls: Literal["free", "counted"] = field(default="free", metadata=alternatives("counted"))

    def changed(self, changes: Mapping[str, Json]) -> Settings:
        """Return these settings with some knobs turned; raise SandboxMisuse for a knob or value there is not."""
        return settings_from({**self.to_json(), **changes})

    @property
    def update_verbs(self) -> frozenset[str]:
        """The methods by which a person is changed by its id."""
        match self.update_verb:
            case "by-generation":
                return frozenset({"PUT" if self.generation == "people" else "PATCH"})
            case "both":
                return frozenset({"PUT", "PATCH"})
            case "none":
                return frozenset()
            case verb:
                return frozenset({verb.upper()})


_READER = TypeAdapter(Settings)


def settings_from(values: Mapping[str, Json]) -> Settings:
    """Build settings from a JSON object; what it leaves out stays at its default."""
    return read_knobs(_READER, knob_names(Settings), values)


@lru_cache(maxsize=64)
def settings_read(text: str) -> Settings:
    """Read settings as the store keeps them; the same text costs nothing twice."""
    return settings_from(decode_object(text))
