"""Who may speak to which organization: access tokens, refresh tokens, scopes, and organizations that come to life."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode

import httpx
import pytest

from reconciler.sandbox import (
    SandboxMisuse,
    SandboxTransport,
    Store,
    WayIn,
    ensure_organization,
    logged_requests,
    seed,
    show,
    way_in,
)
from reconciler.sandbox.billabex.tokens import Grant, access_token, read_token
from tests.clock import run_virtual
from tests.sandbox.billabex.world import BASE, ORIGIN, SEED, World, answers_at


def _claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    claims: dict[str, object] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def test_a_refresh_token_gives_an_access_token(billabex: World) -> None:
    """The answer is OAuth's, and the token a JWT of three parts with an hour to live."""
    answer = billabex.token().json()
    assert sorted(answer) == ["access_token", "expires_in", "scope", "token_type"]
    claims = _claims(answer["access_token"])
    assert answer["access_token"].count(".") == 2
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == answer["expires_in"] == 3600
    assert (claims["sub"], claims["scope"]) == ("acme", answer["scope"])
    assert billabex.send("GET", "/organizations", token=answer["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"refresh_token": "wrong"}, 400, "invalid_grant"),
        ({"refresh_token": "sandbox-nobody"}, 400, "invalid_grant"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
    ],
)
def test_a_wrong_form_is_refused_as_oauth_says(billabex: World, form: dict[str, str], status: int, error: str) -> None:
    """Grant, refresh token and client are checked, and the error has OAuth's name."""
    refresh = form.pop("refresh_token", "refresh-1")
    response = billabex.token(refresh, **form)
    assert (response.status_code, response.json()["error"]) == (status, error)


def test_the_form_must_be_a_form(billabex: World) -> None:
    """JSON is not taken at the token endpoint."""
    response = billabex.send("POST", f"{ORIGIN}/api/oauth/token", {"grant_type": "refresh_token"})
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/api/oauth/authorize", "/api/oauth/register", "/api/public/v1/status"])
def test_what_needs_no_token_is_not_simulated(billabex: World, path: str) -> None:
    """The rest of OAuth and the public document exist at Billabex; here they are 501, with a token or without."""
    assert [billabex.send("GET", ORIGIN + path, token=token).status_code for token in ("x", "sandbox-acme")] == [
        501
    ] * 2


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "sandbox-nobody", "refresh-1"])
def test_a_wrong_token_is_401(billabex: World, token: str) -> None:
    """What the sandbox did not sign opens nothing, and the answer says that a bearer token is wanted."""
    response = billabex.send("GET", "/organizations", token=token)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["statusCode"] == 401


def test_a_token_of_another_signer_is_401(billabex: World) -> None:
    """A token whose claims were changed is no longer signed."""
    token = billabex.token().json()["access_token"]
    head, claims, signature = token.split(".")
    assert read_token(f"{head}.{claims[:-2]}AA.{signature}") is None
    assert billabex.send("GET", "/organizations", token=f"{head}.{claims[:-2]}AA.{signature}").status_code == 401


def test_a_token_of_an_organization_that_is_gone_is_401(billabex: World) -> None:
    """A token that the sandbox signed opens nothing where there is no such organization."""
    token = access_token(Grant(organization="gone", scope="accounts:all", issued=0, expires=9e9), 1)
    assert billabex.send("GET", "/organizations", token=token).status_code == 401


def test_a_token_ends_after_an_hour(billabex: World) -> None:
    """A second before its end a token is good, at its end it is not."""

    async def ask() -> list[int]:
        transport = SandboxTransport(billabex.store, epoch=1_000_000)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            form = {
                "grant_type": "refresh_token",
                "refresh_token": "refresh-1",
                "client_id": "client",
                "client_secret": "secret",
            }
            token = (await client.post("/api/oauth/token", data=form)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            found: list[int] = []
            for second in (3599, 3600):
                await asyncio.sleep(second - asyncio.get_running_loop().time())
                found.append((await client.get("/api/public/v1/organizations", headers=headers)).status_code)
            return found

    assert run_virtual(ask()) == [200, 401]


def test_a_rotated_token_that_was_lost_is_lost(billabex: World) -> None:
    """Where the old token dies and the answer with the new one is lost, nobody comes in any more."""
    billabex.turn(refresh_rotation="old-dead")
    billabex.fault("lost-after", path="/api/oauth/token")
    with pytest.raises(httpx.ReadTimeout):
        billabex.token()
    assert billabex.token().json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("scope", "read", "write", "organizations"),
    [
        ("accounts:all organizations:read", 200, 200, 200),
        ("accounts:read", 200, 403, 403),
        ("accounts:all", 200, 200, 403),
        ("organizations:all", 403, 403, 200),
        ("invoices:all", 403, 403, 403),
    ],
)
def test_scopes(billabex: World, scope: str, read: int, write: int, organizations: int) -> None:
    """Any one of the scopes that open a route is enough, and none else opens it."""
    path, listing = billabex.account_path(), billabex.list_path()
    billabex.turn(granted_scope=scope)
    token = billabex.token().json()["access_token"]
    assert billabex.send("GET", path, token=token).status_code == read
    assert billabex.send("GET", listing, token=token).status_code == read
    assert billabex.send("PUT", path, {"fullName": "New"}, token=token).status_code == write
    assert billabex.send("GET", "/organizations", token=token).status_code == organizations


def _first_contact(store: Store, token: str, organization: str | None = None) -> int:
    async def once() -> int:
        transport = SandboxTransport(store, auto_create=True, organization=organization)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            return (await client.get("/organizations")).status_code

    return asyncio.run(once())


def test_a_plain_token_can_bring_an_organization_to_life() -> None:
    """With auto_create a token that names an organization creates it, without accounts."""
    store = Store()
    assert _first_contact(store, "sandbox-demo") == 200
    assert _first_contact(store, "sandbox-other", organization="named") == 200
    assert [organization.name for organization in store.organizations()] == ["demo", "named"]
    assert (show(store, "demo")["vendor"], show(store, "demo")["accounts"]) == ("billabex", [])
    assert [_first_contact(store, token) for token in ("other", "sandbox-")] == [401, 401]
    store.close()


def test_an_organization_takes_the_id_that_it_is_first_asked_for_by() -> None:
    """Who knows an id before the organization is there finds it under that id, then and later."""
    store = Store()

    async def ask() -> list[int]:
        transport = SandboxTransport(store, auto_create=True)
        headers = {"Authorization": "Bearer sandbox-demo"}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            ids = ("known", "known", "other")
            return [(await client.get("/accounts", params={"organizationId": one})).status_code for one in ids]

    assert asyncio.run(ask()) == [200, 200, 404]
    assert show(store, "demo")["id"] == "known"
    seed(store, "demo", {"accounts": [], "organizationId": "chosen"})
    assert show(store, "demo")["id"] == "chosen"
    store.close()


def test_the_way_in(billabex: World) -> None:
    """Each vendor's organization has its path and its credentials, there or still to come; vendors are not mixed up."""
    assert way_in(billabex.store, "acme", "billabex") == WayIn(
        path="/api/public/v1", credentials={"accessToken": "sandbox-acme"}
    )
    assert way_in(billabex.store, "new", "billabex").credentials == {"accessToken": "sandbox-new"}
    made_up = {"key": "embedded-up", "secret": "embedded"}
    assert way_in(billabex.store, "up", "upflow") == WayIn(path="/v1", credentials=made_up)
    seed(billabex.store, "up", {"apiKey": "k", "apiSecret": "s"})
    assert way_in(billabex.store, "up", "upflow").credentials == {"key": "k", "secret": "s"}
    for name, vendor in (("acme", "upflow"), ("up", "billabex"), ("acme", "nobody")):
        with pytest.raises(SandboxMisuse):
            way_in(billabex.store, name, vendor)


def test_a_plain_token_is_a_refresh_token_too(billabex: World) -> None:
    """`sandbox-acme` is taken at the token endpoint, and with rotation it is used up there."""
    billabex.turn(refresh_rotation="old-dead")
    new = billabex.token("sandbox-acme").json()["refresh_token"]
    assert billabex.token("sandbox-acme").status_code == 400
    assert billabex.token(new).status_code == 200


def test_a_client_of_nobody_is_not_checked() -> None:
    """An organization that was seeded without a client takes any."""
    billabex = World()
    seed(billabex.store, "free", {"accounts": [], "refreshToken": "free-1"})
    assert billabex.token("free-1", client_id="any", client_secret="any").status_code == 200


def test_the_key_of_one_vendor_opens_nothing_of_the_other(billabex: World) -> None:
    """An Upflow organization does not answer to its name as a plain token, nor Billabex's client as a key pair."""
    ensure_organization(billabex.store, "up")
    assert billabex.send("GET", "/organizations", token="sandbox-up").status_code == 401
    headers = {"X-Api-Key": "client", "X-Api-Secret": "secret"}
    assert billabex.send("GET", "https://api.upflow.io/v1/customers", headers=headers).status_code == 401


def test_the_log_has_no_credentials(billabex: World) -> None:
    """Of a request to the token endpoint the log has no body, and it counts as no change of the organization."""
    token = billabex.token().json()["access_token"]
    billabex.send("GET", "/organizations", token=token)
    asked, read = logged_requests(billabex.store, "acme")
    assert (asked.path, asked.body, asked.effect, asked.status) == ("/api/oauth/token", "", False, 200)
    assert (read.path, read.organization) == ("/organizations", "acme")
    assert token not in f"{asked} {read}"


def test_a_seeded_refresh_token_does_not_run_out(billabex: World) -> None:
    """Seeding again keeps the client and makes the token known anew."""
    seed(billabex.store, "acme", {name: value for name, value in SEED.items() if not name.startswith("client")})
    assert billabex.token().status_code == 200
    assert [answer.status_code for answer in answers_at(billabex, [0])] == [200]
