"""Every setting at every value: what its probe (see `people_probes`, `account_probes`) reports under each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields

import pytest

from reconciler.sandbox import BillabexSettings, SandboxMisuse, billabex_settings_from
from reconciler.sandbox.values import Json, JsonObject
from tests.sandbox.billabex import account_probes, people_probes
from tests.sandbox.billabex.world import World

PROBES: dict[Callable[[World], object], dict[Json, object]] = {
    people_probes.generation: {"people": (200, 200, 7), "contacts": (404, 404, 4)},
    people_probes.email_trim: {True: 200, False: 400},
    people_probes.email_form: {
        "capitals": [400, 400, 400],
        "full": [200, 400, 400],
        "compatible": [400, 200, 400],
        "accents": [200, 200, 200],
    },
    people_probes.email_empty: {
        "absent": (200, "john@acme.com"),
        "clears": (200, None),
        "rejected": (400, "john@acme.com"),
    },
    people_probes.email_stored: {"as-sent": "Zoe@ACME.com", "lower": "zoe@acme.com"},
    people_probes.same_email: {"oldest": ["John Smith"], "newest": ["Twin"]},
    people_probes.same_email_write: {"accepted": (201, 200), "conflict": (409, 409)},
    people_probes.email_case_change: {"keeps-status": "Bounced", "resets-status": "Valid"},
    people_probes.email_status_write: {
        "rejected": (400, {"address": "john@acme.com", "status": "Valid"}),
        "ignored": (200, {"address": "j@acme.com", "status": "Valid"}),
    },
    people_probes.name_trim: {
        True: ["John Smith", "Mary Jones"],
        False: ["John Smith", "Mary Jones", "   John Smith   "],
    },
    people_probes.name_case: {"folded": (True, False), "sensitive": (False, False), "full": (True, True)},
    people_probes.name_spaces: {"kept": (False, False), "collapsed": (True, False), "removed": (True, True)},
    people_probes.name_accents: {"kept": False, "folded": True},
    people_probes.name_form: {
        "as-sent": (False, False, False),
        "composed": (True, False, False),
        "decomposed": (True, True, False),
        "compatible": (True, False, True),
    },
    people_probes.name_letters: {"kept": (False, False), "plain": (True, False), "doubled": (False, True)},
    people_probes.name_signs: {"kept": (False, False), "dropped": (True, False), "blanks": (False, True)},
    people_probes.name_length: {"utf-16": True, "code-points": False},
    people_probes.name_share: {"floor": False, "round": True},
    people_probes.name_ties: {"closest": [None, "hit"], "first": ["hit", None]},
    people_probes.search_both: {False: (["en"], 3), True: (["de"], 2)},
    people_probes.party_search: {"both": ("j@yourcompany.com", 1), "decided": ("john@acme.com", 2)},
    people_probes.party_same_email: {
        "by-domain": ("elsewhere", None, None, "own"),
        "contact": ("elsewhere", "own", None, None),
        "representative": (None, None, "elsewhere", "own"),
    },
    people_probes.party_without_email: {"contact": (200, 3, 1), "representative": (200, 2, 2), "rejected": (400, 2, 1)},
    people_probes.party_subdomains: {False: 1, True: 2},
    people_probes.null_field: {
        "clears": (200, 200, 400, None, None),
        "rejected": (400, 400, 400, "CFO", "john@acme.com"),
        "ignored": (200, 200, 200, "CFO", "john@acme.com"),
    },
    people_probes.update_null_field: {
        "as-upsert": (200, None, 400),
        "clears": (200, None, 400),
        "rejected": (400, "CFO", 400),
        "ignored": (200, "CFO", 200),
    },
    people_probes.unknown_person_field: {"ignored": (200, 200), "rejected": (400, 400)},
    people_probes.single_primary: {False: [True, True], True: [False, True]},
    people_probes.language_check: {"two-letters": 400, "none": 200},
    people_probes.post_without_language: {"rejected": (400, None), "english": (201, "en")},
    people_probes.update_verb: {
        "by-generation": (200, 404, 404, 200),
        "put": (200, 404, 200, 404),
        "patch": (404, 200, 404, 200),
        "both": (200, 200, 200, 200),
        "none": (404, 404, 404, 404),
    },
    people_probes.put_absent_fields: {
        "kept": (200, "CFO", True, "john@acme.com", 200),
        "cleared": (200, None, False, None, 400),
    },
    people_probes.get_person: {True: 200, False: 404},
    account_probes.upsert_created_status: {200: (200, 200), 201: (201, 200)},
    account_probes.created_status: {201: (201, 201), 200: (200, 200)},
    account_probes.deleted_status: {204: [204, 204, 204], 200: [200, 200, 200]},
    account_probes.missing_answer: {
        "null": ["email", "fullName", "id", "isPrimary", "language", "notes", "role"],
        "absent": ["fullName", "id", "isPrimary", "language"],
    },
    account_probes.error_body: {
        "nest": (
            "application/json",
            '{"statusCode":404,"message":"The account does not exist.","error":"Not Found"}',
        ),
        "messages": (
            "application/json",
            '{"statusCode":404,"message":["The account does not exist."],"error":"Not Found"}',
        ),
        "coded": (
            "application/json",
            '{"statusCode":404,"message":"The account does not exist.","error":"Not Found","code":"app.not-found"}',
        ),
        "text": ("text/plain", "The account does not exist."),
        "html": ("text/html", "<html><body><h1>404 Not Found</h1></body></html>"),
    },
    account_probes.scope_status: {403: 403, 401: 401},
    account_probes.people_list: {"array": 2, "envelope": (1, True)},
    account_probes.default_page_size: {50: 50, 2: 2, 100: 100},
    account_probes.first_above_cap: {"clamped": 200, "rejected": 400},
    account_probes.bad_cursor: {"rejected": (400, 0), "first-page": (200, 4)},
    account_probes.last_page_cursor: {"given": (True, True), "null": (False, True)},
    account_probes.account_carries_people: {False: 0, True: 2},
    account_probes.account_organization: {"told": (True, True), "absent": (False, False)},
    account_probes.list_rows_source: {True: (True, True), False: (False, True)},
    account_probes.currency_answer: {
        "code": ("EUR", None),
        "object": (None, {"code": "EUR"}),
        "both": ("EUR", {"code": "EUR"}),
    },
    account_probes.inline_people: {"rejected": (201, 400), "created": (201, 1), "ignored": (201, 0)},
    account_probes.unknown_account_field: {"ignored": (200, 201), "rejected": (400, 400)},
    account_probes.account_absent_fields: {"kept": ("EUR", "Paris"), "cleared": (None, None)},
    account_probes.address_absent_parts: {"kept": ("Nice", "1 Road"), "cleared": ("Nice", None)},
    account_probes.source_relink: {"rejected": 409, "replaced": 200},
    account_probes.source_elsewhere: {"rejected": (409, 409), "accepted": (200, 201)},
    account_probes.source_conflict_status: {409: 409, 400: 400},
    account_probes.unlink_unlinked: {"not-found": 404, "empty": 204},
    account_probes.read_only_accounts: {
        "forbidden": (403, 403, 403),
        "conflict": (409, 409, 409),
        "editable": (200, 204, 204),
    },
    account_probes.read_only_people: {"editable": 200, "refused": 403},
    account_probes.reads_behind: {0: [3, 3, 3], 2: [2, 2, 3]},
    account_probes.seconds_behind: {0.0: [3, 3, 3], 5.0: [2, 2, 2]},
    account_probes.idempotency_keys: {"ignored": (201, 2), "honoured": (201, 1)},
    account_probes.idempotency_conflict: {409: (409, 1), 422: (422, 1)},
    account_probes.refresh_rotation: {
        "none": (False, 200, None),
        "old-dead": (True, 400, 200),
        "old-alive": (True, 200, 200),
    },
    account_probes.rejected_calls: {"free": [200, 429, 200, 429], "counted": [200, 429, 429, 429]},
}
CASES = [(probe, value, seen) for probe, outcomes in PROBES.items() for value, seen in outcomes.items()]


@pytest.mark.parametrize(("probe", "value", "seen"), CASES, ids=[f"{case[0].__name__}={case[1]}" for case in CASES])
def test_a_setting_decides_what_it_says(
    billabex: World, probe: Callable[[World], object], value: Json, seen: object
) -> None:
    """Under each value of each setting the probe sees what that value promises."""
    billabex.turn(**{probe.__name__: value})
    assert probe(billabex) == seen


def test_every_value_of_every_setting_is_probed() -> None:
    """The table above has each setting that has alternatives, its default first, at all its values."""
    declared = {
        knob.name: [knob.default, *knob.metadata["alternatives"]] for knob in fields(BillabexSettings) if knob.metadata
    }
    assert {probe.__name__: list(outcomes) for probe, outcomes in PROBES.items()} == declared


def test_flips_turn_one_knob_each() -> None:
    """`flips` yields every alternative once, each differing from the original in one setting."""
    flips = list(BillabexSettings().flips())
    assert len(flips) == sum(len(outcomes) - 1 for outcomes in PROBES.values())
    assert len({name for name, _ in flips}) == len(flips)
    default = BillabexSettings().to_json()
    for _, flipped in flips:
        assert sum(flipped.to_json()[name] != value for name, value in default.items()) == 1


def test_settings_survive_writing_and_reading() -> None:
    """Settings written as JSON and read back are the same; what is left out is at its default."""
    for _, flipped in BillabexSettings(email_domains=("a.com", "b.com")).flips():
        assert billabex_settings_from(json.loads(json.dumps(flipped.to_json()))) == flipped
    assert billabex_settings_from({}) == BillabexSettings()


@pytest.mark.parametrize(
    "values", [{"colour": 1}, {"generation": "d"}, {"default_page_size": 0}, {"search_both": 1}, {"reads_behind": -1}]
)
def test_unknown_settings_are_refused(values: JsonObject) -> None:
    """A setting or value that there is not is a problem, never ignored."""
    with pytest.raises(SandboxMisuse):
        billabex_settings_from(values)
