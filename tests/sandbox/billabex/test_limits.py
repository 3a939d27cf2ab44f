"""The vendor's limit: requests of a token in a sliding window, told on every answer (R-RATE)."""

from __future__ import annotations

from tests.sandbox.billabex.world import World, answers_at, statuses_at


def test_300_requests_a_sliding_minute(billabex: World) -> None:
    """The 301st request within a minute is a 429; when the first one is a minute old there is room for one."""
    times = [0.0, *[30.0] * 300, 59.0, 60.1, 60.5]
    assert statuses_at(billabex, times) == [200] * 300 + [429, 429, 200, 429]


def test_every_answer_tells_what_is_left(billabex: World) -> None:
    """Limit, what remains, and the Unix second at which the oldest request leaves the window; on a 429 too."""
    billabex.turn(requests_per_window=2)
    first, second, third = answers_at(billabex, [0, 10, 20.5])
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")
    assert [first.headers.get(name) for name in names] == ["2", "1", "1000060", None]
    assert [second.headers.get(name) for name in names] == ["2", "0", "1000060", None]
    assert [third.headers.get(name) for name in names] == ["2", "0", "1000060", "40"]
    assert third.status_code == 429


def test_each_token_has_its_own_window(billabex: World) -> None:
    """A fresh token finds a fresh window."""
    billabex.turn(requests_per_window=1)
    tokens = [billabex.token().json()["access_token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    for token in tokens:
        path = "/organizations"
        assert billabex.send("GET", path, token=token).status_code == 200
    assert [answers_at(billabex, [0], "sandbox-acme")[0].status_code] == [200]


def test_the_token_endpoint_has_no_limit(billabex: World) -> None:
    """Tokens are not counted against the window, and their answers say nothing of it."""
    billabex.turn(requests_per_window=1)
    answers = [billabex.token() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "x-ratelimit-limit" not in answers[0].headers


def test_what_a_fault_answers_tells_it_too(billabex: World) -> None:
    """An error that a fault makes carries the headers of the window."""
    billabex.fault("error-before")
    assert billabex.send("GET", "/organizations").headers["x-ratelimit-remaining"] == "299"
