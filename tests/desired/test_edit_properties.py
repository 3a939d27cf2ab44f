"""Edits over layouts: whatever a file looks like, only what was meant changes in it."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.desired.documents import read_tree
from reconciler.desired.edit import AddItem, AddKey, Edit, RemoveItem, SetScalar, edit
from reconciler.desired.edit_nodes import Entries, Items, content_end, parse
from reconciler.desired.edit_values import same, value_at
from reconciler.desired.text import Text, decode
from reconciler.model.resource import Value
from tests.desired.layouts import PLAIN, WORDS, files

_NEW = st.one_of(
    WORDS, PLAIN, st.sampled_from(["two\nlines\n", "\n", " x", "é\x07", ""]), st.none(), st.integers(0, 99)
)
_EDITS = 25


def text_of(raw: bytes) -> Text:
    """Decode what the strategies write."""
    text = decode(raw, "f.yaml")
    assert isinstance(text, Text)
    return text


def trees_of(raw: bytes) -> list[Value]:
    """Read all documents of a file that is valid."""
    trees, problems = read_tree(text_of(raw))
    assert problems == []
    return trees


def scalar_paths(tree: Value, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the paths of all scalars below a value."""
    if isinstance(tree, dict):
        return [found for name, part in tree.items() for found in scalar_paths(part, (*path, name))]
    if isinstance(tree, list):
        return [found for at, part in enumerate(tree) for found in scalar_paths(part, (*path, at))]
    return [path]


@given(files(), _NEW, st.data())
@settings(max_examples=_EDITS * 3, deadline=None)
def test_only_the_touched_scalar_changes(raw: bytes, value: Value, data: st.DataObject) -> None:
    """All bytes before the scalar and all behind it stay, and the value there is the new one."""
    trees = trees_of(raw)
    number = data.draw(st.integers(0, len(trees) - 1))
    path = data.draw(st.sampled_from(scalar_paths(trees[number])))
    edited = edit(raw, [SetScalar(document=number, path=path, value=value)])
    before, after = text_of(raw), text_of(edited)
    assert edited[:3] == raw[:3] or not raw.startswith(b"\xef\xbb\xbf")
    start, end = span(before, number, path)
    begun = before.content[:start] if end > start else before.content[:start].rstrip(" ")
    assert after.content.startswith(begun)
    assert after.content.endswith(before.content[end:])


@given(files(), st.data())
@settings(max_examples=_EDITS, deadline=None)
def test_an_edit_and_back_gives_the_bytes_that_were(raw: bytes, data: st.DataObject) -> None:
    """A scalar that is written as it would be written anew comes back to the byte, in its own quotes."""
    trees = trees_of(raw)
    number = data.draw(st.integers(0, len(trees) - 1))
    path = data.draw(st.sampled_from(scalar_paths(trees[number])))
    old = value_at(trees[number], path)
    start, end = span(text_of(raw), number, path)
    assume(isinstance(old, str) and "\n" not in text_of(raw).content[start:end])
    other = edit(raw, [SetScalar(document=number, path=path, value="Paris")])
    assert edit(other, [SetScalar(document=number, path=path, value=old)]) == raw


@given(files(), st.data())
@settings(max_examples=_EDITS * 2, deadline=None)
def test_an_item_goes_alone(raw: bytes, data: st.DataObject) -> None:
    """What is left is what was, in its order; comments on lines of their own outside the items stay."""
    trees = trees_of(raw)
    number, lists = _lists(trees, data)
    path, length = data.draw(st.sampled_from([one for one in lists if one[1]] or [((), 0)]))
    assume(length)
    gone = data.draw(st.sets(st.integers(0, length - 1), min_size=1))
    edited = edit(raw, [RemoveItem(document=number, path=(*path, index)) for index in sorted(gone)])
    left = edited.decode().replace(" []", "") if len(gone) == length else edited.decode()
    assert is_part(left, raw.decode())
    assert left.count("# own line") >= raw.decode().count("# own line") - _comments_in(raw, number, path, gone)
    if raw.endswith(b"\n"):
        assert edited.endswith(b"\n")


@given(files(), st.integers(1, 2), st.data())
@settings(max_examples=_EDITS * 2, deadline=None)
def test_what_is_added_stands_between_what_was(raw: bytes, count: int, data: st.DataObject) -> None:
    """Nothing that stood there is lost, and the breaks are those of the file."""
    trees = trees_of(raw)
    number, lists = _lists(trees, data)
    path, length = data.draw(st.sampled_from(lists))
    item = {"email": "new@a.example", "name": "Zoë, a: b", "phone": "01000"}
    edits: list[Edit] = [AddItem(document=number, path=path, item={**item, "n": one}) for one in range(count)]
    edits += [AddKey(document=number, path=path[:-1], key="vatNumber", value="FR 1")] if len(path) > 1 else []
    edited = edit(raw, edits)
    assert is_part(raw.decode().replace(" []", ""), edited.decode())
    assert (b"\r\n" in raw) == (edited.count(b"\n") == edited.count(b"\r\n"))
    assert raw.endswith(b"\n") == edited.endswith(b"\n")
    again = edit(edited, [RemoveItem(document=number, path=(*path, length + one)) for one in range(count)])
    assert same(value_at(trees_of(again)[number], path), value_at(trees[number], path) or [])


def _lists(trees: list[Value], data: st.DataObject) -> tuple[int, list[tuple[tuple[str | int, ...], int]]]:
    number = data.draw(st.integers(0, len(trees) - 1))
    tree = trees[number]
    assert isinstance(tree, dict)
    customers = tree["customers"]
    contacts = [(("customers", at, "contacts"), len(one["contacts"] or ())) for at, one in enumerate(customers)]
    return number, [(("customers",), len(customers)), *contacts]


def _comments_in(raw: bytes, number: int, path: tuple[str | int, ...], gone: set[int]) -> int:
    text = text_of(raw)
    spans = [span(text, number, (*path, index)) for index in gone]
    return sum(text.content[start:end].count("# own line") for start, end in spans)


def is_part(part: str, whole: str) -> bool:
    """Say whether all signs of the part stand in the whole, in that order."""
    signs = iter(whole)
    return all(sign in signs for sign in part)


def span(text: Text, number: int, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Say from where to where a value stands in a text."""
    node = parse(text).documents[number]
    for step in path:
        if isinstance(node, Items) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Entries) and isinstance(step, str):
            found = node.find(step)
            assert found is not None
            node = found[1]
    return node.start, max(node.start, content_end(node, text.content))
