"""What whoever drives the sandbox is told of a name or a value that it does not have."""

from __future__ import annotations

import pytest

from reconciler.sandbox.billabex.settings import settings_from
from reconciler.sandbox.faults import fault_from
from reconciler.sandbox.values import Json, SandboxMisuse


def test_a_name_close_to_a_setting_is_asked_about() -> None:
    """Seventy names help nobody who has mistyped one."""
    with pytest.raises(SandboxMisuse) as caught:
        settings_from({"name_cas": "folded"})
    assert caught.value.problems[0].detail == "the sandbox's settings has no 'name_cas'; did you mean 'name_case'?"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"kind": "lost-after", "times": "two"}, "times is to be a whole number"),
        ({"kind": "lost-after", "method": 3}, "method is to be a text"),
        ({"kind": "lost-after", "lost_as": "nothing"}, "lost_as is to be one of 'timeout' or 'reset'"),
        ({}, "kind is to be needed"),
    ],
)
def test_a_value_of_the_wrong_sort_is_told_in_words(values: dict[str, Json], told: str) -> None:
    """What is wanted, without the words of the library that found it."""
    with pytest.raises(SandboxMisuse) as caught:
        fault_from(values)
    assert told.replace("to be needed", "needed") in (caught.value.problems[0].detail or "")
