"""One file and what is to be different in it → the file, every other byte as it was; pure.

Premise. A live value that goes into somebody's document has to look as if they had written it: their comments, quotes,
order, indentation, line breaks, byte order mark and (missing) final newline are theirs. A library that reads a file
and writes it again, ruamel.yaml among them, lays lines out anew and loses some of that. So nothing is written again:
new text is put between what stands there, at the places that the parser marks.

| edit                    | what changes in the file                                                                   |
|-------------------------|--------------------------------------------------------------------------------------------|
| `SetScalar`             | the scalar; in its own quotes if they can hold the new text (`edit_scalars`)               |
| `SetScalar`, `key:`     | the value is put behind the colon; a comment behind it stays                               |
| `AddKey`                | a line below the last key of the mapping, or a part before its brace (`edit_additions`)    |
| `AddItem`               | lines below the last item, written as that one is: in lines or in braces                   |
| `RemoveItem`            | the lines from the dash to the end of the item's last value, comments in them included;    |
|                         | a comment on a line of its own before or behind stays (`edit_removals`)                    |
| the last item removed   | `[]` behind the colon                                                                      |

Paths lead through the file as it is given, whatever else is edited in the same call: values are set first, then keys
and items added, then items removed.

Where one piece of text stands for values in several places, in an anchor, an alias or what a merge key brings in, an
edit at one of them would be one at all: it is refused, with the place. In the end the text is read again and compared
with the values that were meant; anything else is refused too, and nothing is written. That holds for every layout that
nobody thought of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from yaml.error import YAMLError

from reconciler.desired import edit_problems as problem
from reconciler.desired.collector import collector_held
from reconciler.desired.documents import read_tree
from reconciler.desired.edit_additions import add_items, add_keys, set_empty
from reconciler.desired.edit_nodes import Alias, Entries, Items, Node, Parsed, Scalar, parse
from reconciler.desired.edit_removals import Removed, remove_items
from reconciler.desired.edit_scalars import Splice, set_scalar, spliced, value_of
from reconciler.desired.edit_values import put_in, same, taken_out, value_at
from reconciler.desired.events import explain
from reconciler.desired.text import Text, decode
from reconciler.errors import DesiredStateInvalid, Problem
from reconciler.model.resource import Value

Steps = tuple[str | int, ...]
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScalar:
    """Another value where a scalar stands: in which document of the file, and where, from the top of that one."""

    document: int
    path: Steps
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveItem:
    """An item of a list taken out; `path` ends with its index."""

    document: int
    path: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem:
    """An item put at the end of a list; `path` leads to the list, which may be empty or nothing so far."""

    document: int
    path: Steps
    item: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AddKey:
    """A key put at the end of a mapping that lacks it; `path` leads to the mapping, which may be empty or nothing."""

    document: int
    path: Steps
    key: str
    value: Value


Edit = SetScalar | RemoveItem | AddItem | AddKey


def edit(raw: bytes, edits: Sequence[Edit], file: str = "") -> bytes:
    """Make edits in one file.

    Args:
        raw: The file.
        edits: What is to be different; their order matters only between what is added at one place.
        file: How problems call the file.

    Raises:
        DesiredStateInvalid: the file cannot be read, or an edit cannot be made without touching anything else.
    """
    with collector_held():
        return _edit(raw, edits, file)


def _edit(raw: bytes, edits: Sequence[Edit], file: str) -> bytes:
    mark = _MARK if raw.startswith(_MARK) else b""
    text = decode(raw, file)
    if isinstance(text, Problem):
        raise DesiredStateInvalid(text)
    meant = trees = _read(text)
    for kinds, write in _STEPS:
        chosen = [one for one in edits if isinstance(one, kinds)]
        meant = [_meant(number, tree, chosen) for number, tree in enumerate(meant)]
        if chosen:
            parsed = _parsed(text)
            text = Text(file=file, content=spliced(text.content, list(write(parsed, chosen))))
    if not same(_reread(text, edits, trees), meant):
        raise _uneditable(file)
    return mark + text.content.encode()


def _read(text: Text) -> list[Value]:
    trees, problems = read_tree(text)
    if any(not one.warning for one in problems):
        raise DesiredStateInvalid(*problems)
    return trees


def _reread(text: Text, edits: Sequence[Edit], before: list[Value]) -> list[Value]:
    if not edits:
        return before
    try:
        return _read(text)
    except DesiredStateInvalid:
        raise _uneditable(text.file) from None


def _parsed(text: Text) -> Parsed:
    try:
        return parse(text)
    except YAMLError as error:
        raise DesiredStateInvalid(explain(error, text)) from error


def _meant(number: int, tree: Value, edits: Iterable[Edit]) -> Value:
    """Make the edits of one document in its values; what cannot be found there is told when the text is edited."""
    mine = [one for one in edits if one.document == number]
    for one in mine:
        if isinstance(one, SetScalar):
            tree = put_in(tree, one.path, one.value)
        elif isinstance(one, AddKey):
            tree = put_in(tree, (*one.path, one.key), one.value)
        elif isinstance(one, AddItem):
            held = value_at(tree, one.path)
            tree = put_in(tree, one.path, [*(held if isinstance(held, list) else ()), one.item])
    return taken_out(tree, [one.path for one in mine if isinstance(one, RemoveItem)])


def _write_values(parsed: Parsed, edits: Sequence[Edit]) -> Iterator[Splice]:
    for one in edits:
        if not isinstance(one, SetScalar):
            continue
        *above, node = _found(parsed, one.document, one.path)
        if isinstance(node, Alias) or not isinstance(node, Scalar):
            raise problem.unfit(parsed.text, node, "A list or a mapping stands here, and only its parts can be edited.")
        if node.start == node.end:
            yield set_empty(parsed, above[-1] if above else None, node, one.value)
        elif not same(value_of(node), one.value):
            yield from set_scalar(parsed, node, one.value)


def _write_additions(parsed: Parsed, edits: Sequence[Edit]) -> Iterator[Splice]:
    """Add keys and items; of what ends at one place, the inner one's additions come first."""
    adding = [one for one in edits if isinstance(one, AddKey | AddItem)]
    order = sorted(adding, key=lambda one: (one.document, -len(one.path), repr(one.path)))
    for (number, path), group in groupby(order, key=lambda one: (one.document, one.path)):
        together = list(group)
        nodes = _found(parsed, number, path)
        keys = [(one.key, one.value) for one in together if isinstance(one, AddKey)]
        items = [one.item for one in together if isinstance(one, AddItem)]
        if keys:
            yield from add_keys(parsed, nodes, keys)
        if items:
            yield from add_items(parsed, nodes, items)


def _write_removals(parsed: Parsed, edits: Sequence[Edit]) -> Iterator[Splice]:
    paths = {(one.document, one.path) for one in edits if isinstance(one, RemoveItem)}
    kept = {
        (number, path)
        for number, path in paths
        if not any((number, path[:length]) in paths for length in range(len(path)))
    }
    order = sorted(kept, key=repr)
    for (number, path), group in groupby(order, key=lambda one: (one[0], one[1][:-1])):
        nodes = _found(parsed, number, path)
        indexes = []
        for _, inner in group:
            _found(parsed, number, inner)
            indexes.append(inner[-1])
        whole = frozenset(index for index in indexes if isinstance(index, int))
        yield from remove_items(parsed, Removed(above=tuple(nodes[:-1]), holder=nodes[-1], indexes=whole))


_STEPS: tuple[tuple[tuple[type[Edit], ...], Callable[[Parsed, Sequence[Edit]], Iterator[Splice]]], ...] = (
    ((SetScalar,), _write_values),
    ((AddKey, AddItem), _write_additions),
    ((RemoveItem,), _write_removals),
)


def _found(parsed: Parsed, number: int, path: Steps) -> list[Node]:
    """Go down a path; give the nodes on it, the top first.

    Raises:
        DesiredStateInvalid: nothing is there, or it is written for several places at once.
    """
    if number >= len(parsed.documents):
        raise problem.missing(parsed.text, Node(start=0, end=0, line=0, column=0), number)
    nodes = [_own(parsed, parsed.documents[number])]
    for step in path:
        nodes.append(_own(parsed, _below(parsed, nodes[-1], step)))
    return nodes


def _own(parsed: Parsed, node: Node) -> Node:
    if node.anchor is not None:
        raise problem.aliased(parsed.text, node)
    return node


def _below(parsed: Parsed, node: Node, step: str | int) -> Node:
    if isinstance(node, Items) and isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    if isinstance(node, Entries) and isinstance(step, str):
        found = node.find(step)
        if found is not None:
            _own(parsed, found[0])
            return found[1]
        if node.merges:
            raise problem.merged(parsed.text, node, step)
    raise problem.missing(parsed.text, node, step)


def _uneditable(file: str) -> DesiredStateInvalid:
    return problem.unfit(
        Text(file=file, content=""),
        Node(start=0, end=0, line=0, column=0),
        "What the file says after the edit is not what was meant, so nothing was written.",
    )
