"""The options by which one run lets through what a guard refuses, read into allowances.

Every one names a guard and what it lets through, and none lets everything through: `model.guards` has the table. Kinds
and addresses are not known here; an option that names nothing refused is told of in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from reconciler.model.guards import DELETES, GUARDS, TARGETS, UPDATES, Target
from reconciler.model.state import Allowance
from reconciler.providers.starters import EXAMPLE

_SHAPES = {
    Target.ORGANIZATION: "the organization, such as acme-fr",
    Target.COUNTED_KIND: "a kind and a number, such as {kind}=41",
    Target.KIND: "a kind, such as {kind}, or a kind and a number, such as {kind}=41",
    Target.OBJECT: "an address, such as acme-fr/{object}, or a kind and a number, such as {kind}=3",
    Target.MEMBER: "an address, such as acme-fr/{member} or acme-fr/{object}",
}


def allowances_of(
    guards: Iterable[str] = (), deletes: Iterable[str] = (), updates: Iterable[str] = ()
) -> tuple[Allowance, ...]:
    """Read the values of `--allow`, `--allow-delete` and `--allow-update`.

    Raises:
        click.BadParameter: one of them cannot be meant.
    """
    return (
        *(read_allowance(text) for text in guards),
        *(_allowance(DELETES, text, "--allow-delete") for text in deletes),
        *(_allowance(UPDATES, text, "--allow-update") for text in updates),
    )


def read_allowance(text: str) -> Allowance:
    """Read `GUARD=TARGET`, whose target is an organization, an address, a kind, or `KIND=COUNT`.

    Raises:
        click.BadParameter: there is no such guard, or it wants another target.
    """
    guard, _, rest = text.partition("=")
    if guard not in GUARDS:
        close = get_close_matches(guard, GUARDS, n=1)
        hint = f'Did you mean "{close[0]}"?' if close else f"The guards are {', '.join(GUARDS)}."
        raise click.BadParameter(f'there is no guard "{guard}". {hint}', param_hint="--allow")
    return _allowance(guard, rest, "--allow")


def _allowance(guard: str, text: str, option: str) -> Allowance:
    target = TARGETS[guard]
    counted = target in (Target.COUNTED_KIND, Target.KIND) or (target is Target.OBJECT and not _is_address(text))
    name, count = _parted(text) if counted else (text, None)
    if not _fits(target, name, count):
        shape = _SHAPES[target].format_map(EXAMPLE.words())
        raise click.BadParameter(f'"{text}" does not name what {guard} wants: {shape}', param_hint=option)
    return Allowance(guard=guard, target=name, count=count)


def _is_address(text: str) -> bool:
    """Say whether this names an object: a kind has no slash, and what stands behind one may have any sign."""
    return "/" in text


def _parted(text: str) -> tuple[str, int | None]:
    name, _, number = text.rpartition("=")
    return (name, int(number)) if name and number.isascii() and number.isdecimal() else (text, None)


def _fits(target: Target, name: str, count: int | None) -> bool:
    if not name or count == 0:
        return False
    match target:
        case Target.COUNTED_KIND:
            return count is not None
        case Target.KIND:
            return "=" not in name
        case Target.OBJECT:
            return _is_address(name) or count is not None
        case Target.MEMBER:
            return _is_address(name)
        case Target.ORGANIZATION:
            return not _is_address(name) and "=" not in name
