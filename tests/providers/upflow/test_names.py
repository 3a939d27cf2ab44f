"""Claims about the remembered indexes of names."""

from __future__ import annotations

from reconciler.providers.upflow.names import Remembered, labels


def test_an_index_is_built_once_for_one_value() -> None:
    """The same list is indexed once; an equal one is another value."""
    built: list[list[int]] = []

    def build(key: list[int]) -> int:
        built.append(key)
        return sum(key)

    remembered = Remembered(build)
    key = [1, 2]
    assert [remembered(key), remembered(key), remembered([1, 2])] == [3, 3, 3]
    assert len(built) == 2


def test_many_short_lived_values_are_never_mixed_up() -> None:
    """Identities are reused by the interpreter only once a value is gone; a remembered one is held."""
    remembered: Remembered[list[int], int] = Remembered(sum)
    for number in range(500):
        assert remembered([number]) == number


def test_labels_are_found_however_they_are_wrapped() -> None:
    """One label, a list, bare texts; anything else has none."""
    assert labels({"label": "a"}) == {"a"}
    assert labels([{"label": "a"}, "b"]) == {"a", "b"}
    assert labels(None) == labels(7) == labels({}) == labels("") == frozenset()
