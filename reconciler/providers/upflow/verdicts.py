"""What Upflow would do that nobody asked for, judged on what a change newly sets. Pure.

Premise: an unknown SELECT label that is written becomes a new option; labels are case-sensitive; no route deletes an
option (guide, "Create custom fields"). So a typo is permanent. No route lists the options for sure, nor the positions
of contacts: what can be known is what the definition may carry, and what the objects that were read use.

| label newly set                                | createOptions: true  | otherwise                |
|------------------------------------------------|----------------------|--------------------------|
| among the options, or seen at a customer       | let through          | let through              |
| equal to such a one but for its case           | `option-case-twin`   | `option-case-twin`       |
| equal but for its case to another declared one | `option-case-twin`   | `option-unknown`         |
| else                                           | let through          | `option-unknown`         |

A position that is neither mapped nor seen may still exist: it is only marked (`position-unverified`). A new contact
without an e-mail address is what Upflow refuses for certain (§3.2), so it is blocked: `contact-email-missing`.

Contacts who exchange their e-mails cannot be written one after the other, because an e-mail must be free before it is
taken; the list route does it in one request (`writes`). Where that route cannot be used, the exchange is blocked:
`email-exchange`. Only people who are known by more than their e-mail can exchange, by external id or by key; and where
one goes by a key the list route cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reconciler.model.change import Action, Change, FieldChange, MemberAction, MemberChange
from reconciler.model.kind import Verdict
from reconciler.model.resource import Declared, Observed, Value
from reconciler.model.state import Surroundings
from reconciler.providers.suggestions import did_you_mean, listed
from reconciler.providers.upflow.names import Remembered, definitions_of, labels
from reconciler.providers.upflow.roster import folded

POSITIONS_SEEN = "contacts.position"
_STAND_INS = frozenset({"key", "email", "id"})  # what the key of a contact without external id begins with
_NOTHING: frozenset[str] = frozenset()
_LOOKED_AT_SOME = "Only the customers that this plan read were looked at."


def judge(change: Change, surroundings: Surroundings) -> tuple[Verdict, ...]:
    """Judge what one change of a customer newly sets."""
    if change.action not in (Action.CREATE, Action.UPDATE, Action.REPLACE):
        return ()
    verdicts = [verdict for found in change.fields for verdict in _on_field(found, change, surroundings)]
    for member in change.touched(MemberAction.ADD, MemberAction.CHANGE):
        verdicts.extend(_on_member(member, surroundings))
    exchange = exchange_flaw(change)
    return (*verdicts, exchange) if exchange else tuple(verdicts)


def exchange_flaw(change: Change) -> Verdict | None:
    """Block a change in which contacts exchange their e-mails and the list route, which could do it, cannot be used."""
    ring = _ring_of_emails(change)
    if not ring or (not change.only_add and all(map(_known_to_list_route, _staying(change)))):
        return None
    why = (
        "they are only added to the list (contactsMode: add)"
        if change.only_add
        else "another contact of the list has no external id"
    )
    names = [f'contact "{member.address.key}"' for member in ring]
    return Verdict(
        code="email-exchange",
        summary="contacts exchange their e-mail addresses",
        detail=f"{', '.join(names)} take each other's addresses. Upflow takes that as a whole list alone, "
        f"and here {why}.",
        remedy="Give one of them another address first and apply, then the one that is meant.",
        path=(*ring[0].path, "email"),
    )


def seen(objects: Iterable[Observed]) -> Mapping[str, frozenset[str]]:
    """Collect the positions and SELECT labels that live customers use, by the path of the field."""
    positions: set[Value] = set()
    by_field: dict[str, set[str]] = {}
    for found in objects:
        values = found.fields.get("customFields")
        if isinstance(values, dict):
            for name, value in values.items():
                if isinstance(value, dict | list):
                    by_field.setdefault(f"customFields.{name}", set()).update(labels(value))
        if found.members:
            positions.update([row.get("position") for row in found.members.get("contacts", ())])
    met = {path: frozenset(words) for path, words in by_field.items()}
    return {POSITIONS_SEEN: frozenset(word for word in positions if isinstance(word, str) and word), **met}


def _on_field(found: FieldChange, change: Change, surroundings: Surroundings) -> Iterator[Verdict]:
    """Judge the labels in one changed field, whether custom fields come one by one or, in a create, as a whole."""
    if found.path[0] != "customFields":
        return
    before, after = found.before, found.after
    if len(found.path) > 1:
        before, after = {found.path[1]: before}, {found.path[1]: after}
    if not isinstance(after, dict):
        return
    old = before if isinstance(before, dict) else {}
    for name, value in after.items():
        if isinstance(value, dict | list):
            for label in sorted(labels(value) - labels(old.get(name))):
                yield from _on_label(name, label, change, surroundings)


def _on_label(name: str, label: str, change: Change, surroundings: Surroundings) -> Iterator[Verdict]:
    known = surroundings.seen.get(f"customFields.{name}", _NOTHING)
    known = known.union(*(definition.options for definition in definitions_of(name, surroundings)))
    if label in known:
        return
    folded = label.casefold()
    twins = [other for other in known if other.casefold() == folded]
    if twins:
        yield _case_twin(name, label, min(twins), "Upflow has")
        return
    declared = surroundings.declared.get(change.address.kind, {})
    resource = declared.get(change.address.key)
    if resource is None or resource.options.get("createOptions") is not True:
        yield _option_unknown(name, label, known, surroundings)
        return
    twins = [other for other in _declared_labels(declared).get(name, _NOTHING) if other.casefold() == folded]
    if len(twins) > 1:
        yield _case_twin(name, label, min(other for other in twins if other != label), "other documents have")


def _labels_by_field(declared: Mapping[str, Declared]) -> Mapping[str, frozenset[str]]:
    """Collect the labels that all documents together declare."""
    found: dict[str, set[str]] = {}
    for resource in declared.values():
        values = resource.fields.get("customFields")
        for name, value in (values if isinstance(values, dict) else {}).items():
            found.setdefault(name, set()).update(labels(value))
    return {name: frozenset(words) for name, words in found.items()}


_declared_labels = Remembered(_labels_by_field)


def _on_member(member: MemberChange, surroundings: Surroundings) -> Iterator[Verdict]:
    set_to = {found.path[0]: found.after for found in member.fields}
    if member.action is MemberAction.ADD and set_to.get("email") is None:
        yield _email_missing(member)
    position = set_to.get("position")
    if not isinstance(position, str):
        return
    mapped = surroundings.settings.get("positions")
    names = frozenset(str(name) for name in mapped.values()) if isinstance(mapped, dict) else _NOTHING
    known = names | surroundings.seen.get(POSITIONS_SEEN, _NOTHING)
    if position not in known:
        yield _position_unverified(member, position, known, surroundings)


def _staying(change: Change) -> tuple[MemberChange, ...]:
    return change.touched(MemberAction.KEEP, MemberAction.ADD, MemberAction.CHANGE)


def _known_to_list_route(member: MemberChange) -> bool:
    """Say whether the list route knows this contact: by an external id that it has, or comes with."""
    given = {found.path[0]: found.after for found in member.fields}
    if member.action is MemberAction.ADD:
        return bool(given.get("externalId"))
    return member.address.key.partition(":")[0] not in _STAND_INS and "externalId" not in given


def _ring_of_emails(change: Change) -> tuple[MemberChange, ...]:
    """Find contacts of whom each takes the e-mail of the next, the last that of the first; empty if there are none."""
    moves = {
        folded(found.before): (folded(found.after), member)
        for member in change.touched(MemberAction.CHANGE)
        for found in member.fields
        if found.path == ("email",) and folded(found.before) != folded(found.after)
    }
    while moves:
        held = next(iter(moves))
        walk: dict[str, MemberChange] = {}
        while held in moves:
            wanted, walk[held] = moves.pop(held)
            held = wanted
        if held in walk:
            return tuple(walk.values())[list(walk).index(held) :]
    return ()


def _case_twin(name: str, label: str, twin: str, who: str) -> Verdict:
    return Verdict(
        code="option-case-twin",
        summary="a label that differs from another in its case alone",
        detail=f'"{label}" would become a second option of the custom field "{name}", where {who} "{twin}".',
        remedy=f'Did you mean "{twin}"?',
        path=("customFields", name),
    )


def _option_unknown(name: str, label: str, known: frozenset[str], surroundings: Surroundings) -> Verdict:
    scope = "" if surroundings.listed else f" {_LOOKED_AT_SOME}"
    return Verdict(
        code="option-unknown",
        summary="unknown option",
        detail=f'"{label}" is no option of the custom field "{name}" that is known to exist, and Upflow would create '
        f"it for good. {listed('Known are', known)}{scope}",
        remedy=did_you_mean(label, known) or "If the new option is meant, write createOptions: true at the customer.",
        path=("customFields", name),
    )


def _position_unverified(
    member: MemberChange, position: str, known: frozenset[str], surroundings: Surroundings
) -> Verdict:
    scope = "" if surroundings.listed else f" {_LOOKED_AT_SOME}"
    return Verdict(
        code="position-unverified",
        summary="a position that could not be verified",
        detail=f'"{position}" was not seen on any contact, and Upflow refuses a position that does not exist. '
        f"{listed('Known are', known)}{scope}",
        remedy=did_you_mean(position, known) or "If it exists, add it to positions: of the organization.",
        path=(*member.path, "position"),
        blocks=False,
    )


def _email_missing(member: MemberChange) -> Verdict:
    return Verdict(
        code="contact-email-missing",
        summary="a new contact without an e-mail address",
        detail="The contact does not exist yet, and Upflow takes none without an e-mail address.",
        remedy="Add the key email.",
        path=member.path,
    )
