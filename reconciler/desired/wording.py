"""Sentences that several checks share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from reconciler.model.kind import Flaw, Kind
from reconciler.model.wording import spoken_name

Path = tuple[str | int, ...]


def suggest(word: str, known: Iterable[str], otherwise: str) -> str:
    """Ask whether a known word close to this one is meant; list them all where none is close."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1)
    return f'Did you mean "{close[0]}"?' if close else f"{otherwise} {', '.join(words)}."


def goes_along(kind: Kind) -> str:
    """Say what else a deletion of one of a kind deletes."""
    title = kind.title.lower()
    own = [f"{spoken_name(member.name)}s" for member in kind.members] + [*kind.uncounted]
    article = "an" if title[0] in "aeiou" else "a"
    taken = f"its {', '.join(own[:-1])} and {own[-1]}" if len(own) > 1 else "".join(f"its {one}" for one in own)
    return f"Deleting {article} {title} deletes {taken or 'what other objects hold of it'} as well."


def unknown_key(path: Path, known: Iterable[str]) -> Flaw:
    """Refuse a key that means nothing."""
    key = str(path[-1])
    return Flaw(
        path=path,
        code="key-unknown",
        summary="unknown key",
        detail=f'Nothing is known by the key "{key}".',
        remedy=suggest(key, known, "The keys here are"),
        on_key=True,
    )


def missing_field(path: Path, name: str) -> Flaw:
    """Ask for a key that is not there."""
    return Flaw(
        path=path,
        code="field-missing",
        summary="a field is missing",
        detail=f"{name} is required here.",
        remedy=f"Add the key {name}.",
    )


def expected_text(path: Path, remedy: str = "Write a text.") -> Flaw:
    """Refuse what is no string."""
    return Flaw(path=path, code="string-expected", summary="a text is expected", remedy=remedy)


def wrong_type(path: Path, wanted: str) -> Flaw:
    """Refuse a value of another sort than the wanted one."""
    return Flaw(
        path=path,
        code="type-wrong",
        summary="a value of the wrong type",
        detail=f"{path[-1] if path else 'The document'} wants {wanted}.",
        remedy=f"Write {wanted}.",
    )
