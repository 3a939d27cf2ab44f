"""Matching members: which live person is meant by which declared one. A wrong pair here mails the wrong person.

Premise. A member is known by its external id (`MemberKind.identity`); the vendor keeps it and nobody else changes it.
An e-mail (`natural`) is only evidence: people change it, share it, and type it into the vendor's web app. So the
external id decides wherever there is one, and an e-mail pairs a declared member only with a live one that has *no*
external id of its own (somebody made it by hand); it never overrules an external id.

A member without external id that has a `key:` is known by what the inventory holds under that key: the remote id of the
person that we wrote or found for it. That is as good as an external id, so a new e-mail is a change of that person and
not a removal beside an addition. The inventory's word counts for a person without an external id alone.

| declared            | live                                             | outcome                                    |
|---------------------|--------------------------------------------------|--------------------------------------------|
| external id E       | one member has E                                 | that one                                   |
| external id E       | none has E; one hand-made has the e-mail         | that one; it is given E                    |
| external id E       | none has E; another external id has the e-mail   | refused, unless that one gives the e-mail up|
| external id E       | several hand-made have the e-mail                | refused: nobody can say which              |
| key or e-mail only  | one hand-made has the e-mail                     | that one                                   |
| key or e-mail only  | another external id has the e-mail               | refused: the document may have lost its id |
| key                 | known, has no external id                        | that one, whatever the e-mail              |
| key                 | known, has got an external id that nobody claims | refused: nobody is written over unnamed    |
| key                 | known, and another declares its external id      | as if not known                            |
| key                 | known, and gone                                  | as if not known                            |
| two keys            | known as one and the same                        | as if not known: one of them is wrong      |
| external id E       | none has E; known (a `moved:` key), has none     | that one; it is given E                    |
| no match so far     | one alone has the very same `second` (full name) | that one, if one of the two lacks an e-mail|
| any                 | nobody                                           | an addition                                |
| nobody              | any                                              | a removal; kept when only adding           |

A member that is matched by external id or as known, and takes an e-mail over from another live member, is refused too,
unless that other one gives it up by a declared change or leaves: the vendor wants e-mails unique (guide, "Contact
List"). Whoever is known is nobody else's match by e-mail: a newcomer may take the e-mail that a known one gives up.

E-mails are compared case-folded and stripped. Names are compared only where a kind says so (`MemberKind.second`),
letter by letter, and only of somebody whom no e-mail pairs: among these neither list has the name twice, and the
two do not have two e-mails. Otherwise two people may share a name.

Rejected: pairing by position (a sorted file would rename everybody), by name and phone (the merge that users fear),
letting an e-mail overrule an external id (the upsert of the vendor goes by external id, so ours must), and going by the
inventory for somebody who has neither external id nor key: then the e-mail is all that says who is meant, and whoever
has another one in the same row may be another person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reconciler.diff.compare import agree
from reconciler.diff.known import known_keys, known_members
from reconciler.diff.member_flaws import AMBIGUOUS, HELD, IDENTIFIED, member_flaw
from reconciler.model.address import digest_key
from reconciler.model.kind import Flaw, MemberKind
from reconciler.model.resource import Fields
from reconciler.model.wording import identity_word


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPair:
    """A declared member (its index in the document's list) with the live one it means; either may be missing."""

    key: str
    declared: Fields | None = None
    live: Fields | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMatch:
    """All pairs of one list: declared ones in document order, then the live ones that nobody declares. Or flaws."""

    pairs: tuple[MemberPair, ...]
    flaws: tuple[Flaw, ...] = ()


def lists_agree(declared: Sequence[Fields], live: Sequence[Fields], kind: MemberKind, *, only_add: bool) -> bool:
    """Say quickly that a list already is as declared; False only means that it is worth a closer look."""
    if len(declared) > len(live) or (not only_add and len(declared) != len(live)):
        return False
    identity = kind.identity
    by_identity = {row.get(identity): row for row in live}
    if len(by_identity) != len(live):
        return False
    if len(declared) == len(live) and _in_step(declared, live, kind):
        return True
    for member in declared:
        row = by_identity.get(member.get(identity)) if member.get(identity) else None
        if row is None or kind.key in member or not agree(member, row):
            return False
    return True


def _in_step(declared: Sequence[Fields], live: Sequence[Fields], kind: MemberKind) -> bool:
    """Say whether both lists hold the same in the same order, as they mostly do: pairs need no looking up."""
    identity, key = kind.identity, kind.key
    for member, row in zip(declared, live, strict=True):
        if not member.get(identity) or key in member or not member.items() <= row.items():
            return False
    return True


def sent_fields(member: Fields, kind: MemberKind) -> Fields:
    """Leave out the document-only key and options, which never leave the repository."""
    return {name: value for name, value in member.items() if name != kind.key and name not in kind.options}


def member_key(member: Fields, kind: MemberKind, secret: str) -> str:
    """Name a member inside its parent: by external id, by its document key, or by a digest that hides its e-mail."""
    if member.get(kind.identity):
        identity = str(member[kind.identity])
        taken = identity.partition(":")[0] in (kind.identity, kind.key, kind.natural, kind.remote)
        return f"{kind.identity}:{identity}" if taken and ":" in identity else identity
    if member.get(kind.key):
        return f"{kind.key}:{member[kind.key]}"
    if member.get(kind.natural):
        return f"{kind.natural}:{digest_key(secret, str(member[kind.natural]))}"
    return f"{kind.remote}:{member.get(kind.remote)}"


def has_identity(key: str, kind: MemberKind) -> bool:
    """Say whether a member's key, as `member_key` gives it, is an external id."""
    return ":" not in key or key.partition(":")[0] not in (kind.key, kind.natural, kind.remote)


def match_members(
    declared: Sequence[Fields],
    live: Sequence[Fields],
    kind: MemberKind,
    secret: str,
    *,
    only_add: bool = False,
    known: Mapping[str, str] = MappingProxyType({}),
) -> MemberMatch:
    """Pair declared with live members by the table above.

    Args:
        declared: The document's list, each with an identity, a key, or at least the natural key.
        live: The vendor's rows.
        kind: Which fields identify a member.
        secret: The key of the digests that stand for e-mails in addresses.
        only_add: Whether live members that nobody declares stay, and so keep their e-mails.
        known: The remote ids that the inventory holds, by member key.
    """
    keys = [member_key(member, kind, secret) for member in declared]
    found = known_members(declared, live, kind, keys, known)
    former = known_keys(kind, keys, known)
    return _Matching(declared, live, kind, found, only_add=only_add).match(keys, former, secret)


class _Matching:
    """One list being matched: the indexes that the table's cases are decided by."""

    def __init__(
        self,
        declared: Sequence[Fields],
        live: Sequence[Fields],
        kind: MemberKind,
        known: Mapping[int, Fields],
        *,
        only_add: bool,
    ) -> None:
        self.kind = kind
        self.known = known
        self.knowing = {id(row): declared[index] for index, row in known.items()}
        self.only_add = only_add
        self.declared = declared
        self.live = live
        self.by_identity = {row[kind.identity]: row for row in live if row.get(kind.identity)}
        self.by_natural: Mapping[str, list[Fields]] = _grouped(live, kind.natural)
        self.emails = {_folded(member[kind.natural]) for member in declared if member.get(kind.natural)}
        self.wanted = {member[kind.identity]: member for member in declared if member.get(kind.identity)}

    def match(self, keys: Sequence[str], former: Mapping[str, str], secret: str) -> MemberMatch:
        """Pair every declared member with a live one, or with nobody; `keys` are those of the declared ones."""
        flaws = list(self._live_flaws())
        pairs: list[MemberPair] = []
        for index, member in enumerate(self.declared):
            found, flaw = self._find(index, member)
            if flaw:
                flaws.append(member_flaw(self.kind, self.kind.place(member, index), *flaw))
            pairs.append(MemberPair(key=keys[index], declared=member, live=found, index=index))
        taken = {id(pair.live) for pair in pairs if pair.live is not None}
        for row in self.live:
            if id(row) not in taken:
                named = None if row.get(self.kind.identity) else former.get(str(row[self.kind.remote]))
                pairs.append(MemberPair(key=named or member_key(row, self.kind, secret), live=row))
        return MemberMatch(pairs=tuple(pairs), flaws=tuple(flaws))

    def _live_flaws(self) -> list[Flaw]:
        counts = Counter(row[self.kind.identity] for row in self.live if row.get(self.kind.identity))
        word = identity_word(self.kind)
        return [
            Flaw(
                path=(self.kind.section,),
                code="member-ambiguous",
                summary=f"two {self.kind.section} share an external id at the vendor",
                detail=f'The vendor has {count} {self.kind.section} with the {word} "{identity}" here.',
                remedy="Remove the surplus in the vendor's web app, then plan again.",
            )
            for identity, count in sorted(counts.items())
            if count > 1
        ]

    def _find(self, index: int, member: Fields) -> tuple[Fields | None, tuple[str, str] | None]:
        identity = member.get(self.kind.identity)
        found = self.by_identity.get(identity) if identity else None
        found = self.known.get(index) if found is None else found
        holders = self.by_natural.get(_folded(member.get(self.kind.natural)), [])
        if found is not None:
            if found.get(self.kind.identity) and not identity:
                return found, (IDENTIFIED, f"{self._named(found)} is the one that it was known as from here.")
            return found, self._takeover(found, holders)
        hand_made = [row for row in holders if not self._is_taken(row)]
        if len(hand_made) > 1:
            return None, (AMBIGUOUS, f"Several live ones{self._without} have this e-mail.")
        others = [row for row in holders if self._is_taken(row) and not self._gives_up(row, leaving=False)]
        if others:
            return None, (HELD, f"{self._named(others[0])} has this e-mail at the vendor.")
        return (hand_made[0] if hand_made else self._namesake(member)), None

    def _namesake(self, member: Fields) -> Fields | None:
        """Find the one live member with the very same name, of those whom no e-mail pairs."""
        second, natural = self.kind.second, self.kind.natural
        name = member.get(second) if second else None
        if not name:
            return None
        rows = [row for row in self.live if row.get(second) == name and _folded(row.get(natural)) not in self.emails]
        claims = [
            one for one in self.declared if one.get(second) == name and _folded(one.get(natural)) not in self.by_natural
        ]
        if len(rows) != 1 or len(claims) != 1 or self._is_taken(rows[0]):
            return None
        return None if rows[0].get(natural) and member.get(natural) else rows[0]

    def _is_taken(self, row: Fields) -> bool:
        """Say whether a live member is somebody for certain, so that an e-mail alone says nothing."""
        return bool(row.get(self.kind.identity)) or id(row) in self.knowing

    def _takeover(self, found: Fields, holders: Sequence[Fields]) -> tuple[str, str] | None:
        if any(row is found for row in holders):
            return None
        keeping = [row for row in holders if not self._gives_up(row, leaving=not self.only_add)]
        return (HELD, f"{self._named(keeping[0])} has this e-mail at the vendor.") if keeping else None

    def _gives_up(self, row: Fields, *, leaving: bool) -> bool:
        """Say whether a live member loses its e-mail by what is declared: a new one, or (`leaving`) by going."""
        wanted = self.wanted.get(row.get(self.kind.identity)) or self.knowing.get(id(row))
        if wanted is None:
            return leaving
        natural = self.kind.natural
        return natural in wanted and _folded(wanted[natural]) != _folded(row.get(natural))

    def _named(self, row: Fields) -> str:
        identity = row.get(self.kind.identity)
        if identity:
            return f'The {self.kind.name} "{identity}"'
        return f"A {self.kind.name}{self._without}" if self.kind.identity else f"Another {self.kind.name}"

    @property
    def _without(self) -> str:
        """Say of whom nothing is known but an e-mail; of a kind that goes by nothing else there is nothing to say."""
        return f" without an {identity_word(self.kind)}" if self.kind.identity else ""


def _grouped(rows: Sequence[Fields], name: str) -> dict[str, list[Fields]]:
    groups: dict[str, list[Fields]] = defaultdict(list)
    for row in rows:
        if row.get(name):
            groups[_folded(row[name])].append(row)
    return groups


def _folded(value: object) -> str:
    return str(value or "").strip().casefold()
