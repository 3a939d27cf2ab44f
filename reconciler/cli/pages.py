"""A plan, or why there is none -> stdout, in the form that was asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from reconciler.cli.forms import Forms
from reconciler.cli.terminal import now, out
from reconciler.desired.collector import collector_held
from reconciler.desired.configuration import load_configuration
from reconciler.errors import Problem, ReconcilerError
from reconciler.model.masking import Tagger, tag_key_of
from reconciler.model.organization import Organization
from reconciler.model.plan import Plan
from reconciler.plan.masked import masked, tagger_of
from reconciler.plan.masked_keys import Keys
from reconciler.providers.table import VENDORS
from reconciler.render.paint import Paint
from reconciler.render.plan_json import no_plan_json, plan_json
from reconciler.render.plan_text import plan_text

PEOPLE = frozenset(
    name
    for vendor in VENDORS.values()
    for kind in vendor.kinds
    for member in kind.members
    for name in (member.name, member.section)
)
"""The kinds and sections of members, of all vendors."""


def show_plan(plan: Plan, paint: Paint, *, as_json: bool, personal: bool) -> None:
    """Write a plan out, for people or for programs; `personal` says whether values of personal fields are shown."""
    with collector_held():
        shown = seen(plan, personal=personal)
        page = f"{plan_json(shown, now())}\n" if as_json else plan_text(shown, paint)
    out(page)


def write_plan(plan: Plan, written: Forms, *, personal: bool) -> None:
    """Write the forms of a plan that are wanted in files.

    Raises:
        OSError: a file could not be written.
    """
    from reconciler.render.html import plan_html
    from reconciler.render.markdown import plan_markdown

    if written.files:
        shown = seen(plan, personal=personal)
        written.write({"html": lambda: plan_html(shown, now()), "markdown": lambda: plan_markdown(shown)})


def seen(plan: Plan, *, personal: bool) -> Plan:
    """Give a plan as it may be seen."""
    return plan if personal else masked(plan, tagger_of(plan), PEOPLE)


def keys_in(plan: Plan) -> Keys:
    """Give what masks the people of a plan that is carried out, as they are met."""
    return Keys(tagger=tagger_of(plan), kinds=PEOPLE)


def shows_personal(directory: Path, *, asked: bool) -> bool:
    """Say whether personal values are shown: where that was asked for, or `reconciler.yaml` says so.

    A configuration that cannot be read shows nothing; what is wrong with it, others say.
    """
    if asked:
        return True
    try:
        return load_configuration(directory, VENDORS, os.environ).shows_personal
    except ReconcilerError:
        return False


def keys_of(organizations: Iterable[Organization], *, personal: bool) -> Keys | None:
    """Give what masks the values of these organizations that no plan holds; None where they are shown."""
    if personal:
        return None
    secrets = {one.name: one.digest_key for one in organizations}
    tags = {name: tag_key_of(secret) for name, secret in secrets.items()}
    return Keys(tagger=Tagger(keys=tags), kinds=PEOPLE, secrets=secrets)


def keys_at(directory: Path, *, asked: bool) -> Keys | None:
    """Give what masks what no plan holds, in a folder whose configuration may not be readable: then without tags.

    None where personal values are shown.
    """
    if shows_personal(directory, asked=asked):
        return None
    try:
        found = load_configuration(directory, VENDORS, os.environ).organizations
    except ReconcilerError:
        found = ()
    return keys_of(found, personal=False)


def problems_seen(problems: Iterable[Problem], keys: Keys | None) -> tuple[Problem, ...]:
    """Give problems as they may be seen: addresses that tell who somebody is as tags; without keys as they are."""
    if keys is None:
        return tuple(problems)
    only = next(iter(keys.tagger.keys)) if len(keys.tagger.keys) == 1 else ""
    return tuple(keys.problem(one, keys.organization_in(one) or only) for one in problems)


def show_no_plan(problems: Sequence[Problem]) -> None:
    """Write for programs why there is no plan."""
    out(f"{no_plan_json(problems, now())}\n")
