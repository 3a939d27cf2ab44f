"""Telling a webhook: each drift once, recovery once, and nothing that is anybody's business."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from reconciler.cli.telling import tell_of
from reconciler.cli.webhook import UndeliveredError, post
from reconciler.errors import Problem
from reconciler.model.change import FieldChange
from reconciler.model.drift import Drift, FieldDrift, Label
from reconciler.model.resource import Value
from reconciler.store.git import GitRepository
from reconciler.store.told import FileTold, GitTold, Told
from tests.cli.running import Folder
from tests.plan.test_drift import drift
from tests.store.repositories import BARE_ENVIRONMENT, clone_of, make_remote
from tests.values import club, guest, live_club, organization

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
KNOWN = {"C-1": "r-C-1"}
CALM = drift([club("C-1", name="A")], [live_club("C-1", name="A")], KNOWN)


def drifted(name: str) -> Drift:
    """Have a club called otherwise at the vendor, with another guest."""
    guests = [{"id": "r-1", "externalId": "P-1", "email": "x@club.example", "name": "Xenia"}]
    declared = club("C-1", name="A", guests=[guest("P-1", "ana@club.example", name="Ana")])
    return drift([declared], [live_club("C-1", name=name, guests=guests)], {"C-1": "r-C-1"})


def told(found: Drift, memory: Told, sent: list[Value]) -> str | None:
    """Tell somebody who listens."""
    return tell_of(found, organization(), memory, AT, sent.append)


def remembering_in_a_file(folder: Path) -> Callable[[], Told]:
    """Open the file as every run does."""
    return lambda: FileTold(folder=folder / ".reconciler", organization="acme")


def remembering_in_git(folder: Path) -> Callable[[], Told]:
    """Open a fresh checkout for every run, as a scheduled job has."""
    remote, numbers = make_remote(folder), iter(range(9))

    def fresh() -> Told:
        clone = clone_of(remote, f"run-{next(numbers)}")
        repository = GitRepository(directory=clone, where="acme", environment=BARE_ENVIRONMENT, now=lambda: AT)
        return GitTold(repository=repository, organization="acme")

    return fresh


@pytest.mark.parametrize("remembering", [remembering_in_a_file, remembering_in_git])
def test_each_drift_and_its_end_are_told_once(
    remembering: Callable[[Path], Callable[[], Told]], tmp_path: Path
) -> None:
    """Another one is told as well; what was never there does not recover."""
    memory, sent = remembering(tmp_path), list[Value]()
    states = [CALM, drifted("B"), drifted("B"), drifted("C"), CALM, CALM]
    assert [told(one, memory(), sent) for one in states] == [None, "drift", None, "drift", "recovery", None]
    assert len(sent) == 3


def test_a_message_holds_addresses_and_names_of_fields_and_no_value(tmp_path: Path) -> None:
    """Personal or not: it goes to somebody else's machine."""
    sent = list[Value]()
    told(drifted("Better"), FileTold(folder=tmp_path, organization="acme"), sent)
    text = json.dumps(sent)
    assert not any(word in text for word in ("Better", "Xenia", "x@club", "Ana", "ana@club"))
    assert '"acme/club/C-1"' in text
    assert '"name"' in text
    assert "r-1" not in (tmp_path / "drift.json").read_text()


def test_nor_an_e_mail_address_that_somebody_took_for_an_external_id(tmp_path: Path) -> None:
    """People are told by tags there too, of those who are named in an address and of those in the name of a field."""
    mail = "xenia@club.example"
    guests = [{"id": "r-1", "externalId": mail, "email": mail, "name": "Xenia"}]
    found = drift([club("C-1", guests=[guest("P-1", "ana@club.example")])], [live_club("C-1", guests=guests)], KNOWN)
    sent = list[Value]()
    told(found, FileTold(folder=tmp_path, organization="acme"), sent)
    assert mail not in json.dumps(sent)
    assert "guest/(personal " in json.dumps(sent)


def test_what_did_not_arrive_is_told_by_the_next_run(tmp_path: Path) -> None:
    """It is kept only once it was heard; and what was not read whole is not told."""
    memory, sent = FileTold(folder=tmp_path, organization="acme"), list[Value]()

    def fail(_body: Value) -> None:
        raise UndeliveredError("It answered 500.")

    with pytest.raises(UndeliveredError):
        tell_of(drifted("B"), organization(), memory, AT, fail)
    incomplete = replace(CALM, problems=(Problem(code="any", summary="any"),))
    assert told(incomplete, memory, sent) is None
    assert told(drifted("B"), memory, sent) == "drift"
    assert told(incomplete, memory, sent) is None
    assert told(CALM, memory, sent) == "recovery"


@pytest.mark.parametrize(
    ("statuses", "tries", "arrives"),
    [
        ((204,), 1, True),
        ((500, 429, 200), 3, True),
        ((500, 500, 500), 3, False),
        ((404,), 1, False),
        ((302,), 1, False),
    ],
)
def test_it_is_tried_again_where_that_may_help(statuses: tuple[int, ...], tries: int, arrives: bool) -> None:
    """A refusal is one, and a redirect is not followed."""
    answers, seen = iter(statuses), list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(next(answers), headers={"Location": "https://elsewhere.example/"})

    def send() -> None:
        post("https://hook.example/secret", {"event": "drift"}, httpx.MockTransport(answer), first_wait=0.0)

    if arrives:
        send()
    else:
        with pytest.raises(UndeliveredError) as caught:
            send()
        assert "secret" not in str(caught.value)
    assert [json.loads(request.content) for request in seen] == [{"event": "drift"}] * tries
    assert {str(request.url) for request in seen} == {"https://hook.example/secret"}


@pytest.mark.parametrize("url", ["ftp://hook.example/", "hook.example", "http://", "https://a b/"])
def test_what_is_no_address_is_said_without_it(url: str) -> None:
    """It may be a secret that stands in the wrong variable."""
    with pytest.raises(UndeliveredError) as caught:
        post(url, {}, httpx.MockTransport(lambda _request: httpx.Response(200)), first_wait=0.0)
    assert url not in str(caught.value) or url == "http://"


@pytest.mark.parametrize(
    ("cause", "told", "tries"),
    [
        (ConnectionRefusedError(), "the connection was refused", 3),
        (socket.gaierror(socket.EAI_NONAME, "secret"), "there is no host of this name", 1),
    ],
)
def test_why_nobody_was_reached_is_said(cause: OSError, told: str, tries: int) -> None:
    """A service that is down, and an address that is wrong; the second is not tried again."""
    seen = list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        raise httpx.ConnectError("secret") from cause

    with pytest.raises(UndeliveredError, match=told) as caught:
        post("https://hook.example/secret", {}, httpx.MockTransport(answer), first_wait=0.0)
    assert "secret" not in str(caught.value)
    assert len(seen) == tries


def test_a_line_break_at_the_end_of_a_secret_is_none_of_it() -> None:
    """It is there where somebody pasted it."""
    seen = list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200)

    post("https://hook.example/secret\n", {}, httpx.MockTransport(answer))
    assert seen == ["https://hook.example/secret"]


def test_a_variable_that_is_not_set_is_told_once(folder: Folder) -> None:
    """And not of each organization."""
    text = (folder.path / "reconciler.yaml").read_text()
    second = "  acme-de: {provider: upflow, endpoint: sandbox, documents: other}\n"
    folder.write("reconciler.yaml", f"{text}{second}drift: {{webhook: '${{NO_SUCH_WEBHOOK}}'}}\n")
    folder.write("other/none.yaml", "customers: []\n")
    ended = folder.call("drift")
    assert ended.err.count("[webhook-failed]") == 1, ended.err


def test_a_webhook_that_fails_is_a_warning(folder: Folder) -> None:
    """The exit code says what was found; an address written out is refused; an address on the line tells nobody."""
    assert folder.call("apply", "--auto-approve").code == 0
    text = (folder.path / "reconciler.yaml").read_text()
    folder.write("reconciler.yaml", f"{text}drift: {{webhook: '${{NO_SUCH_WEBHOOK}}'}}\n")
    ended = folder.call("drift")
    assert (ended.code, "[webhook-failed]" in ended.err, "NO_SUCH_WEBHOOK is not set" in ended.err) == (0, True, True)
    assert "webhook" not in folder.call("drift", "acme-fr/customer/C-001").err
    folder.write("reconciler.yaml", f"{text}drift: {{webhook: https://hook.example/secret}}\n")
    ended = folder.call("drift")
    assert (ended.code, "[secret-literal]" in ended.err, "hook.example" in ended.err) == (65, True, False)


def test_what_the_documents_change_is_no_news_of_a_drift(tmp_path: Path) -> None:
    """Beside a drift that was told already; nor is it named in a message."""
    memory, sent = FileTold(folder=tmp_path, organization="acme"), list[Value]()
    one = drifted("B").objects[0]
    (guest_drift, *_) = one.members
    pending = FieldDrift(label=Label.CONFIG, change=FieldChange(path=("tax",), before="a", after="b"))
    more = replace(one, fields=(*one.fields, pending), members=(*one.members, replace(guest_drift, label=Label.NEVER)))
    assert told(replace(drifted("B"), objects=(more,)), memory, sent) == "drift"
    assert '"tax"' not in json.dumps(sent)
    assert "never managed" not in json.dumps(sent)
    assert told(drifted("B"), memory, sent) is None


def test_an_organization_that_was_not_read_silences_no_other(tmp_path: Path) -> None:
    """Each is judged by what was read of itself."""
    memory, sent = FileTold(folder=tmp_path, organization="acme"), list[Value]()
    of_another = replace(drifted("B"), problems=(Problem(code="any", summary="any", where="other"),))
    assert told(of_another, memory, sent) == "drift"
    own = replace(CALM, problems=(Problem(code="any", summary="any", where="acme"),))
    assert told(own, memory, sent) is None
