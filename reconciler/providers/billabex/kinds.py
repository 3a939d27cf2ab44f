"""What the core knows of Billabex: its kinds row by row, its hosts, credentials and limits. Data, and pure functions.

Fields of people are from the upsert guide, those of accounts, hosts and limits from the fact sheet (§2, §5.2, §8).
Whether null clears anything of a person is not known (R-PARTIAL), so nothing of one is clearable. People have no
external id; `key:` names them in documents alone. Deleting an account takes its people, invoices and credit notes with
it (§6.5). There is no route that finds an account by its source, so accounts are listed.

Personal is what tells who somebody is, and what is written about them: name, e-mail, notes. A role says what somebody
does for a company, as a contact's position does at the first vendor, and names nobody. An account is the company,
with its name and address; reviewers have to see which.
"""

from __future__ import annotations

from reconciler.model.kind import Field, Kind, MemberKind
from reconciler.model.vendor import Limits, Vendor
from reconciler.providers.billabex import costs, dumps, farewells, lint, names, notes, readings, verdicts
from reconciler.providers.billabex.belonging import elsewhere
from reconciler.providers.billabex.keys import id_of
from reconciler.providers.billabex.matching import CONTACTS, PARTIES, REPRESENTATIVES
from reconciler.providers.billabex.read_only import read_only

_PERSON = (
    Field(name="fullName", required=True, personal=True, clearable=False),
    Field(name="email", personal=True, clearable=False),
    Field(name="language", required=True, clearable=False),
    Field(name="role", clearable=False),
    Field(name="notes", personal=True, clearable=False),
    Field(name="isPrimary", clearable=False),
)

CONTACT = MemberKind(
    name="contact",
    section=CONTACTS,
    fields=_PERSON,
    natural="email",
    second="fullName",
    exclusive="isPrimary",
    options=(readings.BY_PARTY,),
    places=((readings.BY_PARTY, PARTIES),),
)

REPRESENTATIVE = MemberKind(
    name="internalRepresentative",
    section=REPRESENTATIVES,
    fields=_PERSON,
    natural="email",
    second="fullName",
    exclusive="isPrimary",
    options=(readings.BY_PARTY,),
    places=((readings.BY_PARTY, PARTIES),),
)

ACCOUNT = Kind(
    name="account",
    section="accounts",
    title="Account",
    identity="source",
    destroys=True,
    point_reads=False,
    fields=(
        Field(name="fullName", required=True),
        Field(name="currencyCode", required=True),
        Field(name="billingAddress", depth=1),
    ),
    members=(CONTACT, REPRESENTATIVE),
    read=readings.read_account,
    schema=readings.account_schema,
    dump=dumps.dump_account,
    resolve=names.under_one_name,
    judge=lambda change, surroundings: (
        elsewhere(change, surroundings) or read_only(change, surroundings) or verdicts.judge(change, surroundings)
    ),
    annotate=lambda change, surroundings: farewells.annotate(notes.annotate(change, surroundings), surroundings),
    warn=verdicts.warn,
    spell_key=dumps.spell_key,
    lists_together=True,
    named_by_id=lambda key: id_of(key) is not None,
    reads_lag=True,
    uncounted=("invoices", "credit notes"),
    list_reads=costs.list_reads,
    requests=costs.requests_of,
)

BILLABEX = Vendor(
    name="billabex",
    title="Billabex",
    kinds=(ACCOUNT,),
    endpoints={
        "production": "https://next.billabex.com/api/public/v1",
        "staging": "https://next.staging.billabex.com/api/public/v1",
    },
    credentials=(("accessToken",), ("clientId", "clientSecret", "refreshToken")),
    limits=Limits(requests_per_minute=300, in_flight=5, in_flight_most=10),
    lint=lint.rules_of(ACCOUNT),
    read_settings=readings.read_settings,
    settings_schema=readings.settings_schema,
    decisive=("organizationId", "generation", "personUpdate", "emailDomains"),
    identifying="organizationId",
    api_path="/api/public/v1",
    with_credentials=("tokens",),
)
