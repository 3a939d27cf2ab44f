"""What speaks against a change of an account, as far as the plan can tell; `notes` says whom its upserts hit. Pure.

| the change                                                        | verdict                                        |
|-------------------------------------------------------------------|------------------------------------------------|
| makes an account that is known by Billabex's own id               | `account-unknown`: only a source can be given  |
| makes an account whose people alone are managed                   | `account-missing`                              |
| makes somebody without a name or a language                       | `field-needed`                                 |
| upserts somebody who would overwrite a person not declared        | `person-overwritten`                           |
| upserts two who would become one                                  | `people-merged`                                |
| upserts somebody, and who is hit the guide leaves open            | `match-uncertain`                              |
| upserts somebody whom neither name nor e-mail finds any more      | `person-unreachable`                           |
| makes a party whose address is on the other list                  | `party-elsewhere`                              |
| takes somebody to the other list without all their values         | `values-lost`: see `exchanges`                 |
| makes somebody primary beside another who keeps the mark          | `primary-unverified`: let through, marked `?`  |

Every order of writes was tried that `sequence` knows; what is stuck then is refused with both people named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.change import Action, Change, MemberAction, MemberChange
from reconciler.model.kind import Flaw, Verdict
from reconciler.model.resource import Declared, Observed
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.addresses import folded, plainly
from reconciler.providers.billabex.exchanges import losses
from reconciler.providers.billabex.keys import id_of
from reconciler.providers.billabex.matching import LISTS, PARTIES
from reconciler.providers.billabex.notes import RULES, writing_of
from reconciler.providers.billabex.people import everybody, rows_of
from reconciler.providers.billabex.readings import BY_PARTY
from reconciler.providers.billabex.sequence import Stuck
from reconciler.providers.billabex.wire import BAD_STATUSES, STATUS


def judge(change: Change, surroundings: Surroundings) -> tuple[Verdict, ...]:
    """Say what speaks against a change."""
    if change.action is Action.CREATE:
        unmakeable = _unmakeable(change, surroundings.declared.get("account", {}).get(change.address.key))
        if unmakeable is not None:
            return (unmakeable,)
    if not change.touched(MemberAction.ADD, MemberAction.CHANGE) or change.action is Action.DELETE:
        return ()
    incomplete = tuple(_incomplete(change))
    if incomplete:
        return incomplete
    found = surroundings.objects.get(change.address.key)
    elsewhere = (*_elsewhere(change, found), *losses(change))
    if elsewhere:
        return elsewhere
    writing = writing_of(change, found, surroundings.settings)
    names = _names(change, found)
    members = {str(member.address): member for member in change.members}
    swap = _swap(writing.stuck, members)
    if swap is not None:
        return (swap,)
    stuck = tuple(_verdict(one, members[one.label], names) for one in writing.stuck)
    return stuck or tuple(_primaries(change, found))


def _unmakeable(change: Change, declared: Declared | None) -> Verdict | None:
    if id_of(change.address.key) is not None:
        return Verdict(
            code="account-unknown",
            summary="an account that is not there",
            detail="Billabex knows no account under this id, and gives every new one an id of its own.",
            remedy="Correct the id, or name the account by its source to have it made.",
            path=("id",),
            alone=True,
        )
    if declared is not None and declared.options.get("manage") == "people":
        return Verdict(
            code="account-missing",
            summary="people of an account that is not there",
            detail="Billabex knows no account with this source, and `manage: people` makes none.",
            remedy="Wait until the account is there, or leave `manage: people` out and declare the account.",
            path=("manage",),
            alone=True,
        )
    return None


def _incomplete(change: Change) -> Iterator[Verdict]:
    """Refuse new people without what the vendor needs to make one (guide, "Request Format")."""
    for member in change.touched(MemberAction.ADD):
        given = {row.path[0] for row in member.fields if row.after is not None}
        for name in ("fullName", "language"):
            if name not in given:
                yield Verdict(
                    code="field-needed",
                    summary="a field that is needed to create it",
                    detail=f"{member.address} does not exist yet, and Billabex needs {name} to make it.",
                    remedy=f"Add {name}.",
                    path=member.path,
                )


def _elsewhere(change: Change, found: Observed | None) -> Iterator[Verdict]:
    """Refuse new parties whose address is on the other list already: the vendor leaves whom it has where they are."""
    for member in change.touched(MemberAction.ADD):
        email = next((row.after for row in member.fields if row.path == ("email",)), None)
        if not member.options.get(BY_PARTY) or not isinstance(email, str):
            continue
        others = [
            section
            for section in LISTS
            for row in rows_of(found, section)
            if section != member.section and folded(str(row.get("email") or "")) == folded(email)
        ]
        if others:
            yield Verdict(
                code="party-elsewhere",
                summary="a party who stands on the other list",
                detail=f"{member.address} is foreseen on {member.section} by emailDomains in reconciler.yaml, and "
                f"Billabex has the address on {others[0]}.",
                remedy=f"Declare the person under {others[0]}; or, if Billabex's own domains differ from emailDomains, "
                "correct emailDomains.",
                path=member.path,
            )


def _primaries(change: Change, found: Observed | None) -> Iterator[Verdict]:
    """Mark who becomes primary while another keeps the mark undeclared: the vendor may take it from that one."""
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        if not any(row.path == ("isPrimary",) and row.after is True for row in member.fields):
            continue
        settled = {
            one.remote_id
            for one in change.members
            if one is member
            or one.action is MemberAction.REMOVE
            or any(row.path == ("isPrimary",) for row in (*one.fields, *one.standing))
        }
        for row in rows_of(found, member.section):
            if row.get("isPrimary") is True and row["id"] not in settled:
                other = _names(change, found)[str(row["id"])]
                yield Verdict(
                    code="primary-unverified",
                    summary="another person is primary as well",
                    detail=f"{other} is primary too: Billabex may leave both, or take the mark from that one.",
                    path=member.path,
                    blocks=False,
                )


def _names(change: Change, found: Observed | None) -> Mapping[str | None, str]:
    """Give the addresses of people by remote id; somebody whom no document declares goes by the remote id."""
    names: dict[str | None, str] = {one.id: f"{one.section} id:{one.id} (in no document)" for one in everybody(found)}
    names |= {
        one.remote_id: str(one.address) if one.path else f"{one.address} (in no document)"
        for one in change.members
        if one.remote_id is not None
    }
    return names | {f"new:{member.address}": str(member.address) for member in change.members}


def _verdict(stuck: Stuck, member: MemberChange, names: Mapping[str | None, str]) -> Verdict:
    others = sorted(names.get(one, str(one)) for one in stuck.foreseen.hits if one not in (None, member.remote_id))
    if not others and stuck.foreseen.certain:
        return Verdict(
            code="person-unreachable",
            summary="no route reaches a person",
            detail=f"{stuck.label} is there, and an upsert with the declared name and address finds nobody.",
            remedy="Declare one of them as it is live and apply, then the other; or set personUpdate in "
            "reconciler.yaml, if the API has a route that changes people by id.",
            path=member.path,
        )
    whom = " or ".join(others) or "a new person"
    if not stuck.foreseen.certain:
        return Verdict(
            code="match-uncertain",
            summary="nobody can say whom an upsert would hit",
            detail=f"{stuck.label} may reach {whom}; the vendor's guide leaves open which.",
            remedy="Give both people full names and e-mail addresses that are plainly different.",
            path=member.path,
        )
    declared = any(one.startswith("new:") for one in map(str, stuck.foreseen.hits)) or not others[0].endswith(
        "(in no document)"
    )
    return Verdict(
        code="people-merged" if declared else "person-overwritten",
        summary="two people would become one" if declared else "an upsert would overwrite another person",
        detail=f"{stuck.label} would reach {whom} {_by(stuck)}.",
        remedy="Make their names or e-mail addresses plainly different, or declare them as one person.",
        path=member.path,
    )


def _swap(stuck: Sequence[Stuck], members: Mapping[str, MemberChange]) -> Verdict | None:
    """Give one verdict for two people each of whom would reach the other; None where anything else is the matter."""
    if len(stuck) != 2 or not all(one.foreseen.certain for one in stuck):
        return None
    first, second = stuck
    ids = [members[one.label].remote_id for one in stuck]
    if None in ids or set(first.foreseen.hits) != {ids[1]} or set(second.foreseen.hits) != {ids[0]}:
        return None
    return Verdict(
        code="people-merged",
        summary="two people would become one",
        detail=f"{first.label} would reach {second.label} {_by(first)}, and the other way round: they change places.",
        remedy="If each is to have what the other has, give one of them a third e-mail address and apply, then declare "
        "the exchange. If their keys were exchanged by mistake, change those back.",
        path=members[first.label].path,
    )


def _by(stuck: Stuck) -> str:
    return " and ".join(sorted(RULES[rule] for rule in stuck.foreseen.rules if rule in RULES))


def warn(declared: Declared, found: Observed) -> tuple[Flaw, ...]:
    """Say of which declared addresses the vendor knows that mail does not get through, or is not wanted."""
    return tuple(
        Flaw(
            path=(*place, "email"),
            code="email-undeliverable",
            summary="an e-mail address that mail does not get through to",
            detail=f"Billabex has {place[0]}[{place[1]}] as {statuses[email]}.",
            remedy="Find out the address that holds now, and declare that.",
            warning=True,
        )
        for section, rows in declared.members.items()
        for statuses in (_bad_statuses(found, section),)
        for index, row in enumerate(rows)
        for party in (row.get(BY_PARTY),)
        for place in ((PARTIES, int(party)) if isinstance(party, str) else (section, index),)
        if isinstance(email := row.get("email"), str) and (email := plainly(email)) in statuses
    )


def _bad_statuses(found: Observed, section: str) -> Mapping[str, str]:
    """Give what is wrong with addresses of a list; of two people with one address it is enough that one has it so."""
    rows = rows_of(found, section)
    return {plainly(str(row.get("email"))): str(row[STATUS]) for row in rows if row.get(STATUS) in BAD_STATUSES}
