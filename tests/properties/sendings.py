"""Every write that reached the vendor, held against the try in a journal that it was, object by object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from reconciler.model.event import Reply
from reconciler.model.journal import Entry, Try
from reconciler.sandbox import LoggedRequest
from reconciler.sandbox.values import decode_object
from tests.properties.chronicle import Scene


class Sent(dict[str, list[LoggedRequest]]):
    """The writes of customers and their people, in order, by the external id of the customer."""


def sent_by_key(requests: Iterable[LoggedRequest], organization: int, *scenes: Scene) -> Sent:
    """Sort out which writes were of which customer; the scenes tell whose remote ids are whose."""
    keys = {one.id: one.external_id for scene in scenes for one in scene.of(organization)}
    sent = Sent()
    for one in requests:
        parts = one.path.strip("/").split("/")
        if one.method == "GET" or parts[0] != "customers":
            continue
        named = decode_object(one.body).get("externalId") if len(parts) == 1 else keys.get(parts[1], parts[1])
        sent.setdefault(str(named).removeprefix("external:"), []).append(one)
    return sent


def check_sendings(sent: Sent, entries: Iterable[Entry]) -> int:
    """Find a try of that very object for each write, and no answer told that the vendor did not give; count them."""
    told: dict[str, list[Try]] = defaultdict(list)
    for entry in entries:
        assert entry.place is not None
        told[entry.place.top.key] += entry.tries
    for key, requests in sent.items():
        tries = sorted(told[key], key=lambda one: one.wrote.n)
        assert len(requests) <= len(tries), f"{len(requests)} writes of {key} were sent, and {len(tries)} are told"
        gone_out = [one for one in tries if one.answer is None or one.answer.reply is not Reply.UNSENT]
        if len(gone_out) == len(requests):
            for request, one in zip(requests, gone_out, strict=True):
                _check_answer(key, request, one)
    return sum(map(len, sent.values()))


def _check_answer(key: str, request: LoggedRequest, one: Try) -> None:
    said = one.answer.reply if one.answer is not None else None
    heard = request.loss is None
    if said is Reply.ACCEPTED:
        gone = request.method == "DELETE" and request.status == 404  # what was to be gone is
        assert heard and (request.status < 300 or gone), f"{key}: {request} was not accepted"
    elif said is Reply.THROTTLED:
        assert heard and request.status == 429, f"{key}: {request} was not throttled"
    elif said is Reply.REFUSED:
        assert heard and request.status >= 300, f"{key}: {request} was not refused"
