"""`sandbox …`: playing the person who edits in the vendor's web app."""

from __future__ import annotations

import json
import shlex
import stat
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from reconciler.cli.main import run
from reconciler.providers.starters import STARTERS
from reconciler.sandbox import SandboxServer, Store
from reconciler.sandbox.values import JsonObject
from tests.cli.running import Folder


def test_a_seed_is_shown_edited_and_planned_against(folder: Folder) -> None:
    """What a person does there by hand is what the next plan sees."""
    folder.write("seed.yaml", "customers:\n  - externalId: C-001\n    name: Before\n    contacts: []\n")
    assert folder.call("sandbox", "seed", str(folder.path / "seed.yaml")).out == "Seeded acme-fr.\n"
    assert folder.call("sandbox", "show", "customer/C-001").json()["name"] == "Before"
    edited = folder.call("sandbox", "edit", "customer/C-001", "name=By hand", "address.city=Nice").json()
    assert edited["name"] == "By hand"
    assert 'name         = "By hand" -> "Acme"' in folder.call("plan").out


def test_people_are_added_and_removed(folder: Folder) -> None:
    """As the web app lets them."""
    folder.call("plan")
    folder.call("sandbox", "add", "customer", "externalId=C-7", "name=Seven")
    added = folder.call("sandbox", "add", "customer/C-7", "email=seven@acme.example").json()
    assert added["email"] == "seven@acme.example"
    assert folder.call("sandbox", "remove", "customer/C-7").code == 0
    assert folder.call("sandbox", "show", "customer/C-7").code == 64


def test_settings_and_faults_stay_between_commands(folder: Folder) -> None:
    """They live in the sandbox's file, until they are taken back."""
    folder.call("plan")
    assert folder.call("sandbox", "setting", "list_rows_contacts=true").json()["list_rows_contacts"] is True
    assert folder.call("sandbox", "setting").json()["list_rows_contacts"] is True
    folder.call("sandbox", "fault", "throttled", "times=2")
    assert '"kind": "throttled"' in folder.call("sandbox", "fault").out
    assert folder.call("sandbox", "fault", "--clear").out == "[]\n"


def test_requests_are_listed_and_forgotten(folder: Folder) -> None:
    """So that anybody can see what was sent."""
    folder.call("plan")
    assert folder.requests()
    folder.call("sandbox", "requests", "--clear")
    assert folder.requests() == []


def test_reset_empties_it(folder: Folder) -> None:
    """The next plan finds a new organization."""
    folder.call("plan")
    folder.call("sandbox", "add", "customer", "externalId=C-001", "name=Acme")
    assert folder.call("sandbox", "reset").code == 0
    assert "Plan: 2 to add" in folder.call("plan").out


def test_real_credentials_are_not_kept_in_it(folder: Folder) -> None:
    """The embedded sandbox is asked with a pair of its own, whatever the configuration refers to."""
    text = (folder.path / "reconciler.yaml").read_text()
    folder.write("reconciler.yaml", f"{text}    credentials: {{key: '${{A_KEY}}', secret: '${{A_SECRET}}'}}\n")
    assert folder.call("plan").code == 0
    assert stat.S_IMODE((folder.path / ".reconciler").stat().st_mode) == 0o700


def test_which_organization_is_asked_for_where_there_are_several(folder: Folder) -> None:
    """No guess."""
    folder.call("plan")
    folder.write("seed.yaml", "customers: []\n")
    folder.call("sandbox", "seed", str(folder.path / "seed.yaml"), "--org", "other")
    ended = folder.call("sandbox", "show")
    assert ended.code == 64
    assert "acme-fr, other" in ended.err


def test_a_seed_that_is_not_there_is_no_document(folder: Folder) -> None:
    """The remedy is about the command, not about a folder of documents."""
    ended = folder.call("sandbox", "seed", "nope.json")
    assert (ended.code, "Name a file that can be read" in ended.err) == (64, True)
    assert "documents" not in ended.err


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_named_with_another_way(folder: Folder) -> None:
    """Whoever serves twice is told what to do instead."""
    with closing(Store(folder.path / "other.db")) as store, SandboxServer(store) as server:
        port = str(urlsplit(server.url).port)
        ended = folder.call("sandbox", "serve", "--port", port)
    assert (ended.code, "[port-unusable]" in ended.err) == (64, True)
    assert "reconciler sandbox serve --port 0" in ended.err


PRESENT: Mapping[str, JsonObject] = {
    "upflow": {"customers": [{"externalId": "C-001", "name": "One"}]},
    "billabex": {
        "accounts": [
            {
                "fullName": "One",
                "currencyCode": "EUR",
                "source": {"connectionId": "erp", "sourceId": "A-001"},
                "contacts": [{"fullName": "Ada", "email": "ada@example.com", "language": "en"}],
            }
        ]
    },
}


@pytest.mark.parametrize("vendor", STARTERS)
def test_the_examples_of_the_helps_can_be_typed_as_they_stand(
    vendor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the commands, where the object that they name is there."""
    monkeypatch.chdir(tmp_path)
    Path("seed.json").write_text(json.dumps(PRESENT[vendor]), encoding="utf-8")
    assert run(["init", "--provider", vendor]) == run(["sandbox", "seed", "--org", "acme", "seed.json"]) == 0
    words = {*STARTERS[vendor].by_hand.values()}
    for command in ("show", "edit", "add", "setting", "remove"):
        capsys.readouterr()
        assert run(["sandbox", command, "--help"]) == 0
        lines = [line.strip() for line in capsys.readouterr().out.partition("Examples:\n")[2].splitlines()]
        own = [line for line in lines if line.partition(f"sandbox {command} ")[2] in words]
        assert own, command
        for line in own:
            assert run(shlex.split(line)[1:]) == 0, (line, capsys.readouterr())
