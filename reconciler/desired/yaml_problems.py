"""The problems that YAML itself can have, past its syntax: one function each."""

from __future__ import annotations

from difflib import get_close_matches

from yaml.events import Event, ScalarEvent

from reconciler.desired.anchors import Unusable
from reconciler.errors import Place, Problem


def duplicate_key(where: Place, key: str) -> Problem:
    """Report the second key of the same name in one mapping."""
    return Problem(
        code="duplicate-key",
        summary="the same key twice in one mapping",
        where=where,
        detail=f'"{key}" stands above already.',
        remedy="Keep one of the two.",
    )


def key_not_string(where: Place, event: Event) -> Problem:
    """Report a key that YAML reads as a number, a boolean, null or a collection."""
    scalar = event.value if isinstance(event, ScalarEvent) else ""
    return Problem(
        code="key-not-string",
        summary="a key that is not a string",
        where=where,
        detail="YAML reads this key as a number, a boolean or null." if scalar else "This key is no text at all.",
        remedy=f'Put it in quotes: "{scalar}":' if scalar else "Write a text as the key.",
    )


def merge_not_mapping(where: Place) -> Problem:
    """Report a merge of something that has no keys."""
    return Problem(
        code="merge-not-mapping",
        summary="only mappings can be merged",
        where=where,
        remedy="Write an alias of a mapping behind `<<:`, or a list of such aliases.",
    )


def tag_unknown(where: Place) -> Problem:
    """Report a tag outside the core schema of YAML 1.2."""
    return Problem(
        code="tag-unknown",
        summary="a tag that has no meaning here",
        where=where,
        detail="It is none of the core schema of YAML 1.2.",  # what it is may be a name without its quotes
        remedy="Remove the tag, or put a text that begins with ! in quotes.",
    )


def tag_mismatch(where: Place, tag: str) -> Problem:
    """Report a scalar that is not what its tag says."""
    return Problem(
        code="tag-mismatch",
        summary="a value that does not fit its tag",
        where=where,
        detail=f'The value cannot be read as "{tag.rpartition(":")[2]}".',
        remedy="Remove the tag, or correct the value.",
    )


def too_deep(where: Place, most: int) -> Problem:
    """Report collections nested beyond what any document needs."""
    return Problem(
        code="too-deep",
        summary="nested too deeply",
        where=where,
        detail=f"More than {most} levels are not read.",
        remedy="Check for brackets or indentation that repeat by mistake.",
    )


def alias_unusable(where: Place, why: Unusable, name: str, names: tuple[str, ...]) -> Problem:
    """Report an alias that stands for nothing: unknown, inside its own anchor, or one too many."""
    if why is Unusable.BOMB:
        return Problem(
            code=why.value,
            summary="aliases expand to too much",
            where=where,
            detail=f'With "*{name}" the aliases of this file stand for more values than are read.',
            remedy="Write the values out, or split the file.",
        )
    if why is Unusable.RECURSIVE:
        return Problem(
            code=why.value,
            summary="an alias inside the value that it stands for",
            where=where,
            detail=f'"*{name}" stands inside "&{name}".',
            remedy="Remove the alias.",
        )
    close = get_close_matches(name, names, n=1)
    return Problem(
        code=why.value,
        summary="an alias without an anchor",
        where=where,
        detail="No anchor of that name stands above in this document.",  # which may be a person's without quotes
        remedy=f'Did you mean "*{close[0]}"?'
        if close
        else "Put & and that name before the value that is meant, or put a text that begins with * in quotes.",
    )
