"""One connection to a forge's API: a path and a body go in, an answer or an error for a person comes out.

| what happened                               | a request that may be repeated | a comment that is made              |
|---------------------------------------------|--------------------------------|-------------------------------------|
| no connection; 429; 403 that asks to wait   | again, or not (`setbacks`)     | the same: it was not made           |
| timeout, reset, 5xx                         | again                          | `AnswerLost`: look whether it stands |
| 401, 403                                    | `ForgeRefused`                 | `ForgeRefused`                      |
| 404                                         | `ForgeMissing`                 | `ForgeMissing`                      |
| other 3xx and 4xx                           | `ForgeRefused`                 | `ForgeRefused`                      |

Redirects are not followed, and pages are asked for by number: the token goes to the host that the job names and to no
other. Neither headers nor bodies are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import httpx

from reconciler.errors import Problem, ProviderRejected, ProviderUnavailable
from reconciler.forge.forge import AnswerLost
from reconciler.forge.setbacks import WAITS, Patience, Setback, Tell, not_connected

TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=10.0)
PAGE = 100
WHO = "/user"
"""Both forges say there whose a token is; one that does not know it is none."""
_MOST_PAGES = 100


class ForgeRefused(ProviderRejected):
    """The forge does not let this token do this."""


class ForgeMissing(ProviderRejected):
    """The forge knows nothing under this path, or does not show it to this token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, and what a token needs to be let through; `repeatable` unless twice is not the same as once."""

    method: str
    path: str
    needs: str
    query: Mapping[str, str | int] | None = None
    body: Mapping[str, str] | None = None
    repeatable: bool = True

    def __str__(self) -> str:
        """Name it for a person."""
        return f"{self.method} {self.path}"


class Connection:
    """The way to one forge; the token comes from `token_from`, the address from `address_from`."""

    def __init__(
        self,
        *,
        title: str,
        base_url: str,
        headers: Mapping[str, str],
        token_from: str,
        address_from: str,
        tell: Tell,
        waits: Sequence[float] = WAITS,
    ) -> None:
        self._title = title
        self._token_from = token_from
        self._address_from = address_from
        self._patience = Patience(title=title, tell=tell, waits=tuple(waits))
        self._client = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers={**headers, "User-Agent": "reconciler"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=base_url.startswith("https://"),  # a proxy on the way of plain http would read the token
        )

    def close(self) -> None:
        """Let go of it."""
        self._client.close()

    def ask(self, ask: Ask) -> bytes:
        """Send a request, again where that is harmless, and give the body of the answer."""
        return self._answer(ask).content

    def pages(self, ask: Ask) -> Iterator[bytes]:
        """Get the pages of a listing, one after the other."""
        for page in range(1, _MOST_PAGES + 1):
            query = {**(ask.query or {}), "per_page": PAGE, "page": page}
            answer = self._answer(Ask(method=ask.method, path=ask.path, needs=ask.needs, query=query))
            yield answer.content
            if "next" not in answer.links:
                return
        raise self.unusable(ask, f"There are more than {_MOST_PAGES} pages.")

    def misshapen(self, ask: Ask) -> ProviderUnavailable:
        """Say that an answer is none of an API, such as the page of a proxy."""
        return self.unusable(ask, "It answered something else than was asked for.", self._check_address())

    def unusable(self, ask: Ask, said: str, remedy: str = "Run the job again.") -> ProviderUnavailable:
        """Say that an answer is of no use."""
        return ProviderUnavailable(
            Problem(
                code="forge-unreachable",
                summary="the forge did not answer",
                where=f"{self._title}, {ask}",
                detail=said,
                why="Nothing was changed at any vendor by this.",
                remedy=remedy,
            )
        )

    def _check_address(self) -> str:
        return f"Check that {self._address_from} has the address of the forge's API."

    def _answer(self, ask: Ask) -> httpx.Response:
        tries = self._patience.tries()
        try:
            return self._judged(ask, tries(self._sent, ask))
        except Setback as setback:
            if setback.hopeless:
                raise self.unusable(ask, f"{setback.said}.", self._check_address()) from None
            count = tries.statistics["attempt_number"]
            tries_made = "one try" if count == 1 else f"{count} tries"
            raise self.unusable(ask, f"{setback.said}, in {tries_made}.") from None

    def _sent(self, ask: Ask) -> httpx.Response:
        """Send a request once."""
        try:
            answer = self._client.request(ask.method, ask.path, params=ask.query, json=ask.body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise not_connected(error) from None
        except httpx.TransportError as error:
            if not ask.repeatable:
                raise AnswerLost from None
            raise Setback(f"The answer was lost ({type(error).__name__})") from None
        if _is_throttled(answer):
            raise Setback(f"It asked to wait ({answer.status_code})", _wait_asked(answer))
        if answer.is_server_error:
            if not ask.repeatable:
                raise AnswerLost
            raise Setback(f"It answered {answer.status_code}")
        return answer

    def _judged(self, ask: Ask, answer: httpx.Response) -> httpx.Response:
        status = answer.status_code
        if answer.is_success:
            return answer
        kind = ForgeMissing if status == httpx.codes.NOT_FOUND else ForgeRefused
        raise kind(self._refusal(ask, status))

    def _refusal(self, ask: Ask, status: int) -> Problem:
        why, remedy = "", f"Give the token {ask.needs}."
        match status:
            case httpx.codes.UNAUTHORIZED:
                remedy = f"Check that {self._token_from} holds a token that is valid still."
            case httpx.codes.NOT_FOUND if ask.path == WHO:
                remedy = self._check_address()
            case httpx.codes.NOT_FOUND:
                why = "What a token may not see is answered like what there is not."
                remedy = f"Give the token {ask.needs}, and check that the number and the repository are right."
            case httpx.codes.FORBIDDEN:
                pass
            case _:
                remedy = self._check_address()
        return Problem(
            code="forge-refused",
            summary="the forge does not let this through",
            where=f"{self._title}, {ask}",
            detail=f"It answered {status}.",
            why=why,
            remedy=remedy,
        )


def _is_throttled(answer: httpx.Response) -> bool:
    """Tell a limit from a refusal: GitHub says both by 403."""
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return True
    spent = answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code == httpx.codes.FORBIDDEN and (spent or "retry-after" in answer.headers)


def _wait_asked(answer: httpx.Response) -> float:
    """Give the seconds that the forge asks to wait; a date, which neither forge sends, counts as none."""
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0.0
