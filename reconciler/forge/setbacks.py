"""A try that gave nothing -> whether another one is worth it, after how long, and what is said meanwhile.

| what happened                                              | another try                                         |
|------------------------------------------------------------|-----------------------------------------------------|
| no host of this name; no TLS there; a certificate that     | no: the address is wrong, and stays so              |
| nobody trusts                                              |                                                     |
| refused, timed out, reset, 5xx, no answer about the name   | after `WAITS`, as long as `MOST` is not used up     |
| 429, or 403 that asks to wait                              | the same; after what was asked, `_LONGEST` at most  |

Each wait is told before it begins: a job that says nothing looks like one that hangs.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception

WAITS = (1.0, 2.0, 4.0, 8.0)
MOST = 20.0
"""The seconds after which no other try begins, unless the forge itself asks to wait."""
_LONGEST = 60.0
_PASSING = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)

Tell = Callable[[str], None]


class Setback(Exception):
    """One try that gave nothing; `hopeless` says that no other will, `after` how long the forge asks to wait."""

    def __init__(self, said: str, after: float = 0.0, *, hopeless: bool = False) -> None:
        super().__init__(said)
        self.said = said
        self.after = after
        self.hopeless = hopeless


def not_connected(error: httpx.TransportError) -> Setback:
    """Say why there was no connection."""
    for cause in _causes(error):
        match cause:
            case socket.gaierror(errno=socket.EAI_AGAIN):
                return Setback("Nobody answered where its host is")
            case socket.gaierror():
                return Setback("There is no host of this name", hopeless=True)
            case ConnectionRefusedError():
                return Setback("The connection was refused")
            case ssl.SSLCertVerificationError():
                return Setback("Its certificate is not trusted here", hopeless=True)
            case ssl.SSLError() if not isinstance(cause, _PASSING):
                return Setback("What listens there does not speak TLS", hopeless=True)
    return Setback(f"There was no connection ({type(error).__name__})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often one forge is asked again, and who is told of it."""

    title: str
    tell: Tell
    waits: Sequence[float] = WAITS

    def tries(self) -> Retrying:
        """Give what repeats one request."""
        return Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Setback) and not error.hopeless),
            wait=self._wait,
            stop=self._is_enough,
            before_sleep=self._tell,
            reraise=True,
        )

    def _is_enough(self, state: RetryCallState) -> bool:
        asked = _asked(state)
        used_up = not asked and (state.seconds_since_start or 0.0) + self._wait(state) > MOST
        return state.attempt_number > len(self.waits) or asked > _LONGEST or used_up

    def _wait(self, state: RetryCallState) -> float:
        if not self.waits:
            return 0.0
        return max(self.waits[min(state.attempt_number, len(self.waits)) - 1], _asked(state))

    def _tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Setback):
            self.tell(f"{self.title}: {error.said}. It is asked again in {state.upcoming_sleep:.0f} s.")


def _asked(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.after if isinstance(error, Setback) else 0.0
