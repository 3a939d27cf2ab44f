"""By what two customers are taken for one and the same."""

from __future__ import annotations

from reconciler.providers.upflow.twins import customer_twins


def test_a_vat_number_is_a_mark_however_it_is_written() -> None:
    """Spaces, dots and case do not tell two numbers apart."""
    assert customer_twins({"vatNumber": "FR 12.345"}, None) & customer_twins({"vatNumber": "fr12345"}, None)


def test_a_name_is_a_mark_only_together_with_an_email() -> None:
    """Two companies may share a name, and one e-mail may serve two; both together are one company."""
    contacts = {"contacts": [{"email": "One@acme.example"}]}
    other = {"contacts": [{"email": "two@acme.example"}]}
    mine = customer_twins({"name": "Société Acmé"}, contacts)
    assert mine & customer_twins({"name": "SOCIETE ACME."}, {"contacts": [{"email": "one@acme.example "}]})
    assert not mine & customer_twins({"name": "Société Acmé"}, other)
    assert not mine & customer_twins({"name": "Autre"}, contacts)
    assert not customer_twins({"name": "Société Acmé"}, None)
