"""What can be in the way of an edit, with its place."""

from __future__ import annotations

from reconciler.desired.edit_nodes import Alias, Node
from reconciler.desired.text import Text
from reconciler.errors import DesiredStateInvalid, Place, Problem

_REST = (
    "Nothing was written, of all else neither. Named by their addresses, without this one, other values can be "
    "taken over before that:"
)
_BY_ADDRESS = "reconciler drift accept ADDRESS[.FIELD]…"


def aliased(text: Text, node: Node) -> DesiredStateInvalid:
    """Refuse what is written once and stands in several places."""
    how = f'is "*{node.anchor}"' if isinstance(node, Alias) else f'has the name "&{node.anchor}"'
    return _refusal(
        text,
        node,
        code="edit-aliased",
        summary="a value that stands in several places",
        detail=f"What would be changed {how}: it is written once, and holds wherever that name is used.",
        remedy=f"Write the value out at the place that is meant, or change it by hand for all of them.\n{_REST}",
        command=_BY_ADDRESS,
    )


def merged(text: Text, node: Node, key: str) -> DesiredStateInvalid:
    """Refuse what another mapping brings in."""
    return _refusal(
        text,
        node,
        code="edit-aliased",
        summary="a value that stands in several places",
        detail=f'"{key}" is not written here: it comes from another mapping, through "<<".',
        remedy=f"Write the key out at the place that is meant, or change it by hand for all of them.\n{_REST}",
        command=_BY_ADDRESS,
    )


def missing(text: Text, node: Node, step: str | int) -> DesiredStateInvalid:
    """Refuse to change what is not there."""
    return _refusal(
        text,
        node,
        code="edit-missing",
        summary="a value that is not there any more",
        detail=f"The file has nothing under {step!r} here; it was changed since it was read.",
        remedy="Run the command again.",
    )


def unfit(text: Text, node: Node, why: str) -> DesiredStateInvalid:
    """Refuse what cannot be changed without touching what stands around it."""
    return _refusal(
        text,
        node,
        code="edit-unfit",
        summary="a place that cannot be edited by itself",
        detail=why,
        remedy="Change it by hand, or lay the file out anew and run the command again: reconciler fmt.",
    )


def _refusal(
    text: Text, node: Node, *, code: str, summary: str, detail: str, remedy: str, command: str = ""
) -> DesiredStateInvalid:
    place = Place(path=text.file, line=node.line + 1, column=node.column + 1)
    return DesiredStateInvalid(
        Problem(code=code, summary=summary, where=place, detail=detail, remedy=remedy, command=command)
    )
