"""A plan as a file: what was written is what is read back, or nothing is."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import Place, Problem, ReconcilerError
from reconciler.model.address import Address
from reconciler.model.change import Action, Blocked, Change, FieldChange, Mark, MemberAction, MemberChange, Precondition
from reconciler.model.plan import Cost, Plan, Share
from reconciler.model.resource import Source, Value
from reconciler.model.state import Certificate
from reconciler.plan.digest import plan_digest
from reconciler.store.plan_file import plan_text, read_plan, write_plan

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
COUNT = st.integers(0, 10**6)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUE: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.dictionaries(TEXT, VALUE, max_size=3)


def several(inner: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """Draw up to two of something."""
    return st.lists(inner, max_size=2).map(tuple)


NAMES = several(TEXT)
PATHS = several(TEXT | st.integers(0, 99))
TOP = st.builds(Address, organization=TEXT, kind=TEXT, key=TEXT)
ADDRESS = TOP | st.builds(Address, organization=TEXT, kind=TEXT, key=TEXT, parent=TOP)
PROBLEM = st.builds(
    Problem,
    code=TEXT,
    summary=TEXT,
    where=TEXT | st.builds(Place, path=TEXT, line=COUNT, column=COUNT),
    detail=TEXT,
    why=TEXT,
    remedy=TEXT,
    command=TEXT,
    warning=st.booleans(),
)
FIELD = st.builds(
    FieldChange,
    path=NAMES,
    before=VALUE,
    after=VALUE,
    personal=st.booleans(),
    before_name=st.none() | TEXT,
    after_name=st.none() | TEXT,
)
MEMBER = st.builds(
    MemberChange,
    address=ADDRESS,
    section=TEXT,
    action=st.sampled_from(MemberAction),
    remote_id=st.none() | TEXT,
    fields=several(FIELD),
    path=PATHS,
)
CHANGE = st.builds(
    Change,
    address=ADDRESS,
    action=st.sampled_from(Action),
    remote_id=st.none() | TEXT,
    precondition=st.builds(Precondition, digest=st.none() | TEXT, sections=NAMES, facts=st.booleans()),
    fields=several(FIELD),
    members=several(MEMBER),
    only_add=st.frozensets(st.sampled_from(["contacts", "guests"])),
    unchanged=COUNT,
    depends_on=several(ADDRESS),
    cause=TEXT,
    source=st.none() | st.builds(Source, file=TEXT, line=COUNT, column=COUNT, document=COUNT, path=PATHS),
    marks=several(st.builds(Mark, code=TEXT, text=TEXT, path=PATHS)),
)
SHARE = st.builds(
    Share,
    organization=TEXT,
    provider=TEXT,
    endpoint=TEXT,
    policy=FIELDS,
    reads_foreseen=COUNT,
    reads_made=COUNT,
    cost=st.builds(Cost, reads=COUNT, writes=COUNT, requests_per_minute=COUNT, seconds=st.floats(0, 10**6)),
    certificates=several(
        st.builds(Certificate, kind=TEXT, rows=COUNT, total=COUNT, pages=COUNT, scans=COUNT, flaw=st.none() | TEXT)
    ),
    unchanged=st.dictionaries(TEXT, COUNT, max_size=2),
    unmanaged=st.dictionaries(TEXT, COUNT, max_size=2),
)
PLAN = st.builds(
    Plan,
    scope=NAMES,
    shares=several(SHARE),
    changes=several(CHANGE),
    blocked=several(st.builds(Blocked, change=CHANGE, problem=PROBLEM)),
    warnings=several(PROBLEM),
    problems=several(PROBLEM),
).map(lambda plan: signed(plan))

SMALL = Change(
    address=Address(organization="acme", kind="club", key="ROW"),
    action=Action.CREATE,
    remote_id=None,
    precondition=Precondition(digest=None),
    fields=(FieldChange(path=("name",), before=None, after="Rôwing"),),
    source=Source(file="clubs.yaml", line=3, column=5),
)


def signed(plan: Plan) -> Plan:
    """Give a plan its digest."""
    return replace(plan, digest=plan_digest(plan))


PLANNED = signed(Plan(scope=("acme",), shares=(), changes=(SMALL,)))


def code_of(path: Path) -> str:
    """Read a file that cannot be read, and give the problem's code."""
    with pytest.raises(ReconcilerError) as caught:
        read_plan(path)
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    assert "plan" in problem.remedy.lower()
    return problem.code


def forge(path: Path, tree: Mapping[str, Value], **envelope: Value) -> None:
    """Write a file with a checksum that fits."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
    file = {"checksum": hashlib.sha256(text.encode()).hexdigest(), "format_version": 1, "plan": tree, **envelope}
    path.write_text(json.dumps(file), encoding="utf-8")


def tree_of(plan: Plan) -> dict[str, Value]:
    """Give a plan as its file holds it."""
    tree: dict[str, Value] = json.loads(plan_text(plan))["plan"]
    return tree


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=PLAN)
def test_a_plan_read_back_equals_the_plan_written(plan: Plan, tmp_path: Path) -> None:
    """Every value of the model survives, with its type."""
    path = tmp_path / "plan.json"
    write_plan(path, plan)
    assert read_plan(path) == plan
    assert plan_text(read_plan(path)) == plan_text(plan)  # where equality is lenient: 1, 1.0 and true


def test_the_same_plan_gives_the_same_text() -> None:
    """Keys are sorted and nothing in the file depends on when or where it was written."""
    text = plan_text(PLANNED)
    assert text == plan_text(signed(replace(PLANNED, digest="")))
    assert text == f"{json.dumps(json.loads(text), sort_keys=True, separators=(',', ':'))}\n"
    assert list(json.loads(text)) == ["checksum", "format_version", "plan", "tool_version"]


def test_a_set_is_written_in_one_order() -> None:
    """The names of lists that are only added to stand sorted, of what goes and of what is refused."""
    names = frozenset(f"list-{number}" for number in range(9))
    change = replace(PLANNED.changes[0], only_add=names)
    problem = Problem(code="a", summary="b")
    plan = signed(replace(PLANNED, changes=(change,), blocked=(Blocked(change=change, problem=problem),)))
    tree = json.loads(plan_text(plan))["plan"]
    assert tree["changes"][0]["only_add"] == sorted(names)
    assert tree["blocked"][0]["change"]["only_add"] == sorted(names)


def test_the_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """A plan holds personal data; an older file that was open to others is replaced, mode and all."""
    path = tmp_path / "plan.json"
    path.touch(mode=0o644)
    write_plan(path, PLANNED)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe", id="binary"),
        pytest.param(b"customers: []\n", id="YAML"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"format_version": "1.2", "resource_changes": []}', id="another tool's plan"),
        pytest.param(b'{"format_version": 1}', id="no plan in it"),
        pytest.param(b'{"format_version": 0, "plan": {}}', id="a format that never was"),
        pytest.param(b'{"format_version": 1, "plan": NaN}', id="no JSON number"),
        pytest.param(b'{"format_version": 1, "plan": 1e999}', id="a number without end"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_what_is_no_plan_is_unreadable(content: bytes, tmp_path: Path) -> None:
    """A foreign file is told apart from an altered one."""
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert code_of(path) == "plan-file-unreadable"


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    """There is nothing to read."""
    assert code_of(tmp_path / "plan.json") == "plan-file-unreadable"
    assert code_of(tmp_path) == "plan-file-unreadable"


def test_a_plan_torn_anywhere_is_unreadable(tmp_path: Path) -> None:
    """No part of a plan is ever taken for the whole."""
    path = tmp_path / "plan.json"
    content = plan_text(PLANNED).encode()
    for length in range(0, len(content) - 2, 7):
        path.write_bytes(content[:length])
        assert code_of(path) == "plan-file-unreadable"


def test_a_later_format_is_said_with_the_version_that_wrote_it(tmp_path: Path) -> None:
    """Even one whose inside this version could not understand."""
    path = tmp_path / "plan.json"
    path.write_text('{"format_version": 2, "tool_version": "9.1.0", "plan": "packed"}', encoding="utf-8")
    assert code_of(path) == "plan-file-newer"
    with pytest.raises(ReconcilerError, match=r"by reconciler 9\.1\.0 in format 2"):
        read_plan(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"R\\u00f4wing"', '"Sailing"', id="a value"),
        pytest.param('"create"', '"delete"', id="an action"),
        pytest.param('"line":3', '"line":4', id="a source line, which the digest leaves out"),
        pytest.param('"problems":[]', '"problems":[],"extra":1', id="something added"),
        pytest.param('"checksum":"', '"checksum":"0', id="the checksum"),
    ],
)
def test_an_edited_plan_is_altered(old: str, new: str, tmp_path: Path) -> None:
    """A plan is not edited by hand, not even where its digest would not notice."""
    path = tmp_path / "plan.json"
    text = plan_text(PLANNED)
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert code_of(path) == "plan-file-altered"


def test_a_digest_that_is_not_that_of_the_changes_is_altered(tmp_path: Path) -> None:
    """Even with a checksum that fits, the digest a person reviewed must be the digest of what is there."""
    path = tmp_path / "plan.json"
    forge(path, tree_of(replace(PLANNED, digest="0" * 64)))
    assert code_of(path) == "plan-file-altered"


def test_a_tree_that_is_no_plan_is_unreadable_and_quotes_no_value(tmp_path: Path) -> None:
    """The place is told, never what stands there: it may be somebody's name."""
    path = tmp_path / "plan.json"
    forge(path, {**tree_of(PLANNED), "scope": "Ann Secret"})
    assert code_of(path) == "plan-file-unreadable"
    with pytest.raises(ReconcilerError) as caught:
        read_plan(path)
    assert "at scope" in str(caught.value)
    assert "Secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_type_is_not_bent_until_it_fits(tmp_path: Path) -> None:
    """The text "yes" in the place of a truth is no plan of ours, though it could be read as one."""
    path = tmp_path / "plan.json"
    text = json.dumps(tree_of(PLANNED)).replace('"only_add": []', '"only_add": "yes"')
    forge(path, json.loads(text))
    assert code_of(path) == "plan-file-unreadable"


def test_a_plan_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    """The folder is missing: said with the path."""
    path = tmp_path / "nowhere" / "plan.json"
    with pytest.raises(ReconcilerError) as caught:
        write_plan(path, PLANNED)
    assert caught.value.problems[0].code == "plan-file-unwritable"
    assert caught.value.problems[0].where == str(path)


def test_a_link_is_followed(tmp_path: Path) -> None:
    """Whoever keeps the file elsewhere finds it there, and the link stays; so with a link to what is not there yet."""
    target, link = tmp_path / "target.out", tmp_path / "plan.out"
    link.symlink_to(target)
    for _ in range(2):
        write_plan(link, PLANNED)
        assert link.is_symlink() and not target.is_symlink()
        assert read_plan(target) == PLANNED


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    """A pipe, a folder, a device and a link in a circle stand as they stood, directly or behind a link."""
    pipe, folder, link, circle = (tmp_path / name for name in ("pipe", "folder", "link", "circle"))
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to(os.devnull)
    circle.symlink_to(circle)
    for path in (pipe, folder, link, circle):
        with pytest.raises(ReconcilerError) as caught:
            write_plan(path, PLANNED)
        assert caught.value.problems[0].code == "plan-file-unwritable"
    assert pipe.is_fifo() and folder.is_dir() and link.is_symlink() and circle.is_symlink()
    assert Path(os.devnull).is_char_device()
