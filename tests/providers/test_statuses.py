"""What an error tells of the answer that it comes from."""

from __future__ import annotations

import httpx
import pytest

from reconciler.apply.telling import reply_of
from reconciler.errors import ReconcilerError
from reconciler.model.event import Reply
from tests.clock import run_virtual
from tests.providers.scripted import Script, answer, client


@pytest.mark.parametrize(
    ("line", "status", "reply"),
    [
        (answer(400), 400, Reply.REFUSED),
        (answer(401), 401, Reply.REFUSED),
        (answer(404), 404, Reply.REFUSED),
        (answer(429), 429, Reply.THROTTLED),
        (answer(500), 500, Reply.LOST),
        (answer(503), 503, Reply.LOST),
        (httpx.ReadTimeout(""), None, Reply.LOST),
        (httpx.ConnectError(""), None, Reply.UNSENT),
    ],
)
def test_an_error_of_a_write_has_the_status_of_its_answer(
    line: httpx.Response | Exception, status: int | None, reply: Reply
) -> None:
    """So that the journal can say it; without an answer there is none."""

    async def write() -> None:
        await client(Script(line)).write("PUT", "/customers/1", None)

    with pytest.raises(ReconcilerError) as caught:
        run_virtual(write())
    assert (caught.value.status, reply_of(caught.value)) == (status, reply)
    assert reply_of(None) is Reply.ACCEPTED
