"""A request carried out with the faults that strike it: what happens before the route, to its answer, and after it.

The order is that of the world: the network first, then other people, then the vendor's own work, then the way back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.sandbox.faults import Fault
from reconciler.sandbox.values import Json, JsonObject, SandboxMisuse
from reconciler.sandbox.vendor import OpenOrganization
from reconciler.sandbox.wire import Answer, RefusalError, Reply, Request, Response, json_response

ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An answer, and whether the request changed anything."""

    answer: Answer
    effect: bool = False


def carry_out(organization: OpenOrganization, request: Request, faults: Sequence[Fault]) -> Outcome:
    """Serve one request with the faults that strike it."""
    for fault in faults:
        stopped = _stopped(organization, request, fault)
        if stopped is not None:
            return Outcome(answer=stopped)
    for fault in faults:
        _interfere(organization, fault)
    try:
        with organization.store.transaction():
            reply = _served(organization, request, faults)
    except RefusalError as refusal:
        organization.finish()
        return Outcome(answer=_on_the_way_back(organization, organization.refused(refusal), faults))
    organization.finish()
    if reply.written is not None:
        _follow_up(organization, reply.written, faults)
    response = json_response(reply.status, reply.payload)
    return Outcome(
        answer=_on_the_way_back(organization, response, faults), effect=request.method != "GET" and reply.lasting
    )


def _stopped(organization: OpenOrganization, request: Request, fault: Fault) -> Answer | None:
    """Return the answer of a request that a fault keeps from having any effect."""
    match fault.kind:
        case "lost-before":
            return Answer(response=Response(status=504), loss=fault.lost_as)
        case "error-before" | "page-fails":
            return Answer(response=_error(organization, fault, fault.status))
        case "throttled":
            return Answer(response=_error(organization, fault, 429))
        case "redirected":
            return Answer(response=Response(status=307, headers={"location": ELSEWHERE + request.path}))
        case _:
            return None


def _error(organization: OpenOrganization, fault: Fault, status: int) -> Response:
    """Return an error answer, with Retry-After where the fault has one."""
    response = organization.refused(RefusalError(status, "Something went wrong."))
    if fault.retry_after is None:
        return response
    return replace(response, headers={**response.headers, "retry-after": str(fault.retry_after)})


def _interfere(organization: OpenOrganization, fault: Fault) -> None:
    """Let another person act just before the request; one who finds nothing to act on does nothing."""
    target = fault.target or organization.first_target()
    fields = dict(fault.fields)
    try:
        match fault.kind:
            case "row-inserted":
                organization.insert_first(fields)
            case "edited-before" if target is not None:
                organization.edit(target, fields)
            case "deleted-before" | "row-deleted" if target is not None:
                organization.remove(target)
            case "added-before" if target is not None:
                organization.add(target, fields)
            case _:
                return
    except SandboxMisuse:
        return


def _served(organization: OpenOrganization, request: Request, faults: Sequence[Fault]) -> Reply:
    """Return the route's reply, its page moved or cut as the faults say."""
    reply = organization.serve(request)
    for fault in faults:
        match fault.kind:
            case "rows-skipped":
                reply = _with_rows(reply, _rows(organization.serve(request, shift=fault.count)))
            case "rows-repeated":
                reply = _with_rows(reply, _rows(organization.serve(request, shift=-fault.count)))
            case "rows-reordered":
                moved = _rows(organization.serve(request, shift=-fault.count))
                reply = _with_rows(reply, moved[: len(_rows(reply))])
            case "page-truncated":
                reply = _with_rows(reply, _rows(reply)[: -fault.count])
            case "page-empty":
                reply = replace(reply, payload=organization.emptied(reply.payload))
            case "total-lies":
                reply = _with_total(reply, fault.count)
            case _:
                pass
    return reply


def _rows(reply: Reply) -> list[Json]:
    """Return the rows of a listing: a bare list, or the list in its envelope."""
    if isinstance(reply.payload, list):
        return reply.payload
    lists = [value for value in _envelope(reply).values() if isinstance(value, list)]
    return lists[0] if lists else []


def _with_rows(reply: Reply, rows: list[Json]) -> Reply:
    """Return a listing with other rows."""
    if isinstance(reply.payload, list):
        return replace(reply, payload=rows)
    payload = {name: rows if isinstance(value, list) else value for name, value in _envelope(reply).items()}
    return replace(reply, payload=payload)


def _with_total(reply: Reply, count: int) -> Reply:
    """Return a listing whose total, if it has one, is wrong."""
    total = _envelope(reply).get("total")
    return replace(reply, payload={**_envelope(reply), "total": total + count}) if isinstance(total, int) else reply


def _envelope(reply: Reply) -> JsonObject:
    """Return the envelope of a listing."""
    return reply.payload if isinstance(reply.payload, dict) else {}


def _follow_up(organization: OpenOrganization, written: str, faults: Iterable[Fault]) -> None:
    """Let the vendor's own rules change what was written; the answer does not show it yet."""
    try:
        organization.follow_up(written)
        for fault in faults:
            if fault.kind == "rewritten":
                organization.edit(written, dict(fault.fields))
    except SandboxMisuse:
        return


def _on_the_way_back(organization: OpenOrganization, response: Response, faults: Iterable[Fault]) -> Answer:
    """Return the answer as it reaches the client: late, broken off, replaced by an error, or not at all."""
    answer = Answer(response=response)
    for fault in faults:
        match fault.kind:
            case "error-after":
                answer = replace(answer, response=_error(organization, fault, fault.status))
            case "garbled":
                body = response.body[: len(response.body) // 2]
                answer = replace(answer, response=replace(response, body=body))
            case "slow":
                answer = replace(answer, delay=answer.delay + fault.seconds)
            case "lost-after":
                answer = replace(answer, loss=fault.lost_as)
            case _:
                pass
    return answer
