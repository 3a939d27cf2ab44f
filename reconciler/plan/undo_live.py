"""The aims of undoing a run, held against what is live now: what goes on, what is refused, what is lost. Pure.

| the run       | live now                                  | what follows                                   |
|---------------|-------------------------------------------|------------------------------------------------|
| created it    | absent                                    | nothing: it is undone                          |
|               | as the run left it, and ours              | delete                                         |
|               | changed since, in whatever                | refused                                        |
|               | another object, or not ours any more      | left, and said                                 |
|               | there, but neither read nor planned       | left, and said                                 |
| changed it    | as the run left it, or as it was before   | what is not as before goes back                |
|               | a touched field or list is neither        | refused, with the paths                        |
|               | absent, or another object                 | refused                                        |
| deleted it    | absent                                    | create                                         |
|               | all that stood there stands again         | nothing                                        |
|               | another object                            | refused                                        |
| forgot it     | the object that it was                    | adopt                                          |
|               | absent, or another object                 | nothing, and said                              |
| adopted it    | whatever                                  | forget, unless a later run changed the entry   |
| any of these  | could not be read                         | nothing is concluded                           |

What the run created is ours by its entry in the inventory, or, where the run died before it was written, by its intent.

Of a change that nobody read back, what the plan meant counts as what the run left, and a list is believed to be the
run's where everybody on it is as before or as meant. What it created goes as a whole, so there whatever it did not mean
to give must be nothing, and whoever it did not mean to add must not be there: also where the read-back had no lists.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.diff.members import member_key
from reconciler.errors import Problem
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, Precondition
from reconciler.model.inventory import Inventory, Managed
from reconciler.model.kind import MemberKind
from reconciler.model.resource import Observed
from reconciler.model.state import Absent, LiveState, Unread
from reconciler.plan import undo_losses as losses
from reconciler.plan.changes import comparison
from reconciler.plan.undo import Aim
from reconciler.plan.undo_images import differing, explained, nested, people, rows_of, same, strays, value_at
from reconciler.plan.undo_losses import Loss

_MOST_NAMED = 8
_ANOTHER = "Another object stands under this key by now."
_STRANGERS = "Somebody whom the run did not add is on its lists since it was made"
_INVERSE = {Action.CREATE: Action.DELETE, Action.DELETE: Action.CREATE}
Path = tuple[str, ...]
_Name = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What goes on, what is refused and why, and what is lost; filled while aims are judged."""

    kept: list[Aim] = field(default_factory=list)
    refused: list[Blocked] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)


class Judge:
    """Holds the aims of one run against one organization as it is now.

    `image` gives an object as that run's journal holds it, which may have masked it.
    """

    def __init__(
        self,
        run: str,
        live: LiveState,
        inventory: Inventory | None,
        secret: str,
        image: Callable[[str, Observed], Observed],
    ) -> None:
        self.run = run
        self.live = live
        self.inventory = inventory
        self.claims = inventory.claims() if inventory is not None else None
        self.secret = secret
        self.image = image
        self.verdicts = Verdicts()

    def judge(self, aim: Aim) -> None:
        """Judge one aim by the table above."""
        found = self.live.find(aim.kind.name, aim.address.key)
        if isinstance(found, Unread):
            self.verdicts.kept.append(aim)
            return
        match aim.action:
            case Action.CREATE:
                self._created(aim, found)
            case Action.DELETE:
                self._deleted(aim, found)
            case Action.FORGET:
                self._forgotten(aim, found)
            case _:
                self._changed(aim, found)

    def overtaken_entry(self, address: Address) -> Problem | None:
        """Refuse to forget what a later run changed the entry of."""
        entry = self._entry(address)
        return None if entry is None or entry.run == self.run else self._refusal(address, "It was applied again since.")

    def settle_references(self) -> None:
        """Refuse what would name something again that is not there any more, and what that one's absence refuses."""
        kept = self.verdicts.kept
        back = {_name(aim): number for number, aim in enumerate(kept) if aim.declared is not None}
        naming: dict[_Name, list[int]] = defaultdict(list)
        for number, aim in enumerate(kept):
            for name in _named(aim):
                naming[name].append(number)
        lost = deque(name for name in naming if name not in back and isinstance(self.live.find(*name), Absent))
        dropped: dict[int, str] = {}
        while lost:
            gone = lost.popleft()
            for number in naming.get(gone, ()):
                if number in dropped:
                    continue
                dropped[number] = gone[1]
                own = _name(kept[number])
                if back.get(own) == number and isinstance(self.live.find(*own), Absent):
                    lost.append(own)
        self.verdicts.kept = [aim for number, aim in enumerate(kept) if number not in dropped]
        for number, key in dropped.items():
            detail = f'It named "{key}", which is not there any more.'
            self._refuse(kept[number], self.live.find(*_name(kept[number])), detail)

    def _created(self, aim: Aim, found: Observed | Absent) -> None:
        if isinstance(found, Absent):
            return
        if not aim.seen and aim.change is None:
            self.verdicts.lost.append(losses.unseen(aim.address))
            return
        entry, doubtful = self._entry(aim.address), aim.doubtful or aim.remote_id is None
        intended = self.claims is not None and self.claims.intended(aim.kind.name, aim.address.key)
        remote_id = aim.remote_id or found.remote_id
        if found.remote_id != remote_id:
            self.verdicts.lost.append(losses.replaced(aim.address))
        elif not (entry is not None and entry.remote_id == found.remote_id) and not (
            intended and (doubtful or entry is None)
        ):
            self.verdicts.lost.append(losses.not_ours(aim.address))
        elif aim.strangers:
            self._refuse(aim, found, f"{_STRANGERS}: {', '.join(aim.strangers)}.")
        elif paths := list(self._strays(aim, found)):
            self._refuse(aim, found, _at(paths))
        else:
            removal = aim.removal
            self._keep(aim if removal is None else replace(aim, removal=replace(removal, remote_id=remote_id)))

    def _deleted(self, aim: Aim, found: Observed | Absent) -> None:
        if isinstance(found, Absent):
            self._keep(aim)
        elif aim.doubtful and found.remote_id == aim.remote_id:
            return  # it was not deleted after all
        elif aim.declared is not None and comparison(aim.declared, found, aim.kind, aim.address, self.secret).draft:
            self._refuse(aim, found, _ANOTHER)

    def _forgotten(self, aim: Aim, found: Observed | Absent) -> None:
        if isinstance(found, Observed) and found.remote_id == aim.remote_id:
            self._keep(aim)
        else:
            self.verdicts.lost.append(losses.gone(aim.address))

    def _changed(self, aim: Aim, found: Observed | Absent) -> None:
        if isinstance(found, Absent):
            self._refuse(aim, found, "It is not there any more.")
        elif aim.remote_id is not None and found.remote_id != aim.remote_id:
            self._refuse(aim, found, _ANOTHER)
        elif paths := [*self._fields(aim, found), *self._lists(aim, found)]:
            self._refuse(aim, found, _at(paths))
        else:
            self._keep(aim)

    def _keep(self, aim: Aim) -> None:
        self.verdicts.kept.append(aim)
        self.verdicts.lost += aim.losses

    def _refuse(self, aim: Aim, found: Observed | Absent | Unread, detail: str) -> None:
        """Refuse an aim, and show what of its fields would have gone back from what stands now."""
        live = found.fields if isinstance(found, Observed) else {}
        change = Change(
            address=aim.address,
            action=_INVERSE.get(aim.action, aim.action),
            remote_id=found.remote_id if isinstance(found, Observed) else aim.remote_id,
            precondition=Precondition(digest=None),
            fields=tuple(
                replace(row, before=value)
                for row in aim.fields
                if aim.declared is not None and not same(value := value_at(live, row.path), row.after)
            ),
            cause=f"run {self.run} did it",
        )
        self.verdicts.refused.append(Blocked(change=change, problem=self._refusal(aim.address, detail)))

    def _strays(self, aim: Aim, found: Observed) -> Iterator[Path]:
        """Name whatever of an object that the run made is not its making."""
        if aim.seen:
            yield from self._fields(aim, found)
        else:
            meant = nested(aim.change.fields) if aim.change is not None else {}
            for row in aim.kind.fields:
                yield from strays(found.fields.get(row.name), meant.get(row.name), (row.name,))
        image = self.image(aim.address.organization, found)
        for member in aim.kind.members:
            if member.section not in (found.members or {}):
                yield (member.section,)  # nobody can say who would go with it
            elif member.section in aim.left:
                yield from self._list(aim, image, member)
            elif not explained(rows_of(found, member), (), aim.change, member):
                yield (member.section,)

    def _fields(self, aim: Aim, found: Observed) -> Iterator[Path]:
        """Name the touched paths at which neither what the run left nor what was before stands."""
        live = self.image(aim.address.organization, found).fields
        for row in aim.fields:
            value = value_at(live, row.path)
            deleting = aim.action is Action.CREATE
            if not same(value, row.before) and (deleting or not same(value, row.after)):
                yield row.path

    def _lists(self, aim: Aim, found: Observed) -> Iterator[Path]:
        image = self.image(aim.address.organization, found)
        for member in aim.kind.members:
            if member.section in aim.left or member.section in aim.stood:
                yield from self._list(aim, image, member)

    def _list(self, aim: Aim, found: Observed, member: MemberKind) -> Iterator[Path]:
        if found.members is None or member.section not in found.members:
            return  # the plan refuses what it could not read
        rows = rows_of(found, member)
        live = people(rows, member)
        stood = aim.stood.get(member.section)
        if stood is not None and _values(live) == _values(people(stood, member)):
            return
        if member.section not in aim.left:
            if aim.change is None or not explained(rows, stood or (), aim.change, member):
                yield (member.section,)
            return
        left = people(aim.left[member.section], member)
        keys = {str(row.get(member.remote)): self._key(aim, row, member) for row in (*aim.left[member.section], *rows)}
        for remote_id, names in differing(live, left):
            yield from ((member.section, keys[remote_id], name) for name in names)
            if not names:
                yield member.section, keys[remote_id]

    def _key(self, aim: Aim, row: Mapping[str, object], member: MemberKind) -> str:
        entry = self._entry(aim.address)
        known = entry.members.get(member.section, {}) if entry is not None else {}
        named = {remote_id: key for key, remote_id in known.items()}
        return named.get(str(row.get(member.remote))) or member_key(row, member, self.secret)

    def _entry(self, address: Address) -> Managed | None:
        return self.inventory.find(address.kind, address.key) if self.inventory is not None else None

    def _refusal(self, address: Address, detail: str) -> Problem:
        entry = self._entry(address)
        later = entry.run if entry is not None and entry.run != self.run else ""
        by = f" Run {later} was the last of ours to write it." if later else ""
        return Problem(
            code="undo-overtaken",
            summary="it was changed since the run",
            where=str(address),
            detail=f"{detail}{by}",
            why="Undoing the run would throw away what came later.",
            remedy="Undo the later run first:" if later else "Declare what is wanted, and plan by the documents:",
            command=f"reconciler undo {later}" if later else "reconciler plan",
        )


def _name(aim: Aim) -> _Name:
    return aim.kind.name, aim.address.key


def _named(aim: Aim) -> Iterator[_Name]:
    """Give the objects that what goes back names."""
    for row in aim.kind.fields if aim.declared is not None else ():
        key = aim.declared.fields.get(row.name) if aim.declared is not None else None
        if row.reference and isinstance(key, str):
            yield row.reference, key


def _at(paths: Sequence[Path]) -> str:
    named = [".".join(path) for path in paths]
    more = f" and {len(named) - _MOST_NAMED} more" if named[_MOST_NAMED:] else ""
    return f"It is not any more as the run left it, at: {', '.join(named[:_MOST_NAMED])}{more}."


def _values(people_of: Mapping[str, Mapping[str, object]]) -> list[list[tuple[str, str]]]:
    """Give what a list holds whatever the remote ids are, so that whoever was made again counts as who they were."""
    return sorted(sorted((name, repr(value)) for name, value in row.items()) for row in people_of.values())
