"""How somebody begins at each vendor: with the files of `init`, and with documents of what is there already."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from reconciler.cli.starter import PROVIDERS
from tests.docs.player import COMPANY, SEEDS, Player, seed_company


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Player()


def lay_open(document: Path) -> None:
    """Do what a first document says: take the line that declares nothing away, and the comment signs below it."""
    above, nothing, below = document.read_text(encoding="utf-8").partition(": []\n")
    assert nothing
    told = "\n".join(above.splitlines()[:-1])
    document.write_text(f"{told}\n{re.sub('^# ?', '', below, flags=re.MULTILINE)}", encoding="utf-8")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_first_files_can_be_applied(provider: str, player: Player) -> None:
    """What `init` writes does nothing; its example, laid open as it says, makes one object and leaves nothing to do."""
    player.play(f"reconciler init --org acme-fr --provider {provider}")
    assert player.play("reconciler plan").startswith("No changes.")
    (document,) = Path("acme-fr").iterdir()
    lay_open(document)
    output = player.play("reconciler apply --auto-approve")
    assert player.code == 0, output
    assert "Apply complete! Resources: 1 added" in output
    assert player.play("reconciler plan").startswith("No changes.")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_first_configuration_says_how_to_leave_the_sandbox(provider: str, player: Player) -> None:
    """With the marks taken off, what its comment shows for the vendor itself is valid."""
    player.play(f"reconciler init --org acme-fr --provider {provider}")
    file = Path("reconciler.yaml")
    lines = file.read_text(encoding="utf-8").splitlines()
    shown = [re.sub(r"^    # (?=credentials:|tokens:|  \w+: )", "    ", line) for line in lines]
    file.write_text("\n".join(shown).replace("endpoint: sandbox", "endpoint: production"), encoding="utf-8")
    output = player.play("reconciler validate")
    assert player.code == 0, output


@pytest.mark.parametrize("organization", SEEDS)
def test_what_was_dumped_is_what_is_there(organization: str, player: Player) -> None:
    """A dump of an organization is taken over without one write; each object has a file of its own."""
    shutil.copyfile(COMPANY / "reconciler.yaml", "reconciler.yaml")
    seed_company(player)
    player.play(f"reconciler dump --org {organization}")
    assert player.code == 0
    output = player.play(f"reconciler plan --org {organization}")
    assert "Plan: 0 to add, 0 to change, 0 to destroy." in output
    player.play(f"reconciler adopt --org {organization}")
    assert player.play(f"reconciler plan --org {organization}").startswith("No changes.")


def test_dumped_accounts_have_files_by_their_names(player: Player) -> None:
    """An account's file is called by its source or its id, and everybody in it has a key."""
    shutil.copyfile(COMPANY / "reconciler.yaml", "reconciler.yaml")
    seed_company(player)
    player.play(
        'reconciler sandbox edit --org lumiere-ch account/71002 \'contacts=[{"fullName": "Ottavia Bernasconi"}]\''
    )
    player.play("reconciler dump --org lumiere-ch")
    folder = Path("accounts") / "accounts"
    assert {"erp-71002.yaml", "id-1ad4cfdd-fb75-4fd1-a313-f4c5ef444ee8.yaml"} <= {one.name for one in folder.iterdir()}
    text = (folder / "erp-71002.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../../schemas/billabex.schema.json\n")
    assert text.count("- key: ") == text.count("fullName: ") - 1 == 2
