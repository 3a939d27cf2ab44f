"""A request carried out with the faults that strike it: what happens before the route, to its answer, and after it.

The order is that of the world: the network first, then other people, then the vendor's own work, then the way back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.sandbox.upflow.by_hand import add_contact, add_customer, edit_target, remove_target
from reconciler.sandbox.upflow.call import Reply
from reconciler.sandbox.faults import Fault
from reconciler.sandbox.upflow.organization import UpflowOrganization
from reconciler.sandbox.values import JsonObject, SandboxMisuse
from reconciler.sandbox.wire import Answer, RefusalError, Request, Response, error_response, json_response

Serve: TypeAlias = Callable[[Request], Reply]
ELSEWHERE = "https://elsewhere.example/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An answer, and whether the request changed anything."""

    answer: Answer
    effect: bool = False


def carry_out(tenant: Tenant, request: Request, serve: Serve, faults: Sequence[Fault]) -> Outcome:
    """Serve one request with the faults that strike it."""
    for fault in faults:
        stopped = _stopped(tenant, request, fault)
        if stopped is not None:
            return Outcome(answer=stopped)
    for fault in faults:
        _interfere(tenant, fault)
    try:
        with tenant.store.transaction():
            reply = _served(request, serve, faults)
    except RefusalError as refusal:
        return Outcome(answer=_on_the_way_back(tenant, error_response(refusal, tenant.settings), faults))
    if reply.written is not None:
        _follow_up(tenant, reply.written.id, faults)
    response = json_response(reply.status, reply.payload)
    return Outcome(answer=_on_the_way_back(tenant, response, faults), effect=request.method != "GET")


def _stopped(tenant: Tenant, request: Request, fault: Fault) -> Answer | None:
    """Return the answer of a request that a fault keeps from having any effect."""
    match fault.kind:
        case "lost-before":
            return Answer(response=Response(status=504), loss=fault.lost_as)
        case "error-before" | "page-fails":
            return Answer(response=_error(tenant, fault, fault.status))
        case "throttled":
            return Answer(response=_error(tenant, fault, 429))
        case "redirected":
            return Answer(response=Response(status=307, headers={"location": ELSEWHERE + request.readable_path()}))
        case _:
            return None


def _error(tenant: Tenant, fault: Fault, status: int) -> Response:
    """Return an error answer, with Retry-After where the fault has one."""
    response = error_response(RefusalError(status, "Something went wrong."), tenant.settings)
    if fault.retry_after is None:
        return response
    return replace(response, headers={**response.headers, "retry-after": str(fault.retry_after)})


def _interfere(tenant: Tenant, fault: Fault) -> None:
    """Let another person act just before the request; one who finds nothing to act on does nothing."""
    first = tenant.customers.page(0, 1)
    target = fault.target or (f"customer/{first[0].id}" if first else "customer")
    fields = dict(fault.fields)
    try:
        match fault.kind:
            case "edited-before":
                edit_target(tenant, target, fields)
            case "deleted-before" | "row-deleted":
                remove_target(tenant, target)
            case "added-before" if target == "customer":
                add_customer(tenant, fields)
            case "added-before":
                add_contact(tenant, target, fields)
            case "row-inserted":
                add_customer(tenant, {"name": "Entered by hand", **fields}, first=True)
            case _:
                return
    except SandboxMisuse:
        return


def _served(request: Request, serve: Serve, faults: Sequence[Fault]) -> Reply:
    """Return the route's reply, its page moved or cut as the faults say."""
    reply = serve(request)
    for fault in faults:
        match fault.kind:
            case "rows-skipped":
                reply = _moved(request, serve, reply, fault.count)
            case "rows-repeated":
                reply = _moved(request, serve, reply, -fault.count)
            case "rows-reordered":
                rows = _rows(reply)
                reply = _with_rows(reply, _rows(_moved(request, serve, reply, -fault.count))[: len(rows)])
            case "page-truncated":
                reply = _with_rows(reply, _rows(reply)[: -fault.count])
            case "page-empty":
                reply = _with_total(_with_rows(reply, []), 0)
            case "total-lies":
                reply = _with_total(reply, fault.count, add=True)
            case _:
                pass
    return reply


def _moved(request: Request, serve: Serve, reply: Reply, count: int) -> Reply:
    """Return a page that starts some rows later, or earlier, than it says."""
    offset = max(0, int(dict(request.query).get("offset", "0")) + count)
    query = [(name, value) for name, value in request.query if name != "offset"]
    return _with_rows(reply, _rows(serve(replace(request, query=(*query, ("offset", str(offset)))))))


def _listing(reply: Reply) -> tuple[JsonObject, str]:
    """Return the envelope of a listing and the key of its rows."""
    if not isinstance(reply.payload, dict):
        return {"rows": []}, "rows"
    return reply.payload, next(name for name, value in reply.payload.items() if isinstance(value, list))


def _rows(reply: Reply) -> list[JsonObject]:
    """Return the rows of a listing."""
    payload, key = _listing(reply)
    rows = payload[key]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _with_rows(reply: Reply, rows: Iterable[JsonObject]) -> Reply:
    """Return a listing with other rows."""
    payload, key = _listing(reply)
    return replace(reply, payload={**payload, key: [*rows]})


def _with_total(reply: Reply, count: int, *, add: bool = False) -> Reply:
    """Return a listing with another total."""
    payload, _ = _listing(reply)
    total = payload.get("total", 0)
    return replace(reply, payload={**payload, "total": count + (total if add and isinstance(total, int) else 0)})


def _follow_up(tenant: Tenant, customer_id: str, faults: Iterable[Fault]) -> None:
    """Let the vendor's own rules change a customer after a write; the answer does not show it yet."""
    plans = tenant.catalogue.all("dunning-plan")
    if tenant.customers.by_id(customer_id) is None:
        return
    if tenant.settings.smart_rule == "last-plan" and plans:
        edit_target(tenant, f"customer/{customer_id}", {"dunningPlanId": plans[-1].id})
    for fault in faults:
        if fault.kind == "rewritten":
            edit_target(tenant, f"customer/{customer_id}", dict(fault.fields))


def _on_the_way_back(tenant: Tenant, response: Response, faults: Iterable[Fault]) -> Answer:
    """Return the answer as it reaches the client: late, broken off, replaced by an error, or not at all."""
    answer = Answer(response=response)
    for fault in faults:
        match fault.kind:
            case "error-after":
                answer = replace(answer, response=_error(tenant, fault, fault.status))
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
