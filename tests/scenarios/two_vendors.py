"""An apply of two hundred changes at both vendors: how it is killed at its journal, gone on with, and judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli.composition import configured
from reconciler.cli.stores import store_of
from reconciler.model.change import Action
from reconciler.plan.lost_creates import AGE
from reconciler.sandbox.values import JsonObject
from reconciler.store.journal import Journals
from tests.company import Company
from tests.scenarios.fifty import effects_of
from tests.scenarios.journalled import ALLOWED

ROOT = Path(__file__).parents[2]
UPFLOW, BILLABEX = "acme", "bill"
ORGANIZATION = "11111111-1111-4111-8111-111111111111"
CONFIGURATION = f"""organizations:
  {UPFLOW}:
    provider: upflow
    endpoint: sandbox
    documents: documents
    policy: {{adopt: never}}
  {BILLABEX}:
    provider: billabex
    endpoint: sandbox
    documents: accounts
    organizationId: {ORGANIZATION}
    emailDomains: [ours.example]
    policy: {{adopt: never}}
"""
"""Under it, what a killed run made is ours only because its intent was recorded, and not because it is live."""
LAG = 2
"""How many reads of an account still show it as it was before a write, where reads lag."""
OLD, GOING, NEW = range(20), range(15, 20), range(100, 180)
CHANGES = 200
"""At Upflow fifteen are renamed, five go and eighty come; at Billabex twenty are renamed and eighty come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What an apply comes to: the sandboxes' state as text, what is managed, what was made."""

    states: Mapping[str, str]
    managed: Mapping[str, list[str]]
    creations: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many writes the next run found open, and whether creates had to wait until their doubt was over."""

    left: int
    waited: bool


def company(folder: Path, lag: int = 0) -> Company:
    """Twenty managed objects at each vendor, and documents that change them all."""
    folder.mkdir(parents=True)
    (folder / "reconciler.yaml").write_text(CONFIGURATION)
    here = Company(folder)
    here.seed({"customers": [_customer(number, "Customer") for number in OLD]}, UPFLOW)
    accounts: list[JsonObject] = [{**_account(number, "Account"), "contacts": [*_people(number)]} for number in OLD]
    here.seed({"vendor": "billabex", "organizationId": ORGANIZATION, "accounts": [*accounts]}, BILLABEX)
    _write(here, "documents/old.yaml", "customers", [_customer(number, "Customer") for number in OLD])
    _write(here, "accounts/old.yaml", "accounts", [_declared(number, "Account") for number in OLD])
    here.manage()
    kept = [number for number in OLD if number not in GOING]
    _write(here, "documents/old.yaml", "customers", [_customer(number, "Renamed") for number in kept])
    _write(here, "documents/new.yaml", "customers", [_customer(number, "New") for number in NEW])
    _write(here, "accounts/old.yaml", "accounts", [_declared(number, "Renamed") for number in OLD])
    _write(here, "accounts/new.yaml", "accounts", [_declared(number, "New", number % 8 == 0) for number in NEW])
    here.turn({"reads_behind": lag}, BILLABEX)
    here.allowances = ALLOWED
    return here


def calm_end(folder: Path) -> End:
    """Apply undisturbed; how far reads are behind makes no difference to the end."""
    calm = company(folder)
    applied = calm.apply()
    assert (applied.code, applied.summary.total.done) == (0, CHANGES), applied.summary
    return end_of(calm)


def kill(here: Company, point: str, last: int) -> bool:
    """Let an apply run in a process of its own until it dies at its journal; say whether it did."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.scenarios.journalled", str(here.folder), point, str(last)],
        cwd=ROOT,
        env=dict(os.environ),
        timeout=300,
        check=False,
        capture_output=True,
    )
    assert ended.returncode in (-9, 0), (point, last, ended.returncode, ended.stderr.decode()[-2000:])
    return ended.returncode == -9


def go_on(here: Company) -> Settled:
    """Free the dead run's locks as a person would, and apply again.

    Only a create that may have been sent, by the dead run's journal, waits at Billabex until its doubt is over.
    """
    left, unheard = bury(here)
    applied = here.apply()
    waited = bool(applied.plan.blocked)
    if waited:
        assert {one.problem.code for one in applied.plan.blocked} == {"create-in-doubt"}
        doubted = {str(one.change.address) for one in applied.plan.blocked}
        assert unheard is None or doubted <= unheard, (doubted, unheard)
        here.later += AGE
        applied = here.apply()
    assert applied.code == 0, applied.summary
    settle_rest(here)
    return Settled(left=left, waited=waited)


def bury(here: Company) -> tuple[int, set[str] | None]:
    """Free the dead run's locks; count the writes that it left open, and name the creates that it may have made."""
    for organization in configured(here.folder):
        store = store_of(organization, here.folder)
        holder = store.holder()
        if holder is not None:
            store.unlock(holder.id)
    journals = journals_of(here)
    left = sum(len(journals.open_entries(run)) for run in journals.unsettled())
    return left, _unheard(journals)


def settle_rest(here: Company) -> None:
    """Look again where a write is open still: where reads lag, that it took no effect is said once it would show."""
    journals = journals_of(here)
    unsettled = {one.address for run in journals.unsettled() for one in journals.open_entries(run)}
    if unsettled:
        assert all(address.startswith(f"{BILLABEX}/") for address in unsettled), unsettled
        here.later += AGE
        assert here.apply().plan.empty


def _unheard(journals: Journals) -> set[str] | None:
    """Name the creates at Billabex that the last run sent without a refusal; None if it died over its first line."""
    run = journals.runs()[0]
    if b"\n" not in journals.path(run).read_bytes():
        return None
    return {
        entry.address
        for entry in journals.entries(run)
        if entry.action is Action.CREATE and entry.address.startswith(f"{BILLABEX}/") and entry.begun
    }


def check(here: Company, end: End, lag: int = 0) -> None:
    """Hold the end against that of an undisturbed run, byte for byte, and the creates against what was to be made."""
    assert end_of(here) == end
    assert any(here.plan().empty for _ in range(1 + lag))  # a plan is made of reads, and they catch up
    journals = journals_of(here)
    assert not any(journals.open_entries(run) for run in journals.unsettled())


def end_of(here: Company) -> End:
    """Give what an apply came to, apart from ids and times; no intent is left."""
    managed: dict[str, list[str]] = {}
    for name in (UPFLOW, BILLABEX):
        inventory = here.inventory(name)
        assert inventory is not None
        assert inventory.intents == ()
        managed[name] = sorted(inventory.managed)
    states = {name: json.dumps(here.state(name), sort_keys=True) for name in (UPFLOW, BILLABEX)}
    return End(states=states, managed=managed, creations=creations(here))


def creations(here: Company) -> Counter[str]:
    """Count the writes that made something, by what they make."""
    effects = effects_of(here)
    found: Counter[str] = Counter()
    for path, count in effects.items():
        if path.startswith("POST "):
            found[path.rpartition("/")[2]] += count
    return found


def journals_of(here: Company) -> Journals:
    """Give the company's journals."""
    return Journals(here.folder / ".reconciler")


def _write(here: Company, name: str, section: str, rows: list[JsonObject]) -> None:
    file = here.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{section}:\n" + "".join(f"- {json.dumps(row)}\n" for row in rows))


def _customer(number: int, name: str) -> JsonObject:
    person: JsonObject = {"externalId": f"P-{number}", "email": f"p{number}@example.com"}
    return {"externalId": f"C-{number:03}", "name": f"{name} {number}", "contacts": [person]}


def _account(number: int, name: str) -> JsonObject:
    source: JsonObject = {"connectionId": "erp", "sourceId": f"A-{number:03}"}
    return {"source": source, "fullName": f"{name} {number}", "currencyCode": "EUR"}


def _people(number: int) -> list[JsonObject]:
    return [{"fullName": "Ada Lovelace", "email": f"ada@a{number}.example", "language": "en"}]


def _declared(number: int, name: str, peopled: bool = True) -> JsonObject:
    contacts = [{"key": "k0", **person} for person in _people(number)] if peopled else []
    return {**_account(number, name), "contacts": [*contacts]} if peopled else _account(number, name)
