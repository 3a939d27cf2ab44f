"""The ends of messages: lists of candidates that stay short, and "Did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_LISTED = 8


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Ask for the nearest of the choices, whatever its case; give "" if none is near."""
    by_folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    near = get_close_matches(word.casefold(), sorted(by_folded), n=1)
    return f'Did you mean "{by_folded[near[0]]}"?' if near else ""


def listed(opening: str, names: Iterable[str]) -> str:
    """Write a sentence that lists names in order, the first few of them where there are many."""
    every = sorted(names)
    shown = ", ".join(f'"{name}"' for name in every[:_MOST_LISTED])
    more = f" and {len(every) - _MOST_LISTED} more" if len(every) > _MOST_LISTED else ""
    return f"{opening} {shown}{more}." if every else f"{opening} none."
