"""In which order the people of one account are written, so that no upsert ever lands on somebody else. Pure.

In go the people as they are, what is wished of each, and who leaves; out come the writes in order, each with the
person that it will certainly hit, or the wishes that no order makes safe. Every write is judged by `matching` on the
people as they will stand just then, our own earlier writes included: a second person may be merged into the first
one's new name, and a name may be free only after its bearer was renamed.

| wish                                      | written as                                                        |
|-------------------------------------------|-------------------------------------------------------------------|
| a new person                              | an upsert that certainly hits nobody                              |
| a change, and the upsert hits that person | an upsert                                                         |
| a change, and it may hit another          | the route by id, where the vendor has one                         |
| the same without that route               | old e-mail with the new name, then the new name with the new      |
|                                           | e-mail, if both certainly hit that person                         |
| none of these                             | refused                                                           |

Whoever comes or changes is written before whoever leaves, and somebody leaves earlier only where nothing else is safe
any more. The order is found greedily: the first wish that is safe goes next. That may miss an order which a search
would find; a refusal says who stands in the way, and a person resolves it in one edit. Nothing unsafe is ever sent.

Rejected: trying all orders (12 people have 479 million), and sending what is most likely right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reconciler.providers.billabex.matching import Body, Foreseen, Person, Rule, foresee


class Route(Enum):
    """How one write goes to the vendor."""

    UPSERT = "upsert"
    BY_ID = "by id"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one declared person is to become: `id` is their remote id, None for a new one.

    `section` is the route that their upsert takes, `home` the list they will stand on. `name` and `email` are those
    they will have; an e-mail that no document declares is the live one.
    """

    label: str
    id: str | None
    section: str
    home: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write: whose wish it serves, by which route, with what name and e-mail, and whom it will hit.

    `hit` is the remote id, None where it creates: nobody whom an earlier step makes is written again. `label` is the
    wish's, and of a delete the remote id of who goes. `whole` says that the person stands as wished afterwards; it is
    False for the first of two upserts. `instead` is whom an upsert might hit, of a step that goes by id for it.
    """

    label: str
    route: Route
    hit: str | None
    name: str = ""
    email: str | None = None
    rule: Rule = Rule.NONE
    whole: bool = True
    instead: frozenset[str | None] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A wish that no order makes safe, and whom its upsert would or might hit instead, by remote id (None: nobody)."""

    label: str
    foreseen: Foreseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """The steps in order, or what is stuck; then nothing of the account's people may be written."""

    steps: tuple[Step, ...] = ()
    stuck: tuple[Stuck, ...] = ()


def made(label: str) -> str:
    """Name somebody whom a step of ours will make, until the vendor's answer gives the remote id."""
    return f"new:{label}"


def sequence(people: Iterable[Person], wishes: Sequence[Wish], leaving: Sequence[str], *, by_id: bool) -> Writing:
    """Find the order in which the people of an account can be written.

    Args:
        people: Everybody on the account, of both lists.
        wishes: Those who come or change; whoever stays as they are has none.
        leaving: The remote ids of those who go.
        by_id: Whether the vendor has a route that changes a person by remote id.
    """
    return _Account(people, by_id=by_id).written(list(wishes), list(leaving))


class _Account:
    """The people of one account while the writes are laid out, as they will stand at each moment."""

    def __init__(self, people: Iterable[Person], *, by_id: bool) -> None:
        self.people: dict[str, Person] = {one.id: one for one in people}
        self.by_id = by_id
        self.steps: list[Step] = []

    def written(self, wishes: list[Wish], leaving: list[str]) -> Writing:
        while wishes:
            served = next((wish for wish in wishes if self._serve(wish)), None)
            if served is not None:
                wishes.remove(served)
            elif leaving:
                self._remove(self._in_the_way(wishes, leaving))
                leaving = [one for one in leaving if one in self.people]
            else:
                return Writing(stuck=tuple(Stuck(label=wish.label, foreseen=self._foresee(wish)) for wish in wishes))
        for one in leaving:
            self._remove(one)
        return Writing(steps=tuple(self.steps))

    def _serve(self, wish: Wish) -> bool:
        """Lay out the writes of a wish if they are safe now."""
        found = self._foresee(wish)
        if found.surely(wish.id):
            self._step(wish, Route.UPSERT, wish.name, wish.email, found)
            return True
        if wish.id is None or self._is_taken(wish.email, but=wish.id):
            return False
        if self.by_id:
            self._step(wish, Route.BY_ID, wish.name, wish.email, found)
            return True
        return self._serve_in_two(wish, wish.id)

    def _serve_in_two(self, wish: Wish, remote_id: str) -> bool:
        """Give the new name under the old e-mail first, and then the new e-mail under the new name."""
        before = self.people[remote_id]
        if before.email is None:
            return False
        first = foresee(_body(replace(wish, email=before.email)), self.people.values())
        renamed = {**self.people, remote_id: replace(before, name=wish.name)}
        second = foresee(_body(wish), renamed.values())
        if not (first.surely(remote_id) and second.surely(remote_id)):
            return False
        self._step(wish, Route.UPSERT, wish.name, before.email, first, whole=False)
        self._step(wish, Route.UPSERT, wish.name, wish.email, second)
        return True

    def _foresee(self, wish: Wish) -> Foreseen:
        return foresee(_body(wish), self.people.values())

    def _is_taken(self, email: str | None, *, but: str | None) -> bool:
        """Say whether an e-mail is, or may be taken for, somebody else's by now."""
        if not email:
            return False
        others = [one for one in self.people.values() if one.id != but]
        return any(foresee(Body(section=one.section, email=email), [one]).hits != {None} for one in others if one.email)

    def _in_the_way(self, wishes: Iterable[Wish], leaving: Sequence[str]) -> str:
        """Choose who leaves first: somebody whom a wish may hit, else the first."""
        hit = {remote_id for wish in wishes for remote_id in self._foresee(wish).hits}
        return next((one for one in leaving if one in hit), leaving[0])

    def _remove(self, remote_id: str) -> None:
        gone = self.people.pop(remote_id)
        self.steps.append(Step(label=gone.id, route=Route.DELETE, hit=gone.id))

    def _step(
        self, wish: Wish, route: Route, name: str, email: str | None, found: Foreseen, *, whole: bool = True
    ) -> None:
        rule = next(iter(found.rules)) if route is Route.UPSERT and len(found.rules) == 1 else Rule.NONE
        instead = found.hits if route is Route.BY_ID else frozenset()
        step = Step(label=wish.label, route=route, hit=wish.id, name=name, email=email, rule=rule, whole=whole)
        self.steps.append(replace(step, instead=instead))
        known = wish.id or made(wish.label)
        before = self.people.get(known)
        section = before.section if before is not None else wish.home
        self.people[known] = Person(id=known, section=section, name=name, email=email)


def _body(wish: Wish) -> Body:
    return Body(section=wish.section, name=wish.name, email=wish.email)
