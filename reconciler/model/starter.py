"""What a vendor gives somebody who begins with it: the texts of the first files, and names for examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """One vendor's texts for a beginner.

    `kind`, `key` and `member` stand in examples: `kind/key/member` leads to somebody, and `one_field` is a field of the
    object. `things` names the section of the first document, and its file. `way_in` (credentials, as a comment) and
    `own` (further settings) are lines of reconciler.yaml, in which `{organization}` stands for the name. `by_hand` ends
    the examples of the sandbox's commands, by command.
    """

    kind: str
    key: str
    member: str
    one_field: str
    things: str
    way_in: str
    document: str
    own: str = ""
    by_hand: Mapping[str, str] = field(default_factory=dict)

    def words(self) -> Mapping[str, str]:
        """Give the names for examples, by the placeholders that stand for them."""
        place = f"{self.kind}/{self.key}"
        return {
            "kind": self.kind,
            "object": place,
            "member": f"{place}/{self.member}",
            "field": f"{place}.{self.one_field}",
            **self.by_hand,
        }
