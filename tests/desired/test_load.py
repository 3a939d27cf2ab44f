"""Folders of documents become the desired state, or every problem in them at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.desired.load import load
from reconciler.errors import DesiredStateInvalid
from reconciler.model.resource import Source
from tests.desired.clubs import TODAY, load_files, marks, organization, problems_of, write


def test_any_number_of_files_at_any_depth(tmp_path: Path) -> None:
    """Files, folders and documents are all read; resources are sorted by kind and key, wherever they stand."""
    state = load_files(
        tmp_path,
        {
            "z.yaml": "clubs:\n- externalId: A\n",
            "deep/er/b.yml": "clubs:\n- externalId: C\n---\n---\ntags:\n- externalId: T\nclubs:\n- externalId: B\n",
            "empty.yaml": "# nothing yet\n",
        },
    )
    assert [(row.kind, row.key) for row in state.declared] == [
        ("club", "A"),
        ("club", "B"),
        ("club", "C"),
        ("tag", "T"),
    ]


def test_where_a_resource_stands(tmp_path: Path) -> None:
    """A resource knows its file as the user names it, its place, and the path by which it is found again."""
    state = load_files(tmp_path, {"a/b.yaml": "---\n---\nclubs:\n  - externalId: A\n  - externalId: B\n"})
    assert state.declared[1].source == Source(file="docs/a/b.yaml", line=5, column=5, document=1, path=("clubs", 1))


def test_what_is_no_document_is_left_alone(tmp_path: Path) -> None:
    """Hidden files and folders, and files with other endings, are not read."""
    files = {".hidden.yaml": "{", ".git/a.yaml": "{", "notes.txt": "{", "a.yaml.orig": "{"}
    assert load_files(tmp_path, files).declared == ()


def test_loops_of_links_end(tmp_path: Path) -> None:
    """A link to a folder above is not followed round and round."""
    write(tmp_path, {"a/b.yaml": "clubs:\n- externalId: A\n"})
    (tmp_path / "docs" / "a" / "up").symlink_to(tmp_path / "docs")
    assert len(load(organization(), tmp_path, TODAY).declared) == 1


def test_a_missing_folder_is_no_empty_one(tmp_path: Path) -> None:
    """Without its folder nothing is declared absent: that is a problem of the configuration."""
    with pytest.raises(DesiredStateInvalid) as caught:
        load(organization(), tmp_path, TODAY)
    assert [str(caught.value.problems[0].where), caught.value.problems[0].code] == [
        "reconciler.yaml:2:3",
        "documents-missing",
    ]


def test_aliases_within_a_file(tmp_path: Path) -> None:
    """A list may be anchored and used again in a later section or item of its document."""
    content = "clubs:\n- &a {externalId: A, name: N}\n- {<<: *a, externalId: B}\ntags: &t\n- externalId: T\n"
    state = load_files(tmp_path, {"a.yaml": content})
    assert [dict(row.fields) for row in state.declared] == [{"name": "N"}, {"name": "N"}, {}]


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        ("clubs:\n- externalId: A\n  zipcode: 01000\n", "a.yaml:3:12 unquoted-string"),
        ("clubs:\n- externalId: 12\n", "a.yaml:2:15 unquoted-string"),
        ("clubs:\n- externalId: A\n  name: [x]\n", "a.yaml:3:9 string-expected"),
        ("clubs:\n- externalId: A\n  nmae: x\n", "a.yaml:3:3 key-unknown"),
        ("clubs:\n- name: A\n", "a.yaml:2:3 field-missing"),
        ("clubs:\n- externalId: A\n- externalId: A\n", "a.yaml:3:15 resource-duplicate"),
        ("club:\n- externalId: A\n", "a.yaml:1:1 section-unknown"),
        ("apiVersion: v1\n", "a.yaml:1:1 section-unknown"),
        ("clubs: []\n---\n- a\n", "a.yaml:3:1 document-not-mapping"),
        ("clubs: []\n---\nkind: Service\n", "a.yaml:3:1 section-unknown"),
        ("text\n", "a.yaml:1:1 document-not-mapping"),
        ("clubs: {A: {}}\n", "a.yaml:1:8 section-not-list"),
        ("clubs:\ntags: []\n", "a.yaml:1:7 section-not-list"),
        ("clubs:\n- A\n", "a.yaml:2:3 item-not-mapping"),
        ("clubs:\n- \n", "a.yaml:2:2 item-not-mapping"),
        ("clubs: []\nclubs: []\n", "a.yaml:2:1 duplicate-key"),
        ("1: []\n", "a.yaml:1:1 key-not-string"),
    ],
)
def test_problems_of_one_file(tmp_path: Path, content: str, mark: str) -> None:
    """Each thing that a document can have wrong around its items has its code, line and column."""
    assert marks(problems_of(tmp_path, {"a.yaml": content})) == [mark]


def test_all_problems_of_all_files(tmp_path: Path) -> None:
    """A syntax error ends its file only; what stands before it and in other files is judged."""
    problems = problems_of(
        tmp_path,
        {
            "a.yaml": "clubs:\n- externalId: A\n  name: 1\n- externalId: [\n",
            "b.yaml": "clubs:\n- externalId: A\n- externalId: B\n  name: 2\n  name: 3\n",
        },
    )
    assert marks(problems) == [
        "a.yaml:3:9 unquoted-string",
        "a.yaml:5:1 yaml-syntax",
        "b.yaml:2:15 resource-duplicate",
        "b.yaml:4:9 unquoted-string",
        "b.yaml:5:3 duplicate-key",
    ]


def test_not_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is a problem of that file."""
    write(tmp_path, {"b.yaml": "tag: []\n"})
    (tmp_path / "docs" / "a.yaml").write_bytes(b"clubs:\n- name: \xe9\n")
    with pytest.raises(DesiredStateInvalid) as caught:
        load(organization(), tmp_path, TODAY)
    assert marks(list(caught.value.problems)) == ["a.yaml:2:9 encoding", "b.yaml:1:1 section-unknown"]


def test_the_quoted_form_to_paste(tmp_path: Path) -> None:
    """An unquoted number is given back as it was written, in quotes."""
    problem = problems_of(tmp_path, {"a.yaml": "clubs:\n- externalId: A\n  zipcode: 01000\n"})[0]
    assert problem.command == 'zipcode: "01000"'


def test_a_personal_value_is_not_repeated(tmp_path: Path) -> None:
    """Where the field is personal the form alone is shown."""
    content = "clubs:\n- externalId: A\n  guests:\n  - externalId: G\n    phone: +33102030405\n"
    problem = problems_of(tmp_path, {"a.yaml": content})[0]
    assert (problem.code, problem.command) == ("unquoted-string", 'phone: "…"')
    assert "33102" not in str(problem)


def test_a_broken_item_is_not_judged(tmp_path: Path) -> None:
    """An item with an alias that stands for nothing has that problem, not the ones that would follow from it."""
    assert marks(problems_of(tmp_path, {"a.yaml": "clubs:\n- externalId: *x\n"})) == ["a.yaml:2:15 alias-unknown"]


def test_order_of_files_does_not_matter(tmp_path: Path) -> None:
    """The same documents in other files and another order declare the same, source aside."""
    one = load_files(tmp_path / "1", {"a.yaml": "clubs:\n- externalId: A\n- externalId: B\n"})
    two = load_files(tmp_path / "2", {"x.yaml": "clubs:\n- externalId: B\n", "y.yaml": "clubs:\n- externalId: A\n"})
    assert [(row.key, row.fields) for row in one.declared] == [(row.key, row.fields) for row in two.declared]
