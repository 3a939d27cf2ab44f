"""Documents of an organization → the numbers in them that stand where its vendor wants a text: `zipcode: 01000`.

To a reader of YAML that is 1000, and `+33102030405` has lost its plus sign. What was written is still in the file, so
quotes bring it back; the vendor's rows say where they belong. What is read as true, false or nothing is left to a
person: a text is not the only thing that may have been meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.desired.documents import read_items
from reconciler.desired.edit_nodes import Entries, Items, Node, Parsed, Scalar
from reconciler.desired.positions import Target
from reconciler.desired.scalars import resolve_plain
from reconciler.desired.text import Text
from reconciler.errors import Problem
from reconciler.model.organization import Organization


def find_texts(text: Text, organization: Organization) -> frozenset[Target]:
    """Find the places where a text is wanted and something else stands."""
    kinds = {kind.section: kind for kind in organization.vendor.kinds}
    problems: list[Problem] = []  # told by whoever reads the values
    return frozenset(
        (item.source.document, (*item.source.path, *flaw.path))
        for item in read_items(text, kinds, problems)
        for flaw in kinds[item.section].read(item.fields, organization.settings).flaws
        if flaw.code == "string-expected" and not flaw.on_key
    )


def numbers_at(parsed: Parsed, wanted: frozenset[Target]) -> Iterator[tuple[Target, Scalar]]:
    """Give the numbers without quotes at these places; what is written for several places at once is left out."""
    for target in sorted(wanted, key=repr):
        number, path = target
        node: Node | None = parsed.documents[number] if number < len(parsed.documents) else None
        for step in path:
            node = _below(node, step)
        if isinstance(node, Scalar) and node.anchor is None and node.tag is None and not node.style:
            value = resolve_plain(node.text)
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield target, node


def _below(node: Node | None, step: str | int) -> Node | None:
    if node is None or node.anchor is not None:
        return None
    if isinstance(node, Entries) and isinstance(step, str):
        found = node.find(step)
        return found[1] if found is not None else None
    if isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None
