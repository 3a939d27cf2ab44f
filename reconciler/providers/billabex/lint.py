"""What is worth a second look in documents of Billabex: its rows of lint rules.

Countries are codes there, so none is spelt in two ways; one representative looks after many accounts, so theirs are
not compared.
"""

from __future__ import annotations

from reconciler.model.kind import Kind
from reconciler.model.lint import LintRule
from reconciler.providers.lint import email_shared, itself, main_missing, role_mailbox


def rules_of(account: Kind) -> tuple[LintRule, ...]:
    """Give the rules, over the rows of accounts and of their contacts."""
    contact = account.members[0]
    return (main_missing(account, contact), role_mailbox(account, contact), email_shared(account, contact, itself))
