"""A vendor as the core knows it: its kinds, where it answers, what it wants, and how fast it may be asked.

Every provider writes one such row, and the table of vendors holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.model.kind import Flaw, Kind
from reconciler.model.lint import LintRule
from reconciler.model.resource import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast one organization may be asked: requests in any minute, and requests in flight (default, at most)."""

    requests_per_minute: int
    in_flight: int
    in_flight_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One vendor: its kinds, where it answers, what it wants for credentials, how fast it may be asked.

    `endpoints` maps the names that a user may write (`production`) to base URLs; `api_path` is what the path of every
    such URL ends with, also of one that a user writes, and empty where that may be any. `credentials` are the sets of
    names that it may be given; any one set is enough. `read_settings` reads the organization's own keys for this
    vendor, such as `positions`, and gives them validated, or the flaws. `decisive` names those that decide what is
    written, and to whom: a plan holds under these alone. `identifying` is the one that says which of the vendor's
    organizations it is; two of ours never share it. Under the same credentials `with_credentials` are the same.
    `lint` are the rules for what is worth a second look in documents that are valid.
    """

    name: str
    title: str
    kinds: tuple[Kind, ...]
    endpoints: Mapping[str, str]
    credentials: tuple[tuple[str, ...], ...]
    limits: Limits
    read_settings: Callable[[Mapping[str, Value]], tuple[Mapping[str, Value], tuple[Flaw, ...]]]
    settings_schema: Callable[[], Mapping[str, Value]]
    decisive: tuple[str, ...] = ()
    identifying: str = ""
    with_credentials: tuple[str, ...] = ()
    lint: tuple[LintRule, ...] = ()
    api_path: str = ""

    def kind(self, name: str) -> Kind | None:
        """Look a kind up by its name."""
        return next((row for row in self.kinds if row.name == name), None)
