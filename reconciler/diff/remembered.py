"""What the inventory remembers of one object: values by dotted path, personal ones as digests under a key.

A value is compared with what was sent in the shape in which that is remembered. Under another key a digest says
nothing: then what was sent is unknown, which is something else than that nothing was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from reconciler.diff.compare import agree, is_nothing
from reconciler.model.address import digest_key
from reconciler.model.inventory import Managed
from reconciler.model.kind import MemberKind
from reconciler.model.resource import Fields, Value

DIGESTED = "~"
"""What a value begins with that stands for a personal one; a value of its own that begins so is digested too."""


class Knowledge(Enum):
    """Whether a value was sent, never was, or nobody can say."""

    SENT = "sent"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was last sent at one path, in the shape in which it is remembered."""

    knowledge: Knowledge
    value: Value = None


def is_overridden(live: Value, declared: Value, sent: Sent, answered: Sent) -> bool:
    """Say whether a declared value was sent as it is, and stands as the vendor set it thereupon.

    The one place that decides it, for plans and for drift. All values are in the shape in which one is remembered.
    """
    both = sent.knowledge is Knowledge.SENT and answered.knowledge is Knowledge.SENT
    return both and is_same(sent.value, declared) and is_same(answered.value, live)


def is_same(former: Value, value: Value) -> bool:
    """Say whether a value is as it is remembered; a mapping that has more, or less, is another one."""
    return still_stands(former, value) and still_stands(value, former)


def still_stands(sent: Value, live: Value) -> bool:
    """Say whether what was sent is there; what else a mapping has there was never ours."""
    return agree({"": sent}, {"": live})


def is_empty_list(entry: Managed, section: str) -> bool:
    """Say whether a list was last sent with nobody in it."""
    return section in entry.members and not entry.members[section]


def remembered(value: Value, secret: str, *, personal: bool) -> Value:
    """Give what stands for a value in the inventory."""
    if is_nothing(value):
        return None
    if personal or (isinstance(value, str) and value.startswith(DIGESTED)):
        return f"{DIGESTED}{digest_key(secret, str(value))}"
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The entry of one object, if it has one.

    `kept` says whether there is an inventory at all, `readable` whether its digests are under the `secret` that is in
    force.
    """

    entry: Managed | None
    secret: str
    kept: bool = True
    readable: bool = True

    @property
    def without(self) -> Knowledge:
        """What is known of an object that has no entry."""
        return Knowledge.NEVER if self.kept else Knowledge.UNKNOWN

    def token(self, value: Value, *, personal: bool) -> Value:
        """Give a value in the shape in which one is remembered."""
        return remembered(value, self.secret, personal=personal)

    def sent(self, path: str) -> Sent:
        """Say what was last sent at a path, also where a mapping around it or the parts of it were."""
        if self.entry is None:
            return Sent(knowledge=self.without)
        applied = self.entry.last_applied
        if path in applied:
            return self._told(applied[path])
        head = path
        while "." in head:
            head = head.rpartition(".")[0]
            if head in applied and applied[head] is None:
                return Sent(knowledge=Knowledge.SENT)
        parts = {one.removeprefix(f"{path}."): applied[one] for one in applied if one.startswith(f"{path}.")}
        return self._told(_nested(parts)) if parts else Sent(knowledge=Knowledge.NEVER)

    def answered(self, path: str) -> Sent:
        """Say what the vendor set a field to, instead of what it was sent."""
        overridden: Fields = {} if self.entry is None else self.entry.overridden
        return self._told(overridden[path]) if path in overridden else Sent(knowledge=Knowledge.NEVER)

    def member(self, key: str, kind: MemberKind) -> Knowledge:
        """Say whether somebody was sent in a list, by the key in it."""
        if self.entry is None:
            return self.without
        head = f"{kind.section}/{key}/"
        if any(path.startswith(head) for path in self.entry.last_applied):
            return Knowledge.SENT
        if key in self.entry.members.get(kind.section, {}):
            return Knowledge.SENT
        lost = not self.readable and key.startswith(f"{kind.natural}:")
        return Knowledge.UNKNOWN if lost else Knowledge.NEVER

    def listed(self, section: str) -> Knowledge:
        """Say whether a list was ever sent, be it with nobody in it."""
        entry = self.entry
        if entry is None:
            return self.without
        if is_empty_list(entry, section) or any(path.startswith(f"{section}/") for path in entry.last_applied):
            return Knowledge.SENT
        older = entry.last_applied and not (entry.fingerprint or entry.overridden)
        return Knowledge.UNKNOWN if older else Knowledge.NEVER  # once, an empty list left no trace

    def _told(self, value: Value) -> Sent:
        lost = not self.readable and isinstance(value, str) and value.startswith(DIGESTED)
        return Sent(knowledge=Knowledge.UNKNOWN) if lost else Sent(knowledge=Knowledge.SENT, value=value)


def _nested(parts: Mapping[str, Value]) -> dict[str, Value]:
    whole: dict[str, Value] = {}
    for path, value in parts.items():
        first, _, rest = path.partition(".")
        inner = whole.get(first)
        whole[first] = {**(inner if isinstance(inner, dict) else {}), **_nested({rest: value})} if rest else value
    return whole
