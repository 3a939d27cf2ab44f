"""Plain scalars mean what the core schema of YAML 1.2 says, and nothing more."""

from __future__ import annotations

import math

import pytest

from reconciler.desired.scalars import AMBIGUOUS, resolve_plain, resolve_tagged


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No",
        "yes",
        "on",
        "off",
        "y",
        "n",
        "12:30",
        "1_000",
        "2024-01-31",
        "0b1",
        "0x",
        "0o8",
        "1e",
        ".",
        "+",
        "-",
        "nul",
        "nULL",
        "tRue",
        "+0x1F",
        "..inf",
        "1.2.3",
        "0 1",
        "00:00",
        "=",
        "<<",
        "1,5",
        "٣",
    ],
)
def test_yaml_1_1_readings_stay_strings(text: str) -> None:
    """What YAML 1.1 took for something else is a string."""
    assert resolve_plain(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("+33", 33),
        ("01000", 1000),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("+.Inf", math.inf),
    ],
)
def test_the_core_schema(text: str, value: object) -> None:
    """Null, booleans and numbers are read, each in every spelling, and have the right type."""
    assert resolve_plain(text) == value
    assert type(resolve_plain(text)) is type(value)


def test_not_a_number() -> None:
    """`.nan` is the float that equals nothing."""
    assert isinstance(value := resolve_plain(".nan"), float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["", "~", "null", "True", "False", "7", "-7", "+7", ".5", "0o7", "NULL", ".NaN"])
def test_the_cheap_test_lets_nothing_pass(text: str) -> None:
    """Every text that is no string begins with a character that the cheap test stops."""
    assert text[:1] in AMBIGUOUS


def test_a_number_nobody_means() -> None:
    """Thousands of digits stay a string instead of stopping the reader."""
    assert resolve_plain("9" * 5000) == "9" * 5000


def test_tags_of_the_core_schema() -> None:
    """An explicit tag says what a scalar is, where it fits."""
    core = "tag:yaml.org,2002:"
    assert resolve_tagged(core + "str", "12") == "12"
    assert resolve_tagged("!", "12") == "12"
    assert resolve_tagged(core + "int", "12") == 12
    assert isinstance(resolve_tagged(core + "float", "12"), float)
    with pytest.raises(ValueError, match="int"):
        resolve_tagged(core + "int", "x")
    with pytest.raises(KeyError):
        resolve_tagged(core + "timestamp", "2024-01-31")
