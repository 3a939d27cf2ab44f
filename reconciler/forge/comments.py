"""The comments that stand on a pull request, and the parts that a report has -> what to make, change and take away.

A report is a comment of one or several parts, which stays in one place: every part begins with a hidden marker, by
which it is found again. The marker says whose it is (`key`), which part, the digest of the plan, and the commit that
the plan was made of (`head`).

| what stands                                       | what is wanted       | what becomes of it                 |
|---------------------------------------------------|----------------------|------------------------------------|
| nothing, or somebody deleted it                   | a part               | made                               |
| our comment of that part, one marked stale too    | the same text        | left                               |
|                                                   | another text         | brought up to date                 |
| ours, of another plan of the same commit          | a part               | marked stale, and a new one made   |
| our comment of a part that there is no more       | nothing              | marked stale, with what it showed  |
| a second one of the same part                     | whatever             | deleted: two jobs made it at once  |
| of another key: another organization, another job | whatever             | left                               |
| by somebody else, whatever stands in it           | whatever             | left                               |

Another plan of the same commit is what a job gives that is run again while the vendor moved on. Whoever approved that
commit saw the former plan, and no push tells them: so the comment does not change under them, a new one comes in.

Ours is what has the marker *and* was written by us. The marker alone would let anybody who may comment name the digest
that a merge applies; the author alone is one for all jobs of a repository.

The digest that was reviewed is read from the same comments. It is one only if all parts of one plan stand, none of them
stale, and the plan was made of the very commit that was merged: a later push whose job failed or was cancelled leaves
an older plan standing. That nobody changed our comment since is not checked: who may, may write to the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.errors import PlanRefused, PlanStale, Problem

_MARKER = re.compile(
    r"<!-- reconciler:(?P<key>[A-Za-z0-9._+:/~-]{1,100}) part=(?P<part>[1-9][0-9]{0,5})/(?P<parts>[1-9][0-9]{0,5})"
    r" digest=(?P<digest>[A-Za-z0-9._-]{0,100})(?: head=(?P<head>[0-9a-f]{7,64}))?(?P<stale> stale)? -->"
)
_HEADING = re.compile(r"^## reconciler: [^\r\n]*?(?P<about> at [^\r\n]+?)?(?: \(part [^\r\n]*\))?\r?$", re.MULTILINE)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment as it stands; `number` is the forge's, and grows with time."""

    number: int
    author: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What the hidden first line of a part says. Without `head` nobody knows which commit the plan is of."""

    key: str
    part: int
    parts: int
    digest: str
    head: str = ""
    stale: bool = False

    def __str__(self) -> str:
        """Write the line."""
        head = f" head={self.head}" if self.head else ""
        stale = " stale" if self.stale else ""
        return f"<!-- reconciler:{self.key} part={self.part}/{self.parts} digest={self.digest}{head}{stale} -->"

    @property
    def shows_plan(self) -> bool:
        """Whether the digest is one; where no plan could be made there is none."""
        return _DIGEST.fullmatch(self.digest) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parts of one comment, in order, each with its marker."""

    key: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """A comment to make."""

    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A comment to bring up to date; `stale` says that it is no more than a mark of what it showed."""

    number: int
    body: str
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """A comment to delete."""

    number: int


Step = Create | Update | Delete


def marker_of(body: str) -> Marker | None:
    """Read the marker that a comment begins with; one that is quoted further down is none."""
    found = _MARKER.match(body)
    if found is None:
        return None
    return Marker(
        key=found["key"],
        part=int(found["part"]),
        parts=int(found["parts"]),
        digest=found["digest"],
        head=found["head"] or "",
        stale=found["stale"] is not None,
    )


def wanted_of(texts: Sequence[str], key: str, head: str) -> Wanted | None:
    """Take the parts of a report in, under this key and as of this commit; None if they are not parts of one report."""
    bodies = []
    for part, text in enumerate(texts, 1):
        marker = marker_of(text)
        if marker is None or (marker.part, marker.parts) != (part, len(texts)):
            return None
        below = text.partition("\n")[2]
        bodies.append(f"{replace(marker, key=key, head=head)}\n{below}")
    return Wanted(key=key, parts=tuple(bodies)) if bodies else None


def as_of(wanted: Wanted, head: str) -> Wanted:
    """Let the parts say that their plan is of this commit."""
    found = wanted_of(wanted.parts, wanted.key, head)
    return wanted if found is None else found


def steps_to(wanted: Wanted, standing: Sequence[Comment], author: str) -> tuple[Step, ...]:
    """Say what to do so that the wanted parts stand, and nothing else of this key does that looks current."""
    ours = _by_part(standing, author, wanted.key)
    steps: list[Step] = list(_marked_stale(_of_other_plans(ours, wanted)))
    spare: list[Comment] = []
    for part, body in enumerate(wanted.parts, 1):
        first, *others = ours.pop(part, [None])
        spare += [other for other in others if other is not None]
        if first is None:
            steps.append(Create(body=body))
        elif _plain(first.body) != _plain(body):
            steps.append(Update(number=first.number, body=body))
    left = [comment for part in sorted(ours) for comment in ours[part] if comment is not None]
    return (*steps, *_marked_stale(left), *(Delete(number=one.number) for one in spare))


def steps_to_outdate(key: str, standing: Sequence[Comment], author: str) -> tuple[Step, ...]:
    """Say what to do so that nothing of this key looks current."""
    ours = _by_part(standing, author, key)
    return tuple(_marked_stale([one for part in sorted(ours) for one in ours[part] if one is not None]))


def reviewed_digest(key: str, head: str, standing: Sequence[Comment], author: str, where: str) -> str:
    """Give the digest of the plan that was reviewed, and made of the commit `head`.

    Raises:
        PlanRefused: no plan was reviewed.
        PlanStale: one was, of another commit, or it is superseded.
    """
    markers = [
        marker
        for part in _by_part(standing, author, key).values()
        for one in part
        if one is not None and (marker := marker_of(one.body)) is not None
    ]
    current = [marker for marker in markers if not marker.stale]
    if not markers:
        raise PlanRefused(_missing(where, f'There is no comment of ours with the key "{key}".'))
    if not current:
        raise PlanStale(_stale(where, "The plan in it is superseded."))
    first = current[0]
    whole = {marker.part for marker in current} == set(range(1, first.parts + 1))
    if not whole or any(
        (one.digest, one.head, one.parts) != (first.digest, first.head, first.parts) for one in current
    ):
        raise PlanRefused(_missing(where, "The comment does not have all parts of one plan."))
    if not first.shows_plan:
        raise PlanRefused(_failed(where, first))
    if not head or first.head != head:
        raise PlanStale(_stale(where, f"The plan is of commit {first.head[:12] or 'unknown'}, not of {head[:12]}."))
    return first.digest


def latest_of(key: str, head: str, standing: Sequence[Comment], author: str) -> str:
    """Give our comment of this key and commit as it stands; "" where there is none."""
    found = [one for part in _by_part(standing, author, key).values() for one in part if one is not None]
    markers = [(one.body, marker_of(one.body)) for one in found]
    return next((body for body, marker in markers if marker and marker.head == head and not marker.stale), "")


def _by_part(standing: Sequence[Comment], author: str, key: str) -> dict[int, list[Comment | None]]:
    """Give our comments of this key by their part, the oldest first."""
    found: dict[int, list[Comment | None]] = {}
    for comment in sorted(standing, key=lambda one: one.number):
        marker = marker_of(comment.body)
        if marker is not None and comment.author == author and marker.key == key:
            found.setdefault(marker.part, []).append(comment)
    return found


def _of_other_plans(ours: dict[int, list[Comment | None]], wanted: Wanted) -> list[Comment]:
    """Take out the comments that show another plan of the very commit that is wanted, and those that did before."""
    asked = marker_of(wanted.parts[0])
    taken = []
    for part, comments in list(ours.items()):
        for comment in comments:
            found = None if comment is None else marker_of(comment.body)
            if (
                comment is not None
                and asked is not None
                and found is not None
                and found.head == asked.head != ""
                and found.shows_plan
                and found.digest != asked.digest
            ):
                taken.append(comment)
        rest = [one for one in comments if one not in taken]
        if rest:
            ours[part] = rest
        else:
            del ours[part]
    return taken


def _marked_stale(comments: Sequence[Comment]) -> Iterator[Step]:
    for comment in comments:
        marker = marker_of(comment.body)
        if marker is not None and not marker.stale:
            yield Update(number=comment.number, body=_stale_body(marker, comment.body), stale=True)


def _stale_body(marker: Marker, stood: str) -> str:
    part = f"part {marker.part} of {marker.parts} of " if marker.parts > 1 else ""
    shown = f"the plan with the digest `{marker.digest}`" if marker.shows_plan else "a report without a plan"
    heading = _HEADING.search(stood)
    about = (heading["about"] or "") if heading else ""
    return (
        f"{replace(marker, stale=True)}\n## reconciler: superseded{about}\n\n"
        f"Here stood {part}{shown}. It is not current any more, and is not applied.\n"
    )


def _plain(body: str) -> str:
    """Give a text as forges keep it: they may change the ends of lines, and cut blanks off."""
    return body.replace("\r\n", "\n").strip()


def _missing(where: str, detail: str) -> Problem:
    return Problem(
        code="digest-missing",
        summary="no plan was reviewed",
        where=where,
        detail=detail,
        why="What nobody could review is not applied.",
        remedy="Merge a pull request on which a plan stands; or look at the plan, and apply it by hand:",
        command="reconciler plan",
    )


def _failed(where: str, marker: Marker) -> Problem:
    commit = f" of commit {marker.head[:12]}" if marker.head else ""
    return Problem(
        code="digest-missing",
        summary="no plan was reviewed",
        where=where,
        detail=f"The last plan{commit} failed: the comment says why, and has no digest.",
        why="What nobody could review is not applied.",
        remedy="Mend what it names, and have the plan of that reviewed; or look at the plan, and apply it by hand:",
        command="reconciler plan",
    )


def _stale(where: str, detail: str) -> Problem:
    return Problem(
        code="digest-stale",
        summary="the plan that was reviewed is not of what was merged",
        where=where,
        detail=detail,
        why="Its job failed or was cancelled after a later push, or the merge did not wait for it.",
        remedy="Require the job that plans before a merge. Now look at the plan as it is, and apply it by hand:",
        command="reconciler plan",
    )
