"""`reconciler.yaml` becomes organizations, or every problem of it at its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath

import pytest

from reconciler.desired.configuration import Configuration, load_configuration
from reconciler.desired.credentials import check_secrets, read_credentials
from reconciler.errors import DesiredStateInvalid, UsageInvalid
from reconciler.model.organization import InventorySettings
from reconciler.model.resource import Source
from tests.desired.clubs import CLUBS

HEAD = "organizations:\n  acme:\n    provider: clubs\n"
SANDBOX = f"{HEAD}    endpoint: sandbox\n"
CREDENTIALS = "    credentials:\n      key: ${CLUBS_KEY}\n      secret: ${CLUBS_SECRET}\n"


def configure(root: Path, content: str, environ: Mapping[str, str] | None = None) -> Configuration:
    """Write and read a configuration."""
    root.joinpath("reconciler.yaml").write_text(content)
    return load_configuration(root, {"clubs": CLUBS}, environ or {})


def marks(root: Path, content: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Write a configuration that cannot be read; give `line:column code` of its problems."""
    with pytest.raises(DesiredStateInvalid) as caught:
        configure(root, content, environ)
    return [f"{str(one.where).removeprefix('reconciler.yaml:')} {one.code}" for one in caught.value.problems]


def test_the_least(tmp_path: Path) -> None:
    """Provider and endpoint are enough; the rest has defaults, the folder that of the organization's name."""
    (acme,) = configure(tmp_path, SANDBOX).organizations
    assert (acme.name, acme.vendor, acme.endpoint, acme.base_url) == ("acme", CLUBS, "sandbox", None)
    assert (acme.documents, acme.requests_per_minute, acme.in_flight) == (PurePath("acme"), 600, 5)
    assert (acme.share, acme.pace) == (0.9, 540)
    assert acme.credentials == {}
    assert acme.policy == {"colour": "blue", "adopt": "always", "prune": {"tag": "listed", "club": "managed"}}
    assert (acme.adopt, acme.prune) == ("always", {"tag": "listed", "club": "managed"})
    assert (acme.inventory.store, acme.ignore, acme.allowances) == ("file", (), ())
    assert acme.source == Source(file="reconciler.yaml", line=2, column=3, path=("organizations", "acme"))


def test_everything(tmp_path: Path) -> None:
    """Every key is taken over; several organizations are sorted by name."""
    content = (
        f"{HEAD}    endpoint: production\n{CREDENTIALS}    documents: some/where\n    colour: red\n"
        "    limits: {requestsPerMinute: 60, share: 0.5, inFlight: 10}\n    digestKey: ${RECONCILER_DIGEST}\n"
        "    ignore: [drafts/**, '*.csv']\n    inventory: {store: git, remote: upstream}\n"
        "    policy: {adopt: identical, prune: {club: 'off'}}\n"
        "  abc:\n    provider: clubs\n    endpoint: sandbox\n"
    )
    abc, acme = configure(tmp_path, content, {"RECONCILER_DIGEST": "secret"}).organizations
    assert abc.name == "abc"
    assert acme.base_url == "https://api.clubs.example/v1"
    assert acme.credentials == {"key": "CLUBS_KEY", "secret": "CLUBS_SECRET"}
    assert (acme.documents, acme.requests_per_minute, acme.in_flight) == (PurePath("some/where"), 60, 10)
    assert (acme.share, acme.pace) == (0.5, 30)
    assert acme.digest_key == "secret"
    assert acme.policy == {"colour": "red", "adopt": "identical", "prune": {"tag": "listed", "club": "off"}}
    assert acme.ignore == ("drafts/**", "*.csv")
    assert acme.inventory == InventorySettings(store="git", remote="upstream")


def test_digest_keys_differ_between_organizations(tmp_path: Path) -> None:
    """Without a digest key the organization's name makes one, always the same."""
    content = f"{SANDBOX}  other:\n    provider: clubs\n    endpoint: sandbox\n"
    acme, other = configure(tmp_path, content).organizations
    assert acme.digest_key != other.digest_key
    assert configure(tmp_path, content).organizations[0].digest_key == acme.digest_key


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        ("", "1:1 field-missing"),
        ("organisations: {}\n", "1:1 key-unknown"),
        ("organizations: {}\n", "1:16 type-wrong"),
        ("organizations:\n  acme:\n", "2:8 type-wrong"),
        (
            "organizations:\n  a/b:\n    provider: clubs\n    endpoint: sandbox\n    documents: ab\n",
            "2:3 organization-name",
        ),
        ("organizations:\n  acme:\n    endpoint: sandbox\n", "3:5 field-missing"),
        ("organizations:\n  acme:\n    provider: club\n", "3:15 provider-unknown"),
        (HEAD, "3:5 field-missing"),
        (f"{HEAD}    endpoint: prodution\n", "4:15 endpoint-unknown"),
        (f"{HEAD}    endpoint: 12\n", "4:15 unquoted-string"),
        (f"{HEAD}    endpoint: https://evil.example\n{CREDENTIALS}", "4:15 endpoint-not-allowed"),
        (f"{HEAD}    endpoint: production\n", "3:5 credentials-incomplete"),
        (f"{HEAD}    endpoint: production\n    credentials: {{key: '${{K}}'}}\n", "5:18 credentials-incomplete"),
        (f"{SANDBOX}    credentials: {{key: '${{K}}', secret: hunter2}}\n", "5:40 secret-literal"),
        (f"{SANDBOX}    credentials: {{key: '${{K}}', secret: 12}}\n", "5:40 secret-literal"),
        (f"{SANDBOX}    credentials: ${{K}}\n", "5:18 type-wrong"),
        (f"{SANDBOX}    credentials: {{key: ${{K}}}}\n", "5:25 yaml-syntax"),
        (f"{SANDBOX}    digestKey: abc\n", "5:16 secret-literal"),
        (f"{SANDBOX}    document: x\n", "5:5 key-unknown"),
        (f"{SANDBOX}    colour: 1\n", "5:13 unquoted-string"),
        (f"{SANDBOX}    limits: 5\n", "5:13 type-wrong"),
        (f"{SANDBOX}    limits: {{inFlight: 0}}\n", "5:24 limit-invalid"),
        (f"{SANDBOX}    limits: {{inFlight: true}}\n", "5:24 limit-invalid"),
        (f"{SANDBOX}    limits: {{inFlight: 11}}\n", "5:24 limit-too-high"),
        (f"{SANDBOX}    limits: {{share: 0}}\n", "5:21 limit-invalid"),
        (f"{SANDBOX}    limits: {{share: 1.1}}\n", "5:21 limit-invalid"),
        (f"{SANDBOX}    limits: {{share: true}}\n", "5:21 limit-invalid"),
        (f"{SANDBOX}    limits: {{share: 90 %}}\n", "5:21 limit-invalid"),
        (f"{SANDBOX}    limits: {{inflight: 1}}\n", "5:14 key-unknown"),
        (
            f"{HEAD}    endpoint: production\n{CREDENTIALS}    limits: {{requestsPerMinute: 601}}\n",
            "8:33 limit-too-high",
        ),
        (f"{SANDBOX}    documents: ../x\n", "5:16 documents-outside"),
        (f"{SANDBOX}    documents: /etc\n", "5:16 documents-outside"),
        (f"{SANDBOX}    documents: .\n", "5:16 documents-outside"),
        (f"{SANDBOX}    documents: []\n", "5:16 string-expected"),
        (f"{SANDBOX}  b: {{provider: clubs, endpoint: sandbox, documents: acme}}\n", "5:54 documents-overlap"),
        (f"{SANDBOX}  b: {{provider: clubs, endpoint: sandbox, documents: acme/x}}\n", "5:54 documents-overlap"),
        (f"{SANDBOX}    ignore: drafts\n", "5:13 type-wrong"),
        (f"{SANDBOX}    ignore: [ok, 1]\n", "5:18 unquoted-string"),
        (f"{SANDBOX}    ignore: [../x]\n", "5:14 glob-invalid"),
        (f"{SANDBOX}    ignore: [/x]\n", "5:14 glob-invalid"),
        (f"{SANDBOX}    inventory: git\n", "5:16 type-wrong"),
        (f"{SANDBOX}    inventory: {{sotre: git}}\n", "5:17 key-unknown"),
        (f"{SANDBOX}    inventory: {{store: gti}}\n", "5:24 store-unknown"),
        (f"{SANDBOX}    inventory: {{store: git}}\n", "5:16 digest-key-needed"),
        (f"{SANDBOX}    inventory: {{remote: origin}}\n", "5:17 remote-unused"),
        (
            f"{SANDBOX}    digestKey: ${{K}}\n    inventory: {{store: git, remote: --upload-pack=x}}\n",
            "6:37 remote-invalid",
        ),
        (
            f"{SANDBOX}    digestKey: ${{K}}\n    inventory: {{store: git, remote: 'https://x.example/y'}}\n",
            "6:37 remote-invalid",
        ),
        (f"{SANDBOX}    policy: strict\n", "5:13 type-wrong"),
        (f"{SANDBOX}    policy: {{purne: listed}}\n", "5:14 key-unknown"),
        (f"{SANDBOX}    policy: {{prune: always}}\n", "5:21 policy-unknown"),
        (f"{SANDBOX}    policy: {{prune: {{clubb: listed}}}}\n", "5:22 key-unknown"),
        (f"{SANDBOX}    policy: {{prune: {{club: false}}}}\n", "5:28 policy-unknown"),
        (f"{SANDBOX}    policy: {{prune: {{tag: managed}}}}\n", "5:27 prune-destroys"),
        (f"{SANDBOX}    policy: {{adopt: maybe}}\n", "5:21 policy-unknown"),
        (f"{SANDBOX}    allow: all\n", "5:12 type-wrong"),
        (f"{SANDBOX}    allow: [all]\n", "5:13 type-wrong"),
        (f"{SANDBOX}    allow:\n    - {{guard: protcted, reason: x, until: 2026-01-01}}\n", "6:15 guard-unknown"),
        (f"{SANDBOX}---\na: 1\n", "6:1 document-extra"),
        (f"{SANDBOX}    endpoint: production\n", "5:5 duplicate-key"),
    ],
)
def test_problems(tmp_path: Path, content: str, mark: str) -> None:
    """Each thing that the file can have wrong has its code, line and column."""
    assert mark in marks(tmp_path, content)


def test_all_at_once(tmp_path: Path) -> None:
    """Problems of several organizations are told in one run."""
    content = f"{HEAD}    endpoint: x\n    documents: ..\n  b:\n    provider: x\n"
    assert marks(tmp_path, content) == ["4:15 endpoint-unknown", "5:16 documents-outside", "7:15 provider-unknown"]


def test_no_configuration(tmp_path: Path) -> None:
    """Without a file the way to begin is named."""
    with pytest.raises(DesiredStateInvalid) as caught:
        load_configuration(tmp_path, {}, {})
    assert (caught.value.problems[0].code, caught.value.problems[0].command) == (
        "configuration-missing",
        f"reconciler -C {tmp_path} init",
    )


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    """A secret that was written out is not in the problem."""
    with pytest.raises(DesiredStateInvalid) as caught:
        configure(tmp_path, f"{SANDBOX}    credentials: {{key: hunter2, secret: xyz}}\n    digestKey: hunter2\n")
    assert "hunter2" not in str(caught.value)
    assert [problem.code for problem in caught.value.problems] == ["secret-literal"] * 3


def test_a_link_out_of_the_folder(tmp_path: Path) -> None:
    """A folder that is a link counts as what it points to."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "acme").symlink_to(tmp_path)
    assert marks(root, SANDBOX) == ["3:5 documents-outside"]


def test_neighbours_are_no_overlap(tmp_path: Path) -> None:
    """Names that begin alike are different folders."""
    content = "organizations:\n" + "".join(
        f"  {name}: {{provider: clubs, endpoint: sandbox}}\n" for name in ("a", "a-b", "ab")
    )
    assert len(configure(tmp_path, content).organizations) == 3


def test_unknown_variables(tmp_path: Path) -> None:
    """A variable that looks like ours and is none is an error; those the file refers to, and others, are fine."""
    content = f"{SANDBOX}    digestKey: ${{RECONCILER_KEY}}\n"
    environ = {"RECONCILER_KEY": "x", "RECONCILER_ALLOWED_HOSTS": "", "_RECONCILER_COMPLETE": "x", "HOME": "/"}
    assert configure(tmp_path, content, environ).strays == ()
    others = {"RECONCILER_ALLOWED_HOST": "x", "RECONCILER_ACME_SECRET": "x", "RECONCILER_UNSET": ""}
    assert [
        (one.code, one.where, one.remedy) for one in configure(tmp_path, content, {**environ, **others}).strays
    ] == [
        (
            "environment-unknown",
            "RECONCILER_ACME_SECRET",
            "Unset it, or refer to it in reconciler.yaml: ${RECONCILER_ACME_SECRET}.",
        ),
        ("environment-unknown", "RECONCILER_ALLOWED_HOST", "Did you mean RECONCILER_ALLOWED_HOSTS?"),
    ]


def test_unknown_variables_are_told_with_the_problems_of_the_file(tmp_path: Path) -> None:
    """All of them at once; wrong usage is the worse of the two."""
    with pytest.raises(UsageInvalid) as caught:
        configure(tmp_path, f"{HEAD}    endpoint: x\n", {"RECONCILER_ALLOWED_HOST": "x"})
    assert [one.code for one in caught.value.problems] == ["environment-unknown", "endpoint-unknown"]


def test_credentials_come_from_the_environment(tmp_path: Path) -> None:
    """Secrets are read when they are needed; a missing one is named by its variable."""
    (acme,) = configure(tmp_path, f"{HEAD}    endpoint: production\n{CREDENTIALS}").organizations
    environ = {"CLUBS_KEY": "k", "CLUBS_SECRET": "s"}
    assert read_credentials(acme, environ) == {"key": "k", "secret": "s"}
    with pytest.raises(UsageInvalid, match="CLUBS_SECRET") as caught:
        read_credentials(acme, {"CLUBS_KEY": "k", "CLUBS_SECRET": ""})
    assert [problem.code for problem in caught.value.problems] == ["credential-missing"]
    assert "fork" not in str(caught.value)


def test_what_secrets_are_missing_is_told_of_all_organizations_at_once(tmp_path: Path) -> None:
    """Digest keys among them; in CI with what an empty one means there."""
    content = f"{HEAD}    endpoint: production\n{CREDENTIALS}    digestKey: ${{RECONCILER_KEY}}\n"
    other = CREDENTIALS.replace("CLUBS_", "OTHER_")
    content += f"  be:\n    provider: clubs\n    endpoint: production\n{other}"
    environ = {"CLUBS_KEY": "k", "OTHER_KEY": "k", "CLUBS_SECRET": "", "RECONCILER_KEY": "", "CI": "true"}
    organizations = configure(tmp_path, content, environ).organizations
    with pytest.raises(UsageInvalid) as caught:
        check_secrets(organizations, environ)
    assert [(one.code, one.detail.split()[3]) for one in caught.value.problems] == [
        ("digest-key-missing", "RECONCILER_KEY"),
        ("credential-missing", "CLUBS_SECRET"),
        ("credential-missing", "OTHER_SECRET"),
    ]
    assert all("a secret that nobody made, or of a fork's job" in one.why for one in caught.value.problems)


def test_the_embedded_sandbox_needs_no_credentials(tmp_path: Path) -> None:
    """With the embedded sandbox credentials may be named and not set."""
    (acme,) = configure(tmp_path, f"{SANDBOX}{CREDENTIALS}").organizations
    assert read_credentials(acme, {}) == {}


def test_two_organizations_that_are_one_to_the_vendor_are_refused(tmp_path: Path) -> None:
    """The same endpoint and the same credentials would give one organization two owners; other credentials are fine."""
    content = f"{HEAD}    endpoint: production\n{CREDENTIALS}  be:\n    provider: clubs\n    endpoint: production\n"
    assert marks(tmp_path, content + CREDENTIALS) == ["12:7 organization-twice"]
    others = CREDENTIALS.replace("CLUBS_KEY", "OTHER_KEY")
    assert len(configure(tmp_path, content + others).organizations) == 2
