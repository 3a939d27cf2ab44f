"""Drift -> a webhook: each drift is told once, and so is that it is over.

| last told | found now        | what is told | what is kept       |
|-----------|------------------|--------------|--------------------|
| nothing   | no drift         | nothing      | nothing            |
| nothing   | drift            | `drift`      | its digest         |
| a drift   | the same         | nothing      | its digest         |
| a drift   | another          | `drift`      | its digest         |
| a drift   | no drift         | `recovery`   | nothing            |
| any       | not all of it    | nothing      | what it was        |
|           | was read         |              |                    |

Drift is what has a label in `DRIFTED`: what the documents changed since, or the vendor sets back, is no news of it.

What is kept changes after the message has arrived: one that was lost is sent by the next run. A message that arrives
and cannot be kept is sent twice. No value stands in it, personal or not: addresses, labels and the names of fields,
with tags for people whose keys tell who they are.
"""

from __future__ import annotations

import hmac
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reconciler.cli.private_folder import NAME
from reconciler.cli.stores import store_of
from reconciler.cli.terminal import err, now
from reconciler.errors import Problem, ReconcilerError
from reconciler.model.drift import Drift, FieldDrift, ObjectDrift
from reconciler.model.organization import Organization
from reconciler.model.resource import Value
from reconciler.plan.build import Part
from reconciler.plan.drift_masked import masked_drift
from reconciler.render.change_json import plain
from reconciler.render.problems import problem_text
from reconciler.render.words import counted, dotted
from reconciler.store.told import FileTold, GitTold, Told

MOST = 200
"""How many objects a message names; it counts the others."""

Post = Callable[[str, Value], None]


def tell(drift: Drift, parts: Mapping[str, Part], directory: Path, variable: str) -> None:
    """Tell of each organization what is new; what goes wrong is a warning.

    Who has no such variable, and reads the page at a terminal, is no job that was to tell somebody.
    """
    from reconciler.cli.webhook import UndeliveredError, post

    url = os.environ.get(variable, "").strip()
    if not url:
        if variable in os.environ or not sys.stderr.isatty():
            detail = f"The environment variable {variable} is not set, or is empty."
            err(problem_text(_untold("reconciler.yaml", detail)))
        return
    for name, part in parts.items():
        try:
            tell_of(
                drift, part.organization, told_of(part.organization, directory), now(), lambda body: post(url, body)
            )
        except UndeliveredError as error:
            err(problem_text(_untold(name, str(error))))
        except (ReconcilerError, OSError):
            err(problem_text(_untold(name, "What was told before could not be read or kept.")))


def told_of(organization: Organization, directory: Path) -> Told:
    """Give where it is kept what was told of an organization."""
    if organization.inventory.store == "file":
        return FileTold(folder=directory / NAME, organization=organization.name)
    from reconciler.store.inventory_git import GitInventoryStore

    store = store_of(organization, directory)
    if not isinstance(store, GitInventoryStore):
        raise AssertionError("A git store is none. This is a bug in reconciler.")
    return GitTold(repository=store.repository, organization=organization.name)


def tell_of(
    drift: Drift, organization: Organization, told: Told, at: datetime, post: Callable[[Value], None]
) -> str | None:
    """Tell what is new of one organization, and give which of the two events that was."""
    if any(one.where in ("", organization.name) for one in drift.problems):  # one's problems silence no other
        return None
    mine = tuple(one for one in drift.objects if one.address.organization == organization.name and one.drifted)
    digest, before = _digest([one.alone for one in mine], organization.digest_key), told.read()
    if digest == before:
        return None
    event = "drift" if mine else "recovery"
    shown = masked_drift(replace(drift, objects=mine))  # a person's key may tell who that is
    post(_message(event, organization.name, [one.alone for one in shown.objects], at))
    told.write(digest)
    return event


def _message(event: str, organization: str, objects: list[ObjectDrift], at: datetime) -> Value:
    told = f"drift at {counted(len(objects), 'object')}" if objects else "no drift any more"
    return {
        "event": event,
        "organization": organization,
        "timestamp": at.isoformat(timespec="seconds"),
        "text": f"{organization}: {told}",
        "objects": len(objects),
        "resources": [
            {"address": str(one.address), "labels": sorted({*one.labels}), "fields": list(dict.fromkeys(_names(one)))}
            for one in objects[:MOST]
        ],
    }


def _names(one: ObjectDrift) -> Iterator[str]:
    yield from (dotted(field.change.path) for field in one.fields)
    for member in one.members:
        name = f"{member.address.kind}/{member.address.key}" if member.address.parent else member.section
        yield from (f"{name}.{dotted(field.change.path)}" for field in member.fields)
        if not member.fields:
            yield name


def _digest(objects: list[ObjectDrift], secret: str) -> str:
    """Give a keyed digest of what drifted and how it is now; "" for nothing."""
    if not objects:
        return ""
    told = [
        [str(one.address), one.label, *(_of_field(field) for field in one.fields)]
        + [[str(member.address), member.label, *map(_of_field, member.fields)] for member in one.members]
        for one in objects
    ]
    text = json.dumps(told, sort_keys=True)
    return hmac.digest(secret.encode(), f"reconciler:drift:{text}".encode(), "sha256").hex()[:32]


def _of_field(field: FieldDrift) -> list[Value]:
    return [list(field.change.path), field.label, plain(field.change.before)]


def _untold(organization: str, detail: str) -> Problem:
    return Problem(
        code="webhook-failed",
        summary="the webhook was not told",
        where=organization,
        detail=detail,
        why="The next run tries again; the exit code says what was found all the same.",
        remedy="Check the variable that `drift: {webhook: …}` in reconciler.yaml refers to, and who answers there.",
        warning=True,
    )
