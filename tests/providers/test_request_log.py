"""What is logged of requests and of the pace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from reconciler.errors import ReconcilerError
from reconciler.model.log import FACTS, ROOT, in_try
from reconciler.providers.routes import template
from tests.clock import run_virtual
from tests.providers.scripted import Line, Script, client

Told = dict[str, object]


@contextmanager
def heard() -> Iterator[list[Told]]:
    """Listen to all that is logged."""
    told: list[Told] = []

    class Ears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append({"sentence": record.getMessage(), "level": record.levelname, **record.__dict__[FACTS]})

    logger, ears, before = logging.getLogger(ROOT), Ears(), logging.getLogger(ROOT).level
    logger.addHandler(ears)
    logger.setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        logger.removeHandler(ears)
        logger.setLevel(before)


def read(*lines: Line, path: str = "/customers/4711") -> list[Told]:
    """Read once against a script."""

    async def one() -> None:
        http = client(Script(*lines, seconds=0.25))
        try:
            await http.read(path, {"email": "ada@acme.example"})
        except ReconcilerError:
            pass
        finally:
            await http.aclose()

    with heard() as told:
        run_virtual(one())
    return told


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/customers", "/customers"),
        ("/customers/ada%40acme.example", "/customers/{id}"),
        ("/customers/1/contacts/2", "/customers/{id}/contacts/{id}"),
        ("/accounts/1/contacts/upsert", "/accounts/{id}/contacts/upsert"),
        ("/customers?email=ada", "/customers"),
    ],
)
def test_a_path_is_told_by_its_route(path: str, shown: str) -> None:
    """Ids go, whatever they look like, and what a query says is never there."""
    assert template(path) == shown


def test_a_request_is_told_with_what_came_back() -> None:
    """At `debug` where all is well; neither the query nor a header is in it."""
    assert read(httpx.Response(200, json={})) == [
        {
            "sentence": "request answered",
            "level": "DEBUG",
            "organization": "acme-fr",
            "method": "GET",
            "path": "/customers/{id}",
            "status": 200,
            "milliseconds": 250,
            "attempt": 1,
            "number": 1,
        }
    ]


def test_tries_and_the_waits_between_them_are_told() -> None:
    """A read that is answered by 503 and then by nobody is tried again, each try under its number."""
    told = read(httpx.Response(503), httpx.ConnectError("secret"), httpx.Response(200, json={}))
    assert [(one["sentence"], one["level"], one.get("attempt")) for one in told] == [
        ("request answered", "WARNING", 1),
        ("waiting before another try", "INFO", 1),
        ("request without an answer", "WARNING", 2),
        ("waiting before another try", "INFO", 2),
        ("request answered", "DEBUG", 3),
    ]
    assert [one["seconds"] for one in told if "seconds" in one] == [1.0, 2.0]
    assert told[2]["why"] == "no connection could be made"
    assert "secret" not in str(told)


def test_what_the_pace_decides_is_told() -> None:
    """A 429 halves it and holds it, a smaller limit is taken over, and what is taken again lets it grow."""
    throttled = httpx.Response(429, headers={"retry-after": "3"})
    told = read(throttled, httpx.Response(200, headers={"x-ratelimit-limit": "60", "x-ratelimit-remaining": "2"}))
    decided = [one for one in told if "request" not in str(one["sentence"]) and "try" not in str(one["sentence"])]
    assert [one["sentence"] for one in decided] == [
        "throttled",
        "limit told by the vendor",
        "waiting for the window",
        "taken again, growing back",
    ]
    assert (decided[0]["wait_seconds"], decided[0]["factor"]) == (3.0, 0.5)
    assert (decided[1]["before"], decided[1]["requests_per_minute"]) == (600, 60)


def test_a_write_is_told_under_the_id_of_its_try() -> None:
    """Which is the one that the journal has, with its number."""

    async def one() -> None:
        http = client(Script(httpx.Response(204)))
        with in_try("id-of-the-try", 3):
            await http.write("PUT", "/customers/4711", {"name": "secret"})
        await http.aclose()

    with heard() as told:
        run_virtual(one())
    (only,) = told
    assert (only["request"], only["attempt"], only["method"]) == ("id-of-the-try", 3, "PUT")
    assert "secret" not in str(told)
