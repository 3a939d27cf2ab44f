"""`--allow`, `--allow-delete` and `--allow-update`: what they let through is read exactly, or refused."""

from __future__ import annotations

import click
import pytest

from reconciler.cli.allowing import allowances_of, read_allowance
from reconciler.model.guards import GUARDS
from reconciler.model.state import Allowance


@pytest.mark.parametrize(
    ("text", "target", "count"),
    [
        ("delete-ceiling=customer=41", "customer", 41),
        ("delete-ceiling=acme-fr/customer=41", "acme-fr/customer", 41),
        ("update-ceiling=customer=200", "customer", 200),
        ("desired-empty=customer", "customer", None),
        ("live-shrank=customer=7", "customer", 7),
        ("organization-changed=acme-fr", "acme-fr", None),
        ("protected=acme-fr/customer/C-001", "acme-fr/customer/C-001", None),
        ("protected=customer/C=1", "customer/C=1", None),  # what stands behind a slash may have any sign
        ("protected=customer=2", "customer", 2),
        ("adopt-removes=acme-fr/customer/C-001", "acme-fr/customer/C-001", None),
        ("adopt-removes=customer/C-1/contact/email:1f0a", "customer/C-1/contact/email:1f0a", None),
        ("adopt-removes=customer/C-1/contact/key:a=3", "customer/C-1/contact/key:a=3", None),
    ],
)
def test_what_is_read(text: str, target: str, count: int | None) -> None:
    """The guard, what it names, and how many where it counts."""
    guard = text.partition("=")[0]
    assert read_allowance(text) == Allowance(guard=guard, target=target, count=count)


@pytest.mark.parametrize("guard", GUARDS)
def test_no_guard_is_passed_without_a_target(guard: str) -> None:
    """Nothing lets everything through."""
    for text in (guard, f"{guard}=", f"{guard}==3"):
        with pytest.raises(click.BadParameter):
            read_allowance(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("protcted=customer/C-1", 'Did you mean "protected"?'),
        ("force=customer", "The guards are adopt-removes"),
        ("delete-ceiling=customer", "a kind and a number, such as customer=41"),
        ("delete-ceiling=customer=0", "a kind and a number"),
        ("delete-ceiling=customer=many", "a kind and a number"),
        ("live-shrank=customer=many", "a kind, such as customer"),
        ("protected=customer", "an address, such as acme-fr/customer/C-001, or a kind and a number"),
        ("adopt-removes=customer=3", "an address, such as"),
        ("organization-changed=acme-fr/customer", "the organization"),
    ],
)
def test_what_cannot_be_meant(text: str, said: str) -> None:
    """What is wrong is said with what the guard wants."""
    with pytest.raises(click.BadParameter) as caught:
        read_allowance(text)
    assert said in caught.value.message and caught.value.param_hint == "--allow"


def test_the_ceilings_have_options_of_their_own() -> None:
    """They say the same as `--allow` does, and name themselves where they are wrong."""
    longer = allowances_of(guards=("delete-ceiling=customer=4", "update-ceiling=customer=5"))
    assert allowances_of(deletes=("customer=4",), updates=("customer=5",)) == longer
    with pytest.raises(click.BadParameter) as caught:
        allowances_of(deletes=("customer",))
    assert caught.value.param_hint == "--allow-delete"
