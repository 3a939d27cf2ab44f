"""What the sandbox's commands share: its store, opened; which organization is meant; values out of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from reconciler.cli.private_folder import sandbox_file
from reconciler.cli.sandbox_targets import vendor_target
from reconciler.cli.terminal import out
from reconciler.desired.documents import read_tree
from reconciler.desired.text import Text, read_text
from reconciler.errors import Problem, UsageInvalid
from reconciler.render.words import json_page
from reconciler.sandbox.store import Store
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse, decode, decode_object


@contextmanager
def opened_store(directory: Path) -> Iterator[Store]:
    """Open the sandbox of a folder."""
    with closing(Store(sandbox_file(directory))) as store:
        yield store


@contextmanager
def opened(directory: Path, organization: str | None) -> Iterator[tuple[Store, str]]:
    """Open the sandbox and choose an organization: the one that is named, else the only one there is."""
    with opened_store(directory) as store:
        yield store, organization or _only_one(store, directory)


@contextmanager
def opened_at(directory: Path, organization: str | None, target: str) -> Iterator[tuple[Store, str, str]]:
    """Open the sandbox at what a target names: one of the vendor's, or an address as plans and drift show it."""
    with opened_store(directory) as store:
        known = [one.name for one in store.organizations()]
        named = target.partition("/")[0] if organization is None or target.startswith(f"{organization}/") else ""
        if named in (known or _configured(directory)) and target != named:
            yield store, named, vendor_target(store, directory, named, target.removeprefix(f"{named}/"))
        else:
            name = organization or _only_one(store, directory)
            yield store, name, vendor_target(store, directory, name, target)


def read_seed(path: Path) -> JsonObject:
    """Read a seed, in YAML or in JSON, which is YAML."""
    text = read_text(path, str(path))
    if not isinstance(text, Text):
        raise UsageInvalid(
            replace(
                text,
                remedy="Name a file that can be read, as seen from the folder that you are in, or from that of -C.",
            )
        )
    documents, problems = read_tree(text)
    if problems:
        raise UsageInvalid(*problems)
    if len(documents) != 1:
        raise SandboxMisuse("a seed is one document")
    return decode_object(json.dumps(documents[0]))


def fields_from(pairs: Sequence[str]) -> JsonObject:
    """Read `name=value` pairs; a value is JSON if it reads as JSON, else text. A dotted name leads into an object."""
    fields: JsonObject = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise SandboxMisuse(f'"{pair}" is not NAME=VALUE')
        _put(fields, name.split("."), _value(text))
    return fields


def port_unusable(port: int, error: OSError) -> Problem:
    """Say that nothing can be served on a port."""
    return Problem(
        code="port-unusable",
        summary="the port cannot be had",
        where=f"--port {port}",
        detail=f"The system says: {error.strerror or type(error).__name__}.",
        why="Most often something else answers there, such as another sandbox.",
        remedy="End that, or take any port that is free:",
        command="reconciler sandbox serve --port 0",
    )


def tell(value: Json) -> None:
    """Show a value as JSON to be read."""
    out(f"{json_page(value)}\n")


def _put(fields: JsonObject, path: Sequence[str], value: Json) -> None:
    for step in path[:-1]:
        inner = fields.setdefault(step, {})
        if not isinstance(inner, dict):
            raise SandboxMisuse(f'"{step}" is given twice')
        fields = inner
    fields[path[-1]] = value


def _value(text: str) -> Json:
    try:
        return decode(text)
    except ValueError:
        return text


def _only_one(store: Store, directory: Path) -> str:
    """Choose among those that the sandbox has, or for an empty one those that `reconciler.yaml` places in it."""
    names = [organization.name for organization in store.organizations()] or _configured(directory)
    if len(names) == 1:
        return names[0]
    found = f"there are {', '.join(names)}" if names else "there is none yet"
    raise SandboxMisuse(f"say which organization is meant, with --org NAME: {found}")


def _configured(directory: Path) -> list[str]:
    from reconciler.cli.composition import configured

    if not (directory / "reconciler.yaml").exists():
        return []
    return [organization.name for organization in configured(directory) if organization.base_url is None]
