"""Keys of comments: each has its own, whatever folders and organizations are called, and fits into a marker."""

from __future__ import annotations

from itertools import combinations

import pytest

from reconciler.forge.comments import Comment, marker_of, steps_to, wanted_of
from reconciler.render.applied_markdown import applied_comment
from reconciler.render.comment_key import applied_key, key_of, named
from reconciler.render.markdown import marker

LONG = "customers/of/" + "a-very-long-folder/" * 6
ABOUT = (
    key_of("", ()),
    key_of("", ("acme",)),
    key_of("", ("acme.applied",)),
    key_of("", ("acme-",)),
    key_of("", ("acme--fr",)),
    key_of("", ("acme-fr",)),
    key_of("", ("acme", "fr")),
    key_of("acme", ()),
    key_of("acme", ("fr",)),
    key_of("acme-fr", ()),
    key_of("acme fr", ()),
    key_of("acme fr", ("fr",)),
    key_of("shop/acme", ()),
    key_of("shop", ("acme",)),
    key_of(LONG, ("fr",)),
    key_of(LONG, ("ch",)),
    key_of(f"{LONG}x", ("fr",)),
)


def test_each_comment_has_a_key_of_its_own() -> None:
    """The one about the apply too; a key that was made is left as it is, so that it is found by."""
    every = [*ABOUT, *map(applied_key, ABOUT)]
    assert [pair for pair in combinations(every, 2) if pair[0] == pair[1]] == []
    assert [named(key) for key in ABOUT] == list(ABOUT)


@pytest.mark.parametrize("key", [*ABOUT, *map(applied_key, ABOUT), named("a --> <b>@x"), named("--")])
def test_a_key_stands_in_a_marker(key: str) -> None:
    """And is read from there."""
    line = marker(key.removesuffix(":applied"), 1, 2, "00")
    found = marker_of(line)
    assert found is not None and str(found) == line
    assert "--" not in key and len(key) <= 100
    again = marker_of(line.replace(found.key, key))
    assert again is not None and again.key == key


def test_how_an_apply_ended_outdates_no_plan() -> None:
    """Of an organization that is named as if it were such an outcome."""
    plan = wanted_of([f"{marker('acme.applied', 1, 1, 'd' * 64)}\n## a plan"], "acme.applied", "a" * 40)
    told = wanted_of([applied_comment("acme", 0, "done", "")], applied_key("acme"), "a" * 40)
    assert plan is not None and told is not None
    standing = [Comment(number=1, author="bot", body=plan.parts[0])]
    assert [type(one).__name__ for one in steps_to(told, standing, "bot")] == ["Create"]
