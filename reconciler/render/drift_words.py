"""What drifted -> English: who is to act on a label, and in how many words a difference is told."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.change import MemberAction
from reconciler.model.drift import AT_WORK, DRIFTED, Drift, FieldDrift, Label, MemberDrift
from reconciler.render.literals import literal
from reconciler.render.whereabouts import whereabouts
from reconciler.render.words import counted, listed

ADVICE: Mapping[Label, str] = {
    Label.LIVE: "somebody changed it at the vendor. Take it over with `reconciler drift accept`, set it back with "
    "`reconciler apply`, or ask who did it.",
    Label.BOTH: "changed at the vendor, and in the documents. Decide: `reconciler drift accept ADDRESS.FIELD` takes "
    "the live value, `reconciler apply` sends the declared one.",
    Label.GONE: "deleted at the vendor. `reconciler apply` makes it again; or take it out of the documents.",
    Label.UNKNOWN: "nothing says what was last applied. Look at both values, then `reconciler drift accept ADDRESS` "
    "or `reconciler apply`.",
    Label.CONFIG: "the documents changed. `reconciler apply` carries it out; this is no drift.",
    Label.NEVER: "declared, and never applied. `reconciler apply` carries it out; this is no drift.",
    Label.OVERRIDDEN: "the vendor sets it back whenever it is sent. Declare what it says; this is no drift.",
}
"""Who is to act, and how."""

_CAME = {
    MemberAction.ADD: "is on the list, and no document names it",
    MemberAction.REMOVE: "is not on the list",
    MemberAction.CHANGE: "this list cannot be told apart; `reconciler plan` says why",
}


def verdict_of(drift: Drift) -> str:
    """Say in a sentence what was found."""
    counts = drift.counts
    found = [f"{number} {label.value}" for label, number in counts.items() if label in DRIFTED]
    others = [f"{number} {label.value}" for label, number in counts.items() if label not in DRIFTED]
    about = whereabouts(drift.scope)
    if drift.problems and all(one.code == AT_WORK for one in drift.problems):
        where = whereabouts(sorted({str(one.where) for one in drift.problems}))
        return f"Another run was at work{where}, so nothing is concluded."
    if not drift.complete:
        return f"Not everything could be read{about}, so nothing is concluded."
    if found:
        return f"Drift{about}: {listed(found)}{f'; besides {listed(others)}' if others else ''}."
    return f"No drift{about}; {listed(others)}." if others else f"No drift{about}."


def values_of(one: FieldDrift) -> str:
    """Say what a field is on both sides, and what was last applied where that is neither."""
    change = one.change
    live, declared = literal(change.before, change.before_name), literal(change.after, change.after_name)
    told = f"live {live}, declared {declared}"
    if one.label is Label.BOTH and one.sent_known:
        told += f", last applied {literal(one.sent)}"
    return told


def presence_of(member: MemberDrift) -> str:
    """Say whether somebody came or went; empty where only fields differ."""
    return "" if member.label is None else _CAME[member.action]


def unmanaged_lines(drift: Drift, most: int = 5) -> list[str]:
    """Tell of what nobody manages, at most so many of each kind by name."""
    lines = []
    for one in drift.unmanaged:
        rest = len(one.keys) - most
        named = ", ".join(one.keys[:most]) + (f" and {rest} more" if rest > 0 else "")
        nameless = f"{one.nameless} without an external id" if one.nameless else ""
        told = listed([*filter(None, (named, nameless))])
        lines.append(f"{one.organization}: {counted(one.count, one.kind)} unmanaged: {told}")
    return lines
