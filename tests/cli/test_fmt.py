"""`fmt`: which files are laid out, what is said, and what is left alone."""

from __future__ import annotations

import subprocess

from tests.cli.running import COMMAND, CONFIGURATION, Folder

UNTIDY = "customers:\n- externalId:   C-1 # one\n  name: no\n"
TIDY = 'customers:\n  - externalId: C-1 # one\n    name: "no"\n'


def test_all_documents_are_laid_out_and_named(folder: Folder) -> None:
    """Those that are changed, and no others; a second time there is nothing to do."""
    folder.write("customers/a.yaml", UNTIDY)
    folder.write("reconciler.yaml", CONFIGURATION.replace("acme-fr:\n", "acme-fr:   # ours\n    \n"))
    ended = folder.call("fmt")
    assert (ended.code, ended.out) == (0, "reconciler.yaml\ncustomers/a.yaml\n")
    assert (folder.path / "customers/a.yaml").read_text(encoding="utf-8") == TIDY
    assert folder.call("fmt", "--check") == folder.call("fmt")


def test_check_writes_nothing_and_says_two(folder: Folder) -> None:
    """A difference is told as it is for `plan --detailed-exitcode`."""
    folder.write("customers/a.yaml", UNTIDY)
    ended = folder.call("fmt", "--check")
    assert (ended.code, ended.out) == (2, "customers/a.yaml\n")
    assert (folder.path / "customers/a.yaml").read_text(encoding="utf-8") == UNTIDY


def test_diff_shows_a_patch(folder: Folder) -> None:
    """One that other programs take, line breaks at the end included."""
    folder.write("customers/a.yaml", "customers: [ ]")
    ended = folder.call("fmt", "--diff", "customers")
    assert (ended.code, ended.out) == (
        0,
        "--- a/customers/a.yaml\n+++ b/customers/a.yaml\n@@ -1 +1 @@\n-customers: [ ]\n"
        "\\ No newline at end of file\n+customers: []\n",
    )
    assert folder.call("fmt", "--diff", "--check").code == 2


def test_a_broken_file_is_in_nobodys_way(folder: Folder) -> None:
    """All problems are told in the end, and the other files are laid out."""
    folder.write("customers/a.yaml", "customers: [\n")
    folder.write("customers/b.yaml", "? a\n: 1\n")
    folder.write("customers/c.yaml", UNTIDY)
    ended = folder.call("fmt")
    assert (ended.code, ended.out) == (65, "customers/c.yaml\n")
    assert "customers/a.yaml:2:1: not valid YAML [yaml-syntax]" in ended.err
    assert "customers/b.yaml:1:1: a layout that is left as it is [layout-unusual]" in ended.err


def test_what_is_named_is_laid_out(folder: Folder) -> None:
    """Files and folders as seen from -C, without a configuration; a link and its file once."""
    (folder.path / "reconciler.yaml").unlink()
    folder.write("more/deep/a.yaml", UNTIDY)
    folder.write("more/b.txt", UNTIDY)
    (folder.path / "more/link.yaml").symlink_to(folder.path / "more/deep/a.yaml")
    assert folder.call("fmt", "more").out == "more/deep/a.yaml\n"
    assert folder.call("fmt", "more/b.txt").out == "more/b.txt\n"
    assert folder.call("fmt", "gone.yaml").code == 64
    assert folder.call("fmt", "-", "more").code == 64
    assert folder.call("fmt", "--org", "acme-fr", "more").code == 64
    assert folder.call("fmt", "--org", "acme-fr").code == 65


def test_numbers_become_the_texts_that_were_meant(folder: Folder) -> None:
    """Where the vendor wants a text, in the digits that were written; a number that is one stays."""
    text = (
        "customers:\n  - externalId: 007\n    name: true\n    address: {zipcode: 01000, city: Lyon}\n"
        "    customFields: {size: 0123}\n    contacts:\n      - key: a\n        email: a@b.example\n"
        "        phone: +33102030405 # mobile\n        lastName: 1e5\n---\ncustomers:\n  - externalId: 0x1F\n"
        "    vatNumber: &v 012\n    accountingRef: *v\n"
    )
    folder.write("customers/a.yaml", text)
    assert folder.call("fmt").code == 0
    meant = {number: f'"{number}"' for number in ("007", "01000", "+33102030405", "1e5", "0x1F")}
    for number, quoted in meant.items():
        text = text.replace(number, quoted)
    assert (folder.path / "customers/a.yaml").read_text(encoding="utf-8") == text
    assert folder.call("fmt", "--check", "customers/a.yaml").code == 0


def test_organizations_are_chosen(folder: Folder) -> None:
    """Without the configuration itself, which belongs to all."""
    folder.write("reconciler.yaml", CONFIGURATION.rstrip())
    folder.write("customers/a.yaml", UNTIDY)
    assert folder.call("fmt", "--check", "--org", "acme-fr").out == "customers/a.yaml\n"


def test_stdin_goes_to_stdout() -> None:
    """For editors, which hold the text themselves; byte for byte."""
    for arguments, code, out in (((), 0, TIDY.encode()), (("--check",), 2, b"")):
        ended = subprocess.run(
            [*COMMAND, "fmt", "-", *arguments], input=UNTIDY.encode(), capture_output=True, timeout=60, check=False
        )
        assert (ended.returncode, ended.stdout) == (code, out)
