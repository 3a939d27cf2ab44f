"""The options by which one run lets through what a guard refuses, read into allowances.

Every one names a guard and what it lets through, and none lets everything through.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from reconciler.model.state import Allowance
from reconciler.plan.overrides import DELETES, GUARDS, UPDATES

_COUNTING = (DELETES, UPDATES)


def allowances_of(
    guards: Iterable[str] = (), deletes: Iterable[str] = (), updates: Iterable[str] = ()
) -> tuple[Allowance, ...]:
    """Read the values of `--allow`, `--allow-delete` and `--allow-update`.

    Raises:
        click.BadParameter: one of them cannot be meant.
    """
    return (
        *(read_allowance(text) for text in guards),
        *(_ceiling(DELETES, text, "--allow-delete") for text in deletes),
        *(_ceiling(UPDATES, text, "--allow-update") for text in updates),
    )


def read_allowance(text: str) -> Allowance:
    """Read `GUARD=TARGET` or `GUARD=TARGET=COUNT`.

    Raises:
        click.BadParameter: there is no such guard, or no target.
    """
    guard, _, rest = text.partition("=")
    if guard not in GUARDS:
        close = get_close_matches(guard, GUARDS, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else f" The guards are {', '.join(GUARDS)}."
        raise click.BadParameter(f'there is no guard "{guard}".{hint}', param_hint="--allow")
    if guard in _COUNTING:
        return _ceiling(guard, rest, "--allow")
    if not rest:
        raise click.BadParameter(
            f'name what "{guard}" is to let through, as {guard}=KIND or ADDRESS', param_hint="--allow"
        )
    return Allowance(guard=guard, target=rest)


def _ceiling(guard: str, text: str, option: str) -> Allowance:
    kind, _, count = text.rpartition("=")
    if not kind or not count.isdecimal():
        raise click.BadParameter(f'"{text}" is no kind and number, such as customer=41', param_hint=option)
    return Allowance(guard=guard, target=kind, count=int(count))
