"""The plan for other eyes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import Problem
from reconciler.model.change import Action, Blocked, Change, FieldChange, Mark, MemberAction
from reconciler.model.masking import tag_key_of
from reconciler.model.plan import Plan
from reconciler.plan.masked import masked, tagger_of
from reconciler.render.plan_json import plan_json, plan_object
from reconciler.render.plan_text import plan_text
from tests.render.plans import address, change, contact, everything, field, plan, replacement

AT = datetime(2026, 1, 1, tzinfo=UTC)
PROBLEM = Problem(code="protected", summary="protected", where="acme-fr")


def keyed(whole: Plan) -> Plan:
    """Give a plan the keys that a made one has."""
    return replace(
        whole, shares=tuple(replace(one, seal="ZqSeal", tags=tag_key_of("ZqSecret")) for one in whole.shares)
    )


def hidden(whole: Plan) -> Plan:
    """Mask a plan under the keys that it carries."""
    return masked(whole, tagger_of(whole))


def personal(path: str, before: object, after: object) -> FieldChange:
    """Write a change of a personal field."""
    return field(path, before, after, personal=True)


def test_a_replacement_keeps_all_but_the_people() -> None:
    """The customer's name and city stand; who comes and goes is tagged."""
    page = plan_text(hidden(keyed(plan(replacement()))))
    assert '"Acme" -> "Acme SAS"' in page
    assert '"Standard" (d-1)' in page
    for value in ("+33 1", "+33 2", "nine@acme.example", "four@acme.example"):
        assert value not in page
    assert page.count('"(personal ') == 4


def test_an_account_manager_is_a_person() -> None:
    """The name goes, and the id stays that the vendor chose."""
    row = FieldChange(
        path=("accountManager",), before="u-1", after="u-2", before_name="Ada", after_name="Grace", names_person=True
    )
    page = plan_text(hidden(keyed(plan(change("C-1", Action.UPDATE, row)))))
    assert "Ada" not in page
    assert "Grace" not in page
    assert "(u-1)" in page
    assert "(u-2)" in page


def test_json_says_still_what_is_sensitive() -> None:
    """By Terraform's keys, over the tags."""
    told = plan_object(hidden(keyed(plan(replacement()))), AT)["resource_changes"]
    assert isinstance(told, list)
    changed = next(one for one in told if one["address"].endswith("P-2"))["change"]
    assert changed["before_sensitive"] == {"phone": True}
    assert changed["after_sensitive"] == {"phone": True}
    assert changed["before"]["phone"].startswith("(personal ")


def test_what_no_renderer_needs_is_left_out() -> None:
    """Keys first of all; the digest of what was judged is a keyed one, and that of the plan the real one."""
    whole = keyed(plan(replace(change("C-1", Action.UPDATE, field("name", "A", "B")), standing=(field("x", 1, 1),))))
    shown = hidden(whole)
    assert "Zq" not in repr(shown)
    assert (shown.shares[0].seal, shown.shares[0].tags) == ("", "")
    assert shown.changes[0].standing == ()
    assert shown.changes[0].precondition.digest not in (None, whole.changes[0].precondition.digest)
    assert shown.digest == whole.digest


def test_it_reads_as_before_where_nobody_is_personal() -> None:
    """The page has the same lines but for the values."""
    whole = keyed(everything())
    assert len(plan_text(hidden(whole)).splitlines()) == len(plan_text(whole).splitlines())


def test_a_key_that_tells_who_that_is_goes() -> None:
    """Others than the documents choose external ids too, and take the e-mail address or the name for one."""
    mail, key = "zqleaver@x.example", "Zq Leaver"
    rows = field("externalId", mail, None), personal("email", mail, None)
    going = contact("C-1", mail, MemberAction.REMOVE, *rows)
    named = contact("C-1", key, MemberAction.REMOVE, personal("lastName", key, None))
    kept = contact("C-1", "zqkept@x.example", MemberAction.KEEP)
    held = Problem(code="c", summary="s", where=str(going.address), detail=f"It is {going.address}, or {mail}.")
    mark = Mark(code="m", text=f'"{mail}" was not seen')
    members = tuple(replace(member, remote_id="r-1") for member in (going, named, kept))
    one = replace(change("C-1", Action.REPLACE, members=members), marks=(mark,), cause=f"of {mail}")
    whole = keyed(plan(one, blocked=[Blocked(change=one, problem=held)], warnings=[held]))
    shown = hidden(whole)
    for text in (plan_text(shown), plan_json(shown, AT), repr(shown)):
        assert "zq" not in text.casefold()
    tag = tagger_of(whole).name("acme-fr", mail)
    assert shown.warnings[0].where == f"acme-fr/customer/C-1/contact/{tag}"
    assert str(shown.changes[0].members[0].address) == shown.warnings[0].where
    assert shown.changes[0].members[0].fields[0].before == shown.changes[0].members[0].fields[1].before == tag


def test_a_key_that_tells_nobody_stays() -> None:
    """An external id of the documents is what a reviewer knows people by."""
    shown = hidden(keyed(plan(replacement())))
    assert [one.address for one in shown.changes[0].members] == [one.address for one in replacement().members]


SECRETS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).map(lambda text: f"Zq{text}")


@given(st.lists(SECRETS | st.lists(SECRETS) | st.dictionaries(SECRETS, SECRETS), min_size=1, max_size=6), st.data())
def test_no_personal_value_is_left(values: list[object], data: st.DataObject) -> None:
    """Wherever it stands in a plan: changes, members, what is refused; text and JSON."""

    def one(key: str, value: object) -> Change:
        row = personal("phone", *(data.draw(st.permutations([value, None]))))
        member = contact(key, "P-1", data.draw(st.sampled_from(MemberAction)), row)
        named = FieldChange(path=("m",), before="u", after="v", before_name=str(value), names_person=True)
        return replace(
            change(key, Action.UPDATE, row, named, members=(replace(member, standing=(row,)),)), standing=(row,)
        )

    changes = [one(f"C-{number}", value) for number, value in enumerate(values)]
    blocked = [Blocked(change=one("C-9", value), problem=PROBLEM) for value in values]
    shown = hidden(keyed(plan(*changes, blocked=blocked)))
    assert shown.changes[0].address == address("C-0")
    assert "Zq" not in plan_text(shown)
    assert "Zq" not in plan_json(shown, AT)
