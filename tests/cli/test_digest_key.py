"""A digest key that is not the one the inventory was written under: told wherever the inventory is compared."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import CONFIGURATION, Folder

FIRST, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


@pytest.fixture
def keyed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """Everything applied under the first key, then looked at under the other one."""
    folder.write("reconciler.yaml", f"{CONFIGURATION}    digestKey: ${{A_DIGEST}}\n")
    monkeypatch.setenv("A_DIGEST", FIRST)
    applied = folder.call("apply", "--auto-approve")
    assert (applied.code, "digest-key-differs" in applied.out + applied.err) == (0, False)
    assert "digest-key-differs" not in folder.call("plan").out
    monkeypatch.setenv("A_DIGEST", OTHER)
    return folder


def test_another_key_is_told_and_an_apply_writes_the_inventory_under_it(keyed: Folder) -> None:
    """By plan and drift, for people and programs; drift concludes all the same, and after an apply nothing is told."""
    planned, drifted = keyed.call("plan"), keyed.call("drift")
    for ended in (planned, drifted, keyed.call("drift", "--json"), keyed.call("plan", "--json")):
        assert (ended.code, ended.out.count("digest-key-differs")) == (0, 1)
    assert "acme-fr: the inventory was written under another digest key [digest-key-differs]" in drifted.out
    assert "A_DIGEST" in planned.out
    assert keyed.call("drift", "--json").json()["complete"] is True
    assert "digest-key-differs" in keyed.call("drift", "accept").err
    applied = keyed.call("apply", "--auto-approve")
    assert (applied.code, "digest-key-differs" in applied.out) == (0, True)
    assert "digest-key-differs" not in keyed.call("plan").out


def test_a_plan_that_was_reviewed_under_another_key_names_the_key(keyed: Folder) -> None:
    """Where the digests differ, the keys are among the causes."""
    ended = keyed.call("plan", "--expect", "5f0c2b7d")
    assert ended.code == 5
    assert "digest key" in ended.err


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_a_short_key_is_refused(keyed: Folder, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Whoever has the digests could try all of them; the key itself is not shown."""
    monkeypatch.setenv("A_DIGEST", "short-and-silly")
    ended = keyed.call(command)
    assert (ended.code, "[digest-key-short]" in ended.err, "silly" in ended.err) == (64, True, False)


def test_a_public_key_in_place_of_a_secret_one_is_told_too(keyed: Folder) -> None:
    """As where `digestKey:` was taken out."""
    keyed.write("reconciler.yaml", CONFIGURATION)
    problems = json.loads(keyed.call("drift", "--json").out)["problems"]
    assert [one["code"] for one in problems] == ["digest-key-differs"]
