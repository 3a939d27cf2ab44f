"""What an answer means: a response, or the lack of one, goes in; a body, a setback or an error for a person comes out.

A `SetbackError` is one try that gave nothing usable. What may follow depends on whether the request was a read or a
write, and on whether the vendor can have acted on it:

    | what happened                            | read      | write                                  |
    |------------------------------------------|-----------|----------------------------------------|
    | 429, or a connection never made          | try again | not processed: no effect, for certain  |
    | timeout, reset, 500, 502, 503, 504       | try again | outcome unknown: it may have been done |
    | 2xx with a body that is no JSON          | try again | outcome unknown                        |
    | 3xx, other 4xx, other 5xx                | refused   | refused; other 5xx: outcome unknown    |

A body that breaks off is a failure of the way, not of the answer, so a read is tried again; after a write, 2xx with a
page that is no JSON may come from something in between (a proxy, a login page), and looking costs one request.
A write is never sent again from here, not even one that was not processed: its body was built from an object that may
be another by the time that a wait is over.
The other road, reading the method alone and calling every failed write lost, would look up what 429 says plainly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
import orjson

from reconciler.errors import LiveStateUnreadable, OutcomeUnknown, Problem, ProviderRejected
from reconciler.live.provider import NotProcessed, Shut, Unreachable
from reconciler.model.resource import Value
from reconciler.providers.vendor_text import vendor_text

_LOST = frozenset({500, 502, 503, 504})
_MEANING = {500: "an internal error", 502: "a bad gateway", 503: "not available", 504: "a gateway's timeout"}
_LONGEST_WAIT = 60.0
_DIGITS = 12
CHECK_VARIABLES = "Check that the environment variables that reconciler.yaml names hold this organization's keys."


class NotFound(ProviderRejected):
    """The vendor knows nothing under this path (404)."""


class SetbackError(Exception):
    """One try that gave nothing usable: what happened, and whether it is certain that nothing was done.

    `after` is how many seconds the vendor asked to wait, `status` that of the answer, if there was one.
    """

    def __init__(
        self,
        said: str,
        *,
        unprocessed: bool = False,
        throttled: bool = False,
        after: float = 0.0,
        status: int | None = None,
    ) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self.unprocessed = unprocessed
        self.throttled = throttled
        self.after = after


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who is asked for what, as a person may read it: no header, no body, and `withheld` values never to be shown.

    `unauthorized` is what to do where the vendor does not know us (401). `attempt` is the number of this try.
    """

    organization: str
    title: str
    method: str
    path: str
    place: str = ""
    withheld: tuple[str, ...] = ()
    unauthorized: str = CHECK_VARIABLES
    attempt: int = 1

    def problem(self, *, code: str, summary: str, said: str, why: str = "", remedy: str) -> Problem:
        """Word a problem about this request."""
        detail = f"{self.title} was asked for {self.method} {self.path}: {said}"
        return Problem(code=code, summary=summary, where=self.organization, detail=detail, why=why, remedy=remedy)


def setback_of(error: httpx.RequestError) -> SetbackError:
    """Say what it means that no response came."""
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        return SetbackError("no connection could be made", unprocessed=True)
    if isinstance(error, httpx.TimeoutException):
        return SetbackError("no answer came in time")
    return SetbackError("the connection broke before the answer was whole")


def body_of(response: httpx.Response, call: Call) -> Value:
    """Give the decoded body of a good answer; None for an empty one.

    Raises:
        SetbackError: the answer is one that may be different the next time.
        ProviderRejected: the vendor refused the request.
    """
    status = response.status_code
    if 200 <= status < 300:
        return _decoded(response)
    if status == 429:
        after = retry_after(response)
        raise SetbackError("429, too many requests", unprocessed=True, throttled=True, after=after, status=status)
    if status in _LOST or (status >= 500 and call.method != "GET"):
        meaning = _MEANING.get(status, "a server error")
        raise SetbackError(f"{status}, {meaning}", after=retry_after(response), status=status)
    refusal = _refusal(response, call)
    refusal.status = status
    raise refusal


def _decoded(response: httpx.Response) -> Value:
    if not response.content:
        return None
    try:
        decoded: Value = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        raise SetbackError(f"{response.status_code} with a body that is not whole JSON") from None
    return decoded


def retry_after(response: httpx.Response) -> float:
    """Read Retry-After in seconds, at most a minute; 0 without one.

    A date is measured against the answer's own Date header, so that neither our clock nor its error plays a part.
    """
    text = response.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(response.headers.get("date", ""))
        return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT)
    except (TypeError, ValueError):
        return 0.0


def count_of(response: httpx.Response, name: str) -> int | None:
    """Read one of the vendor's own counts of requests, `X-RateLimit-…`; None without one, or for what is no count."""
    text = response.headers.get(f"x-ratelimit-{name}", "")
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def moves_on(response: httpx.Response) -> float | None:
    """Read in how many seconds the vendor's window moves on, by the answer's own clock."""
    reset = count_of(response, "reset")
    try:
        now = parsedate_to_datetime(response.headers.get("date", "")).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, reset - now) if reset is not None else None


def _refusal(response: httpx.Response, call: Call) -> ProviderRejected:
    status = response.status_code
    if status == 401:
        return ProviderRejected(
            call.problem(
                code="credentials-refused",
                summary="credentials refused",
                said="401",
                remedy=call.unauthorized,
            )
        )
    if 300 <= status < 400:
        return ProviderRejected(
            call.problem(
                code="redirect-refused",
                summary="redirect refused",
                said=f"{status}, go elsewhere",
                why="Credentials are never sent to where an answer points.",
                remedy="Correct the organization's endpoint in reconciler.yaml.",
            )
        )
    words = _said(response, call.withheld)
    if status == 404:
        return NotFound(
            call.problem(
                code="not-found", summary="not found", said=words, remedy="Plan again; check the endpoint if it stays."
            )
        )
    return ProviderRejected(
        call.problem(
            code="vendor-refused",
            summary="refused by the vendor",
            said=words,
            remedy="Correct what the vendor names; sending it again unchanged will not help.",
        )
    )


def _said(response: httpx.Response, withheld: Iterable[str]) -> str:
    words = vendor_text(response.content, withheld)
    return f'{response.status_code}, "{words}"' if words else f"{response.status_code}, without a reason"


def unreadable(call: Call, setback: SetbackError, tries: int, *, in_vain: bool = False) -> LiveStateUnreadable:
    """Word a read that failed on every try; `in_vain` says that nothing else was taken for a whole minute either."""
    if setback.unprocessed and not setback.throttled:
        return _unreachable(call, setback, tries)
    shut = setback.throttled and in_vain
    problem = call.problem(
        code="vendor-unreadable",
        summary="could not be read",
        said=f"{setback.said}, {tries} times" if tries > 1 else setback.said,
        why="Nothing else of this organization was let in for a minute before it either." if shut else "",
        remedy="Try again later; nothing is concluded about what could not be read.",
    )
    return Shut(problem) if shut else LiveStateUnreadable(problem)


def _unreachable(call: Call, setback: SetbackError, tries: int) -> Unreachable:
    """Word a read that met nobody."""
    return Unreachable(
        Problem(
            code="vendor-unreadable",
            summary="could not be read",
            where=call.organization,
            detail=f"{call.title} could not be reached at {call.place}: {setback.said}, {tries} times.",
            remedy="Check the network and the organization's endpoint in reconciler.yaml, then try again.",
        )
    )


def unsent(call: Call, setback: SetbackError) -> NotProcessed:
    """Word a write that was not processed."""
    problem = call.problem(
        code="vendor-unavailable",
        summary="vendor not available",
        said=setback.said,
        remedy="Try again later; this write had no effect.",
    )
    error = NotProcessed(problem, throttled=setback.throttled, after=setback.after)
    error.status = setback.status
    return error


def unknown(call: Call, setback: SetbackError) -> OutcomeUnknown:
    """Word a write whose answer was lost."""
    error = OutcomeUnknown(
        call.problem(
            code="outcome-unknown",
            summary="outcome unknown",
            said=f"{setback.said}.",
            why="The vendor may or may not have carried it out.",
            remedy="Plan again: the next plan reads what stands now.",
        )
    )
    error.status = setback.status
    return error
