"""Secrets: referred to in the file by the name of an environment variable, read from there when they are needed.

A secret that is written out is refused and never repeated, not even in part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from reconciler.desired.endpoints import ALLOWED_HOSTS
from reconciler.desired.wording import Path, expected_text, unknown_key, wrong_type
from reconciler.errors import Problem, UsageInvalid
from reconciler.model.kind import Flaw
from reconciler.model.organization import Organization
from reconciler.model.resource import Value
from reconciler.model.vendor import Vendor

PREFIX = "RECONCILER_"
LOG_LEVEL = "RECONCILER_LOG_LEVEL"
GITLAB_TOKEN = "RECONCILER_GITLAB_TOKEN"
"""Read by `comment`; a job has it for all its commands."""
_KNOWN = (ALLOWED_HOSTS, GITLAB_TOKEN, LOG_LEVEL)
_SHORTEST = 16
"""Characters of a digest key, at least: whoever has the digests can try out all keys that are shorter."""
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_reference(value: Value, path: Path) -> str | Flaw:
    """Give the name of the environment variable that a value refers to."""
    if value is None:
        return expected_text(path, "Refer to an environment variable: ${NAME}.")
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        return found[1]
    return Flaw(
        path=path,
        code="secret-literal",
        summary="a secret written out in the file",
        detail=f"{path[-1]} holds something else than a reference to an environment variable.",
        why="What was committed once is known to everybody who can read the repository, for good: replace the secret.",
        remedy="Put it into an environment variable, and refer to it here: ${NAME}.",
    )


def read_references(value: Value, path: Path, vendor: Vendor, flaws: list[Flaw]) -> Mapping[str, str]:
    """Give the variables that hold an organization's credentials, by the vendor's names for them."""
    if not isinstance(value, dict):
        flaws.append(wrong_type(path, f"a mapping with {_choices(vendor)}"))
        return {}
    references: dict[str, str] = {}
    known = tuple(name for names in vendor.credentials for name in names)
    for name, reference in value.items():
        read = read_reference(reference, (*path, name))
        if name not in known:
            flaws.append(unknown_key((*path, name), known))
        elif isinstance(read, Flaw):
            flaws.append(read)
        else:
            references[name] = read
    whole = [set(names) for names in vendor.credentials if value.keys() >= set(names)]
    if not whole:
        flaws.append(credentials_incomplete(path, vendor, value))
    elif value.keys() & set(known) not in whole:
        flaws.append(_ambiguous(path, vendor))
    return references


def credentials_incomplete(path: Path, vendor: Vendor, given: Collection[str] = ()) -> Flaw:
    """Ask for the credentials that are not referred to, of the set that the most of is given."""
    nearest = max(vendor.credentials, key=lambda names: len(set(names) & set(given)))
    missing = [name for name in nearest if name not in given]
    return Flaw(
        path=path,
        code="credentials-incomplete",
        summary="credentials are missing",
        detail=f"{vendor.title} wants {_choices(vendor)}; not here: {', '.join(missing)}.",
        remedy="Refer to an environment variable for each: ${NAME}.",
    )


def _ambiguous(path: Path, vendor: Vendor) -> Flaw:
    """Refuse more than one set: which of them is used would be a guess."""
    return Flaw(
        path=path,
        code="credentials-ambiguous",
        summary="credentials of two sorts",
        detail=f"{vendor.title} wants {_choices(vendor)}; here stands more than one of these.",
        remedy="Leave the ones that are to be used.",
    )


def _choices(vendor: Vendor) -> str:
    return ", or ".join(" and ".join(names) for names in vendor.credentials)


def check_secrets(organizations: Iterable[Organization], environ: Mapping[str, str]) -> None:
    """Look whether all that `reconciler.yaml` refers to is set, of these organizations.

    Raises:
        UsageInvalid: credentials, or keys without which digests would be others, are not set; each is named.
    """
    unset = [problem for one in organizations for problem in _unset_of(one, environ)]
    if unset:
        raise UsageInvalid(*unset)


def read_credentials(organization: Organization, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Read an organization's secrets from the environment; the embedded sandbox does without those that are not set.

    Raises:
        UsageInvalid: variables are not set; each is named.
    """
    missing = [*_credentials_unset(organization, environ)]
    if missing:
        raise UsageInvalid(*missing)
    found = {name: environ.get(variable, "") for name, variable in organization.credentials.items()}
    return {name: value for name, value in found.items() if value}


def find_strays(text: str, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Find variables that look like ours and are none; those that the file's `text` refers to are fine.

    One that is empty is none: so arrives in CI a secret that nobody made.
    """
    referred = set(_REFERENCE.findall(text))
    known = {*_KNOWN, *referred}
    unknown = sorted(name for name, value in environ.items() if value and name.startswith(PREFIX) and name not in known)
    return tuple(_environment_unknown(name, known) for name in unknown)


def _environment_unknown(name: str, known: Collection[str]) -> Problem:
    ours = [one.removeprefix(PREFIX) for one in sorted(known) if one.startswith(PREFIX)]
    close = get_close_matches(name.removeprefix(PREFIX), ours, n=1)
    return Problem(
        code="environment-unknown",
        summary="unknown environment variable",
        where=name,
        detail=f"{name} is set, and nothing reads it.",
        why=f"Every variable that begins with {PREFIX} is meant for this program; a misspelt one would do nothing.",
        remedy=f"Did you mean {PREFIX}{close[0]}?"
        if close
        else f"Unset it, or refer to it in reconciler.yaml: ${{{name}}}.",
    )


def _unset_of(organization: Organization, environ: Mapping[str, str]) -> Iterator[Problem]:
    if not organization.digest_key:
        name = organization.digest_variable
        yield Problem(
            code="digest-key-missing",
            summary="the digest key is not set",
            where=organization.name,
            detail=_unset(name),
            why=_reasons("With another key the people known by a digest would have other addresses.", environ),
            remedy=f"Set {name}.",
        )
    elif organization.digest_variable and len(organization.digest_key) < _SHORTEST:
        yield _key_short(organization)
    yield from _credentials_unset(organization, environ)


def _key_short(organization: Organization) -> Problem:
    name = organization.digest_variable
    return Problem(
        code="digest-key-short",
        summary="the digest key is too short",
        where=organization.name,
        detail=f"The environment variable {name} holds fewer than {_SHORTEST} characters.",
        why="Whoever has the inventory could try out all such keys, and then which values its digests stand for.",
        remedy=f"Set {name} to a long random secret, the same one for every job. This makes one:",
        command="openssl rand -hex 32",
    )


def _credentials_unset(organization: Organization, environ: Mapping[str, str]) -> Iterator[Problem]:
    if organization.base_url is None:
        return
    for name in organization.credentials.values():
        if not environ.get(name):
            yield Problem(
                code="credential-missing",
                summary="a credential is not set",
                where=organization.name,
                detail=_unset(name),
                why=_reasons("", environ),
                remedy=f"Set {name} to the secret that {organization.vendor.title} shows you.",
            )


def _unset(name: str) -> str:
    return f"The environment variable {name} is not set, or is empty."


def _reasons(why: str, environ: Mapping[str, str]) -> str:
    """Say in CI what else an empty variable means: the job's file looks right."""
    if environ.get("CI", "").lower() not in ("true", "1"):
        return why
    return f"{why}\nIn CI an empty one is a secret that nobody made, or of a fork's job, which is given none.".strip()
