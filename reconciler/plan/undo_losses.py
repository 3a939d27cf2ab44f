"""What undoing does not bring back, worded once, and told for all the objects that it is true of together. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.diff.compare import is_nothing
from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import FieldChange
from reconciler.model.kind import Kind
from reconciler.model.resource import Value
from reconciler.plan.undo_images import BY_ID

_MOST_NAMED = 50
_SUMMARIES = {
    "undo-impossible": "something is not undone",
    "undo-anew": "something is made anew, and does not come back as it was",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing that does not come back: of which object, and the sentence that says what and why."""

    address: Address
    code: str
    text: str
    remedy: str = ""


def told(losses: Iterable[Loss]) -> Iterator[Problem]:
    """Tell of losses as warnings, one for each sentence and kind, with all the objects that it is true of."""
    groups: dict[tuple[str, str, str, str, str], set[str]] = defaultdict(set)
    for one in losses:
        top = one.address.top
        place = top.organization, top.kind, one.code, one.text, one.remedy
        groups[place].add("/".join(one.address.parts[2:]))
    for (organization, kind, code, text, remedy), keys in sorted(groups.items()):
        yield Problem(
            code=code,
            summary=_SUMMARIES[code],
            where=f"{organization}/{kind}",
            detail=f"{_listed(sorted(keys))}: {text}",
            remedy=remedy,
            warning=True,
        )


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _MOST_NAMED} more" if keys[_MOST_NAMED:] else ""
    return f"{', '.join(keys[:_MOST_NAMED])}{more}"


def stays(address: Address, kind: Kind) -> Loss:
    """Say that what the run made stays, because deleting it takes others along."""
    return _impossible(
        address,
        f"the run created it, and it stays. What goes with {kind.title.lower()}s cannot be brought back, so undoing "
        "destroys none.",
        "If it is to go all the same, declare that by an entry under removed: with destroys: true.",
    )


def unrecorded(address: Address) -> Loss:
    """Say that the journal does not hold what stood before, or not what was meant."""
    return _impossible(address, "what stood before, or what the run meant to do, was not kept.")


def unknown_people(address: Address) -> Loss:
    """Say that nothing tells whom a run added, changed or took off."""
    return _impossible(
        address, "whom the run added, changed or took off is not kept: who is on its lists stays as it is."
    )


def overridden(address: Address, path: str) -> Loss:
    """Say that a value stays which changed while the run was at work, and which it had not set."""
    return _impossible(
        address,
        f"{path} was not set by the run, and was another when it had written: a rule of the vendor's did that, or "
        "somebody. It stays.",
    )


def may_stay(address: Address, kind: Kind) -> Loss:
    """Say that what a run may have made stays, if it is there."""
    return _impossible(
        address,
        f"the run may have created it; nobody knows yet. If it did, it stays: what goes with {kind.title.lower()}s "
        "cannot be brought back, so undoing destroys none.",
        "The next apply finds out what became of it. If it is there and is to go, declare that by an entry under "
        "removed: with destroys: true.",
    )


def unseen(address: Address) -> Loss:
    """Say that nothing tells what the run made, and so not whether somebody has worked on it since."""
    return _impossible(
        address,
        "the run created it, or may have. What it left was neither read nor kept, so nobody can say whether it was "
        "changed since: it stays.",
        "If it is to go, declare that by an entry under removed:.",
    )


def denied(address: Address) -> Loss:
    """Say that what the run did to an object is in doubt, though a later look found no effect."""
    return _impossible(
        address,
        "the run wrote to it, and nobody heard what came of it. A later run looked and found no effect, but an edit by "
        "somebody in between may look like that too: it is left as it is.",
        "Look at it, and declare what is wanted.",
    )


def named_by_id(address: Address) -> Loss:
    """Say that an object went which nothing but its id names."""
    return _impossible(address, "the run deleted it, and the id that documents know it by was the vendor's.")


def noted(address: Address) -> Loss:
    """Say that a note in the inventory stays."""
    return _impossible(address, "what the run noted of it in the inventory stays: no value changed at the vendor.")


def nobody(address: Address) -> Loss:
    """Say that nobody goes by the key that a move gave."""
    return _impossible(address, "nobody goes by the key that the run gave any more.")


def gone(address: Address) -> Loss:
    """Say that what the run forgot is not there to be adopted."""
    return _impossible(address, "the run forgot it, and the object that it was is not there.")


def replaced(address: Address) -> Loss:
    """Say that another object has the place of what the run made."""
    return _impossible(address, "another object has the place of the one that the run created, and stays.")


def not_ours(address: Address) -> Loss:
    """Say that what the run made is not managed any more."""
    return _impossible(address, "the run created it, and it is not managed from here any more: it stays.")


def unnamed(address: Address) -> Loss:
    """Say that a value names something by the vendor's id alone."""
    return _impossible(address, "a value named something that has no external id; that one stays as it is.")


def unknown_name(address: Address, path: str) -> Loss:
    """Say that a value named what somebody deleted at the vendor since."""
    return _impossible(address, f"what stood at {path} names something that the vendor does not have any more.")


def masked(address: Address) -> Loss:
    """Say that personal values were not kept."""
    return _impossible(address, "personal values are kept out of journals here, and do not come back.")


def stays_managed(address: Address) -> Loss:
    """Say that what was adopted and changed stays managed."""
    return _impossible(
        address,
        "the run adopted it too, and it stays managed.",
        "To let go of it: reconciler inventory forget ADDRESS",
    )


def uncleared(address: Address) -> Loss:
    """Say that a value stays because it cannot be made nothing again."""
    return _impossible(
        address, "the run set a value where nothing stood, and the vendor has no known way to clear it: it stays."
    )


def options(address: Address) -> Loss:
    """Say that options of a selection stay."""
    return _impossible(address, "an option that the run may have added to a custom field stays one of its options.")


def unread_people(address: Address) -> Loss:
    """Say that the people who went with an object were not read."""
    return _impossible(address, "who was on its lists was not read when it was deleted.")


def made_anew(address: Address, kind: Kind, *, takes: bool) -> Loss:
    """Say what an object that is made again does not have any more."""
    also = [*kind.uncounted, *(["the values that others had for it"] if takes else [])]
    rest = f" Its {', '.join(also)} do not come back." if also else ""
    return Loss(
        address=address,
        code="undo-anew",
        text="it is made again with a new id, and so is everybody on its lists; what the vendor keeps of it by itself "
        f"(balances, times, the state of an e-mail address) begins anew.{rest}",
    )


def people_anew(address: Address) -> Loss:
    """Say that people come back under new ids."""
    return Loss(
        address=address,
        code="undo-anew",
        text="whoever the run took off a list is made again with a new id; the state of their e-mail address begins "
        "anew.",
    )


def by_id_alone(row: FieldChange, kind: Kind) -> bool:
    """Say whether a value, or what it is a value of, has no name but the vendor's id."""
    field = kind.field(row.path[0])
    if field is None:
        return False
    if field.keys_reference and len(row.path) > 1:
        return row.path[1].startswith(BY_ID)
    return bool(field.reference) and isinstance(row.after, str) and row.after.startswith(BY_ID)


def is_uncleared(row: FieldChange, kind: Kind) -> bool:
    """Say whether a value cannot go back to nothing."""
    field = kind.field(row.path[0])
    return field is not None and not field.clearable and is_nothing(row.after)


def adds_option(row: FieldChange, kind: Kind) -> bool:
    """Say whether a run may have added an option to a selection by the value that it left."""
    field = kind.field(row.path[0])
    return field is not None and bool(field.keys_reference) and _is_selection(row.before)


def _is_selection(value: Value) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list | tuple) and bool(value))


def _impossible(address: Address, text: str, remedy: str = "") -> Loss:
    return Loss(address=address, code="undo-impossible", text=text, remedy=remedy)
