"""One request -> what is logged of it: who was asked for what route, what came back, how long it took.

Ids are hidden, and neither header nor body nor query is named. A write is told under the id that the journal has for
this try of it, so that both can be laid side by side; a read is told by its number alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.model.log import Log, current_try
from reconciler.providers.answers import Call, SetbackError
from reconciler.providers.routes import template

LOG = Log("requests")
_TOLD_WAIT = 1.0  # seconds in line, from which on they are worth a line of their own


class Answer:
    """What came back, once it is known."""

    def __init__(self) -> None:
        self.status: int | None = None


@contextmanager
def told_of(call: Call, number: int, *, waited: float) -> Iterator[Answer]:
    """Log the request that the block sends; `number` counts those of the organization, `waited` is in seconds."""
    loop = asyncio.get_running_loop()
    began, answer, why = loop.time(), Answer(), ""
    try:
        yield answer
    except SetbackError as setback:
        why = setback.said
        raise
    finally:
        request, attempt = current_try() or ("", call.attempt)
        absent = answer.status == 404 and call.method == "GET"  # how a vendor says that there is none
        fine = answer.status is not None and (answer.status < 400 or absent)
        (LOG.debug if fine else LOG.warning)(
            "request answered" if answer.status is not None else "request without an answer",
            organization=call.organization,
            method=call.method,
            path=template(call.path),
            status=answer.status,
            milliseconds=round((loop.time() - began) * 1000),
            attempt=attempt,
            number=number,
            **({"request": request} if request else {}),
            **({"why": why} if why else {}),
            **({"waited_milliseconds": round(waited * 1000)} if waited >= _TOLD_WAIT else {}),
        )


def told_of_wait(call: Call, attempt: int, seconds: float) -> None:
    """Log that a read waits before it is tried again."""
    LOG.info(
        "waiting before another try",
        organization=call.organization,
        method=call.method,
        path=template(call.path),
        attempt=attempt,
        seconds=round(seconds, 3),
    )
