"""All that an organization declares → what is worth a second look, with its place, unless somebody said it is meant.

Documents that lint doubts are valid: nothing of this keeps anything from being planned. What is meant is said where it
stands, by a comment on the line or on a line of its own above (`# lint: ignore role-mailbox`), or for a whole folder
in `reconciler.yaml` (`lint: {ignore: [role-mailbox]}`). A comment that names no rule there is would turn nothing off
and look as if it did: that is a problem of the document, wherever in it the comment stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from reconciler.desired.flaws import Finding, place_findings, problem_at
from reconciler.desired.text import Text, read_text
from reconciler.desired.wording import suggest, unknown_key, wrong_type
from reconciler.errors import Place, Problem, in_order
from reconciler.model.kind import Flaw
from reconciler.model.lint import LintRule
from reconciler.model.resource import Value
from reconciler.model.state import DesiredState
from reconciler.model.vendor import Vendor

SECTION = "lint"
_IGNORE = "ignore"
_MEANT = re.compile(r"#[^\S\n]*lint:[^\S\n]*ignore\b[^\S\n]*([^\s,#]*(?:[^\S\n]*,[^\S\n]*[^\s,#]+)*)")
_ID = re.compile(r"[^\s,]+")


def rules_by_id(vendors: Mapping[str, Vendor]) -> Mapping[str, LintRule]:
    """Give every rule of every vendor by its id; rules of one id are about the same at several vendors."""
    return {rule.id: rule for name in sorted(vendors) for rule in vendors[name].lint}


def lint(state: DesiredState, vendor: Vendor, root: Path, rules: Collection[str]) -> tuple[Problem, ...]:
    """Look for what these rules are about, and give what nobody said is meant, in order.

    Args:
        state: What the organization declares.
        vendor: Whose rules apply.
        root: The folder that holds `reconciler.yaml`.
        rules: The ids of the rules that are looked at.
    """
    doubts = [doubt for rule in vendor.lint if rule.id in rules for doubt in rule.find(state.declared)]
    kinds = {kind.name: kind for kind in vendor.kinds}
    findings = [
        Finding(source=doubt.declared.source, flaw=doubt.flaw, kind=kinds[doubt.declared.kind]) for doubt in doubts
    ]
    return in_order(_not_meant(place_findings(findings, root), root))


def unknown_ignores(state: DesiredState, root: Path, known: Collection[str]) -> Iterator[Problem]:
    """Find comments in what is declared that turn a rule off that there is not, one problem for each name."""
    for file in dict.fromkeys(one.source.file for one in state.declared):
        text = read_text(root / file, file)
        content = text.content if isinstance(text, Text) else ""
        for match in _MEANT.finditer(content):
            for at, name in _names(match):
                if name not in known:
                    line, column = content.count("\n", 0, at) + 1, at - content.rfind("\n", 0, at)
                    yield problem_at(_unknown((), name, known), Place(path=file, line=line, column=column))


def read_ignored_rules(top: Value, vendors: Mapping[str, Vendor], flaws: list[Flaw]) -> frozenset[str]:
    """Read `lint:` out of the whole of `reconciler.yaml`, where there is one: the rules that are turned off."""
    written = top.get(SECTION, {}) if isinstance(top, dict) else {}
    if not isinstance(written, dict):
        flaws.append(wrong_type((SECTION,), f"a mapping with {_IGNORE}"))
        return frozenset()
    flaws += (unknown_key((SECTION, key), (_IGNORE,)) for key in written if key != _IGNORE)
    ids = written.get(_IGNORE, [])
    if not isinstance(ids, list):
        flaws.append(wrong_type((SECTION, _IGNORE), "a list of rules"))
        return frozenset()
    known = rules_by_id(vendors)
    flaws += (_unknown((SECTION, _IGNORE, at), one, known) for at, one in enumerate(ids) if one not in known)
    return frozenset(one for one in ids if isinstance(one, str))


def _unknown(path: tuple[str | int, ...], written: Value, known: Collection[str]) -> Flaw:
    return Flaw(
        path=path,
        code="lint-rule-unknown",
        summary="no such lint rule",
        detail="What is turned off is named by its id.",
        remedy=suggest(str(written), known, "The rules are"),
    )


def _not_meant(problems: list[Problem], root: Path) -> Iterator[Problem]:
    texts: dict[str, list[str]] = {}
    for problem in problems:
        place = problem.where
        if not isinstance(place, Place):
            continue
        if place.path not in texts:
            text = read_text(root / place.path, place.path)
            texts[place.path] = text.content.split("\n") if isinstance(text, Text) else []
        if problem.code not in _meant(texts[place.path], place.line):
            yield problem


def _meant(rows: list[str], line: int) -> set[str]:
    """Give the rules that a comment on this line turns off, or one on a line of its own above."""
    row = rows[line - 1] if line <= len(rows) else ""
    above = rows[line - 2].strip() if 2 <= line <= len(rows) + 1 else ""
    found = [_MEANT.search(row), _MEANT.match(above) if above.startswith("#") else None]
    return {name for match in found if match is not None for _, name in _names(match)}


def _names(match: re.Match[str]) -> list[tuple[int, str]]:
    """Give the rules that a comment names, with where in the text each stands; one without a name names "" there."""
    named = [(match.start(1) + one.start(), one[0]) for one in _ID.finditer(match[1])]
    return named or [(match.start(), "")]
