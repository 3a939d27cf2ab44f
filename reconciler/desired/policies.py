"""The policy of an organization, as far as every vendor has one: what may be pruned, and what may be adopted.

`prune` is one word for every kind, or a mapping from kinds to words; a kind that is not named keeps the default. A kind
whose deletion takes other data with it is only ever deleted by a `removed:` entry: `managed` for it is refused where it
is named, and means `listed` where one word stands for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.desired.wording import Path, goes_along, suggest, unknown_key, wrong_type
from reconciler.model.kind import Flaw, Kind
from reconciler.model.resource import Value
from reconciler.model.vendor import Vendor

KEYS = ("prune", "adopt")
PRUNE = ("managed", "listed", "off")
ADOPT = ("always", "identical", "never")
_MANAGED, _LISTED = PRUNE[:2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be pruned, for every kind of the vendor, and what may be adopted."""

    prune: Mapping[str, str]
    adopt: str


def read_policy(value: Value, path: Path, vendor: Vendor, others: tuple[str, ...], flaws: list[Flaw]) -> Policy:
    """Read it, with the defaults for what is left out; `others` are the keys of the vendor's own part."""
    if not isinstance(value, dict):
        flaws.append(wrong_type(path, "a mapping"))
        value = {}
    flaws += (unknown_key((*path, key), (*KEYS, *others)) for key in value if key not in (*KEYS, *others))
    adopt = _word(value.get("adopt", ADOPT[0]), (*path, "adopt"), ADOPT, flaws)
    return Policy(prune=_prune(value.get("prune", _MANAGED), (*path, "prune"), vendor, flaws), adopt=adopt)


def split_policy(value: Value, others: tuple[str, ...]) -> Mapping[str, Value]:
    """Give the vendor's own part of a policy as the setting that the vendor reads; the rest was told already."""
    own = {key: inner for key, inner in value.items() if key in others} if isinstance(value, dict) else {}
    return {"policy": own} if own else {}


def _prune(value: Value, path: Path, vendor: Vendor, flaws: list[Flaw]) -> Mapping[str, str]:
    kinds = {kind.name: kind for kind in vendor.kinds}
    if not isinstance(value, dict):
        word = _word(value, path, PRUNE, flaws)
        return {name: _LISTED if kind.destroys and word == _MANAGED else word for name, kind in kinds.items()}
    found = _prune(_MANAGED, path, vendor, flaws)
    written = {name: _word(word, (*path, name), PRUNE, flaws) for name, word in value.items() if name in kinds}
    flaws += (unknown_key((*path, name), kinds) for name in value if name not in kinds)
    for name, word in written.items():
        if word == _MANAGED and kinds[name].destroys:
            flaws.append(_never_pruned((*path, name), kinds[name]))
    return {**found, **written}


def _word(value: Value, path: Path, words: tuple[str, ...], flaws: list[Flaw]) -> str:
    if isinstance(value, str) and value in words:
        return value
    flaws.append(
        Flaw(
            path=path,
            code="policy-unknown",
            summary="unknown policy",
            detail=f"{path[-1]} is one of {', '.join(words)}.",
            remedy=suggest(value, words, "Write one of") if isinstance(value, str) else "Write one of them.",
        )
    )
    return words[0]


def _never_pruned(path: Path, kind: Kind) -> Flaw:
    return Flaw(
        path=path,
        code="prune-destroys",
        summary="a kind that is never pruned",
        detail=goes_along(kind),
        remedy="Write listed, and name each in an entry under removed: with destroys: true.",
    )
