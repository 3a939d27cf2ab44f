"""The one HTTP client: what is tried again, what is not, and what a person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import httpx
import pytest

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, ProviderRejected
from reconciler.live.provider import NotProcessed
from reconciler.model.resource import Value
from reconciler.providers.answers import NotFound
from reconciler.providers.http import HttpClient, proxies_allowed
from reconciler.providers.pace import Pace
from tests.clock import run_virtual
from tests.providers.scripted import Script, answer, client, gaps

LOST = [
    httpx.ReadTimeout(""),
    httpx.ReadError(""),
    httpx.WriteError(""),
    httpx.RemoteProtocolError(""),
    answer(500),
    answer(502),
    answer(503),
    answer(504),
    answer(200, b'{"customers": [{"id'),
]
Work = Callable[[Script], Coroutine[object, object, Value | None]]
NEVER_MADE = [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")]
REFUSED = [400, 403, 404, 409, 422]


async def _read(script: Script) -> Value:
    return await client(script).read("/customers")


async def _write(script: Script, body: Value = None) -> None:
    await client(script).write("PUT", "/customers/1", body, ("Ada",))


@pytest.mark.parametrize("setback", [*LOST, *NEVER_MADE])
def test_a_read_is_tried_again_after_1_2_4_8_seconds(setback: httpx.Response | Exception) -> None:
    """A read that brings nothing usable is repeated four times, and every try is a request."""
    script = Script(setback)
    with pytest.raises(LiveStateUnreadable, match="vendor-unreadable"):
        run_virtual(_read(script))
    assert gaps(script.times) == [1, 2, 4, 8]


def test_a_read_that_works_on_the_second_try_is_a_read() -> None:
    """One setback is not shown to anybody."""
    assert run_virtual(_read(Script(answer(503), answer(200, b'{"id": "1"}')))) == {"id": "1"}


@pytest.mark.parametrize("status", REFUSED)
def test_no_other_4xx_is_tried_again(status: int) -> None:
    """What the vendor refuses for what it says is refused the next time as well."""
    for send in (_read, _write):
        script = Script(answer(status, b'{"message": "no"}'))
        with pytest.raises(ProviderRejected):
            run_virtual(send(script))
        assert len(script.requests) == 1


@pytest.mark.parametrize("setback", LOST)
def test_a_write_with_a_lost_answer_is_not_sent_again(setback: httpx.Response | Exception) -> None:
    """It may have taken effect: that is for the caller to look up, at once."""
    script = Script(setback)
    with pytest.raises(OutcomeUnknown, match="outcome-unknown"):
        run_virtual(_write(script))
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 507])
def test_an_answer_that_leaves_a_write_in_doubt_is_named(status: int) -> None:
    """A 500 is no lost answer: whoever reads about the write is told what the vendor said."""
    with pytest.raises(OutcomeUnknown, match=rf"asked for PUT /\S+: {status}, "):
        run_virtual(_write(Script(answer(status))))


@pytest.mark.parametrize("setback", [*NEVER_MADE, answer(429)])
def test_a_write_that_was_not_processed_is_sent_once_and_said_to_have_no_effect(
    setback: httpx.Response | Exception,
) -> None:
    """Its body is of the moment before: whoever built it looks again after the wait, and sends another."""
    script = Script(setback)
    with pytest.raises(NotProcessed, match="vendor-unavailable") as caught:
        run_virtual(_write(script))
    assert len(script.requests) == 1
    assert script.times == [0]
    assert caught.value.throttled == isinstance(setback, httpx.Response)


def test_a_throttled_read_waits_for_a_whole_rolling_minute() -> None:
    """63 seconds later the vendor's minute has passed, whatever filled it."""
    script = Script(answer(429))
    with pytest.raises(LiveStateUnreadable):
        run_virtual(_read(script))
    assert gaps(script.times) == [1, 2, 4, 8, 16, 32]


def test_how_long_the_vendor_asks_to_wait_is_told_to_whoever_sends_again() -> None:
    """Retry-After of a throttled write comes with the error."""
    with pytest.raises(NotProcessed) as caught:
        run_virtual(_write(Script(answer(429, retry_after="7"))))
    assert caught.value.after == 7


@pytest.mark.parametrize(
    ("base_url", "allowed"),
    [
        ("https://api.upflow.io/v1", True),
        ("https://192.0.2.1/v1", True),
        ("http://vendor.invalid/v1", False),
        ("http://localhost:9/v1", False),
        ("https://localhost:9/v1", False),
        ("https://localhost.:9/v1", False),
        ("http://127.0.0.1:9/v1", False),
        ("https://127.0.0.2:9/v1", False),
        ("http://127.255.255.254/v1", False),
        ("https://[::1]:9/v1", False),
        ("https://[0:0:0:0:0:0:0:1]:9/v1", False),
        ("https://[::ffff:127.0.0.1]/v1", False),
        ("HTTPS://API.UPFLOW.IO/v1", True),
    ],
)
def test_a_proxy_is_used_for_https_to_other_machines_alone(base_url: str, allowed: bool) -> None:
    """Plain http would show it the credentials, and what is on this machine needs none."""
    assert proxies_allowed(base_url) is allowed


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0"}, 1),
        ({"retry_after": "86400"}, 60),
        ({"retry_after": "soon"}, 1),
        ({"retry_after": "Sat, 21 Nov 2026 10:00:09 GMT", "date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 9),
        ({"retry_after": "Sat, 21 Nov 2026 09:00:00 GMT", "date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 1),
        ({"retry_after": "Sat, 21 Nov 2026 10:00:09 GMT"}, 1),
    ],
)
def test_retry_after_is_honoured_in_both_forms_and_bounded(headers: dict[str, str], waited: float) -> None:
    """Seconds or a date, at most a minute, and never less than the backoff."""
    script = Script(answer(429, **headers), answer())
    run_virtual(_read(script))
    assert gaps(script.times) == [waited]


def test_a_redirect_is_refused_and_credentials_stay_here() -> None:
    """Wherever an answer points, nothing is sent there."""
    script = Script(answer(307, location="https://stranger.invalid/"))
    with pytest.raises(ProviderRejected, match="redirect-refused") as caught:
        run_virtual(_read(script))
    assert [request.url.host for request in script.requests] == ["vendor.invalid"]
    assert "stranger" not in str(caught.value)


def test_refused_credentials_are_named_and_not_shown() -> None:
    """401 says what to check; neither key nor secret is in the text."""
    with pytest.raises(ProviderRejected, match="credentials-refused") as caught:
        run_virtual(_read(Script(answer(401, b'{"message": "the-key is wrong"}'))))
    assert "the-key" not in str(caught.value)
    assert "the-secret" not in str(caught.value)


ECHO = b'{"message": "forbidden for the-key:THE-SECRET, Bearer a.token-of.ours, and a.token-of.ours-2"}'


@pytest.mark.parametrize("work", [_read, _write])
def test_what_opens_the_organization_is_not_shown_where_the_vendor_repeats_it(work: Work) -> None:
    """In whatever letters, in an answer to a read as to a write."""
    with pytest.raises(ProviderRejected, match="vendor-refused") as caught:
        run_virtual(work(Script(answer(403, ECHO))))
    text = str(caught.value).casefold()
    assert "forbidden for [withheld]:[withheld]" in text
    assert "the-key" not in text and "the-secret" not in text


class TwoTokens:
    """A token that is refused, and another in its place."""

    remedy = "Authorise anew."

    async def current(self, client: httpx.AsyncClient) -> str:
        """Give the first."""
        del client
        return "a.token-of.ours"

    async def instead_of(self, refused: str, client: httpx.AsyncClient) -> str | None:
        """Give the second."""
        del client
        return f"{refused}-2"

    async def aclose(self) -> None:
        """Nothing to finish."""


def test_nor_is_a_token_shown_not_even_one_that_was_replaced() -> None:
    """Both were sent, so both may be repeated."""

    async def write() -> None:
        http = HttpClient(
            organization="acme-fr",
            title="Billabex",
            base_url="https://vendor.invalid/v1",
            headers={},
            pace=Pace(requests_per_minute=600, in_flight=5),
            transport=Script(answer(401), answer(403, ECHO)),
            tokens=TwoTokens(),
        )
        await http.write("PUT", "/accounts/1", {})

    with pytest.raises(ProviderRejected, match="vendor-refused") as caught:
        run_virtual(write())
    assert "token-of" not in str(caught.value)


def test_not_found_is_an_error_of_its_own() -> None:
    """A caller that looks something up can tell absence from refusal."""
    with pytest.raises(NotFound, match="not-found"):
        run_virtual(_read(Script(answer(404))))


def test_the_vendors_words_are_shown_without_what_was_sent() -> None:
    """A refusal quotes the vendor, less the personal values of the request."""
    script = Script(answer(400, b'{"message": "Contact Ada <ada@example.com>: position X does not exist"}'))
    with pytest.raises(ProviderRejected, match="vendor-refused") as caught:
        run_virtual(_write(script))
    text = str(caught.value)
    assert '400, "Contact [withheld] <[e-mail]>: position X does not exist"' in text
    assert "PUT /customers/1" in text


def test_retries_count_as_requests() -> None:
    """What the plan says it made is what the vendor saw."""

    async def count() -> int:
        http = client(Script(answer(500), answer(500), answer()))
        await http.read("/customers")
        return http.requests_made

    assert run_virtual(count()) == 3


def test_a_request_carries_the_credentials_and_json() -> None:
    """Both headers are on every request; a body is JSON, and no body has no type."""
    script = Script(answer(204, b""))
    run_virtual(_write(script, {"name": "Société"}))
    run_virtual(_write(script))
    first, second = script.requests
    assert first.headers["x-api-key"] == "the-key"
    assert first.headers["x-api-secret"] == "the-secret"
    assert (first.headers["content-type"], first.content) == ("application/json", '{"name":"Société"}'.encode())
    assert "content-type" not in second.headers
    assert second.content == b""


def test_an_encoded_path_reaches_the_wire_as_it_is() -> None:
    """A slash, a space and a percent sign in an external id stay percent-encoded."""

    async def read(script: Script) -> None:
        await client(script).read("/customers/external:A%2FB%20C%25D")

    script = Script(answer())
    run_virtual(read(script))
    assert script.requests[0].url.raw_path == b"/v1/customers/external:A%2FB%20C%25D"


def test_no_minute_sees_more_than_the_limit_and_no_moment_more_than_is_allowed_in_flight() -> None:
    """In any rolling 60 seconds at most 600 requests, at most 5 at once, and most of the limit is used."""

    async def many(script: Script) -> None:
        http = client(script)
        await asyncio.gather(*(http.read("/customers") for _ in range(2000)))

    script = Script(answer(), seconds=0.05)
    run_virtual(many(script))
    times = script.times
    assert max(sum(start <= other < start + 60 for other in times) for start in times) <= 600
    assert script.most_in_flight == 5
    assert times[-1] < 2000 / (0.9 * 10)


def test_slow_answers_save_up_no_burst() -> None:
    """While slow answers hold all places, nobody collects drops from the bucket to spend at once."""

    async def many(script: Script) -> None:
        http = client(script, requests_per_minute=60)
        await asyncio.gather(*(http.read("/customers") for _ in range(150)))

    script = Script(answer(), seconds=30)
    run_virtual(many(script))
    assert max(sum(start <= other < start + 60 for other in script.times) for start in script.times) <= 60


@pytest.mark.parametrize("limit", [1, 2, 7, 60])
def test_small_limits_hold_too(limit: int) -> None:
    """Even one request a minute goes on, and never two in one."""

    async def some(script: Script) -> None:
        http = client(script, requests_per_minute=limit)
        await asyncio.gather(*(http.read("/customers") for _ in range(3 * limit + 1)))

    script = Script(answer())
    run_virtual(some(script))
    assert max(sum(start <= other < start + 60 for other in script.times) for start in script.times) <= limit


@pytest.mark.parametrize(
    ("headers", "second"),
    [
        ({}, 0.0),
        ({"x_ratelimit_limit": "600", "x_ratelimit_remaining": "599"}, 0.0),
        ({"x_ratelimit_limit": "600", "x_ratelimit_remaining": "0"}, 0.1),
        ({"x_ratelimit_limit": "6", "x_ratelimit_remaining": "5"}, 10.0),
        ({"x_ratelimit_limit": "many", "x_ratelimit_remaining": "0"}, 0.0),
        ({"x_ratelimit_limit": "9" * 5000, "x_ratelimit_remaining": "0"}, 0.0),
        ({"x_ratelimit_limit": "0", "x_ratelimit_remaining": "0"}, 0.0),
        (
            {
                "x_ratelimit_limit": "600",
                "x_ratelimit_remaining": "0",
                "x_ratelimit_reset": "1767225603",
                "date": "Thu, 01 Jan 2026 00:00:00 GMT",
            },
            3.0,
        ),
    ],
)
def test_what_answers_say_of_the_limit_sets_the_pace(headers: dict[str, str], second: float) -> None:
    """Limit, rest and reset, by the clock of the answer itself."""
    script = Script(answer(200, b"{}", **headers), answer(200, b"{}"))

    async def read_twice() -> None:
        one = client(script)
        await one.read("/customers")
        await one.read("/customers")

    run_virtual(read_twice())
    assert script.times == [0.0, second]


def test_a_throttled_answer_holds_the_others_back() -> None:
    """While one waits as long as the vendor says, nobody else asks in its place."""
    script = Script(answer(429, b"", retry_after="5"), answer(200, b"{}"))

    async def read_both() -> None:
        one = client(script)
        first = asyncio.create_task(one.read("/customers"))
        await asyncio.sleep(1)
        await asyncio.gather(first, one.read("/users"))

    run_virtual(read_both())
    assert script.times[:2] == [0.0, 5.0]
    assert script.times[2] == pytest.approx(5 + 60 / 570 * 2, abs=0.01)  # at half the pace, and no burst


def test_a_write_that_stood_in_line_while_the_vendor_wanted_nothing_is_not_sent() -> None:
    """Its body is half a minute old by then: whoever built it looks again first."""
    script = Script(answer(429, b"", retry_after="30"), answer(200, b"{}"))

    async def read_and_write() -> None:
        one = client(script)
        reading = asyncio.create_task(one.read("/customers"))
        await asyncio.sleep(1)
        with pytest.raises(NotProcessed) as caught:
            await one.write("PUT", "/customers/1", {})
        assert caught.value.throttled
        await reading
        await one.write("PUT", "/customers/1", {})

    run_virtual(read_and_write())
    assert [request.method for request in script.requests] == ["GET", "GET", "PUT"]


def test_a_write_that_stands_in_line_for_its_turn_alone_is_sent() -> None:
    """At a slow pace the turns of others take their time; looking again would only lengthen the line."""
    script = Script(answer())

    async def write_four() -> None:
        one = client(script, requests_per_minute=10)
        await asyncio.gather(*(one.write("PUT", "/customers/1", {}) for _ in range(4)))

    run_virtual(write_four())
    assert len(script.requests) == 4
