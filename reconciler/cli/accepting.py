"""The run behind `drift accept`: choose what is taken over, edit the files in memory, try them, write them.

Before a file is written all documents of its organization are loaded again as they would be, and compared with what is
live: they are valid, and what was to be taken over does not differ any more; or nothing is written at all.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.cli.choosing import Left, chosen_of, names_of
from reconciler.cli.drift_addresses import Addresses
from reconciler.cli.drifting import Seen, seen_in
from reconciler.cli.pages import PEOPLE
from reconciler.cli.terminal import now
from reconciler.desired.acceptance import Place, Unaccepted, acceptance
from reconciler.desired.documents import read_tree
from reconciler.desired.edit import Edit, edit
from reconciler.desired.load import load
from reconciler.desired.text import Text, decode
from reconciler.errors import DesiredStateInvalid, LiveStateUnreadable, Problem, UsageInvalid
from reconciler.model.address import Address
from reconciler.model.drift import Drift, ObjectDrift
from reconciler.model.masking import Tagger
from reconciler.model.resource import Declared, Observed, Value
from reconciler.plan.build import Part
from reconciler.plan.drift import resolved, surroundings_of
from reconciler.plan.drift_masked import keys_of, masked_drift
from reconciler.plan.guard import flaw_problem, item_place
from reconciler.plan.masked_keys import Keys
from reconciler.render.words import dotted

_COPIED = (".git", ".reconciler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is to be taken over: the drift of it, the files before and after, what is left and why, what agrees.

    `parts` are what it was found from, for whoever has to know which values are personal; `keys` tell which names are.
    `warnings` are what a plan will say of the documents as they would be, as of an address that mail does not get
    through to.
    """

    taken: Drift
    files: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    left: tuple[Left, ...] = ()
    agreeing: tuple[str, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    keys: Keys = field(default_factory=lambda: Keys(tagger=Tagger(keys={})), repr=False)
    warnings: tuple[Problem, ...] = ()


def accepted(seen: Seen, directory: Path, targets: Sequence[str]) -> Accepted:
    """Choose what is taken over and edit the files in memory; nothing is written yet.

    Raises:
        LiveStateUnreadable: not all of the live state could be read.
        UsageInvalid: a target means nothing.
        DesiredStateInvalid: a file cannot be edited so, or would not be valid, or would not say what is live.
    """
    if not seen.drift.complete:
        raise LiveStateUnreadable(*masked_drift(seen.drift, PEOPLE).problems)
    names = names_of(seen.drift)
    agreeing = _agreeing(seen, [one for one in dict.fromkeys(targets) if one not in names])
    meant = [one for one in targets if one in names]
    chosen, skipped = chosen_of(seen.drift, meant) if meant or not targets else ([], [])
    edits: dict[str, list[Edit]] = defaultdict(list)
    taken: list[ObjectDrift] = []
    left = skipped
    desk = _Desk(directory)
    for one in chosen:
        written = desk.edits_of(one, seen.parts[one.address.organization])
        refused = [part for part in written if isinstance(part, Unaccepted)]
        left += [Left(address=part.address, part=f".{dotted(part.path)}", reason=part.reason) for part in refused]
        mine = [part for part in written if not isinstance(part, Unaccepted)]
        rest = _without(one, {(part.address, part.path) for part in refused})
        if mine and one.source is not None:
            edits[one.source.file] += mine
            taken.append(rest)
    files = {name: (desk.raw[name], edit(desk.raw[name], mine, name)) for name, mine in sorted(edits.items())}
    found = Accepted(
        taken=replace(seen.drift, objects=tuple(taken), unmanaged=()),
        files=files,
        left=tuple(left),
        agreeing=agreeing,
        parts=seen.parts,
        keys=keys_of(seen.drift, PEOPLE),
    )
    return replace(found, warnings=(*seen.drift.warnings, *_check(found, directory)))


def _agreeing(seen: Seen, targets: Sequence[str]) -> tuple[str, ...]:
    """Give those targets at which nothing differs.

    Raises:
        UsageInvalid: nothing can be said at one of them.
    """
    judge = Addresses(drift=seen.drift, parts=seen.parts)
    refused = [problem for one in targets if (problem := judge.refusal(one, fields=True)) is not None]
    if refused:
        raise UsageInvalid(*refused)
    return tuple(targets)


@dataclass(slots=True)
class _Desk:
    """The files that are edited, each read once, and what spelling looks at, each worked out once."""

    directory: Path
    raw: dict[str, bytes] = field(default_factory=dict)
    _trees: dict[str, Sequence[Value]] = field(default_factory=dict)
    _declared: dict[str, Mapping[str, Mapping[str, Declared]]] = field(default_factory=dict)

    def edits_of(self, one: ObjectDrift, part: Part) -> list[Edit | Unaccepted]:
        """Give the edits that declare an object as it is, and what cannot be written."""
        kind = part.organization.vendor.kind(one.address.kind)
        found = part.live.find(one.address.kind, one.address.key)
        if one.source is None or kind is None or not isinstance(found, Observed):
            return []
        file, name = one.source.file, part.organization.name
        if file not in self.raw:
            self.raw[file] = (self.directory / file).read_bytes()
            self._trees[file] = _trees(self.raw[file], file)
        if name not in self._declared:
            self._declared[name] = resolved(part)
        trees, around = self._trees[file], surroundings_of(part, kind, self._declared[name])
        tree = trees[one.source.document] if one.source.document < len(trees) else None
        return [*acceptance(one, found, kind, around, Place(source=one.source, tree=tree))]


def _trees(raw: bytes, file: str) -> Sequence[Value]:
    text = decode(raw, file)
    if not isinstance(text, Text):
        raise DesiredStateInvalid(text)
    trees, problems = read_tree(text)
    if any(not one.warning for one in problems):
        raise DesiredStateInvalid(*problems)
    return trees


def _without(one: ObjectDrift, gone: Collection[tuple[Address, tuple[str, ...]]]) -> ObjectDrift:
    """Leave out what cannot be written, by its address and path."""
    members = []
    for member in one.members:
        rows = tuple(row for row in member.fields if (member.address, row.change.path) not in gone)
        if member.label is None and rows:
            members.append(replace(member, fields=rows))
        elif member.label is not None and (member.address, (member.section,)) not in gone:
            members.append(member)
    fields = tuple(row for row in one.fields if (one.address, row.change.path) not in gone)
    return replace(one, fields=fields, members=tuple(members))


def _check(found: Accepted, directory: Path) -> tuple[Problem, ...]:
    """Load what would be written and compare it with what is live; give what is to be said of it.

    Raises:
        DesiredStateInvalid: it is not valid, or does not say what is live.
    """
    parts = {}
    with tempfile.TemporaryDirectory() as name:
        for part in found.parts.values():
            mine = [file for file in found.files if Path(file).is_relative_to(part.organization.documents)]
            if mine:
                _copy(part, directory, Path(name), {file: found.files[file][1] for file in mine})
                desired = load(part.organization, Path(name), now().date())
                parts[part.organization.name] = replace(part, desired=desired)
    left = {target for one in seen_in(parts).drift.objects for target in _leaves(one)} if parts else set()
    missed = sorted(left & {target for one in found.taken.objects for target in _leaves(one)})
    if missed:
        raise DesiredStateInvalid(*(_not_taken(f"{found.keys.address(one)}{part}") for one, part in missed))
    return tuple(problem for part in parts.values() for problem in _warnings(part, found.taken))


def _warnings(part: Part, taken: Drift) -> Iterator[Problem]:
    """Tell what the vendor's table has to say of objects that were taken over."""
    declared = resolved(part)
    for one in taken.objects:
        address, kind = one.address, part.organization.vendor.kind(one.address.kind)
        if kind is None or kind.warn is None or address.organization != part.organization.name:
            continue
        resource, live = declared[kind.name].get(address.key), part.live.find(kind.name, address.key)
        if resource is not None and isinstance(live, Observed):
            yield from (flaw_problem(resource.source, flaw, item_place) for flaw in kind.warn(resource, live))


def _leaves(one: ObjectDrift) -> Iterator[tuple[Address, str]]:
    """Name every single difference of an object, by whose it is and which part of that."""
    yield from ((one.address, f".{dotted(row.change.path)}") for row in one.fields)
    for member in one.members:
        if member.label is not None:
            yield member.address, "" if member.address.parent else f".{member.section}"
        else:
            yield from ((member.address, f".{dotted(row.change.path)}") for row in member.fields)


def _copy(part: Part, directory: Path, folder: Path, files: Mapping[str, bytes]) -> None:
    """Copy an organization's documents, with these files as they would be."""
    documents = part.organization.documents
    shutil.copytree(
        directory / documents,
        folder / documents,
        ignore=shutil.ignore_patterns(*_COPIED),
        ignore_dangling_symlinks=True,
        dirs_exist_ok=True,
    )
    for file, content in files.items():
        (folder / file).write_bytes(content)


def _not_taken(name: str) -> Problem:
    return Problem(
        code="accept-differs",
        summary="a live value that would not be declared as it is",
        where=name,
        detail="With the value written into the document, it would still differ from what is live.",
        why="Nothing was written.",
        remedy="Leave it out by naming the others, and change this one by hand.",
    )
