"""Claims about the flaws that any document model finds, shown on a small model of no vendor's."""

from __future__ import annotations

from typing import Annotated, Literal, Required

import pytest
from pydantic import ConfigDict, Discriminator, Field, Tag, TypeAdapter, with_config
from typing_extensions import TypedDict

from reconciler.model.kind import Flaw
from reconciler.model.resource import Value
from reconciler.providers.documents import DocumentModel, spell
from reconciler.providers.suggestions import did_you_mean, listed


@with_config(ConfigDict(strict=True, extra="forbid"))
class Wheel(TypedDict, total=False):
    """A wheel."""

    size: Annotated[int, Field(description="Inches.")]
    maker: Annotated[str, Field(min_length=1)]
    code: Annotated[str, Field(pattern="^[A-Z]+$")]


@with_config(ConfigDict(strict=True, extra="forbid"))
class Bicycle(TypedDict, total=False):
    """A bicycle."""

    serial: Required[str]
    colour: str | None
    owner: Annotated[str, Field(pattern="^[a-z]+@[a-z.]+$", json_schema_extra={"format": "email"})]
    electric: bool
    sort: Literal["city", "cargo"]
    wheels: list[Wheel]
    spare: Annotated[
        Annotated[str, Tag("<text>")] | Annotated[Wheel, Tag("<mapping>")],
        Discriminator(lambda value: "<mapping>" if isinstance(value, dict) else "<text>"),
    ]
    tags: dict[str, str]


MODEL = DocumentModel(adapter=TypeAdapter(Bicycle), nulls={("wheels", "size"): "Measure it."})
SECRET = "Marguerite"


def flaw_of(**fields: Value) -> Flaw:
    """Check a bicycle with one thing wrong, and give the one flaw it has."""
    document, flaws = MODEL.check({"serial": "B-1", **fields})
    assert document is None
    assert len(flaws) == 1
    return flaws[0]


def test_a_valid_item_comes_out_as_a_plain_dict_without_what_was_left_out() -> None:
    """A field that a document leaves out is absent afterwards."""
    document, flaws = MODEL.check({"serial": "B-1", "colour": None})
    assert (document, flaws) == ({"serial": "B-1", "colour": None}, ())
    assert type(document) is dict


def test_null_where_a_value_is_needed_is_not_to_be_left_out() -> None:
    """Leaving out what must be there would be the next problem."""
    _, (needed,) = MODEL.check({"serial": None})
    _, (free,) = MODEL.check({"serial": "B-1", "electric": None})
    assert (needed.code, needed.remedy) == ("null-not-clearable", "Write a value; it cannot be left out.")
    assert free.remedy.startswith("Leave the key out")


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"colour": 7}, "string-expected", ("colour",)),
        ({"colour": True}, "string-expected", ("colour",)),
        ({"colour": ["red"]}, "string-expected", ("colour",)),
        ({"electric": None}, "null-not-clearable", ("electric",)),
        ({"wheels": None}, "null-not-clearable", ("wheels",)),
        ({"wheels": [None]}, "type-wrong", ("wheels", 0)),
        ({"wheels": [{}, {"size": "28"}]}, "type-wrong", ("wheels", 1, "size")),
        ({"wheels": {}}, "type-wrong", ("wheels",)),
        ({"electric": 1}, "type-wrong", ("electric",)),
        ({"electric": "yes"}, "type-wrong", ("electric",)),
        ({"owner": "nobody"}, "email-invalid", ("owner",)),
        ({"wheels": [{"code": "abc"}]}, "value-invalid", ("wheels", 0, "code")),
        ({"wheels": [{"maker": ""}]}, "value-empty", ("wheels", 0, "maker")),
        ({"sort": "trike"}, "value-unknown", ("sort",)),
        ({"colur": "red"}, "key-unknown", ("colur",)),
        ({"spare": {"siz": 1}}, "key-unknown", ("spare", "siz")),
        ({"spare": {"size": "x"}}, "type-wrong", ("spare", "size")),
        ({"spare": 7}, "string-expected", ("spare",)),
        ({"tags": {"a": 1}}, "string-expected", ("tags", "a")),
        ({"tags": {7: "b"}}, "string-expected", ("tags", 7)),
    ],
)
def test_each_mistake_has_its_code_and_its_path(
    fields: dict[str, Value], code: str, path: tuple[str | int, ...]
) -> None:
    """Every sort of mistake has a code of its own and leads to the value."""
    found = flaw_of(**fields)
    assert (found.code, found.path) == (code, path)
    assert found.summary and found.detail and found.remedy


def test_a_missing_field_points_at_the_mapping_that_lacks_it() -> None:
    """What is not there has no place; the item that should have it has one."""
    _, flaws = MODEL.check({})
    assert [(flaw.code, flaw.path, flaw.remedy) for flaw in flaws] == [("field-missing", (), "Add the key serial.")]


@pytest.mark.parametrize("key", ["colur", "Colour", "COLOUR"])
def test_an_unknown_key_suggests_the_nearest_known_one(key: str) -> None:
    """A typo in a key, or in its case, is answered with the key that was meant, at the key."""
    found = flaw_of(**{key: "red"})
    assert found.on_key
    assert found.remedy == 'Did you mean "colour"?'


def test_an_unknown_key_suggests_the_keys_of_its_own_level() -> None:
    """Inside a union, inside a list: the suggestion comes from the mapping that the key stands in."""
    assert flaw_of(spare={"makr": "x"}).remedy == 'Did you mean "maker"?'
    assert flaw_of(wheels=[{"zzzzz": "x"}]).remedy == "The keys here are size, maker, code."


def test_an_unquoted_number_is_told_to_be_quoted() -> None:
    """The remedy for a number in a text field is quotes, and it says what was lost."""
    found = flaw_of(colour=1000)
    assert found.remedy == "Put the value in quotes."
    assert "leading zeros" in found.why


def test_a_value_of_a_closed_list_suggests_the_nearest() -> None:
    """The choices are listed, the nearest is suggested."""
    found = flaw_of(sort="crago")
    assert found.detail == "sort is one of city, cargo."
    assert found.remedy == 'Did you mean "cargo"?'


def test_a_null_may_have_a_remedy_of_its_own() -> None:
    """A model can say what to do instead of a null, wherever in a list it stands."""
    assert flaw_of(wheels=[{}, {"size": None}]).remedy == "Measure it."


def test_all_mistakes_are_reported_at_once() -> None:
    """One check finds everything that is wrong with an item."""
    _, flaws = MODEL.check({"colour": 1, "electric": None, "wheels": [{"size": "x"}], "nope": 1})
    assert sorted(flaw.code for flaw in flaws) == [
        "field-missing",
        "key-unknown",
        "null-not-clearable",
        "string-expected",
        "type-wrong",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"owner": SECRET},
        {"electric": SECRET},
        {"sort": SECRET},
        {"wheels": [{"code": f"{SECRET}1", "size": SECRET}]},
        {f"{SECRET}@example.com": 1},
        {f"{SECRET} Dupont": 1},
    ],
)
def test_no_text_of_a_flaw_repeats_a_value(fields: dict[str, Value]) -> None:
    """A value may be personal, and so may a key that does not look like one."""
    _, flaws = MODEL.check({"serial": "B-1", **fields})
    assert flaws
    for found in flaws:
        assert SECRET not in "".join((found.summary, found.detail, found.why, found.remedy))


@pytest.mark.parametrize("item", [None, 7, "text", [], [{"serial": "B-1"}]])
def test_an_item_that_is_no_mapping_is_one_flaw(item: Value) -> None:
    """What is not even a mapping is said so, once."""
    _, flaws = MODEL.check(item)
    assert [(flaw.code, flaw.path) for flaw in flaws] == [("type-wrong", ())]


def test_the_schema_can_be_put_inside_another() -> None:
    """No reference points outside: definitions stand where they are used."""
    schema = MODEL.schema()
    assert "$ref" not in str(schema) and "$defs" not in str(schema)
    assert schema["additionalProperties"] is False


def test_a_path_is_spelled_as_a_person_would() -> None:
    """Keys by dots, indices in brackets; the item itself has a name."""
    assert spell(("contacts", 0, "email")) == "contacts[0].email"
    assert spell(()) == "this item"


def test_suggestions_find_the_nearest_in_its_own_spelling() -> None:
    """Case does not count for nearness; nothing near gives nothing."""
    assert did_you_mean("STANDRAD", ["Standard", "Gentle"]) == 'Did you mean "Standard"?'
    assert did_you_mean("xyz", ["Standard"]) == ""


def test_a_list_of_candidates_stays_short() -> None:
    """Eight are named in order, the rest is counted; none is said too."""
    assert listed("Known are", ["b", "a"]) == 'Known are "a", "b".'
    assert listed("Known are", [f"p{index}" for index in range(10)]).endswith('"p7" and 2 more.')
    assert listed("Known are", []) == "Known are none."
