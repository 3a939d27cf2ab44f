"""What the plan says of each person who is written: whom the upsert hits and by which rule, or that it creates. Pure.

| the person                                    | the note says                                                        |
|-----------------------------------------------|----------------------------------------------------------------------|
| comes                                         | that it creates                                                      |
| changes                                       | whom the upsert hits, by e-mail or by name; or the route by id, and  |
|                                               | what an upsert would or might do instead                             |
| changes in two upserts                        | both, in their order                                                 |
| leaves before somebody else is written        | who is written only after that                                       |
| comes or changes only after somebody has left | who that is                                                          |

Whoever leaves does so last of all where nothing else is said. The other order is taken only where no other is safe
(`sequence`); should what follows then be refused, the one who left is gone all the same, so it has to be read before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.change import Action, Change, MemberAction, MemberChange
from reconciler.model.resource import Observed, Value
from reconciler.model.state import Surroundings
from reconciler.providers.billabex.matching import Rule
from reconciler.providers.billabex.people import asked, everybody, leaving
from reconciler.providers.billabex.readings import BY_PARTY
from reconciler.providers.billabex.sequence import Route, Step, Writing, sequence

RULES = {Rule.EMAIL: "by e-mail", Rule.NAME: "by name"}


def annotate(change: Change, surroundings: Surroundings) -> Change:
    """Note at each person what their write will do, and which comes before which where that matters."""
    if not change.touched(MemberAction.ADD, MemberAction.CHANGE) or change.action is Action.DELETE:
        return change
    steps = writing_of(change, surroundings.objects.get(change.address.key), surroundings.settings).steps
    names = {_label(member): f'{member.address.kind} "{member.address.key}"' for member in change.members}
    notes: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        if step.route is not Route.DELETE:
            notes[step.label].append(_note(step))
    counts = {label: len(told) for label, told in notes.items()}
    notes = defaultdict(list, {label: [", then ".join(told)] for label, told in notes.items()})
    for label, gone in _waiting(steps).items():
        notes[label].append(f"written after {_listed(names[one] for one in gone)} is gone")
        for one in gone:
            notes[one].append(f"goes first: {names[label]} is written after that")
    return replace(change, members=tuple(_noted(member, notes, counts) for member in change.members))


def writing_of(change: Change, found: Observed | None, settings: Mapping[str, Value]) -> Writing:
    """Find the order in which a change's people can be written."""
    by_id = settings.get("personUpdate") != "none"
    wishes = [one.wish() for one in asked(change, found)]
    return sequence(everybody(found), wishes, [str(one.remote_id) for one in leaving(change, found)], by_id=by_id)


def _waiting(steps: Iterable[Step]) -> Mapping[str, list[str]]:
    """Give, for each who is written right after somebody left, who that is, by their labels in the sequence."""
    found: dict[str, list[str]] = {}
    gone: list[str] = []
    for step in steps:
        if step.route is Route.DELETE:
            gone.append(step.label)
        elif gone:
            found[step.label] = gone
            gone = []
    return found


def _label(member: MemberChange) -> str:
    """Give what a member goes by in the steps of a sequence: who leaves, by remote id."""
    return str(member.remote_id) if member.action is MemberAction.REMOVE else str(member.address)


def _noted(member: MemberChange, notes: Mapping[str, list[str]], counts: Mapping[str, int]) -> MemberChange:
    told = list(notes.get(_label(member), ()))
    if not told:
        return member
    if member.options.get(BY_PARTY) and member.action is MemberAction.ADD:
        told.append(f"a party, foreseen on {member.section}")
    return replace(member, note="; ".join(told), writes=counts.get(_label(member), 1))


def _note(step: Step) -> str:
    if step.route is Route.BY_ID:
        return f"changed by id ({step.hit}): an upsert {_instead(step)}"
    if step.hit is None:
        return "creates: nobody on the account matches"
    return f"upsert hits {step.hit} {RULES.get(step.rule, '')}".rstrip()


def _instead(step: Step) -> str:
    others = step.instead - {None, step.hit}
    certain = len(step.instead) == 1
    return f"{'would' if certain else 'might'} {'reach another person' if others else 'make a second person'}"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)
